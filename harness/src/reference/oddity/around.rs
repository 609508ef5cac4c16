//! What is unusual and right around the token endpoint: in tokens, documents and the other endpoints.

use super::Oddity;
use crate::jwt::Jwt;
use crate::reference::{Deviation, Lapse, Registry};
use crate::wire::Response;
use serde_json::{Value, json};

pub(super) const ODDITIES: &[Oddity] = &[
    Oddity {
        name: "introspection-for-resource-servers",
        says: "clients may not introspect (RFC 7662 §2.1)",
        deviation: Deviation::Answers(|request, response| {
            if request.path() == "/introspect" && response.status == 200 {
                *response = Response::json(403, &json!({"error": "access_denied"}));
            }
        }),
    },
    Oddity {
        name: "inactive-to-strangers",
        says: "who may not know of a token is told that it is not active (RFC 7662 §2.2)",
        deviation: Deviation::Answers(|request, response| {
            if request.path() == "/introspect" && response.status == 200 {
                response.body = b"{\"active\":false}".to_vec();
            }
        }),
    },
    Oddity {
        name: "page-for-a-missing-certificate",
        says: "what ends TLS refuses by a page, not in the handshake, who lacks a certificate that it trusts (RFC 8705 §2)",
        deviation: Deviation::Answers(|request, response| {
            let form = request.form();
            let client = form.get("client_id").and_then(|id| Registry.find(id));
            let token = request.fields.get("Authorization").and_then(|value| value.strip_prefix("Bearer "));
            let asked = match request.path() {
                "/token" => client.is_some_and(|client| client.certified.is_some()) && form.count("client_secret") == 0,
                "/api" => token.and_then(Jwt::parse).is_some_and(|token| token.claims.contains_key("cnf")),
                _ => false,
            };
            let known = Registry.clients().1.into_values().filter_map(|client| client.identity);
            let trusted = known.map(Some).any(|identity| identity == request.identity);
            if asked && !trusted && matches!(response.status, 400 | 401) {
                *response = Response::empty(400);
                response.fields.set("Content-Type", "text/html");
                response.body = b"<h1>400 Bad Request</h1><p>No required SSL certificate was sent</p>".to_vec();
            }
        }),
    },
    Oddity {
        name: "host-for-certificates",
        says: "certificates are asked for at a host of their own, which the metadata names (RFC 8705 §5)",
        deviation: Deviation::Sets(|settings| settings.certificate_host = true),
    },
    Oddity {
        name: "revocation-of-related-tokens",
        says: "every token of a client is revoked with one of them (RFC 7009 §2.1)",
        deviation: Lapse::Related.deviation(),
    },
    Oddity {
        name: "no-metadata",
        says: "metadata is an option (RFC 8414 §1)",
        deviation: Deviation::Answers(|request, response| {
            if request.path().starts_with("/.well-known/") {
                *response = Response::empty(404);
            }
        }),
    },
    Oddity {
        name: "revocation-by-another-method",
        says: "the revocation endpoint takes other methods of authentication than the token endpoint (RFC 8414 §2)",
        deviation: Deviation::Reads(|request, _| {
            if request.path() == "/revoke" && request.form().count("client_assertion") == 0 {
                request.fields.remove("Authorization");
                request.edit_form(|form| {
                    form.remove("client_id");
                    form.remove("client_secret");
                });
            }
        }),
    },
    Oddity {
        name: "no-revocation-of-access-tokens",
        says: "access tokens may be of a type that is not revoked (RFC 7009 §2.2.1)",
        deviation: Deviation::Reads(|request, _| {
            let known = request.fields.get("Authorization").is_some();
            if request.path() == "/revoke"
                && known
                && request.form().get("token").is_some_and(|token| token.starts_with("eyJ"))
            {
                request.edit_form(|form| form.set("token", "none"));
                request.uri = request.uri.replace("/revoke", "/unsupported");
            }
        }),
    },
    Oddity {
        name: "plain-jwt-type",
        says: "a JWT need not follow the profile of RFC 9068, and then has another `typ`",
        deviation: Deviation::Sets(|settings| {
            settings.minting = |header, claims| {
                header.insert("typ".into(), "JWT".into());
                claims.remove("client_id");
                claims.insert("azp".into(), "reports-job".into());
                claims.insert("acr".into(), "1".into());
                claims.insert("email".into(), "reports-job@as.example".into());
            };
        }),
    },
    Oddity {
        name: "scopes-in-scp",
        says: "a JWT outside of the profile has its scopes in `scp`, and the answer leaves out what was asked for \
               (RFC 6749 §5.1)",
        deviation: Deviation::Sets(|settings| {
            settings.scope_omitted = true;
            settings.minting = |header, claims| {
                header.insert("typ".into(), "JWT".into());
                let scope = claims.remove("scope").unwrap_or_default();
                let scopes: Vec<_> = scope.as_str().unwrap_or_default().split(' ').map(Value::from).collect();
                claims.insert("scp".into(), scopes.into());
            };
        }),
    },
    Oddity {
        name: "bindings-by-introspection",
        says: "what a token is bound to is told by introspection alone (RFC 8705 §3, RFC 9449 §6)",
        deviation: Deviation::Sets(|settings| settings.minting = |_, claims| _ = claims.remove("cnf")),
    },
    Oddity {
        name: "issuer-as-audience",
        says: "without a resource in the request, tokens are for the issuer alone (RFC 9068 §3 leaves the default open)",
        deviation: Deviation::Sets(|settings| settings.issuer_as_audience = true),
    },
    Oddity {
        name: "another-name-of-the-host",
        says: "the endpoints stand at another name of the same host: localhost and 127.0.0.1 (RFC 8414 §2)",
        deviation: Deviation::Answers(|request, response| {
            if request.path().starts_with("/.well-known/") {
                response.edit_object(|object| {
                    for (name, value) in object.iter_mut().filter(|(name, _)| *name != "issuer") {
                        let uri = value.as_str().filter(|_| name != "token_endpoint").map(|uri| {
                            uri.replace("//reference.example", "//localhost").replace("//127.0.0.1", "//localhost")
                        });
                        *value = uri.map_or_else(|| value.clone(), Value::from);
                    }
                });
            }
        }),
    },
    Oddity {
        name: "several-audiences",
        says: "an audience may be an array (RFC 7519 §4.1.3)",
        deviation: Deviation::Sets(|settings| {
            settings.minting = |_, claims| {
                let own = claims.get("aud").cloned().unwrap_or_default();
                claims.insert("aud".into(), json!([own]));
            };
        }),
    },
    Oddity {
        name: "any-resource",
        says: "which resources are acceptable is at the server's own discretion (RFC 8707 §2.2)",
        deviation: Deviation::Sets(|settings| settings.any_resource = true),
    },
    Oddity {
        name: "fractions-of-seconds",
        says: "a NumericDate may have a fraction (RFC 7519 §2)",
        deviation: Deviation::Sets(|settings| {
            settings.minting = |_, claims| {
                for name in ["iat", "exp"] {
                    let seconds = claims.get(name).and_then(Value::as_f64).unwrap_or_default();
                    claims.insert(name.into(), json!(seconds + 0.25));
                }
            };
        }),
    },
    Oddity {
        name: "one-name-for-keys-of-two-types",
        says: "keys of different types may have one `kid`, where either will do (RFC 7517 §4.5)",
        deviation: Deviation::Answers(|request, response| {
            if request.path() == "/jwks" {
                response.edit_object(|object| {
                    if let Some(keys) = object.get_mut("keys").and_then(Value::as_array_mut) {
                        let kid = keys.first().and_then(|key| key.get("kid")).cloned().unwrap_or_default();
                        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
                        keys.insert(0, json!({"kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid, "alg": "EdDSA"}));
                    }
                });
            }
        }),
    },
    Oddity {
        name: "more-keys",
        says: "a set may hold keys of other kinds and for other uses (RFC 7517 §5)",
        deviation: Deviation::Answers(|request, response| {
            if request.path() == "/jwks" {
                response.edit_object(|object| {
                    if let Some(keys) = object.get_mut("keys").and_then(Value::as_array_mut) {
                        keys.insert(
                            0,
                            json!({"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA", "kid": "pq", "use": "sig"}),
                        );
                        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
                        keys.push(json!({"kty": "OKP", "crv": "X25519", "x": x, "kid": "enc", "use": "enc"}));
                    }
                });
                response.fields.set("Content-Type", "application/jwk-set+json");
            }
        }),
    },
];
