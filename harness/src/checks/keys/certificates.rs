//! A certificate that stands beside a key is the certificate of that key.
//!
//! **Sent.** A GET of the JWK Set.
//!
//! **Demanded.** `x5c` is a list of certificates in base64, not base64url, and the first one holds the very key;
//! `x5t#S256` is its thumbprint (RFC 7517 §4.7 and §4.9). Keys without certificates are not judged.
//!
//! **Why it matters.** Some clients read the key, others read the certificate.
//!
//! **The attack.** Whoever has the key of a certificate that was left behind by a rotation signs for those who read
//! certificates.
//!
//! **How servers went wrong.** base64url in the place of base64; a new key beside the old certificate.

use super::keys;
use crate::checks::prelude::*;
use crate::x509;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

pub(crate) const CHECK: Check = Check {
    id: "keys/certificates",
    source: include_str!("certificates.rs"),
    statements: &["RFC7517-4.7-01"],
    needs: &[Need::Jwks],
    faults: &[
        document_fault!("/jwks", "other-key", "publishes a certificate of another key", |set| {
            first(set, |key| _ = key.insert("x5c".into(), json!([STANDARD.encode(certificate())])));
        }),
        document_fault!("/jwks", "base64url", "writes a certificate in base64url", |set| {
            first(set, |key| _ = key.insert("x5c".into(), json!([URL_SAFE_NO_PAD.encode(certificate())])));
        }),
    ],
    run: |probe| Box::pin(run(probe)),
};

/// For faults: the certificate of a client of the reference server.
fn certificate() -> Vec<u8> {
    let (_, clients) = crate::reference::Registry.clients();
    let identity = clients.get(&Role::TlsClientAuth).and_then(|client| client.identity.as_ref());
    identity.and_then(|identity| identity.chain().first()).map(|der| der.to_vec()).unwrap_or_default()
}

/// For faults: changes the first key of a set.
fn first(set: &mut Map<String, Value>, change: fn(&mut Map<String, Value>)) {
    let keys = set.get_mut("keys").and_then(Value::as_array_mut);
    if let Some(key) = keys.and_then(|keys| keys.first_mut()?.as_object_mut()) {
        change(key);
    }
}

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let (keys, exchange) = keys(probe).await?;
    let certified: Vec<_> = keys.iter().filter(|key| key.contains_key("x5c")).collect();
    if certified.is_empty() {
        return Err(Stop::NotApplicable("no key has `x5c`".into()));
    }
    for key in certified {
        let expected = "`x5c` with the certificate of this key first, in base64";
        if let Err(actual) = judge(key) {
            probe.broken("RFC7517-4.7-01", None, expected, actual, exchange);
        }
    }
    Ok(())
}

/// What is wrong with the certificates of a key.
fn judge(key: &Map<String, Value>) -> Result<(), &'static str> {
    let chain = key.get("x5c").and_then(Value::as_array).filter(|chain| !chain.is_empty());
    let chain = chain.ok_or("`x5c` is no list, or an empty one")?;
    let decode = |text: &Value| STANDARD.decode(text.as_str()?).ok();
    let chain: Vec<_> = chain.iter().map(decode).collect::<Option<_>>().ok_or("`x5c` holds what is no base64")?;
    let certificate = chain.into_iter().next().unwrap_or_default();
    let public = x509::public_key(&certificate).ok_or("`x5c` begins with what is no certificate")?;
    if !is_of(key, &public) {
        return Err("the certificate in `x5c` holds another key");
    }
    let thumbprint = URL_SAFE_NO_PAD.encode(Sha256::digest(&certificate));
    match key.get("x5t#S256") {
        Some(named) if named.as_str() != Some(&thumbprint) => Err("`x5t#S256` is no thumbprint of the certificate"),
        _ => Ok(()),
    }
}

/// Whether the key in the certificate is this one; of a type that is not known here it may be.
fn is_of(key: &Map<String, Value>, public: &[u8]) -> bool {
    let text = |name: &str| key.get(name).and_then(Value::as_str).unwrap_or_default();
    let octets = |name: &str| URL_SAFE_NO_PAD.decode(text(name)).unwrap_or_default();
    match text("kty") {
        "RSA" => x509::rsa(public).is_some_and(|(n, e)| n == octets("n") && e == octets("e")),
        // An uncompressed point (RFC 5480 §2.2).
        "EC" => public == [vec![0x04], octets("x"), octets("y")].concat(),
        "OKP" => public == octets("x"),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    /// A JWK Set of one key; its certificate is that of the key unless it is another's.
    async fn verdict(edit: fn(&mut Map<String, Value>)) -> String {
        let public = x509::public_key(&certificate()).unwrap();
        let (x, y) = public[1..].split_at(32);
        let mut key =
            json!({"kty": "EC", "crv": "P-256", "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y)});
        key["x5c"] = json!([STANDARD.encode(certificate())]);
        edit(key.as_object_mut().unwrap());
        let set = json!({"keys": [key]});
        canned(move |request| (request.path() == "/jwks").then(|| Response::json(200, &set))).verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        let broken = "fail must RFC7517-4.7-01";
        assert_eq!(verdict(|_| ()).await, "pass");
        assert_eq!(verdict(|key| _ = key.remove("x5c")).await, "skip");
        assert_eq!(verdict(|key| _ = key.insert("x5c".into(), json!([]))).await, broken);
        assert_eq!(verdict(|key| _ = key.insert("x5c".into(), json!(["MAA="]))).await, broken);
        let url_safe = |key: &mut Map<String, Value>| {
            key.insert("x5c".into(), json!([URL_SAFE_NO_PAD.encode(certificate())]));
        };
        assert_eq!(verdict(url_safe).await, broken);
        assert_eq!(verdict(|key| _ = key.insert("y".into(), json!(URL_SAFE_NO_PAD.encode([7; 32])))).await, broken);
        let named = |key: &mut Map<String, Value>| {
            key.insert("x5t#S256".into(), json!(URL_SAFE_NO_PAD.encode(Sha256::digest(certificate()))));
        };
        assert_eq!(verdict(named).await, "pass");
        assert_eq!(verdict(|key| _ = key.insert("x5t#S256".into(), json!("AAAA"))).await, broken);
        assert_eq!(
            canned(|request| (request.path() == "/jwks").then(|| busy(503))).verdict(&CHECK).await,
            "inconclusive"
        );
    }
}
