//! Servers that are unusual and right: no check may fail on them.

use super::Deviation;
use super::fault::{grants, refusals};
use crate::wire::{Framing, Request};
use serde_json::json;

/// A server that is unusual and right.
#[derive(Debug, Clone, Copy)]
pub struct Oddity {
    /// Its name.
    pub name: &'static str,
    /// What it does, and where that is allowed.
    pub says: &'static str,
    /// The difference from the usual server.
    pub deviation: Deviation,
}

/// The ten that the harness is held to.
pub const ODDITIES: [Oddity; 10] = [
    Oddity {
        name: "status-400-for-body-credentials",
        says: "without an Authorization field a failed authentication is a 400 (RFC 6749 §5.2)",
        deviation: Deviation::Answers(|request, response| {
            refusals(request, response, |response| {
                if response.status == 401 && request.fields.get("Authorization").is_none() {
                    response.status = 400;
                    response.fields.remove("WWW-Authenticate");
                }
            });
        }),
    },
    Oddity {
        name: "no-expires-in",
        says: "the lifetime is documented elsewhere (RFC 6749 §5.1)",
        deviation: Deviation::Answers(|request, response| {
            grants(request, response, |response| response.edit_object(|object| _ = object.remove("expires_in")));
        }),
    },
    Oddity {
        name: "opaque-tokens",
        says: "a token is any string (RFC 6749 §1.4)",
        deviation: Deviation::Sets(|settings| settings.opaque_tokens = true),
    },
    Oddity {
        name: "lower-case-bearer",
        says: "the token type is compared without case (RFC 6749 §5.1)",
        deviation: Deviation::Answers(|request, response| {
            grants(request, response, |response| {
                response.edit_object(|object| _ = object.insert("token_type".into(), "bearer".into()));
            });
        }),
    },
    Oddity {
        name: "extra-members",
        says: "clients ignore what they do not know (RFC 6749 §5.1)",
        deviation: Deviation::Answers(|request, response| {
            if request.path() == "/token" {
                response.edit_object(|object| {
                    object.insert("ext_expires_in".into(), json!(7200));
                    object.insert("not-before-policy".into(), json!({"level": [1, 2]}));
                });
            }
        }),
    },
    Oddity {
        name: "charset-suffix",
        says: "a media type may carry parameters (RFC 9110 §8.3.1)",
        deviation: Deviation::Answers(|_, response| {
            if let Some(value) = response.fields.get("Content-Type").map(|value| format!("{value}; Charset=\"UTF-8\""))
            {
                response.fields.set("Content-Type", value);
            }
        }),
    },
    Oddity {
        name: "scope-omitted",
        says: "`scope` is left out when it is what was asked for (RFC 6749 §5.1)",
        deviation: Deviation::Answers(|request, response| {
            grants(request, response, |response| {
                let asked = request.form().get("scope").map(sorted);
                response.edit_object(|object| {
                    if object.get("scope").and_then(|scope| scope.as_str()).map(sorted) == asked {
                        object.remove("scope");
                    }
                });
            });
        }),
    },
    Oddity {
        name: "chunked-bodies",
        says: "content may come in chunks (RFC 9112 §7.1)",
        deviation: Deviation::Answers(|_, response| response.framing = Framing::Chunked),
    },
    Oddity {
        name: "method-not-allowed-with-allow",
        says: "another method is a 405 without JSON, with Allow (RFC 9110 §15.5.6)",
        deviation: Deviation::Answers(|request: &Request, response| {
            if request.path() == "/token" && request.method != "POST" {
                response.status = 405;
                response.body = b"<h1>Method Not Allowed</h1>".to_vec();
                response.fields.set("Content-Type", "text/html");
                response.fields.set("Allow", "OPTIONS, POST");
            }
        }),
    },
    Oddity {
        name: "strict-rate-limit",
        says: "more than four requests a second are a 429 with Retry-After (RFC 6585 §4)",
        deviation: Deviation::Sets(|settings| settings.requests_per_second = Some(4)),
    },
];

fn sorted(scope: &str) -> Vec<String> {
    let mut tokens: Vec<_> = scope.split(' ').map(str::to_owned).collect();
    tokens.sort();
    tokens
}
