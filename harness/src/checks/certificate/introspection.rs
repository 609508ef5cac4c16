//! Introspection tells of the certificate that a token is bound to.
//!
//! **Sent.** The request of a client with a certificate, and the introspection of its token by that client.
//!
//! **Demanded.** `cnf.x5t#S256` is the one in the token (RFC 8705 §3.2).
//!
//! **Why it matters.** A resource server that asks the server reads nothing in the token itself.
//!
//! **The attack.** A stolen token works wherever introspection is believed, because there it is bound to nothing.
//!
//! **How servers went wrong.** `cnf` is put into the token alone, or the answer is made of a fixed list of claims.

use super::{Certified, binding, shown};
use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "certificate/introspection",
    source: include_str!("introspection.rs"),
    statements: &["RFC8705-3.2-01"],
    needs: &[Need::ClientCertificate, Need::Introspection],
    faults: &[
        introspection_fault!("not-told", "does not tell of the binding", |object| _ = object.remove("cnf")),
        introspection_fault!("another", "tells of another certificate", |object| {
            if let Some(thumbprint) = object.get_mut("cnf").and_then(|cnf| cnf.get_mut("x5t#S256")) {
                *thumbprint = "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2".into();
            }
        }),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let client = Certified::any(probe)?;
    let answer = client.works(probe).await?;
    let Some(grant) = answer.grant() else { return Ok(()) };
    let Some((told, exchange)) = client.introspected(probe, grant).await? else {
        return Err(Stop::NotApplicable("introspection does not tell this client of its live token".into()));
    };
    let claims = jwt(grant).map(|jwt| Value::Object(jwt.claims))?;
    let Some(bound) = binding(&claims) else {
        return Err(Stop::NotApplicable("the token is not bound to the certificate".into()));
    };
    let (expected, found) = (shown(Some(bound)), binding(&told));
    probe.demand(found == Some(bound), "RFC8705-3.2-01", &expected, &shown(found), exchange);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::certificate::tests::verdict_on_binding;

    #[tokio::test]
    async fn canned_replies() {
        let bound = |thumbprint: &str| json!({"active": true, "cnf": {"x5t#S256": thumbprint}});
        let unbound = |_: &str| json!({"active": true});
        let other = |_: &str| json!({"active": true, "cnf": {"x5t#S256": "AAAA"}});
        let dead = |_: &str| json!({"active": false});
        let broken = "fail must RFC8705-3.2-01";
        assert_eq!(verdict_on_binding(&CHECK, bound, bound).await, "pass");
        assert_eq!(verdict_on_binding(&CHECK, bound, unbound).await, broken);
        assert_eq!(verdict_on_binding(&CHECK, bound, other).await, broken);
        assert_eq!(verdict_on_binding(&CHECK, bound, dead).await, "skip");
        assert_eq!(verdict_on_binding(&CHECK, unbound, bound).await, "skip");
    }
}
