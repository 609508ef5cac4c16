//! npm `oauth2-mock-server`, as it comes. It is made to be lenient; what is found here is what a team would not learn of its
//! clients from tests against it.

use super::{Explained, Justified, Verdict, judge};
use countersign_tests::Result;
use countersign_tests::real_server::OAUTH2_MOCK_SERVER;

const VERDICT: Verdict = Verdict {
    findings: &[
        Justified {
            check: "scope/unknown",
            statement: "RFC6749-5.2-30",
            source: "RFC 6749 §5.2",
            because: "A scope that nobody has gets 200 with a token that has it: `scope` is copied from the request into \
                      the claim and the answer. It is `invalid_scope`, or is left out.",
        },
        Justified {
            check: "grant-type/unsupported",
            statement: "RFC6749-5.2-11",
            source: "RFC 6749 §5.2",
            because: "A grant type that nobody knows gets 400 `invalid_grant`, the code for a code or refresh token that is \
                      not good; the one for this is `unsupported_grant_type`.",
        },
        Justified {
            check: "token/audience",
            statement: "RFC6750-5.3-02",
            source: "RFC 6750 §5.3",
            because: "Neither the token nor its introspection, which says `active` and nothing else, names an audience; a \
                      bearer token should be good for one. A warning.",
        },
        Justified {
            check: "token/audience",
            statement: "RFC8725-3.9-01",
            source: "RFC 8725 §3.9",
            because: "The token is a JWT without `aud`, unless the request names one in a parameter `aud` of the server's own: \
                      an API cannot tell whether the token is for it.",
        },
        Justified {
            check: "metadata/document",
            statement: "RFC8414-3-01",
            source: "RFC 8414 §3",
            because: "`/.well-known/oauth-authorization-server` gets 404; the document stands only where OpenID has it. A \
                      client by RFC 8414 does not find it. A warning, as the server says nothing of RFC 8414.",
        },
        Justified {
            check: "metadata/advice",
            statement: "RFC9700-2.5-01",
            source: "RFC 9700 §2.5",
            because: "`token_endpoint_auth_methods_supported` is `none`, and so no method with a private key is there. The \
                      practice is not among the profiles of the run: a note.",
        },
        Justified {
            check: "metadata/advice",
            statement: "RFC9700-2.2.1-01",
            source: "RFC 9700 §2.2.1",
            because: "The metadata announces neither DPoP nor certificate-bound tokens, which the server does not have. A \
                      note, as the practice is not among the profiles of the run.",
        },
        Justified {
            check: "introspection/live",
            statement: "HARNESS-17",
            source: "engineering rule",
            because: "The introspection of a live token gets 200 without `Cache-Control`, though what it says may be wrong a \
                      moment later, when the token is revoked (RFC 7662 §4). A warning of low severity.",
        },
        Justified {
            check: "introspection/unknown",
            statement: "RFC7662-2.2-12",
            source: "RFC 7662 §2.2",
            because: "Random text and a JWT of another issuer get 200 with `active: true`: the handler does not look at the \
                      token. What the server did not issue is not active.",
        },
        Justified {
            check: "revocation/refused",
            statement: "RFC7009-2.1-02",
            source: "RFC 7009 §2.1",
            because: "A revocation without `token` gets 200 and no body: the handler does not look at the request. The \
                      parameter is required, and a request without it is `invalid_request` (§2.2.1).",
        },
        Justified {
            check: "parameters/media-type",
            statement: "RFC6749-4.4.2-01",
            source: "RFC 6749 §4.4.2",
            because: "The parameters as JSON get 200 with a token, because the application reads JSON bodies for all of its \
                      paths. A token request is a form. XML, plain text and other types are refused. A warning.",
        },
        Justified {
            check: "parameters/content-fields",
            statement: "RFC9110-8.4-01",
            source: "RFC 9110 §8.4",
            because: "A `Content-Encoding` that nobody knows gets 500 `server_error`: the parser's 415 is caught and made one. \
                      A refusal of the 4xx is right, and a server error says that the client may try again. A note.",
        },
        Justified {
            check: "parameters/empty",
            statement: "RFC6749-3.2-21",
            source: "RFC 6749 §3.2",
            because: "Without `scope` the answer has none; with `scope=` it has `scope` of no letters, and so has the claim. A \
                      parameter without a value has to be treated as if it were not there, and a scope has a letter (§3.3).",
        },
        Justified {
            check: "parameters/large",
            statement: "RFC9110-15.5.14-01",
            source: "RFC 9110 §15.5.14",
            because: "Thousands of parameters get 500 `server_error`: the parser's 413 is caught and made one, as its 415 is. \
                      A note, as a server may refuse what is too large.",
        },
        Justified {
            check: "grant-type/others",
            statement: "RFC6749-5.2-13",
            source: "RFC 6749 §5.2",
            because: "An authorization code, a refresh token and a password that nobody has, and none at all, get 200 with an \
                      access token, an ID token and a refresh token: only the name of the grant is read. What was not \
                      issued is `invalid_grant`, what is missing `invalid_request`.",
        },
        Justified {
            check: "cors/origins",
            statement: "RFC9700-2.6-03",
            source: "RFC 9700 §2.6",
            because: "The authorization endpoint answers with `Access-Control-Allow-Origin: *`, as all paths do. Browsers are \
                      sent there and no script has to read it. A note, as the practice is not among the profiles of the run.",
        },
        Justified {
            check: "token/altered",
            statement: "RFC6749-10.3-03",
            source: "RFC 6749 §10.3",
            because: "A token with another signature, another payload or the algorithm `none` gets 200 at `/userinfo`, which \
                      answers whoever asks. What accepts a token has to notice that it was altered.",
        },
        Justified {
            check: "client-authentication/missing",
            statement: "RFC6749-4.4.2-02",
            source: "RFC 6749 §4.4.2",
            because: "The request that works, without any credentials, gets 200 with a token. The server has to authenticate \
                      the client, which is the only party in this grant; this one says in its metadata that it does not.",
        },
    ],
    causes: &[
        Explained {
            cause: "no-client-authentication",
            because: "The handler of the token endpoint reads `grant_type` and `scope`, and neither `Authorization` nor \
                      `client_id` nor `client_secret`; those of introspection and revocation read nothing. Whatever is \
                      demanded of credentials cannot hold: wrong, missing, malformed, doubled, of another client.",
            symptoms: &[
                "introspection/authorization",
                "revocation/refused",
                "client-authentication/malformed-basic",
                "client-authentication/base64",
                "client-authentication/empty-secret",
                "client-authentication/announced",
                "client-authentication/two-identities",
                "client-authentication/strange-ids",
                "client-authentication/unknown-scheme",
                "client-authentication/repeated",
                "robustness/any-request",
                "client-authentication/missing",
                "client-authentication/two-methods",
                "client-authentication/unknown-client",
                "client-authentication/no-grant",
                "client-authentication/public-client",
                "client-authentication/in-uri",
                "client-authentication/wrong-secret",
                "client-authentication/body",
                "client-authentication/reserved-in-body",
                "client-authentication/control-characters",
            ],
        },
        Explained {
            cause: "unknown-grant-type",
            because: "Every value for which the handler has no branch is `invalid_grant`: the empty one, near misses of \
                      `client_credentials`, and what is no name at all.",
            symptoms: &["grant-type/empty", "grant-type/exact"],
        },
        Explained {
            cause: "any-scope",
            because: "What is copied is not looked at: neither whether this client may have it, nor whether it is a scope by \
                      the grammar of RFC 6749 §3.3.",
            symptoms: &["scope/reserved", "scope/characters"],
        },
        Explained {
            cause: "every-token-active",
            because: "The handler answers `active: true` to whatever is sent: to altered tokens, to a request without a token, \
                      and to a token that was revoked a moment before, which is all that can be seen of revocation.",
            symptoms: &[
                "introspection/unknown",
                "introspection/parameters",
                "revocation/effect",
                "robustness/life-of-tokens",
                "token/altered",
            ],
        },
    ],
};

#[test]
fn oauth2_mock_server_is_judged_rightly() -> Result<()> {
    judge(&OAUTH2_MOCK_SERVER, &VERDICT)
}
