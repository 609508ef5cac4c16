//! The published keys are public, told apart, and marked for their use.
//!
//! **Sent.** A GET of the JWK Set.
//!
//! **Demanded.** Every key has `kty`; no key has a private part or is a shared secret; no two of a type have one
//! `kid`; `use` and `key_ops` agree; where keys for encryption stand beside keys for signatures, each has its `use`
//! (RFC 7517 §4 and §9.2, RFC 8414 §2).
//!
//! **Why it matters.** Resource servers pick keys from this set by these members alone.
//!
//! **The attack.** A private part in the set lets everybody issue tokens.
//!
//! **How servers went wrong.** A key exported whole; all keys named `1`; keys for encryption without a mark.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "keys/set",
    source: include_str!("set.rs"),
    statements: &["RFC7517-4.1-01", "RFC7517-9.2-01", "RFC7517-4.5-01", "RFC7517-4.3-01", "RFC8414-2-35"],
    needs: &[Need::Jwks],
    faults: &[
        document_fault!("/jwks", "private", "publishes its private key", |object| {
            edit_keys(object, |key| _ = key.insert("d".into(), "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI".into()));
        }),
        document_fault!("/jwks", "shared", "publishes a shared secret", |object| {
            if let Some(keys) = object.get_mut("keys").and_then(Value::as_array_mut) {
                keys.push(json!({"kty": "oct", "k": "c2VjcmV0"}));
            }
        }),
        document_fault!("/jwks", "no-kty", "publishes a key without a type", |object| {
            if let Some(keys) = object.get_mut("keys").and_then(Value::as_array_mut) {
                keys.push(json!({"kid": "2"}));
            }
        }),
        Fault::warning(
            "same-kid",
            "gives two keys one name",
            Deviation::Answers(|request, response| {
                if request.path() == "/jwks" {
                    response.edit_object(|object| {
                        if let Some(keys) = object.get_mut("keys").and_then(Value::as_array_mut) {
                            keys.extend(keys.first().cloned());
                        }
                    });
                }
            }),
        ),
        document_fault!("/jwks", "contradiction", "marks a key for signatures and for encryption", |object| {
            edit_keys(object, |key| _ = key.insert("key_ops".into(), json!(["encrypt"])));
        }),
    ],
    run: |probe| Box::pin(run(probe)),
};

use super::keys;
use std::collections::BTreeSet;

/// For faults: changes the first key of a set.
fn edit_keys(set: &mut Map<String, Value>, edit: fn(&mut Map<String, Value>)) {
    let first = set.get_mut("keys").and_then(Value::as_array_mut).and_then(|keys| keys.first_mut());
    if let Some(key) = first.and_then(Value::as_object_mut) {
        edit(key);
    }
}

/// Members that only private and shared keys have (RFC 7518 §6, RFC 8037 §2, and `priv` of the newer algorithms).
const PRIVATE: [&str; 9] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let (keys, exchange) = keys(probe).await?;
    let text = |key: &Map<String, Value>, name: &str| key.get(name).and_then(Value::as_str).map(str::to_owned);
    let mut names = BTreeSet::new();
    for key in &keys {
        let kty = text(key, "kty");
        probe.demand(kty.is_some(), "RFC7517-4.1-01", "`kty` in every key", "a key without it", exchange);
        let private = PRIVATE.iter().find(|name| key.contains_key(**name));
        let actual = private.map_or("a shared secret".into(), |name| format!("a key with `{name}`"));
        let public = private.is_none() && kty.as_deref() != Some("oct");
        probe.demand(public, "RFC7517-9.2-01", "public keys alone", &actual, exchange);
        if let Some(name) = text(key, "kid") {
            let actual = format!("two keys named {name}");
            // Keys of different types may be equivalent alternatives of one name.
            probe.demand(names.insert((kty, name)), "RFC7517-4.5-01", "a `kid` for each key", &actual, exchange);
        }
        let operations = strings(key, "key_ops").unwrap_or_default();
        let distinct = operations.iter().collect::<BTreeSet<_>>().len() == operations.len();
        let fits = match text(key, "use").as_deref() {
            Some("sig") => operations.iter().all(|name| ["sign", "verify"].contains(name)),
            Some("enc") => operations.iter().all(|name| !["sign", "verify"].contains(name)),
            _ => true,
        };
        let actual = format!("`key_ops`: {}", operations.join(", "));
        probe.demand(fits && distinct, "RFC7517-4.3-01", "`key_ops` that agree with `use`", &actual, exchange);
    }
    let encrypts = keys.iter().any(|key| text(key, "use").as_deref() == Some("enc"));
    let marked = keys.iter().all(|key| key.contains_key("use"));
    probe.demand(!encrypts || marked, "RFC8414-2-35", "`use` in every key", "a key without it", exchange);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    const POINT: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";

    fn key(extra: Value) -> Value {
        let mut key = json!({
            "kty": "EC", "crv": "P-256", "x": POINT, "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", "kid": "1"
        });
        key.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        key.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        key
    }

    #[tokio::test]
    async fn canned_replies() {
        for (keys, verdict) in [
            (json!([key(json!({}))]), "pass"),
            (
                json!([key(json!({"use": "sig", "key_ops": ["verify"]})), key(json!({"kid": "2", "use": "enc"}))]),
                "pass",
            ),
            (json!([key(json!({"kid": null})), key(json!({"kid": null}))]), "pass"),
            (json!([key(json!({})), {"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "1"}]), "pass"),
            (json!([key(json!({"d": "AA"}))]), "fail must RFC7517-9.2-01"),
            (json!([{"kty": "oct"}]), "fail must RFC7517-9.2-01"),
            (json!([key(json!({"kty": null}))]), "fail must RFC7517-4.1-01"),
            (json!([key(json!({})), key(json!({}))]), "fail should RFC7517-4.5-01"),
            (json!([key(json!({"key_ops": ["verify", "verify"]}))]), "fail must RFC7517-4.3-01"),
            (json!([key(json!({"use": "sig", "key_ops": ["encrypt"]}))]), "fail must RFC7517-4.3-01"),
            (json!([key(json!({})), key(json!({"kid": "2", "use": "enc"}))]), "fail must RFC8414-2-35"),
        ] {
            assert_eq!(verdict_on_document(&CHECK, "/jwks", &json!({"keys": keys})).await, verdict, "{keys}");
        }
    }

    #[tokio::test]
    async fn without_a_set_there_is_no_verdict() {
        assert_eq!(canned(|_| None).verdict(&CHECK).await, "inconclusive");
    }
}
