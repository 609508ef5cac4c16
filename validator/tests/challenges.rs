//! Challenges, read back by a parser of RFC 9110 §11.6.1 that knows nothing of how they are written.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

#[path = "../fuzz/src/challenge_reader.rs"]
mod challenge_reader;

use challenge_reader::{Parameters, parse};
use countersign_validator::{
    Algorithm, Code, Policy, Refusal, RequiredAuthentication, RequiredScopes, ResourceServer, Scheme, bearer,
    challenge::{Answer, Challenges, Realm, answer},
    dpop::{Dpop, Fault},
    key_source::KeySource,
};
use proptest::{collection::vec, option, prelude::*};

/// Each value alone, and all of them joined into one, mean the same.
#[track_caller]
fn read(answer: &Answer) -> Vec<(String, Parameters)> {
    let each: Vec<_> = answer.challenges.iter().flat_map(|value| parse(value).expect(value)).collect();
    assert_eq!(each.len(), answer.challenges.len(), "one challenge a value");
    if !each.is_empty() {
        assert_eq!(parse(&answer.challenges.join(", ")).unwrap(), each);
    }
    each
}

fn dpop_policy() -> Policy {
    let algorithms = [Algorithm::Es256, Algorithm::EdDsa];
    support::policy().with_dpop(Dpop::default().with_algorithms(algorithms).unwrap())
}

