//! From the `Authorization` field to the answer (RFC 6750 §2.1 and §3).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use countersign_validator::{
    Audience, Code, ConfigurationError, Policy, Refusal, RequiredScopes, Scheme,
    bearer::extract,
    challenge::{Challenges, Realm, answer},
    dpop::Fault,
    scope::ScopeSource,
};

#[track_caller]
fn assert_token(field: &[u8], token: &[u8]) {
    assert_eq!(extract(&[field]), Ok(token), "{}", field.escape_ascii());
}

#[track_caller]
fn assert_code(fields: &[&[u8]], code: Code) {
    let refusal = extract(fields).expect_err("a token was taken");
    assert_eq!(refusal.code(), code, "{fields:?}");
}

/// RFC6750-2.1-10, RFC9110-11.1-10, RFC6750-2.1-11.
#[test]
fn the_scheme_has_no_case_and_one_or_more_spaces_follow() {
    for field in
        ["Bearer a.b-c_d~e+f/g==", "bearer a.b-c_d~e+f/g==", "BEARER   a.b-c_d~e+f/g==", " bEaReR a.b-c_d~e+f/g== "]
    {
        assert_token(field.as_bytes(), b"a.b-c_d~e+f/g==");
    }
}

/// RFC6750-2.1-11.
#[test]
fn what_is_no_bearer_syntax_is_a_malformed_request() {
    for field in [
        "Bearer",
        "Bearer ",
        "Bearer\ta",
        "Bearer a b",
        "Bearer a,b",
        "Bearer \"a\"",
        "Bearer a\tb",
        "Bearer a;b",
        "Bearer ä",
        "Bearer a\0",
        "Bearer a realm=\"x\"",
        "Bearer \ta",
        "Bearer,a",
        "bearer:a",
        "Bearer=a",
    ] {
        assert_code(&[field.as_bytes()], Code::MalformedRequest);
    }
    assert_code(&[b"Bearer \xff"], Code::MalformedRequest);
}

/// RFC6750-3-10.
#[test]
fn other_schemes_and_none_are_no_token() {
    assert_code(&[], Code::MissingToken);
    for field in ["", " ", "Basic dXNlcjpwYXNz", "DPoP abc", "Bearerx abc", "Negotiate abc==", ", Basic"] {
        assert_code(&[field.as_bytes()], Code::MissingToken);
    }
}

/// RFC6750-3.1-10, RFC6750-2-10, RFC9449-7.2-11.
#[test]
fn several_credentials_are_refused_whether_joined_or_not() {
    assert_code(&[b"Bearer a", b"Bearer a"], Code::MultipleTokens);
    assert_code(&[b"Basic a", b"Bearer a"], Code::MultipleTokens);
    for field in [
        "Bearer a, Bearer b",
        "Bearer a,bearer b",
        "Bearer a, Basic b",
        "Basic b, Bearer a",
        "DPoP a, Bearer b",
        "Bearer a, DPoP b",
    ] {
        assert_code(&[field.as_bytes()], Code::MultipleTokens);
    }
}

/// HARNESS-R1.
#[test]
fn an_endless_field_is_refused_before_it_is_read() {
    assert_code(
        &["Bearer ".bytes().chain(std::iter::repeat_n(b'a', 70_000)).collect::<Vec<_>>().as_slice()],
        Code::TokenTooLarge,
    );
}

/// The answer, as a client sees it.
fn answered(refusal: &Refusal, scopes: &[&str]) -> (u16, Option<String>) {
    let required = RequiredScopes::all_of(scopes.iter().copied()).unwrap();
    let challenges = Challenges::from(Realm::new("orders").unwrap());
    let answer = answer(refusal, &required, &[Scheme::Bearer], &challenges);
    assert!(answer.challenges.len() <= 1, "one scheme, one challenge");
    (answer.status, answer.challenges.into_iter().next())
}

