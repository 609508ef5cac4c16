//! npm `oidc-provider`.

use super::{Justified, Verdict, judge};
use countersign_tests::Result;
use countersign_tests::real_server::OIDC_PROVIDER;

const VERDICT: Verdict = Verdict {
    findings: &[
        Justified {
            check: "success/cache-headers",
            statement: "RFC6749-5.1-17",
            source: "RFC 6749 §5.1",
            because: "A response with a token has to carry `Pragma: no-cache` beside `Cache-Control: no-store`; the 200 of \
                      the token endpoint carries only the second. OAuth 2.1 drops the demand, so the finding is of low \
                      severity.",
        },
        Justified {
            check: "scope/unknown",
            statement: "RFC6749-3.3-02",
            source: "RFC 6749 §3.3",
            because: "A request for a scope that does not exist gets 200 with a token and no `scope`, which says that the \
                      scope asked for was granted; the token has no such scope. Refusing with `invalid_scope`, or naming \
                      what was granted, would be right.",
        },
        Justified {
            check: "metadata/caching",
            statement: "HARNESS-20",
            source: "engineering rule",
            because: "The metadata document and the key set are answered 200 with neither `Cache-Control` nor `ETag`, so \
                      that every cache guesses how long they are fresh (RFC 9111 §4.2.2). No text forbids it: a note.",
        },
        Justified {
            check: "client-authentication/scheme-case",
            statement: "RFC9110-11.4-01",
            source: "RFC 9110 §11.4",
            because: "One or more spaces stand between the scheme and the credentials; `Basic` with two gets 400 \
                      `invalid_request`, though the credentials are right. `basic` and `BASIC` get a token. A warning.",
        },
        Justified {
            check: "client-authentication/repeated",
            statement: "RFC9110-5.3-01",
            source: "RFC 9110 §5.3",
            because: "Two lines of `Authorization`, of which the second names a client that does not exist, get 200 with a \
                      token, and the other way round 401: Node keeps the first line and drops the second without a word. A \
                      gateway that reads the last one sees another client. `client_secret` twice is refused rightly.",
        },
        Justified {
            check: "dpop/malformed",
            statement: "RFC9449-4.3-02",
            source: "RFC 9449 §4.3",
            because: "An empty `DPoP` field is there and is no well-formed JWT, which is `invalid_dpop_proof`; it is taken \
                      for none, and a client that wanted a bound token gets 200 with a bearer token. Junk is refused rightly.",
        },
        Justified {
            check: "dpop/lenient",
            statement: "RFC9449-4.3-09",
            source: "RFC 9449 §4.3",
            because: "A proof for `/%74oken` is refused, though `%74` is the letter t and means the same (RFC 3986 §6.2.2.2): \
                      the address is compared as the URL parser leaves it, which undoes no escapes. A warning; capitals in \
                      scheme and host, and a query, are taken.",
        },
        Justified {
            check: "client-authentication/no-grant",
            statement: "RFC6749-5.2-12",
            source: "RFC 6749 §5.2",
            because: "An authenticated client that is registered for another grant only gets 400 `invalid_request`; the code \
                      for this very case is `unauthorized_client`. No token is issued.",
        },
    ],
    causes: &[],
};

#[test]
fn oidc_provider_is_judged_rightly() -> Result<()> {
    judge(&OIDC_PROVIDER, &VERDICT)
}
