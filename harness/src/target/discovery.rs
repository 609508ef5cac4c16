//! From an issuer to its endpoints (RFC 8414 §3, OpenID Connect Discovery).

use super::resolve::permitted;
use super::{Client, Config, Endpoints, Problem, Role, Target};
use crate::run::{Link, NoReply};
use crate::wire::{Request, Response, readable};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use toml::Spanned;

/// The document in which a server describes itself.
#[derive(Debug, Clone)]
pub struct Metadata {
    /// Where it was found.
    pub uri: String,
    /// How it came.
    pub response: Response,
    /// What it says.
    pub members: Map<String, Value>,
    /// Its issuer is the one that it was looked up for: else nothing in it may be used (RFC 8414 §3.3).
    pub is_own: bool,
}

/// Why the endpoints of an issuer are not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiscoveryError {
    /// No reply.
    #[error("the metadata cannot be fetched: {0}")]
    NoReply(#[from] NoReply),
    /// None of the places answers with a document.
    #[error(
        "{issuer} publishes no metadata that names a token endpoint ({tried}); name `token_endpoint` in [target] yourself"
    )]
    NoDocument {
        /// The issuer.
        issuer: String,
        /// What each place answered.
        tried: String,
    },
    /// The document is another issuer's (RFC 8414 §3.3).
    #[error(
        "the metadata of {configured} says that its issuer is {published}, so it must not be used (RFC 8414 §3.3); correct `issuer` in [target], or name the endpoints themselves"
    )]
    OtherIssuer {
        /// As configured.
        configured: String,
        /// As published.
        published: String,
    },
    /// An endpoint in the document cannot be used.
    #[error("the metadata names {uri} as `{member}`: {problem}")]
    Endpoint {
        /// The member.
        member: &'static str,
        /// Its value.
        uri: String,
        /// What is wrong.
        problem: Problem,
    },
}

/// The places where the metadata of an issuer may stand, that of RFC 8414 §3.1 first.
pub fn metadata_places(issuer: &str) -> Vec<String> {
    let issuer = issuer.trim_end_matches('/');
    let path_start = issuer.find("://").and_then(|scheme| Some(scheme + 3 + issuer.get(scheme + 3..)?.find('/')?));
    let (host, path) = issuer.split_at(path_start.unwrap_or(issuer.len()));
    let mut places = vec![
        format!("{host}/.well-known/oauth-authorization-server{path}"),
        format!("{host}/.well-known/openid-configuration{path}"),
        format!("{issuer}/.well-known/openid-configuration"),
        format!("{issuer}/.well-known/oauth-authorization-server"),
    ];
    // Without a path each comes twice.
    places.truncate(if path.is_empty() { 2 } else { 4 });
    places
}

