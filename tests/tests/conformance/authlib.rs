//! PyPI Authlib in Flask.

use super::{Explained, Justified, Verdict, judge};
use countersign_tests::Result;
use countersign_tests::real_server::AUTHLIB;

const VERDICT: Verdict = Verdict {
    findings: &[
        Justified {
            check: "parameters/repeated-scope",
            statement: "RFC6749-3.2-22",
            source: "RFC 6749 §3.2",
            because: "`scope=orders:read&scope=orders:write` gets 200 with a token of the first: Authlib reads the first value \
                      that Flask has. A parameter that is repeated is `invalid_request` (§5.2). A warning, since not to \
                      repeat it is the client's duty.",
        },
        Justified {
            check: "grant-type/missing",
            statement: "RFC6749-5.2-10",
            source: "RFC 6749 §5.2",
            because: "The request that works, without `grant_type`, gets 400 `unsupported_grant_type`; a required parameter \
                      that is missing is `invalid_request`. It is refused all the same, hence a warning.",
        },
        Justified {
            check: "grant-type/repeated",
            statement: "RFC6749-3.2-11",
            source: "RFC 6749 §3.2",
            because: "`grant_type=client_credentials&grant_type=password` gets 200 with a token, in the other order 400 \
                      `unsupported_grant_type`: the first value wins, where both are `invalid_request`. The same value twice \
                      gets a token too, which is a warning. Authlib refuses repetition at its authorization endpoint only.",
        },
        Justified {
            check: "metadata/advice",
            statement: "RFC9700-2.5-01",
            source: "RFC 9700 §2.5",
            because: "The metadata lists `client_secret_basic` and `client_secret_post`, no method with a private key, which \
                      is what our server offers. The best current practice is not among the profiles of the run: a note.",
        },
        Justified {
            check: "metadata/advice",
            statement: "RFC9700-2.2.1-01",
            source: "RFC 9700 §2.2.1",
            because: "The metadata announces neither DPoP nor certificate-bound tokens, which Authlib does not have: whoever \
                      holds a token can use it. A note, as the practice is not among the profiles of the run.",
        },
        Justified {
            check: "metadata/caching",
            statement: "HARNESS-20",
            source: "engineering rule",
            because: "The metadata document and the key set are answered 200 with neither `Cache-Control` nor `ETag`, so \
                      that every cache guesses how long they are fresh (RFC 9111 §4.2.2). No text forbids it: a note.",
        },
        Justified {
            check: "introspection/parameters",
            statement: "RFC7662-2.1-03",
            source: "RFC 7662 §2.1",
            because: "A live token with `token_type_hint=refresh_token` gets `active: false`, and with a hint that nobody \
                      registered 401 `unsupported_token_type`. A hint that does not help has to widen the search; the \
                      endpoint for JWTs looks at none that is not called an access token (`rfc9068/introspection.py`).",
        },
        Justified {
            check: "client-authentication/malformed-basic",
            statement: "RFC7617-2-03",
            source: "RFC 7617 §2",
            because: "`Authorization: Basic` with an empty text behind it, and with base64 of octets that are no UTF-8, get 500 and \
                      a page of Flask: neither the missing part nor the decoding error is caught \
                      (`extract_basic_authorization`). 401 `invalid_client` or 400 `invalid_request` would be right.",
        },
        Justified {
            check: "client-authentication/base64",
            statement: "RFC4648-3.3-01",
            source: "RFC 4648 §3.3",
            because: "The good credentials with `!` or a space put into their base64 get 200 with a token: Python's decoder \
                      skips what is no base64 unless it is told to validate. The secret was right, hence a note.",
        },
        Justified {
            check: "client-authentication/two-identities",
            statement: "RFC6749-2.3-02",
            source: "RFC 6749 §2.3",
            because: "Basic credentials of one client with the `client_id` of another, of nobody, and with the whole \
                      credentials of another in the body get 200 with a token: the first method that works ends the \
                      search, and nobody compares. A log that names the id of the body names the wrong client.",
        },
        Justified {
            check: "client-authentication/repeated",
            statement: "RFC6749-3.2-06",
            source: "RFC 6749 §3.2",
            because: "`client_secret` twice, the right one before a wrong one, gets 200 with a token: the first one counts. A \
                      parameter must not be repeated, and two secrets that differ are `invalid_request`. Twice the right \
                      one gets a token too, which is a warning.",
        },
        Justified {
            check: "client-authentication/repeated",
            statement: "RFC9110-5.3-01",
            source: "RFC 9110 §5.3",
            because: "Two lines of `Authorization`, the second of a client that does not exist, get 200 with a token: \
                      Werkzeug joins them with a comma, and the decoder stops at the padding of the first. A gateway that \
                      reads the last one sees another client.",
        },
        Justified {
            check: "parameters/in-query",
            statement: "RFC6749-3.2-03",
            source: "RFC 6749 §3.2",
            because: "`grant_type` in the query and the rest in the body gets 200 with a token: Authlib reads Flask's `values`, \
                      which are both. Parameters of a token request belong into the body. A warning.",
        },
        Justified {
            check: "method/case",
            statement: "RFC9110-9.1-01",
            source: "RFC 9110 §9.1",
            because: "The request with the method `post` gets 200 with a token: Werkzeug writes methods in capitals before it \
                      looks for the route. Methods are told apart by case. A warning of low severity.",
        },
        Justified {
            check: "scope/characters",
            statement: "RFC6749-3.3-06",
            source: "RFC 6749 §3.3",
            because: "`scope=orders:read` with a tab or a line break behind it gets 200 with a token of `orders:read`: Python's \
                      `split` takes any white space for the space between scopes. Both characters are outside of the \
                      grammar, and such a request is `invalid_scope`. A quote, a backslash and wide spaces are refused.",
        },
        Justified {
            check: "client-authentication/form-encoded-basic",
            statement: "RFC6749-2.3.1-06",
            source: "RFC 6749 §2.3.1",
            because: "Id and secret with a space and other reserved characters, encoded as a form and then by base64, get 401 \
                      `invalid_client`; with `%20` in the place of `+` they get a token. Authlib decodes percent signs and \
                      leaves plus signs, which in a form are spaces (appendix B).",
        },
        Justified {
            check: "client-authentication/two-methods",
            statement: "RFC6749-2.3-01",
            source: "RFC 6749 §2.3",
            because: "The credentials by Basic and once more in the body get 200 with a token, and the body is not looked at. \
                      A server should refuse it as `invalid_request` (§5.2); the duty is the client's, hence a warning.",
        },
        Justified {
            check: "client-authentication/unknown-client",
            statement: "RFC7617-2-02",
            source: "RFC 7617 §2",
            because: "Basic credentials of nobody get 401 with `WWW-Authenticate: Basic error=..., error_description=...`: the \
                      parameters are those of a bearer challenge, and `realm`, which Basic requires, is not there.",
        },
        Justified {
            check: "client-authentication/indistinguishable",
            statement: "HARNESS-02",
            source: "engineering rule",
            because: "An id that nobody has and a wrong secret both get 401 `invalid_client`, but with other descriptions, of \
                      which one says that the client does not exist: ids can be guessed one by one. A note.",
        },
    ],
    causes: &[
        Explained {
            cause: "missing-grant-type",
            because: "Without a `grant_type` no grant fits, and what fits no grant is `unsupported_grant_type` \
                      (`get_token_grant`). An empty one, one in capitals, an empty body and a body that is no form are all \
                      of them requests without it, and are answered so.",
            symptoms: &["grant-type/empty", "parameters/media-type", "parameters/names", "errors/empty-body"],
        },
        Explained {
            cause: "RFC7617-2-02",
            because: "One function writes the challenge of every refused client (`InvalidClientError.get_headers`), so that \
                      a wrong secret of a client that exists gets it without a realm too.",
            symptoms: &["client-authentication/wrong-secret"],
        },
    ],
};

#[test]
fn authlib_is_judged_rightly() -> Result<()> {
    judge(&AUTHLIB, &VERDICT)
}
