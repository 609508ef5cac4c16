//! A token leads to the one key that verifies it.
//!
//! **Sent.** A GET of the JWK Set, and the request that works.
//!
//! **Demanded.** With more than one key in the set, the token has a `kid` that names exactly one of them; if that
//! key names an `alg`, it is the one of the token; issuer and place of the set are in the metadata (RFC 7515 §6,
//! RFC 7517 §4.4, RFC 9068 §4). Keys of several types may have one `kid` (RFC 7517 §4.5): then the `alg` of the token
//! says which is meant. A token that is opaque, or made with a shared secret, is not judged.
//!
//! **Why it matters.** A verifier that must try keys is slow, and one that does not try refuses.
//!
//! **The attack.** Trying keys until one fits is how a key for another purpose comes to be used.
//!
//! **How servers went wrong.** `kid` names a key that was rotated away; the set says RS256 where the token says
//! PS256.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "keys/choice",
    source: include_str!("choice.rs"),
    statements: &["RFC7515-6-01", "RFC7517-4.4-01", "RFC9068-4-01"],
    needs: &[Need::Jwks],
    faults: &[
        Fault {
            level: Level::Should,
            ..token_fault!("unknown-kid", "names a key that is not there", |header, _| {
                header.insert("kid".into(), "gone".into());
            })
        },
        document_fault!("/jwks", "other-alg", "marks its key for another algorithm", |object| {
            let first = object.get_mut("keys").and_then(Value::as_array_mut).and_then(|keys| keys.first_mut());
            if let Some(key) = first.and_then(Value::as_object_mut) {
                key.insert("alg".into(), "ES384".into());
            }
        }),
    ],
    run: |probe| Box::pin(run(probe)),
};

use super::keys;