/// RFC6750-3.1-20, RFC6750-3.1-21, RFC6750-3.1-22, RFC6750-3.1-23, RFC6750-3-21.
#[test]
fn the_challenge_says_what_rfc_6750_lets_it_say() {
    let realm = "Bearer realm=\"orders\"".to_owned();
    assert_eq!(answered(&Refusal::NoToken, &["a"]), (401, Some(realm.clone())), "no error without credentials");
    assert_eq!(
        answered(&Refusal::Expired, &["a"]),
        (401, Some(format!("{realm}, error=\"invalid_token\", error_description=\"the token has expired\"")))
    );
    let missing = Refusal::ScopeMissing { missing: vec!["b".into()], forbidden: Vec::new() };
    assert_eq!(
        answered(&missing, &["a", "b"]),
        (
            403,
            Some(format!(
                "{realm}, error=\"insufficient_scope\", error_description=\"the token does not have the required scope\", scope=\"a b\""
            ))
        )
    );
    assert_eq!(answered(&Refusal::NotBearerSyntax, &[]).0, 400);
    let down = Refusal::KeysUnavailable { retry_after_seconds: 7 };
    let answer = answer(&down, &RequiredScopes::none(), &[Scheme::Bearer], &Challenges::default());
    assert_eq!((answer.status, answer.challenges, answer.retry_after_seconds), (503, Vec::new(), Some(7)));
}

/// One of each kind of cause; the compiler does not list them, so the codes do.
fn causes() -> Vec<Refusal> {
    vec![
        Refusal::NoToken,
        Refusal::NotBearerSyntax,
        Refusal::SeveralCredentials,
        Refusal::TooLarge,
        Refusal::ForeignCharacter,
        Refusal::NotThreeParts,
        Refusal::Encrypted,
        Refusal::NotCanonicalBase64url,
        Refusal::HeaderNotJsonObject,
        Refusal::DuplicateHeaderMember,
        Refusal::ClaimsNotJsonObject,
        Refusal::DuplicateClaim,
        Refusal::HeaderParameterInvalid("alg"),
        Refusal::AlgorithmNotAllowed,
        Refusal::NoArithmetic,
        Refusal::CriticalExtension,
        Refusal::UnsupportedEncoding("b64"),
        Refusal::NestedToken,
        Refusal::WrongType { fitting: None },
        Refusal::WrongType { fitting: Some("jwt") },
        Refusal::OtherKindOfToken,
        Refusal::UnknownIssuer,
        Refusal::NoKey,
        Refusal::UnsuitableKey,
        Refusal::BadSignature,
        Refusal::Expired,
        Refusal::NotYetValid,
        Refusal::IssuedInFuture,
        Refusal::TooOld,
        Refusal::WrongAudience,
        Refusal::ClaimMissing("exp"),
        Refusal::ClaimInvalid("exp"),
        Refusal::BoundToken,
        Refusal::OtherProofKey,
        Refusal::ProofInvalid(Fault::Missing),
        Refusal::NonceDemanded { nonce: "a".into() },
        Refusal::CertificateMismatch,
        Refusal::AuthenticationInsufficient { acr_values: vec!["a".into(), "b".into()], max_age_seconds: Some(5) },
        Refusal::ScopeMissing { missing: vec!["a".into()], forbidden: Vec::new() },
        Refusal::LivesTooLong,
        Refusal::MemoryUnavailable,
        Refusal::KeysUnavailable { retry_after_seconds: 1 },
        Refusal::KeysElsewhere { retry_after_seconds: 1 },
    ]
}

/// RFC6750-3-20, RFC9110-15.5.2-10, RFC6750-3-22, RFC6750-3-23.
#[test]
fn every_answer_is_well_formed() {
    let faults = Fault::ALL.iter().copied().map(Refusal::ProofInvalid);
    for cause in causes().into_iter().chain(faults) {
        let (status, challenge) = answered(&cause, &["a", "b"]);
        assert_eq!(challenge.is_some(), [400, 401, 403].contains(&status), "{cause:?}");
        let Some(challenge) = challenge else { continue };
        let parameters = challenge.strip_prefix("Bearer ").unwrap();
        let mut names = Vec::new();
        for parameter in parameters.split("\", ") {
            let (name, value) = parameter.split_once("=\"").unwrap();
            let value = value.trim_end_matches('"');
            assert!(value.bytes().all(|byte| matches!(byte, 0x20 | 0x21 | 0x23..=0x5b | 0x5d..=0x7e)), "{challenge}");
            names.push(name);
        }
        let mut unique = names.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), names.len(), "{challenge}");
        assert_eq!(names.contains(&"error"), cause.code().error().is_some());
    }
}