/// Completes the target from the issuer's metadata; an endpoint that the configuration names wins.
pub async fn discover(
    link: &Link<'_>,
    config: &Config,
    (client, companions): (Client, BTreeMap<Role, Client>),
) -> Result<Target, DiscoveryError> {
    let table = &config.target;
    let named = |uri: &Option<Spanned<String>>| uri.as_ref().map(|uri| uri.get_ref().clone());
    let issuer = named(&table.issuer);
    let metadata = match &issuer {
        Some(issuer) => find(link, issuer, table.token_endpoint.is_some()).await?,
        None => None,
    };
    let members = metadata.as_ref().filter(|metadata| metadata.is_own).map(|metadata| &metadata.members);
    let aliases = members.and_then(|members| members.get("mtls_endpoint_aliases")?.as_object());
    let certified = client.identity.is_some();
    let endpoint = |configured: &Option<Spanned<String>>, member: &'static str| match named(configured) {
        Some(uri) => Ok(Some(uri)),
        None => {
            let alias = if certified { published(aliases, member, table.allow_http)? } else { None };
            alias.map_or_else(|| published(members, member, table.allow_http), |alias| Ok(Some(alias)))
        }
    };
    let token_endpoint = endpoint(&table.token_endpoint, "token_endpoint")?;
    // An endpoint that must not be used is not tested, and a check says why.
    let optional = |configured, member| endpoint(configured, member).unwrap_or(None);
    let token_endpoint = token_endpoint.ok_or_else(|| DiscoveryError::NoDocument {
        issuer: issuer.clone().unwrap_or_default(),
        tried: "the document names none".into(),
    })?;
    let introspection_endpoint = optional(&table.introspection_endpoint, "introspection_endpoint");
    // What the configuration names, it names for [client]: a companion with a certificate goes where the server wants it.
    let alias = |member| if certified { None } else { published(aliases, member, table.allow_http).unwrap_or(None) };
    let with_certificate = Endpoints {
        token: alias("token_endpoint").unwrap_or_else(|| token_endpoint.clone()),
        introspection: alias("introspection_endpoint").or_else(|| introspection_endpoint.clone()),
    };
    let conventional =
        if certified { published(members, "token_endpoint", table.allow_http).unwrap_or(None) } else { None };
    Ok(Target {
        without_certificate: conventional.unwrap_or_else(|| token_endpoint.clone()),
        token_endpoint,
        introspection_endpoint,
        with_certificate,
        jwks_uri: optional(&table.jwks_uri, "jwks_uri"),
        revocation_endpoint: optional(&table.revocation_endpoint, "revocation_endpoint"),
        protected_url: named(&table.protected_url),
        resource: table.resource.clone(),
        issuer,
        metadata,
        client,
        companions,
        profiles: config.profile.names.clone(),
        statements: config.profile.statements,
        limits: config.limits.clone(),
        waivers: config.waivers.clone(),
    })
}

fn published(
    members: Option<&Map<String, Value>>,
    member: &'static str,
    allow_http: bool,
) -> Result<Option<String>, DiscoveryError> {
    let Some(uri) = members.and_then(|members| members.get(member)?.as_str()) else { return Ok(None) };
    permitted(uri, allow_http).map_err(|problem| DiscoveryError::Endpoint { member, uri: readable(uri), problem })?;
    Ok(Some(uri.to_owned()))
}

async fn find(link: &Link<'_>, issuer: &str, may_be_missing: bool) -> Result<Option<Metadata>, DiscoveryError> {
    let mut tried = Vec::new();
    for uri in metadata_places(issuer) {
        let response = link.send(&Request::get(&uri)).await?.response;
        tried.push(format!("{uri}: {}", response.describe()));
        let Some(members) =
            response.object().filter(|members| response.status == 200 && members.contains_key("issuer"))
        else {
            continue;
        };
        let published = members.get("issuer").and_then(Value::as_str).unwrap_or_default();
        if published != issuer && !may_be_missing {
            let (configured, published) = (issuer.to_owned(), readable(published));
            return Err(DiscoveryError::OtherIssuer { configured, published });
        }
        let is_own = published == issuer;
        return Ok(Some(Metadata { uri, response, members, is_own }));
    }
    if may_be_missing {
        return Ok(None);
    }
    Err(DiscoveryError::NoDocument { issuer: issuer.to_owned(), tried: tried.join("; ") })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8414 §3.1 inserts the well-known part between host and path.
    #[test]
    fn an_issuer_with_a_path_has_four_places() {
        assert_eq!(
            metadata_places("https://as.example/tenant/"),
            [
                "https://as.example/.well-known/oauth-authorization-server/tenant",
                "https://as.example/.well-known/openid-configuration/tenant",
                "https://as.example/tenant/.well-known/openid-configuration",
                "https://as.example/tenant/.well-known/oauth-authorization-server",
            ]
        );
    }

    /// Nobody is asked twice for the same document, nor told of it twice.
    #[test]
    fn an_issuer_without_a_path_has_two_places() {
        for issuer in ["https://as.example", "https://as.example/"] {
            assert_eq!(
                metadata_places(issuer),
                [
                    "https://as.example/.well-known/oauth-authorization-server",
                    "https://as.example/.well-known/openid-configuration",
                ]
            );
        }
    }
}
