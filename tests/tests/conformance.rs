//! The command against a real authorization server: npm `oidc-provider`.

use countersign_tests::authorization::AuthorizationServer;
use countersign_tests::node::Node;
use countersign_tests::{Error, Result, conformance};
use serde_json::{Value, json};

/// A finding that is right, with the reason why it is.
struct Justified {
    check: &'static str,
    /// Document and section.
    source: &'static str,
    /// What was sent and what came back, in our words.
    because: &'static str,
}

/// Every finding of the run. One that is not here fails the test, and one that no longer occurs does too.
const FINDINGS: &[Justified] = &[
    Justified {
        check: "success/cache-headers",
        source: "RFC 6749 §5.1",
        because: "A response with a token has to carry `Pragma: no-cache` beside `Cache-Control: no-store`; the 200 of the \
                  token endpoint carries only the second. OAuth 2.1 drops the demand, so the finding is of low severity.",
    },
    Justified {
        check: "scope/unknown",
        source: "RFC 6749 §3.3 and §5.1",
        because: "A request for a scope that does not exist gets 200 with a token and no `scope`, which says that the scope \
                  asked for was granted; the token has no such scope. Refusing with `invalid_scope`, or naming what was \
                  granted, would be right.",
    },
    Justified {
        check: "metadata/caching",
        source: "RFC 9111 §4.2.2",
        because: "The metadata document and the key set are answered 200 with neither `Cache-Control` nor `ETag`, so that \
                  every cache guesses how long they are fresh. No text forbids it: the finding is a note.",
    },
    Justified {
        check: "client-authentication/scheme-case",
        source: "RFC 9110 §11.4",
        because: "One or more spaces stand between the scheme and the credentials; `Basic` with two gets 400 \
                  `invalid_request`, though the credentials are right. `basic` and `BASIC` get a token. A warning.",
    },
    Justified {
        check: "client-authentication/repeated",
        source: "RFC 9110 §5.3",
        because: "Two lines of `Authorization`, of which the second names a client that does not exist, get 200 with a \
                  token, and the other way round 401: Node keeps the first line and drops the second without a word. A \
                  gateway that reads the last one sees another client. `client_secret` twice is refused rightly.",
    },
    Justified {
        check: "dpop/malformed",
        source: "RFC 9449 §4.3 and §5",
        because: "An empty `DPoP` field is there and is no well-formed JWT, which is `invalid_dpop_proof`; it is taken for \
                  none, and a client that wanted a bound token gets 200 with a bearer token. Junk is refused rightly.",
    },
    Justified {
        check: "client-authentication/no-grant",
        source: "RFC 6749 §5.2",
        because: "An authenticated client that is registered for another grant only gets 400 `invalid_request`; the code for \
                  this very case is `unauthorized_client`. No token is issued.",
    },
];

/// What a run says of each check, without what changes from run to run.
fn verdicts(run: &Value) -> Value {
    let verdict = |check: &Value| {
        json!({
            "id": check["id"], "outcome": check["outcome"], "level": check["level"], "severity": check["severity"],
            "reason": check["reason"], "expected": check["finding"]["expected"],
        })
    };
    json!({
        "profiles": run["profiles"],
        "checks": run["checks"].as_array().into_iter().flatten().map(verdict).collect::<Vec<_>>(),
    })
}

#[test]
fn oidc_provider_is_judged_rightly() -> Result<()> {
    let node = Node::find()?;
    AuthorizationServer::install(&node, &|_| ())?;
    let server = AuthorizationServer::start(&node)?;
    let folder = tempfile::tempdir().map_err(|error| Error::new(format!("no folder ({error})"), "make room"))?;
    let command = conformance::build()?;
    let finished = conformance::check(&command, folder.path(), &server, &["--seed", "7", "--format", "json"])?;
    let run = conformance::report(&finished)?;
    assert_eq!(finished.status, Some(1), "a statement at level must is broken\n{}", finished.stderr);

    let failed: Vec<&str> = run["checks"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|check| check["outcome"] == "fail")
        .filter_map(|check| check["id"].as_str())
        .collect();
    let justified: Vec<&str> = FINDINGS.iter().map(|finding| finding.check).collect();
    assert_eq!(failed, justified, "each finding needs its justification, and each justification its finding");
    for finding in FINDINGS {
        assert!(finding.source.starts_with("RFC ") && finding.because.len() > 80, "{}", finding.check);
    }
    let secret = server.secret();
    assert!(!finished.stdout.contains(secret) && !finished.stderr.contains(secret), "the secret was shown");

    let text = serde_json::to_string_pretty(&verdicts(&run)).unwrap_or_default();
    insta::assert_snapshot!("oidc-provider", text);
    Ok(())
}
