//! PyPI django-oauth-toolkit, on Django's own server.

use super::{Explained, Justified, Verdict, judge};
use countersign_tests::Result;
use countersign_tests::real_server::DJANGO_OAUTH_TOOLKIT;

const VERDICT: Verdict = Verdict {
    findings: &[
        Justified {
            check: "parameters/repeated-scope",
            statement: "RFC6749-3.2-22",
            source: "RFC 6749 §3.2",
            because: "`scope=orders:read&scope=orders:write` gets 200 with a token of the last: Django hands on the last value \
                      before oauthlib, which refuses repetition, sees any. It is `invalid_request` (§5.2). A warning, since \
                      not to repeat it is the client's duty.",
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
            because: "`grant_type=password&grant_type=client_credentials` gets 200 with a token: Django's last value wins, \
                      where both are `invalid_request`; with a grant type last that nobody has it is \
                      `unsupported_grant_type`. The same value twice gets a token too, which is a warning.",
        },
        Justified {
            check: "errors/characters",
            statement: "RFC6749-5.2-24",
            source: "RFC 6749 §5.2",
            because: "`resource` with quotes, a backslash and an accented letter gets 400 `invalid_target` with all of them in \
                      `error_description`, which may hold only ASCII without quotes and backslashes: the message quotes the \
                      refused value as it came.",
        },
        Justified {
            check: "metadata/advice",
            statement: "RFC9700-2.5-01",
            source: "RFC 9700 §2.5",
            because: "The metadata lists `client_secret_post` and `client_secret_basic`, no method with a private key, which \
                      the product does not have. The practice is not among the profiles of the run: a note.",
        },
        Justified {
            check: "metadata/advice",
            statement: "RFC9700-2.2.1-01",
            source: "RFC 9700 §2.2.1",
            because: "The metadata announces neither DPoP nor certificate-bound tokens, which the product does not have: \
                      whoever holds a token can use it. A note, as the practice is not among the profiles of the run.",
        },
        Justified {
            check: "metadata/caching",
            statement: "HARNESS-20",
            source: "engineering rule",
            because: "The metadata document is answered 200 with neither `Cache-Control` nor `ETag`, so that every cache \
                      guesses how long it is fresh (RFC 9111 §4.2.2). No text forbids it: a note.",
        },
        Justified {
            check: "introspection/live",
            statement: "HARNESS-17",
            source: "engineering rule",
            because: "The introspection of a live token gets 200 without `Cache-Control`, though what it says may be wrong a \
                      moment later, when the token is revoked (RFC 7662 §4). A warning of low severity.",
        },
        Justified {
            check: "introspection/post-only",
            statement: "RFC7662-4-13",
            source: "RFC 7662 §4",
            because: "`GET` with the token in the query gets 200 with `active`: the view has a method for it on purpose. The \
                      token then stands in every log on the way, which is why a server may refuse GET. A note.",
        },
        Justified {
            check: "client-authentication/scheme-case",
            statement: "RFC9110-11.1-01",
            source: "RFC 9110 §11.1",
            because: "The good credentials behind `basic` and `BASIC` get 401 `invalid_client`, behind `Basic` a token: \
                      the scheme is compared letter by letter, and its case must not matter.",
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
            because: "Basic credentials of one client with the `client_id` of another in the body get 400 `server_error`: \
                      oauthlib notices the discrepancy, and takes it for its own mistake. The request is refused, but as \
                      `invalid_request` (§5.2) it would tell the client whose mistake it is. A warning.",
        },
        Justified {
            check: "client-authentication/repeated",
            statement: "RFC6749-3.2-06",
            source: "RFC 6749 §3.2",
            because: "`client_secret` twice, a wrong one before the right one, gets 200 with a token: Django's last value \
                      counts. A parameter must not be repeated, and two secrets that differ are `invalid_request`. Twice the \
                      right one gets a token too, which is a warning.",
        },
        Justified {
            check: "client-authentication/repeated",
            statement: "RFC9110-5.3-01",
            source: "RFC 9110 §5.3",
            because: "Two lines of `Authorization`, the second of a client that does not exist, get 200 with a token: \
                      Django's server joins them with a comma, and the decoder stops at the padding of the first. A gateway \
                      that reads the last one sees another client.",
        },
        Justified {
            check: "parameters/empty",
            statement: "RFC6749-3.2-21",
            source: "RFC 6749 §3.2",
            because: "Without `scope` the request gets a token of both scopes, with `scope=` 400 `invalid_scope`: a parameter \
                      without a value has to be treated as if it were not there.",
        },
        Justified {
            check: "grant-type/others",
            statement: "RFC6749-5.2-13",
            source: "RFC 6749 §5.2",
            because: "The device grant without a `device_code` gets 500 and a page, because the view looks it up without \
                      asking whether it is there; with a code that nobody issued, 404 and the code `device_not_found`, \
                      which is in no registry. Both are 400, `invalid_request` and `invalid_grant` (RFC 8628 §3.5).",
        },
        Justified {
            check: "grant-type/others",
            statement: "RFC9700-2.4-01",
            source: "RFC 9700 §2.4",
            because: "A password that is nobody's gets 400 `invalid_grant`, not `unauthorized_client` or \
                      `unsupported_grant_type`: the grant is alive, and asked even for a client of another one. A note, as \
                      the practice is not among the profiles of the run.",
        },
        Justified {
            check: "method/case",
            statement: "RFC9110-9.1-01",
            source: "RFC 9110 §9.1",
            because: "The request with the method `post` gets 200 with a token: Django writes methods in capitals and views \
                      in small letters before it compares. Methods are told apart by case. A warning of low severity.",
        },
        Justified {
            check: "robustness/any-request",
            statement: "HARNESS-04",
            source: "engineering rule",
            because: "`resource=A` gets 400 `invalid_target` with the media type `text/html`: the body is the JSON that RFC \
                      6749 §5.2 asks for, and its field says that it is a page. Errors of oauthlib have the right one; this \
                      one is the product's own.",
        },
        Justified {
            check: "scope/characters",
            statement: "RFC6749-3.3-06",
            source: "RFC 6749 §3.3",
            because: "`scope=orders:read` with a tab or a line break behind it gets 200 with a token of `orders:read`: Python's \
                      `split` takes any white space for the space between scopes. Both characters are outside of the \
                      grammar, and such a request is `invalid_scope`.",
        },
        Justified {
            check: "parameters/chunked",
            statement: "RFC9112-6-01",
            source: "RFC 9112 §6",
            because: "The request that works, with its body in chunks, gets 400 `unsupported_grant_type`: Django's own server \
                      reads as many octets as `Content-Length` says, and there is none. Every server of HTTP/1.1 has to read \
                      chunks (§7.1). It is the server's fault and not the product's, and it is this server that is tested.",
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
            statement: "RFC6749-5.2-01",
            source: "RFC 6749 §5.2",
            because: "Basic credentials of nobody get 401 with `WWW-Authenticate: Bearer`: the challenge has to be of the \
                      scheme that the client used, and a bearer token would not help it here.",
        },
        Justified {
            check: "client-authentication/public-client",
            statement: "RFC6749-4.4-01",
            source: "RFC 6749 §4.4",
            because: "`client_id` alone of a client that is registered as public, without a secret as it should be, gets 200 \
                      with a token: the secret that is not there is compared with the empty one, and nobody asks what kind \
                      of client it is. This grant is for confidential clients alone.",
        },
        Justified {
            check: "expiry/protected-resource",
            statement: "RFC7519-4.1.4-02",
            source: "RFC 7519 §4.1.4",
            because: "The token is refused after its end, as it must be, but with 403 where RFC 6750 §3.1 wants 401 and \
                      `invalid_token`: a client that sees 403 does not know that another token would help. A warning.",
        },
    ],
    causes: &[
        Explained {
            cause: "missing-grant-type",
            because: "oauthlib takes the handler of the grant type, and one for unsupported grants where there is none of that \
                      name. An empty `grant_type`, one in capitals, an empty body and a body that is no form are all of them \
                      requests without it, and are answered so.",
            symptoms: &["grant-type/empty", "parameters/media-type", "parameters/names", "errors/empty-body"],
        },
        Explained {
            cause: "RFC6749-5.2-24",
            because: "The message of `invalid_target` quotes whatever `resource` was sent, and generated requests send quotes, \
                      backslashes and letters beyond ASCII in it too.",
            symptoms: &["robustness/any-request"],
        },
        Explained {
            cause: "RFC6749-5.2-01",
            because: "oauthlib writes a bearer challenge with every `invalid_client`, whoever failed and how, so that a \
                      wrong secret of a client that exists gets it too.",
            symptoms: &["client-authentication/wrong-secret"],
        },
    ],
};

#[test]
fn django_oauth_toolkit_is_judged_rightly() -> Result<()> {
    judge(&DJANGO_OAUTH_TOOLKIT, &VERDICT)
}
