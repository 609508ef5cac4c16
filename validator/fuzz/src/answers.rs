//! Challenges, read back by a reader that knows nothing of how they are written; and the requirements that they name.

use countersign_validator::{
    Policy, Refusal, RequiredScopes, Scheme,
    challenge::{Challenges, Realm, answer as answer_to},
    dpop::Fault,
};

use super::{
    challenge_reader,
    common::{lines, other_reader, policy},
};

/// A requirement of scopes as JSON: written again by another writer, it is the same.
pub fn requirement(data: &[u8]) {
    let Some(required) = core::str::from_utf8(data).ok().and_then(|text| RequiredScopes::from_json(text).ok()) else {
        return;
    };
    let again = other_reader(data).expect("a requirement has no numbers").to_string();
    assert_eq!(RequiredScopes::from_json(&again).as_ref(), Ok(&required));
}

/// Realm, URL of the metadata and requirement, a line each, in every kind of answer.
pub fn answer(data: &[u8]) {
    let [realm, url, required] = lines(data).map(|line: &[u8]| core::str::from_utf8(line).unwrap_or_default());
    let required = RequiredScopes::from_json(required).unwrap_or_default();
    let Ok(checked) = Realm::new(realm) else { return };
    let mut challenges = Challenges::from(checked);
    let mut expected_url = None;
    if let Ok(named) = challenges.clone().with_resource_metadata(url) {
        (challenges, expected_url) = (named, Some(url));
    }
    let bearer_only = Policy::clone(&policy());
    for challenges in [challenges.clone(), challenges.for_policy(&bearer_only)] {
        for refusal in refusals() {
            for used in [&[][..], &[Scheme::Bearer], &[Scheme::Dpop]] {
                let answer = answer_to(&refusal, &required, used, &challenges);
                for text in &answer.challenges {
                    assert!(text.bytes().all(|byte| matches!(byte, 0x20..=0x7e)), "a field value is printable ASCII");
                    let read = challenge_reader::parse(text).expect("a challenge can be read");
                    let [(_, parameters)] = &read[..] else { panic!("one challenge a value") };
                    assert_eq!(parameters["realm"], realm);
                    assert_eq!(parameters.get("resource_metadata").map(String::as_str), expected_url);
                    assert!(!parameters.get("scope").is_some_and(|scope| scope.is_empty()), "an empty scope is none");
                }
            }
        }
    }
}

fn refusals() -> [Refusal; 7] {
    [
        Refusal::NoToken,
        Refusal::NotBearerSyntax,
        Refusal::Expired,
        Refusal::ClaimMissing("sub"),
        Refusal::ProofInvalid(Fault::Missing),
        Refusal::ScopeMissing { missing: vec!["a".to_owned()], forbidden: Vec::new() },
        Refusal::AuthenticationInsufficient { acr_values: vec!["gold".to_owned()], max_age_seconds: Some(1) },
    ]
}