/// How the names of algorithms begin, and the type of their keys (RFC 7518 §3.1, RFC 8037 §3.1).
const KEY_TYPES: [(&str, &str); 5] = [("RS", "RSA"), ("PS", "RSA"), ("ES", "EC"), ("Ed", "OKP"), ("ML-DSA", "AKP")];

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let (keys, _) = keys(probe).await?;
    let answer = probe.control().await?;
    let (Some(grant), exchange) = (answer.grant(), answer.reply.exchange) else { return Ok(()) };
    let jwt = jwt(grant)?;
    let of_profile = held_to_profile(probe, &jwt);
    let header = jwt.header;
    let text = |members: &Map<String, Value>, name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
    let alg = text(&header, "alg").unwrap_or_default();
    if alg.starts_with("HS") {
        // The set is for tokens of another kind: a shared secret has no place in it (RFC 7517 §9.2).
        return Err(Stop::NotApplicable("the token is made with a shared secret, which is in no set".into()));
    }
    let kid = text(&header, "kid");
    let named: Vec<_> = keys.iter().filter(|key| kid.is_some() && text(key, "kid") == kid).collect();
    let kty = KEY_TYPES.iter().find_map(|(begin, kty)| alg.starts_with(begin).then_some(*kty));
    let fitting: Vec<_> =
        named.iter().copied().filter(|key| kty.is_some() && text(key, "kty").as_deref() == kty).collect();
    let named = if fitting.is_empty() { named } else { fitting };
    let single = kid.is_none() && keys.len() == 1;
    let actual =
        kid.map_or("no `kid`".to_owned(), |kid| format!("`kid` {kid} names {} of {} keys", named.len(), keys.len()));
    probe.demand(single || named.len() == 1, "RFC7515-6-01", "a `kid` that names one key", &actual, exchange);
    let chosen = named.first().copied().or_else(|| keys.first().filter(|_| single));
    if chosen.is_none_or(|key| !key.contains_key("alg")) {
        probe.leave("RFC7517-4.4-01", Stop::NotApplicable("the key names no algorithm".into()));
    } else if let Some(own) = chosen.and_then(|key| text(key, "alg")) {
        let (expected, actual) = (format!("`alg`: {own}, as the key says"), format!("`alg`: {alg}"));
        // RFC 9864 gives EdDSA on each curve a name of its own: the key may have the one, the token the other.
        let same = own == alg || [own.as_str(), alg.as_str()].iter().all(|name| name.starts_with("Ed"));
        probe.demand(same, "RFC7517-4.4-01", &expected, &actual, exchange);
    }
    if let Err(reason) = of_profile {
        probe.leave("RFC9068-4-01", reason);
    } else if let Some(metadata) = probe.target.metadata.as_ref().filter(|metadata| metadata.is_own) {
        let named = metadata.members.contains_key("jwks_uri");
        probe.demand(named, "RFC9068-4-01", "`jwks_uri` in the metadata", "none", exchange);
    } else {
        probe.leave("RFC9068-4-01", Stop::NotApplicable("no metadata of this issuer was found".into()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Status;
    use crate::testing::*;

    fn server(keys: Value, header: Value) -> Canned {
        canned(move |request| match request.path() {
            "/jwks" => Some(Response::json(200, &json!({"keys": keys}))),
            "/token" => Some(jwt_token(&header, &json!({}))),
            _ => None,
        })
    }

    async fn verdict(keys: Value, header: Value) -> String {
        server(keys, header).verdict(&CHECK).await
    }

    /// What the key does not say was not compared.
    #[tokio::test]
    async fn a_key_without_an_algorithm_is_compared_with_none() {
        for (key, status) in
            [(json!({"kid": "1", "alg": "ES256"}), Status::Met), (json!({"kid": "1"}), Status::NotApplicable)]
        {
            let server = server(json!([key]), json!({"kid": "1", "alg": "ES256"}));
            assert_eq!(server.status(&CHECK, "RFC7517-4.4-01").await, status);
            assert_eq!(server.status(&CHECK, "RFC7515-6-01").await, Status::Met);
            assert_eq!(server.status(&CHECK, "RFC9068-4-01").await, Status::NotApplicable);
        }
    }

    /// Equivalent alternatives may have one name; the algorithm of the token says which is meant (RFC 7517 §4.5).
    #[tokio::test]
    async fn one_name_may_stand_for_keys_of_several_types() {
        let rsa = json!({"kty": "RSA", "kid": "1", "alg": "RS256"});
        let set = |other: Value| json!([rsa, other]);
        let header = || json!({"kid": "1", "alg": "ES256"});
        assert_eq!(verdict(set(json!({"kty": "EC", "kid": "1", "alg": "ES256"})), header()).await, "pass");
        let other = json!({"kty": "EC", "kid": "1", "alg": "ES384"});
        assert_eq!(verdict(set(other), header()).await, "fail must RFC7517-4.4-01");
        assert_eq!(verdict(set(rsa.clone()), json!({"kid": "1", "alg": "RS256"})).await, "fail should RFC7515-6-01");
        assert_eq!(verdict(json!([rsa]), header()).await, "fail must RFC7517-4.4-01");
    }

    /// What the profile wants of metadata, it wants of servers whose tokens follow it.
    #[tokio::test]
    async fn the_metadata_of_the_profile_is_for_its_tokens() {
        for (typ, status) in [("at+jwt", Status::Broken), ("JWT", Status::NotApplicable)] {
            let header = json!({"typ": typ, "kid": "1", "alg": "ES256"});
            let keys = server(json!([{"kid": "1"}]), header);
            let own = canned(move |request| {
                let text = document(&json!({"jwks_uri": null})).to_string().replace("BASE", &base(request));
                let metadata = || Response::json(200, &serde_json::from_str(&text).unwrap());
                if request.path() == WELL_KNOWN { Some(metadata()) } else { keys.reply(request) }
            });
            assert_eq!(own.status(&CHECK, "RFC9068-4-01").await, status, "{typ}");
        }
    }

    #[tokio::test]
    async fn canned_replies() {
        let two = json!([{"kid": "1", "alg": "ES256"}, {"kid": "2"}]);
        assert_eq!(verdict(two.clone(), json!({"kid": "1", "alg": "ES256"})).await, "pass");
        assert_eq!(verdict(two.clone(), json!({"kid": "2", "alg": "PS256"})).await, "pass");
        assert_eq!(verdict(two.clone(), json!({"alg": "ES256"})).await, "fail should RFC7515-6-01");
        assert_eq!(verdict(two.clone(), json!({"kid": "3"})).await, "fail should RFC7515-6-01");
        assert_eq!(verdict(two.clone(), json!({"alg": "HS256"})).await, "skip");
        assert_eq!(verdict(two.clone(), json!({"kid": "1", "alg": "HS256"})).await, "skip");
        assert_eq!(verdict(two, json!({"kid": "1", "alg": "RS256"})).await, "fail must RFC7517-4.4-01");
        assert_eq!(verdict(json!([{"alg": "ES256"}]), json!({"alg": "ES256"})).await, "pass");
        assert_eq!(verdict(json!([{"kid": "1", "alg": "EdDSA"}]), json!({"kid": "1", "alg": "Ed25519"})).await, "pass");
    }
}
