//! The policies, and the verdict of the native core on every token.

use std::{collections::BTreeMap, sync::Arc};

use countersign_validator::{
    Algorithm, KeySet, Policy, RequiredScopes,
    verify::{self, Step},
};
use serde_json::{Map, Value, json};

use crate::{
    forge::Case,
    keys,
    signer::{ALGORITHMS, Keys},
    support::{AUDIENCE, ISSUER, NOW, now, options},
    torsion,
};

/// Beside the issuer: options of the npm package that differ from [`defaults`]. The last two have key sets of their own.
fn policies() -> [(&'static str, Value); 7] {
    [
        (crate::forge::STRICT, json!({})),
        ("tolerant", json!({"clockToleranceSeconds": 5})),
        ("aged", json!({"maxAgeSeconds": 60})),
        ("jwt", json!({"profile": "jwt"})),
        ("several", json!({"audience": [AUDIENCE, "urn:example:api"], "algorithms": ["ES256"]})),
        (ODD_KEYS, json!({})),
        (torsion::POLICY, json!({})),
    ]
}

pub const ODD_KEYS: &str = "odd keys";

fn defaults() -> Map<String, Value> {
    let names = ALGORITHMS.map(|(name, _)| name);
    let options = json!({"issuer": ISSUER, "audience": AUDIENCE, "clockToleranceSeconds": 0, "algorithms": names});
    options.as_object().unwrap().clone()
}

struct Setting {
    options: Value,
    jwks: Value,
    policy: Arc<Policy>,
    keys: KeySet,
}

fn setting(name: &str, options: Value, keys: &Keys) -> Setting {
    let mut all = defaults();
    all.extend(options.as_object().unwrap().clone());
    let options = Value::Object(all);
    let jwks = match name {
        ODD_KEYS => keys::odd(keys),
        torsion::POLICY => torsion::jwks(),
        _ => keys::plain(keys),
    };
    Setting {
        policy: Arc::new(options::policy(&options)),
        keys: KeySet::from_json(jwks.to_string().as_bytes()).unwrap(),
        options,
        jwks,
    }
}

/// The verdict, and the algorithm of the signature that it needed, if it came so far.
fn judge(token: &str, setting: &Setting) -> (&'static str, Option<Algorithm>) {
    let required = RequiredScopes::none();
    let mut step = verify::begin(token.as_bytes(), &setting.policy, &setting.keys, &required);
    let mut asked = None;
    loop {
        step = match step {
            Step::CheckSignature(pending) => {
                asked = Some(pending.algorithm());
                let valid = pending.check_signature();
                pending.finish(valid, now())
            }
            Step::Verdict(verdict) => {
                return (verdict.map_or_else(|refusal| refusal.code().as_str(), |_| "accepted"), asked);
            }
            Step::Remember(_) => panic!("no token here is bound"),
        };
    }
}

/// `{now, policies: {name: {options, jwks}}, cases: [{class, detail, policy, token, asks, expected}]}`: `asks` is the
/// algorithm of the signature that decides, if the decision comes so far.
pub fn as_json(cases: &[Case]) -> Value {
    let keys = Keys::new();
    let settings: BTreeMap<&str, Setting> =
        policies().into_iter().map(|(name, options)| (name, setting(name, options, &keys))).collect();
    let judged: Vec<Value> = cases
        .iter()
        .map(|case| {
            let Case { class, detail, policy, token } = case;
            let (expected, asked) = judge(token, &settings[policy]);
            let asks = asked.map(Algorithm::name);
            json!({"class": class, "detail": detail, "policy": policy, "token": token, "asks": asks, "expected": expected})
        })
        .collect();
    let policies: Map<String, Value> = settings
        .into_iter()
        .map(|(name, setting)| (name.to_owned(), json!({"options": setting.options, "jwks": setting.jwks})))
        .collect();
    json!({"now": NOW * 1000, "policies": policies, "cases": judged})
}
