//! The table.

use super::Decision::{Alike, ByProfile, Unjudged};
use super::{Disagreement, Ruling, Worth};
use crate::target::Profile;

/// Every row. A test runs the checks of each under every profile.
pub const DISAGREEMENTS: &[Disagreement] = &[
    Disagreement {
        about: "Several ways to authenticate in one request",
        documents: &[
            ("RFC 6749 §5.2", "`invalid_request`"),
            ("RFC 7521 §4.2.1", "`invalid_client`, when an assertion takes part"),
        ],
        decision: Alike("either code is right", &["RFC6749-2.3-01", "RFC7521-4.2-01"]),
    },
    Disagreement {
        about: "Repeated parameters",
        documents: &[
            ("RFC 6749 §3.2", "never"),
            ("RFC 8707 §2", "`resource` may stand twice"),
            ("OAuth 2.1 §3.2", "never, of the parameters that are defined"),
        ],
        decision: Alike(
            "refused, except `resource`; of unknown names nothing is demanded",
            &["RFC6749-3.2-11", "RFC6749-3.2-22", "RFC8707-2-01"],
        ),
    },
    Disagreement {
        about: "Secrets by Basic or in the body",
        documents: &[
            ("RFC 6749 §2.3.1", "Basic must work, the body may"),
            ("OAuth 2.1 §2.4.1", "the body must work, Basic may"),
        ],
        decision: ByProfile(&[
            Ruling {
                statement: "RFC6749-2.3.1-03",
                under: &[(Profile::Oauth21, Worth::Unjudged)],
                otherwise: Worth::Counts,
            },
            Ruling {
                statement: "OA21-2.4.1-01",
                under: &[(Profile::Oauth21, Worth::Counts)],
                otherwise: Worth::Unjudged,
            },
        ]),
    },
    Disagreement {
        about: "`Pragma: no-cache` with a token",
        documents: &[
            ("RFC 6749 §5.1", "must be there"),
            ("RFC 9111 §5.4", "deprecated, and without meaning in a response"),
            ("OAuth 2.1 §3.2.3", "gone"),
        ],
        decision: ByProfile(&[Ruling {
            statement: "RFC6749-5.1-17",
            under: &[(Profile::Oauth21, Worth::Unjudged), (Profile::Rfc6749, Worth::Counts)],
            otherwise: Worth::Note,
        }]),
    },
    Disagreement {
        about: "`scope` of an answer that grants what was asked for",
        documents: &[("RFC 6749 §5.1", "optional"), ("OAuth 2.1 §3.2.3", "recommended")],
        decision: ByProfile(&[Ruling {
            statement: "OA21-3.2.3-01",
            under: &[(Profile::Oauth21, Worth::Counts)],
            otherwise: Worth::Unjudged,
        }]),
    },
    Disagreement {
        about: "Members without a value",
        documents: &[("RFC 6749 §5.1", "silent"), ("OAuth 2.1 appendix C.3", "left out, not null")],
        decision: ByProfile(&[Ruling {
            statement: "OA21-C.3-01",
            under: &[(Profile::Oauth21, Worth::Counts)],
            otherwise: Worth::Note,
        }]),
    },
    Disagreement {
        about: "401 to a request without an Authorization field",
        documents: &[
            ("RFC 6749 §5.2", "400 or 401"),
            ("RFC 9110 §11.6.1", "whatever was sent, a 401 carries a challenge"),
        ],
        decision: Alike(
            "either status is right; the challenge is demanded where Basic was used",
            &["RFC6749-4.4.2-02", "RFC6749-5.2-02", "RFC9110-11.6.1-01"],
        ),
    },
    Disagreement {
        about: "`aud` of client assertions",
        documents: &[("RFC 7523 §3", "the token endpoint may stand there"), ("draft 7523bis §4", "the issuer alone")],
        decision: ByProfile(&[Ruling {
            statement: "RFC7523BIS-4-01",
            under: &[(Profile::Bis7523, Worth::Counts)],
            otherwise: Worth::Note,
        }]),
    },
    Disagreement {
        about: "`jti` of client assertions",
        documents: &[("RFC 7523 §3", "may be there"), ("OpenID Connect Core §9", "must be there")],
        decision: Unjudged("it binds the client; each assertion of ours has one of its own"),
    },
    Disagreement {
        about: "`response_types_supported` of a server without a grant that redirects",
        documents: &[("RFC 8414 §2", "must be there"), ("RFC 8414 §3.2", "an empty array must not")],
        decision: Alike(
            "left out or empty, it is a warning; with such a grant, a violation",
            &["RFC8414-2-32", "RFC8414-3.2-02"],
        ),
    },
    Disagreement {
        about: "Algorithms that everybody must have",
        documents: &[
            ("RFC 7519 §8", "HS256 and `none`"),
            ("RFC 9068 §2.1", "RS256, and never `none`"),
            ("RFC 8725 §3.2", "current ones alone"),
        ],
        decision: Alike(
            "`none` is a violation, a shared secret a warning",
            &["RFC9068-2.1-01", "RFC9068-2.1-04", "RFC8725-3.2-01"],
        ),
    },
    Disagreement {
        about: "A JWT that does not claim to be of RFC 9068",
        documents: &[
            ("RFC 6749 §1.4", "the format is the server's own"),
            ("RFC 9068 §2.1", "every token of the profile names its type"),
        ],
        decision: ByProfile(&[Ruling {
            statement: "RFC9068-2.1-02",
            under: &[(Profile::Rfc9068, Worth::Counts)],
            otherwise: Worth::Unjudged,
        }]),
    },
    Disagreement {
        about: "The letters of `typ`",
        documents: &[
            ("RFC 9068 §2.1", "at+jwt"),
            ("RFC 9068, its example", "at+JWT"),
            ("RFC 7515 §4.1.9", "a media type, so in any letters"),
        ],
        decision: Alike("any letters are right", &["RFC9068-2.1-02"]),
    },
    Disagreement {
        about: "A token in the URI of a resource",
        documents: &[
            ("RFC 6750 §2.3", "may be taken"),
            ("OAuth 2.1 §5.1", "must be ignored"),
            ("RFC 9700 §4.3.2", "must not be sent"),
        ],
        decision: Unjudged("a live token in a URI stands in every log on the way"),
    },
    Disagreement {
        about: "`no-store` with errors",
        documents: &[
            ("RFC 6749 §5.1", "where tokens, credentials or other secrets are"),
            ("RFC 6749 §5.2", "its example has it"),
        ],
        decision: Alike("without it, a note: an example demands nothing", &["RFC6749-5.2-27"]),
    },
    Disagreement {
        about: "Redirects",
        documents: &[
            ("RFC 6749 §1.7", "any method will do"),
            ("RFC 9700 §4.12", "no 307 where credentials travel"),
            ("OAuth 2.1 §1.6", "no 307 where credentials travel"),
        ],
        decision: Alike("none at a token endpoint, which answers itself", &["RFC6749-5.1-01"]),
    },
    Disagreement {
        about: "An empty `bearer_methods_supported`",
        documents: &[("RFC 9728 §2", "says that there is none"), ("RFC 9728 §3.2", "must be left out")],
        decision: Unjudged("it stands in the metadata of a resource server, which no check reads"),
    },
];