#[test]
fn the_parser_of_this_test_refuses_what_is_no_challenge() {
    for text in
        ["", "Bearer", "Bearer ", "Bearer a", "Bearer a=\"b", "Bearer a=\"b\" c", "Bearer a=\"b\", A=\"c\"", "a=\"b\""]
    {
        assert_eq!(parse(text), None, "{text}");
    }
    assert_eq!(parse(r#"A b="c\"d", E f="g""#).unwrap().len(), 2);
}

/// RFC9449-7.1-20: without a token both challenges stand there, the one with `algs`, and no error on either.
/// RFC6750-3-20, RFC6750-3-21, RFC6750-3.1-20, RFC9110-15.5.2-10, RFC9110-11.5-10 hold for it too.
#[test]
fn without_a_token_every_scheme_is_offered_and_nothing_is_blamed() {
    let server = ResourceServer::new(
        dpop_policy(),
        KeySource::discovered(&dpop_policy()).unwrap(),
        Realm::new("orders").unwrap(),
    );
    let answer = server.answer_to(&bearer::schemes_used(&[]), &Refusal::NoToken, &RequiredScopes::none());
    assert_eq!(answer.status, 401);
    assert_eq!(answer.challenges, ["Bearer realm=\"orders\"", "DPoP realm=\"orders\", algs=\"ES256 EdDSA\""]);
}

/// `Authorization` fields, refusal, status, and whether the challenges of `Bearer` and `DPoP` carry the error.
type Row<'a> = (&'a [&'a [u8]], Refusal, u16, [bool; 2]);

/// RFC9449-7.1-20, RFC9449-7.2-11: the error stands on the challenge of the scheme that was used; on all where several were.
#[test]
fn the_error_stands_where_it_was_made() {
    let challenges = Challenges::default().for_policy(&dpop_policy());
    let cases: [Row<'_>; 9] = [
        (&[b"Bearer x"], Refusal::Expired, 401, [true, false]),
        (&[b"bearer"], Refusal::NotBearerSyntax, 400, [true, false]),
        (&[b"DPoP x"], Refusal::Expired, 401, [false, true]),
        (&[b"dpop x"], Refusal::ProofInvalid(Fault::Missing), 401, [false, true]),
        (&[b"DPoP x"], Refusal::ScopeMissing { missing: vec!["a".into()], forbidden: Vec::new() }, 403, [false, true]),
        (&[b"Bearer x", b"DPoP y"], Refusal::SeveralCredentials, 400, [true, true]),
        (&[b"DPoP y, Bearer x"], Refusal::SeveralCredentials, 400, [true, true]),
        (&[b"Bearer x", b"Bearer y"], Refusal::SeveralCredentials, 400, [true, false]),
        (&[b"Basic x", b"Basic y"], Refusal::SeveralCredentials, 400, [true, true]),
    ];
    for (fields, refusal, status, errors) in cases {
        let answer = answer(&refusal, &RequiredScopes::none(), &bearer::schemes_used(fields), &challenges);
        let read = read(&answer);
        assert_eq!(answer.status, status);
        assert_eq!(read.iter().map(|(scheme, _)| scheme.as_str()).collect::<Vec<_>>(), ["Bearer", "DPoP"]);
        let carries = |at: usize| read[at].1.contains_key("error") && read[at].1.contains_key("error_description");
        assert_eq!([carries(0), carries(1)], errors, "{refusal:?}");
        assert!(read[1].1.contains_key("algs") && !read[0].1.contains_key("algs"));
    }
}

/// RFC6750-3.1-21, RFC6750-3.1-22, RFC6750-3.1-23, RFC9068-4-20: which status goes with which error. What is wrong with
/// the request is 400, what is wrong with the token or its proof is 401, and 403 is for good tokens only.
#[test]
fn status_and_error_belong_together() {
    for code in Code::ALL {
        let belongs = match code.error() {
            None => matches!((code.status(), *code), (401, Code::MissingToken) | (500 | 503, _)),
            Some("invalid_request") => code.status() == 400,
            Some("insufficient_scope") => code.status() == 403,
            Some("invalid_token" | "invalid_dpop_proof" | "use_dpop_nonce" | "insufficient_user_authentication") => {
                code.status() == 401
            }
            Some(_) => false,
        };
        assert!(belongs, "{code}: {} {:?}", code.status(), code.error());
    }
    // The codes that have an error of their own; every other failure of a check of RFC 9068 is `invalid_token`.
    let own = |code: &&Code| code.status() == 401 && !matches!(code.error(), Some("invalid_token") | None);
    let own: Vec<&Code> = Code::ALL.iter().filter(own).collect();
    assert_eq!(own, [&Code::InvalidDpopProof, &Code::UseDpopNonce, &Code::InsufficientUserAuthentication]);
}

/// RFC 9449 §7.1: where DPoP is required no other scheme is offered, and the error of another one still has its place.
#[test]
fn required_dpop_is_the_only_challenge() {
    let policy = support::policy().with_dpop(Dpop::default().required());
    let challenges = Challenges::default().for_policy(&policy);
    for (refusal, used, error) in [
        (Refusal::NoToken, &[][..], None),
        (Refusal::ClaimMissing("cnf"), &[Scheme::Bearer], Some("invalid_token")),
        (Refusal::BoundToken, &[Scheme::Bearer], Some("invalid_token")),
        (Refusal::Expired, &[Scheme::Dpop], Some("invalid_token")),
    ] {
        let read = read(&answer(&refusal, &RequiredScopes::none(), used, &challenges));
        assert_eq!(read.iter().map(|(scheme, _)| scheme.as_str()).collect::<Vec<_>>(), ["DPoP"], "{refusal:?}");
        assert_eq!(read[0].1.get("error").map(String::as_str), error, "{refusal:?}");
    }
}

/// HARNESS-R2: what is not the client's fault is no challenge.
#[test]
fn an_outage_is_no_challenge() {
    let challenges = Challenges::default().for_policy(&dpop_policy());
    let down = Refusal::KeysUnavailable { retry_after_seconds: 7 };
    let answer = answer(&down, &RequiredScopes::none(), &[Scheme::Bearer], &challenges);
    assert_eq!((answer.status, answer.challenges.len(), answer.retry_after_seconds), (503, 0, Some(7)));
}

/// RFC9728-5.1-10: the metadata is named in every challenge, and only an https URL can be.
#[test]
fn challenges_name_the_metadata() {
    let url = "https://api.example.com/.well-known/oauth-protected-resource";
    let challenges = Challenges::default().for_policy(&dpop_policy()).with_resource_metadata(url).unwrap();
    for refusal in [Refusal::NoToken, Refusal::Expired] {
        for (scheme, parameters) in read(&answer(&refusal, &RequiredScopes::none(), &[Scheme::Bearer], &challenges)) {
            assert_eq!(parameters["resource_metadata"], url, "{scheme}");
        }
    }
    for bad in [
        "http://api.example.com/x",
        "/x",
        "",
        "https://api.example.com/\"",
        "https://api.example.com/x#y",
        "https://a\r\n",
    ] {
        assert_eq!(
            Challenges::default().with_resource_metadata(bad).unwrap_err().option(),
            "resourceMetadata",
            "{bad}"
        );
    }
}

proptest! {
    /// RFC6750-3-22, RFC6750-3-23, RFC6750-3-30: whatever text is configured, either it is refused, or it comes back as it
    /// was; no parameter stands twice; no octet breaks out.
    #[test]
    fn configured_text_makes_the_round_trip(
        realm in prop_oneof!["[ -~]{0,20}", ".{0,20}"],
        scopes in vec(prop_oneof!["[!-~]{1,10}", ".{0,10}"], 0..4),
        acr_values in vec(prop_oneof!["[!-~]{1,10}", ".{0,10}"], 0..4),
        max_age in option::of(any::<u32>()),
        metadata in prop_oneof!["https://[a-z.]{1,10}/[!-~]{0,10}", ".{0,20}"],
        cause in 0_usize..5,
        dpop in any::<bool>(),
    ) {
        let legal = |text: &str| !text.bytes().any(|byte| !(0x20..0x7f).contains(&byte) || byte == b'"' || byte == b'\\');
        let is_word = |text: &String| !text.is_empty() && legal(text) && !text.contains(' ');
        prop_assert_eq!(Realm::new(realm.clone()).is_ok(), legal(&realm));
        prop_assert_eq!(RequiredScopes::all_of(scopes.clone()).is_ok(), scopes.iter().all(is_word));
        let demands = !acr_values.is_empty() || max_age.is_some();
        let authentication = RequiredAuthentication::new(acr_values.clone(), max_age);
        prop_assert_eq!(authentication.is_ok(), demands && acr_values.iter().all(is_word));
        let (Ok(configured), Ok(required)) = (Realm::new(realm.clone()), RequiredScopes::all_of(scopes.clone())) else {
            return Ok(());
        };
        let policy = if dpop { dpop_policy() } else { support::policy() };
        let mut challenges = Challenges::from(configured).for_policy(&policy);
        let named = challenges.clone().with_resource_metadata(metadata.clone());
        let is_named = named.is_ok();
        prop_assert!(!is_named || legal(&metadata));
        challenges = named.unwrap_or(challenges);
        let refusal = match cause {
            0 => Refusal::NoToken,
            1 => Refusal::Expired,
            2 => Refusal::ScopeMissing { missing: scopes.clone(), forbidden: Vec::new() },
            3 if authentication.is_ok() => {
                Refusal::AuthenticationInsufficient { acr_values: acr_values.clone(), max_age_seconds: max_age }
            }
            _ => Refusal::NotBearerSyntax,
        };
        let answer = answer(&refusal, &required, &[Scheme::Bearer], &challenges);
        let read = read(&answer);
        prop_assert_eq!(read.len(), if dpop { 2 } else { 1 });
        for (scheme, parameters) in &read {
            prop_assert_eq!(&parameters["realm"], &realm);
            prop_assert_eq!(parameters.get("resource_metadata"), is_named.then_some(&metadata));
            prop_assert_eq!(parameters.contains_key("algs"), scheme == "DPoP");
        }
        let bearer = &read[0].1;
        prop_assert_eq!(bearer.get("error").map(String::as_str), refusal.code().error());
        let scope = (refusal.code() == Code::InsufficientScope && !scopes.is_empty()).then(|| scopes.join(" "));
        prop_assert_eq!(bearer.get("scope"), scope.as_ref());
        if matches!(refusal, Refusal::AuthenticationInsufficient { .. }) {
            let values = (!acr_values.is_empty()).then(|| acr_values.join(" "));
            prop_assert_eq!(bearer.get("acr_values"), values.as_ref());
            prop_assert_eq!(bearer.get("max_age").cloned(), max_age.map(|age| age.to_string()));
        }
    }
}