#[test]
fn every_code_of_a_verdict_has_a_cause() {
    let codes: Vec<Code> = causes().iter().map(Refusal::code).collect();
    for code in Code::ALL {
        let elsewhere = matches!(code, Code::InvalidConfiguration | Code::InternalError);
        assert!(elsewhere || codes.contains(code), "{code}: add its cause to this test");
    }
}

#[test]
fn configured_text_cannot_break_out_of_a_challenge() {
    for realm in ["a\"b", "a\\b", "a\r\nSet-Cookie: x", "ä"] {
        assert_eq!(Realm::new(realm).unwrap_err().option(), "realm");
    }
    for scope in ["", "a b", "a\"", "a\\", "a\n", "ä"] {
        assert_eq!(RequiredScopes::all_of([scope]).unwrap_err().option(), "scopes");
    }
}

/// RFC7519-4.1.4-21, RFC8725-3.1-11, RFC8725-3.9-20.
#[test]
fn a_wrong_configuration_names_its_option() {
    let option = |result: Result<Policy, ConfigurationError>| result.unwrap_err().option().to_owned();
    assert_eq!(option(Policy::new("", ["x"])), "issuer");
    assert_eq!(option(Policy::new("x", [""])), "audience");
    assert_eq!(option(Policy::new("x", Audience::AnyOf(Vec::new()))), "audience");
    assert_eq!(option(support::policy().with_algorithms(Vec::new())), "algorithms");
    assert_eq!(option(support::policy().with_tolerance_seconds(301)), "clockToleranceSeconds");
    assert!(support::policy().with_tolerance_seconds(300).is_ok());
    assert_eq!(option(support::policy().with_max_token_bytes(0)), "maxTokenBytes");
    assert_eq!(option(support::policy().with_max_token_bytes(65_537)), "maxTokenBytes");
    assert!(support::policy().with_max_token_bytes(65_536).is_ok());
}

#[test]
fn a_challenge_lists_one_sufficient_set() {
    let challenge = |json: &str| {
        let required = RequiredScopes::from_json(json).unwrap();
        let refusal = Refusal::ScopeMissing { missing: Vec::new(), forbidden: Vec::new() };
        answer(&refusal, &required, &[Scheme::Bearer], &Challenges::default()).challenges.into_iter().next().unwrap()
    };
    assert!(challenge(r#"["a", {"anyOf": ["b", "c"]}, {"not": "d"}]"#).ends_with(r#"scope="a b""#));
    assert!(!challenge(r#"{"not": "d"}"#).contains("scope=\""));
}

#[test]
fn what_is_no_requirement_is_named() {
    let deep = format!("{}\"a\"{}", "[".repeat(9), "]".repeat(9));
    let wide = format!("[{}\"a\"]", "\"a\",".repeat(1024));
    for json in [
        "",
        "1",
        "null",
        "{}",
        r#"{"allOf": "a"}"#,
        r#"{"oneOf": ["a"]}"#,
        r#"{"anyOf": []}"#,
        r#"{"allOf": [], "not": "a"}"#,
        r#"["a b"]"#,
        &deep,
        &wide,
    ] {
        assert_eq!(RequiredScopes::from_json(json).unwrap_err().option(), "scopes", "{json}");
    }
    assert!(RequiredScopes::from_json(&deep[2..deep.len() - 2]).is_ok());
}

#[test]
fn a_path_to_scopes_has_names() {
    for path in ["", ".", "a.", "a..b", "a.b.c.d.e.f.g.h.i"] {
        assert_eq!(ScopeSource::at(path).unwrap_err().option(), "scopeClaims", "{path}");
    }
    assert_eq!(support::policy().with_scope_sources(Vec::new()).unwrap_err().option(), "scopeClaims");
}
