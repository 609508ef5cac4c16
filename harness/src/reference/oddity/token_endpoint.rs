//! What is unusual and right at the token endpoint itself.

use super::Oddity;
use crate::reference::ExcessiveScopes;
use crate::reference::fault::{grants, refusals};
use crate::reference::{Deviation, Nonces};
use crate::wire::{Form, Framing, Request, Response};
use serde_json::json;
use std::time::Duration;

pub(super) const ODDITIES: &[Oddity] = &[
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
                let lower = response.text("token_type").unwrap_or_default().to_ascii_lowercase();
                response.edit_object(|object| _ = object.insert("token_type".into(), lower.into()));
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
        name: "http-1.0",
        says: "it answers in HTTP/1.0, and the end of the connection is the end of the content (RFC 9112 §6.3)",
        deviation: Deviation::Answers(|_, response| response.framing = Framing::Closed),
    },
    Oddity {
        name: "slow-answers",
        says: "every answer takes two seconds",
        deviation: Deviation::Sets(|settings| settings.delay = Duration::from_secs(2)),
    },
    Oddity {
        name: "challenge-with-every-refusal",
        says: "every refusal has a challenge, and one of a failed authentication is a 401 (RFC 6749 §5.2)",
        deviation: Deviation::Answers(|request, response| {
            refusals(request, response, |response| {
                response.fields.set("WWW-Authenticate", "Basic realm=\"token endpoint\", charset=\"UTF-8\"");
            });
        }),
    },
    Oddity {
        name: "invalid-client-without-a-client",
        says: "who names no client is an unknown one: 401 and invalid_client, whatever else is wrong (RFC 6749 §5.2)",
        deviation: Deviation::Answers(|request, response| {
            let nobody = request.fields.get("Authorization").is_none() && request.form().count("client_id") == 0;
            let asserts = request.form().count("client_assertion") > 0;
            refusals(request, response, |response| {
                if nobody && !asserts && request.method == "POST" {
                    *response = Response::json(401, &json!({"error": "invalid_client"}));
                    response.fields.set("WWW-Authenticate", "Basic realm=\"token endpoint\"");
                    response.fields.set("Cache-Control", "no-store");
                }
            });
        }),
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
    Oddity {
        name: "rounded-down-lifetime",
        says: "`expires_in` is rounded down (RFC 6749 §5.1)",
        deviation: Deviation::Answers(|request, response| {
            grants(request, response, |response| {
                response.edit_object(|object| {
                    let seconds = object.get("expires_in").and_then(serde_json::Value::as_u64).unwrap_or(1);
                    object.insert("expires_in".into(), json!(seconds - 1));
                });
            });
        }),
    },
    Oddity {
        name: "scope-order",
        says: "scopes are a set, and come in any order (RFC 6749 §3.3)",
        deviation: Deviation::Answers(|request, response| {
            grants(request, response, |response| {
                let scope = response.text("scope").unwrap_or_default();
                let reversed = scope.split(' ').rev().collect::<Vec<_>>().join(" ");
                response.edit_object(|object| _ = object.insert("scope".into(), reversed.into()));
            });
        }),
    },
    Oddity {
        name: "several-challenges",
        says: "one field holds several challenges (RFC 9110 §11.6.1)",
        deviation: Deviation::Answers(|_, response| {
            let challenge = response.fields.get("WWW-Authenticate").filter(|_| response.status == 401);
            if let Some(challenge) = challenge.map(str::to_owned) {
                // What is wrong with a token is said in any order (RFC 6750 §3).
                let error = if challenge.contains("invalid_token") { "error=\"invalid_token\", " } else { "" };
                let value = format!("Bearer {error}realm=\"a, b\", basic charset=\"UTF-8\", realm=\"\"");
                response.fields.set("WWW-Authenticate", value);
            }
        }),
    },
    Oddity {
        name: "demanded-nonces",
        says: "proofs of possession need a nonce of the server (RFC 9449 §8)",
        deviation: Deviation::Sets(|settings| settings.dpop_nonces = Nonces::Demanded),
    },
    Oddity {
        name: "dating-nonces",
        says: "the nonce tells the time of a proof, and `iat` is not compared (RFC 9449 §4.3)",
        deviation: Deviation::Sets(|settings| settings.dpop_nonces = Nonces::Dating),
    },
    Oddity {
        name: "reissued-tokens",
        says: "the same token is handed out again while it lives (RFC 6749 §5.1 says nothing against it)",
        deviation: Deviation::Sets(|settings| settings.reissues = true),
    },
    Oddity {
        name: "reissued-opaque-tokens",
        says: "the same, with tokens that say nothing of their end but by `expires_in`, which counts down",
        deviation: Deviation::Sets(|settings| (settings.reissues, settings.opaque_tokens) = (true, true)),
    },
    Oddity {
        name: "indented-json",
        says: "white space between the tokens of JSON means nothing (RFC 8259 §2)",
        deviation: Deviation::Answers(|_, response| {
            if let Some(object) = response.object() {
                response.body = format!("\r\n{:#}\n", serde_json::Value::Object(object)).into_bytes();
            }
        }),
    },
    Oddity {
        name: "two-lines-of-cache-control",
        says: "a list may come in several lines, and directives in any case (RFC 9110 §5.3, RFC 9111 §5.2)",
        deviation: Deviation::Answers(|request, response| {
            if request.path() == "/token" {
                response.fields.set("Cache-Control", "No-Cache");
                response.fields.append("Cache-Control", "private, NO-STORE");
            }
        }),
    },
    Oddity {
        name: "no-credentials-in-the-body",
        says: "credentials in the body are not supported, and not announced (RFC 6749 §2.3.1)",
        deviation: Deviation::Answers(|request, response| {
            if request.path() == "/token" && request.form().count("client_secret") > 0 && response.status == 200 {
                *response = Response::json(400, &json!({"error": "invalid_client"}));
                response.fields.set("Cache-Control", "no-store");
            }
            if request.path().starts_with("/.well-known/") {
                response.edit_object(|object| {
                    let methods = json!(["client_secret_basic", "private_key_jwt"]);
                    object.insert("token_endpoint_auth_methods_supported".into(), methods);
                });
            }
        }),
    },
    Oddity {
        name: "unsupported-media-type",
        says: "what is no form is a 415 without JSON (RFC 9110 §15.5.16)",
        deviation: Deviation::Answers(|request, response| {
            let media_type = request.fields.get("Content-Type").unwrap_or_default().to_ascii_lowercase();
            if request.path() == "/token" && request.method == "POST" && !media_type.starts_with(Form::MEDIA_TYPE) {
                *response = Response::empty(415);
            }
        }),
    },
    Oddity {
        name: "get-not-found",
        says: "another method is not there at all: 404 with a page (RFC 9110 §15.5.5)",
        deviation: Deviation::Answers(|request, response| {
            if request.path() == "/token" && request.method != "POST" {
                *response = Response::empty(404);
                response.fields.set("Content-Type", "text/html");
                response.body = b"<h1>Not Found</h1>".to_vec();
            }
        }),
    },
    Oddity {
        name: "texts-in-errors",
        says: "errors have a long description and a link (RFC 6749 §5.2)",
        deviation: Deviation::Answers(|request, response| {
            refusals(request, response, |response| {
                response.edit_object(|object| {
                    let text = "It's not 100 % right; see #3 [AADSTS0]: {trace} | 2026-11-23T12:00:00Z.";
                    object.insert("error_description".into(), text.into());
                    object.insert("error_uri".into(), "https://as.example/errors?code=3#x".into());
                    object.insert("error_codes".into(), json!([50126]));
                });
            });
        }),
    },
    Oddity {
        name: "default-for-unknown-scopes",
        says: "a scope that is not known is ignored with all that was asked for, and the default is granted and named \
               (RFC 6749 §3.3)",
        deviation: Deviation::Sets(|settings| settings.excessive_scopes = ExcessiveScopes::Ignored),
    },
    Oddity {
        name: "scope-demanded",
        says: "there is no default scope, so a request without one is invalid_scope (RFC 6749 §3.3)",
        deviation: Deviation::Reads(|request, _| {
            let form = request.form();
            if request.path() == "/token" && form.count("scope") < 2 && form.get("scope").is_none_or(str::is_empty) {
                request.edit_form(|form| form.set("scope", "there-is-no-default"));
            }
        }),
    },
    Oddity {
        name: "firewall",
        says: "something in front of it refuses by a page what looks like an attack (RFC 9110 §15.5.4)",
        deviation: Deviation::Answers(|request, response| {
            let signs = ["' OR '", "etc/passwd", "<script"];
            let attack = request.form().iter().any(|(_, value)| signs.iter().any(|sign| value.contains(sign)));
            if request.path() == "/token" && attack {
                *response = Response::empty(403);
                response.fields.set("Content-Type", "text/html");
                response.body = b"<h1>Forbidden</h1>".to_vec();
            }
        }),
    },
    Oddity {
        name: "last-of-two-members",
        says: "of two members of one name in what a client signs the last is read (RFC 7515 §4, RFC 7519 §4)",
        deviation: Deviation::Sets(|settings| settings.unchecked = Some("last member")),
    },
    Oddity {
        name: "minutes-of-skew",
        says: "clocks may be five minutes off (RFC 7519 §4.1.4, RFC 9449 §11.1)",
        deviation: Deviation::Sets(|settings| settings.skew = 300),
    },
    Oddity {
        name: "hint-of-a-proxy",
        says: "fields that a proxy adds (RFC 9110 §7.6.3)",
        deviation: Deviation::Answers(|_, response| {
            response.fields.set("Via", "1.1 proxy.example");
            response.fields.set("Set-Cookie", "session=0123456789; Secure; HttpOnly");
            response.fields.set("Access-Control-Allow-Origin", "*");
            response.fields.set("Access-Control-Expose-Headers", "*");
        }),
    },
];

fn sorted(scope: &str) -> Vec<String> {
    let mut tokens: Vec<_> = scope.split(' ').map(str::to_owned).collect();
    tokens.sort();
    tokens
}
