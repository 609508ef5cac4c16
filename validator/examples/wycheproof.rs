//! Prints the vectors of project Wycheproof for public keys as JSON, with what the core decides about each, for the test
//! that has each host check them (`tests/suite/wycheproof.mjs`).

#![expect(clippy::print_stdout, reason = "an example is a program of the tests")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "as in a test")]

#[path = "../tests/support/wycheproof.rs"]
mod sets;
#[path = "../tests/support/mod.rs"]
mod support;

use std::sync::Arc;

use countersign_validator::{
    Algorithm, KeySet, RequiredScopes,
    verify::{self, Step},
};
use serde_json::{Map, Value, json};

use sets::{Group, Vector};
use support::{AUDIENCE, ISSUER, NOW, encode, good_claims, options};

/// What stands in front of the signature, in a token whose one signature is that of a vector.
fn signed(algorithm: Algorithm) -> String {
    let header = json!({"typ": "at+jwt", "alg": algorithm.name()});
    format!("{}.{}", encode(header.to_string()), encode(good_claims().to_string()))
}

/// Each vector under the algorithm of its group, and the first right one under all others too, with whether it verifies. Algorithms
/// for one key differ in parameters, which the vectors of a group have in common; natively the test tries them all.
fn tries(group: &Group) -> impl Iterator<Item = (&Vector, Algorithm, bool)> {
    let first = group.vectors.iter().find(|vector| vector.is_valid).map(|vector| vector.id);
    group.vectors.iter().flat_map(move |vector| {
        let tries = vector.tries(group.algorithm).map(move |(algorithm, verifies)| (vector, algorithm, verifies));
        tries.filter(move |(_, algorithm, _)| Some(*algorithm) == group.algorithm || Some(vector.id) == first)
    })
}

/// `{now, options, signed: {algorithm: text}, groups: [{set, jwk, tries: [{id, algorithm, message, signature, verifies}]}]}`, with all
/// tries for which the core asks a host.
fn main() {
    let public: Vec<Algorithm> = Algorithm::all().filter(|algorithm| !algorithm.is_symmetric()).collect();
    let names: Vec<&str> = public.iter().map(|algorithm| algorithm.name()).collect();
    let options = json!({"issuer": ISSUER, "audience": AUDIENCE, "clockToleranceSeconds": 0, "algorithms": names});
    let policy = Arc::new(options::policy(&options));
    let asks = |keys: &KeySet, algorithm: Algorithm, signature: &str| {
        let token = format!("{}.{signature}", signed(algorithm));
        let step = verify::begin(token.as_bytes(), &policy, keys, &RequiredScopes::none());
        matches!(step, Step::CheckSignature(_))
    };
    let mut groups = Vec::new();
    for (load, sets) in sets::SETS {
        for (set, group) in
            sets.iter().flat_map(|set| sets::read(*load, set).into_iter().map(move |group| (set, group)))
        {
            let Some(jwk) = &group.jwk else { continue };
            let mut shown = Vec::new();
            for (vector, algorithm, verifies) in tries(&group) {
                let (message, signature) = (encode(&vector.message), encode(&vector.signature));
                if asks(&group.keys, algorithm, &signature) {
                    shown.push(json!({
                        "id": vector.id, "algorithm": algorithm.name(), "message": message, "signature": signature,
                        "verifies": verifies,
                    }));
                }
            }
            // A group whose key the core refuses has none.
            if !shown.is_empty() {
                groups.push(json!({"set": set, "jwk": jwk, "tries": shown}));
            }
        }
    }
    let signed: Map<String, Value> =
        public.iter().map(|algorithm| (algorithm.name().to_owned(), signed(*algorithm).into())).collect();
    println!("{}", json!({"now": NOW * 1000, "options": options, "signed": signed, "groups": groups}));
}
