//! From an issuer to its key set: the metadata of RFC 8414, or of OpenID Connect Discovery 1.0 §4.
//!
//! Statements: RFC8414-2-50, RFC8414-3.3-50.

use crate::{
    ConfigurationError, Policy, json,
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

/// Whose metadata is read, and where its keys may stand.
#[derive(Debug)]
pub(crate) struct Whose {
    issuer: String,
    /// Beside the issuer's own.
    origins: Vec<String>,
    loopback: Loopback,
}

impl Whose {
    pub(crate) fn of(policy: &Policy) -> Result<Self, ConfigurationError> {
        let (origins, loopback) = (policy.jwks_origins().to_vec(), policy.loopback());
        if origins.iter().any(|origin| Location::parse(origin, loopback).is_none()) {
            return Err(ConfigurationError::new(
                "jwksOrigins",
                "has an origin of plain http; that is for loopback addresses, with allowInsecureLoopback",
            ));
        }
        Ok(Self { issuer: policy.issuer().to_owned(), origins, loopback })
    }

    /// The issuer, and the origins beside its own on which its key set may stand.
    pub(crate) fn places(&self) -> Vec<&str> {
        core::iter::once(&self.issuer).chain(&self.origins).map(String::as_str).collect()
    }

    /// Whether a key set of this issuer may stand there: on its own origin or on one that was listed.
    fn check_location(&self, uri: &str) -> Result<(), MetadataError> {
        let location = Location::parse(uri, self.loopback).ok_or(MetadataError::UnusableKeySetLocation)?;
        let is_home = core::iter::once(&self.issuer)
            .chain(&self.origins)
            .filter_map(|home| Location::parse(home, self.loopback))
            .any(|home| location.has_origin_of(&home));
        if is_home { Ok(()) } else { Err(MetadataError::KeySetElsewhere) }
    }
}

/// Why metadata is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MetadataError {
    /// Not one strict JSON object within the limits.
    NotMetadata,
    /// Its `issuer` is not, code point by code point, the one that was asked for (RFC 8414 §3.3).
    OtherIssuer,
    /// No `jwks_uri`, or one that is no https URL (RFC 8414 §2).
    UnusableKeySetLocation,
    /// A `jwks_uri` that is neither on the issuer's origin nor on a listed one.
    KeySetElsewhere,
}

