//! From an issuer to its key set: the metadata of RFC 8414, or of OpenID Connect Discovery 1.0 §4.

use crate::{
    json,
    location::{Location, Loopback},
};

/// Metadata documents of more bytes are refused: ten times the largest seen.
pub(crate) const MAX_METADATA_BYTES: usize = 64 * 1024;

/// Where metadata may stand, in the order in which it is asked for (RFC 8414 §3.1 and §5).
pub(crate) fn metadata_urls(issuer: &str, loopback: Loopback) -> Option<[String; 2]> {
    // An issuer has no query (RFC 8414 §2); one that has is no place to look for metadata.
    let location = Location::parse(issuer, loopback).filter(|location| !location.rest().contains('?'))?;
    let path = location.rest().trim_end_matches('/');
    let origin = location.origin_text();
    Some([
        format!("{origin}/.well-known/oauth-authorization-server{path}"),
        format!("{origin}{path}/.well-known/openid-configuration"),
    ])
}

/// Why metadata is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MetadataError {
    /// Not one strict JSON object within the limits.
    NotMetadata,
    /// Its `issuer` is not, code point by code point, the one that was asked for (RFC 8414 §3.3).
    OtherIssuer,
    /// No `jwks_uri`, or one that is not https on the issuer's origin (RFC 8414 §2).
    UnusableKeySetLocation,
}

/// The `jwks_uri` of a metadata document.
pub(crate) fn jwks_uri(document: &[u8], issuer: &str, loopback: Loopback) -> Result<String, MetadataError> {
    if document.len() > MAX_METADATA_BYTES {
        return Err(MetadataError::NotMetadata);
    }
    let document = json::parse(document, json::DOCUMENT_LIMITS).map_err(|_| MetadataError::NotMetadata)?;
    let object =
        document.value.as_object().filter(|object| !object.has_duplicate_member()).ok_or(MetadataError::NotMetadata)?;
    if object.get("issuer").and_then(json::Value::as_str) != Some(issuer) {
        return Err(MetadataError::OtherIssuer);
    }
    let uri = object.get("jwks_uri").and_then(json::Value::as_str).ok_or(MetadataError::UnusableKeySetLocation)?;
    let home = Location::parse(issuer, loopback);
    let location = Location::parse(uri, loopback);
    match (home, location) {
        (Some(home), Some(location)) if location.has_origin_of(&home) => Ok(uri.to_owned()),
        _ => Err(MetadataError::UnusableKeySetLocation),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://as.example/tenant";

    #[test]
    fn metadata_is_looked_for_by_rfc_8414_then_openid() {
        assert_eq!(
            metadata_urls(ISSUER, Loopback::Refused).unwrap(),
            [
                "https://as.example/.well-known/oauth-authorization-server/tenant",
                "https://as.example/tenant/.well-known/openid-configuration"
            ]
        );
        assert_eq!(
            metadata_urls("https://as.example/", Loopback::Refused).unwrap()[0],
            "https://as.example/.well-known/oauth-authorization-server"
        );
        assert_eq!(metadata_urls("https://as.example/?a=b", Loopback::Refused), None);
        assert_eq!(metadata_urls("http://as.example", Loopback::Allowed), None);
    }

    #[test]
    fn the_issuer_must_be_identical() {
        for other in [
            "https://as.example/tenant/",
            "https://AS.example/tenant",
            "https://as.example:443/tenant",
            "https://as.example",
        ] {
            let document = format!(r#"{{"issuer":"{other}","jwks_uri":"https://as.example/jwks"}}"#);
            assert_eq!(
                jwks_uri(document.as_bytes(), ISSUER, Loopback::Refused),
                Err(MetadataError::OtherIssuer),
                "{other}"
            );
        }
    }

    #[test]
    fn the_key_set_stands_on_the_issuers_origin() {
        let read = |uri: &str| {
            jwks_uri(format!(r#"{{"issuer":"{ISSUER}","jwks_uri":{uri}}}"#).as_bytes(), ISSUER, Loopback::Refused)
        };
        assert_eq!(read(r#""https://as.example/jwks""#).as_deref(), Ok("https://as.example/jwks"));
        for uri in [
            r#""https://evil.example/jwks""#,
            r#""http://as.example/jwks""#,
            "7",
            "null",
            r#""/jwks""#,
            r#""https://as.example@evil/""#,
        ] {
            assert_eq!(read(uri), Err(MetadataError::UnusableKeySetLocation), "{uri}");
        }
    }

    #[test]
    fn what_is_no_metadata_is_refused() {
        let twice = format!(
            r#"{{"issuer":"{ISSUER}","jwks_uri":"https://evil.example","jwks_uri":"https://as.example/jwks"}}"#
        );
        let large = format!(r#"{{"issuer":"{ISSUER}","x":"{}"}}"#, "x".repeat(MAX_METADATA_BYTES));
        for document in ["", "[]", "<html>", "{", twice.as_str(), large.as_str()] {
            assert_eq!(jwks_uri(document.as_bytes(), ISSUER, Loopback::Refused), Err(MetadataError::NotMetadata));
        }
    }
}