/// The `jwks_uri` of a metadata document.
pub(crate) fn jwks_uri(document: &[u8], whose: &Whose) -> Result<String, MetadataError> {
    if document.len() > MAX_METADATA_BYTES {
        return Err(MetadataError::NotMetadata);
    }
    let document = json::parse(document, json::DOCUMENT_LIMITS).map_err(|_| MetadataError::NotMetadata)?;
    let object =
        document.value.as_object().filter(|object| !object.has_duplicate_member()).ok_or(MetadataError::NotMetadata)?;
    if object.get("issuer").and_then(json::Value::as_str) != Some(&whose.issuer) {
        return Err(MetadataError::OtherIssuer);
    }
    let uri = object.get("jwks_uri").and_then(json::Value::as_str).ok_or(MetadataError::UnusableKeySetLocation)?;
    whose.check_location(uri).map(|()| uri.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://as.example/tenant";

    fn whose(origins: &[&str]) -> Whose {
        let policy = Policy::new(ISSUER, ["x"]).unwrap().with_jwks_origins(origins.iter().copied()).unwrap();
        Whose::of(&policy).unwrap()
    }

    fn key_set_at(uri: &str, whose: &Whose) -> Result<String, MetadataError> {
        jwks_uri(format!(r#"{{"issuer":"{ISSUER}","jwks_uri":{uri}}}"#).as_bytes(), whose)
    }

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

    /// RFC8414-3.3-50.
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
                jwks_uri(document.as_bytes(), &whose(&["https://as.example"])),
                Err(MetadataError::OtherIssuer),
                "{other}"
            );
        }
        for issuer in ["", r#""issuer":null,"#, r#""issuer":["https://as.example/tenant"],"#] {
            let document = format!(r#"{{{issuer}"jwks_uri":"https://as.example/jwks"}}"#);
            assert_eq!(jwks_uri(document.as_bytes(), &whose(&[])), Err(MetadataError::OtherIssuer), "{issuer}");
        }
    }

    /// RFC8414-2-50.
    #[test]
    fn the_key_set_stands_on_the_issuers_origin() {
        for uri in ["https://as.example/jwks", "https://AS.example:443/other?tenant=1"] {
            assert_eq!(key_set_at(&format!("{uri:?}"), &whose(&[])).as_deref(), Ok(uri));
        }
        for uri in ["https://evil.example/jwks", "https://as.example.evil.example/jwks", "https://as.example:444/jwks"]
        {
            assert_eq!(key_set_at(&format!("{uri:?}"), &whose(&[])), Err(MetadataError::KeySetElsewhere), "{uri}");
        }
        for uri in [
            r#""http://as.example/jwks""#,
            r#""https://user@as.example/jwks""#,
            r#""https://as.example@evil/""#,
            r#""https://as.example\\@evil/""#,
            r#""https://as.example/jwks#x""#,
            r#""file:///etc/passwd""#,
            r#""//as.example/jwks""#,
            r#""/jwks""#,
            r#"["https://as.example/jwks"]"#,
            r#""""#,
            "7",
            "null",
        ] {
            assert_eq!(key_set_at(uri, &whose(&[])), Err(MetadataError::UnusableKeySetLocation), "{uri}");
        }
    }

    #[test]
    fn the_key_set_may_stand_on_a_listed_origin() {
        let listed = whose(&["https://keys.example", "https://cdn.example:8443"]);
        for uri in ["https://as.example/jwks", "https://keys.example/a/b", "https://cdn.example:8443/jwks"] {
            assert_eq!(key_set_at(&format!("{uri:?}"), &listed).as_deref(), Ok(uri));
        }
        for (uri, error) in [
            ("https://keys.example:444/jwks", MetadataError::KeySetElsewhere),
            ("https://keys.example.evil.example/jwks", MetadataError::KeySetElsewhere),
            ("https://xkeys.example/jwks", MetadataError::KeySetElsewhere),
            ("https://cdn.example/jwks", MetadataError::KeySetElsewhere),
            ("https://user@keys.example/jwks", MetadataError::UnusableKeySetLocation),
            ("http://keys.example/jwks", MetadataError::UnusableKeySetLocation),
        ] {
            assert_eq!(key_set_at(&format!("{uri:?}"), &listed), Err(error), "{uri}");
        }
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        for wrong in [
            "",
            "keys.example",
            "https://keys.example/",
            "https://keys.example/jwks",
            "https://u@keys.example",
            "ftp://x",
            "https://keys.example?a",
            "http://keys.example",
            "*",
        ] {
            let error = Policy::new(ISSUER, ["x"]).unwrap().with_jwks_origins([wrong]).unwrap_err();
            assert_eq!(error.option(), "jwksOrigins", "{wrong}");
        }
        let local = Policy::new(ISSUER, ["x"]).unwrap().with_jwks_origins(["http://127.0.0.1:9000"]).unwrap();
        assert_eq!(Whose::of(&local).unwrap_err().option(), "jwksOrigins");
        assert!(Whose::of(&local.with_insecure_loopback()).is_ok());
    }

    #[test]
    fn what_is_no_metadata_is_refused() {
        let twice = format!(
            r#"{{"issuer":"{ISSUER}","jwks_uri":"https://evil.example","jwks_uri":"https://as.example/jwks"}}"#
        );
        let large = format!(r#"{{"issuer":"{ISSUER}","x":"{}"}}"#, "x".repeat(MAX_METADATA_BYTES));
        for document in ["", "[]", "<html>", "{", twice.as_str(), large.as_str()] {
            assert_eq!(jwks_uri(document.as_bytes(), &whose(&[])), Err(MetadataError::NotMetadata));
        }
    }
}
