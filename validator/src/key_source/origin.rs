//! Where the keys of an issuer come from, and what to ask for next.

use crate::{
    ConfigurationError, Policy,
    digest::Digest,
    discovery::{self, MAX_METADATA_BYTES, MetadataError, Whose},
    key::MAX_KEY_SET_BYTES,
    location::Location,
};

/// Where the keys of an issuer come from.
#[derive(Debug)]
pub(super) enum Origin {
    /// Given by value; never fetched.
    Given,
    /// One URL.
    At(String),
    /// The issuer's metadata names the URL.
    Discovered(Discovered),
}

#[derive(Debug)]
pub(super) struct Discovered {
    whose: Whose,
    metadata: [String; 2],
    /// The metadata document to ask for next.
    next: usize,
    jwks_uri: Option<String>,
    /// The last documents named a key set on an origin that is not listed, and no other.
    is_elsewhere: bool,
}

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Document {
    /// A metadata document; the other place is left to ask if this is the first.
    Metadata {
        is_first: bool,
    },
    KeySet,
}

impl Document {
    pub(super) const fn max_bytes(self) -> usize {
        match self {
            Self::Metadata { .. } => MAX_METADATA_BYTES,
            Self::KeySet => MAX_KEY_SET_BYTES,
        }
    }
}

impl Origin {
    pub(super) fn at(jwks_uri: &str, policy: &Policy) -> Result<Self, ConfigurationError> {
        match Location::parse(jwks_uri, policy.loopback()) {
            Some(_) => Ok(Self::At(jwks_uri.to_owned())),
            None => Err(ConfigurationError::new(
                "jwksUri",
                "is not an absolute https URL without user information and fragment (http is for loopback addresses, with allowInsecureLoopback)",
            )),
        }
    }

    pub(super) fn discovered(policy: &Policy) -> Result<Self, ConfigurationError> {
        let metadata = discovery::metadata_urls(policy.issuer(), policy.loopback()).ok_or_else(|| ConfigurationError::new(
            "issuer",
            "is not an absolute https URL without query, fragment and user information, so its keys cannot be discovered; give jwksUri or jwks (http is for loopback addresses, with allowInsecureLoopback)",
        ))?;
        let whose = Whose::of(policy)?;
        Ok(Self::Discovered(Discovered { whose, metadata, next: 0, jwks_uri: None, is_elsewhere: false }))
    }

    /// The URL to ask now; `None` if the keys were given.
    pub(super) fn next(&self) -> Option<(&str, Document)> {
        match self {
            Self::Given => None,
            Self::At(uri) => Some((uri, Document::KeySet)),
            Self::Discovered(Discovered { jwks_uri: Some(uri), .. }) => Some((uri, Document::KeySet)),
            Self::Discovered(Discovered { metadata, next, .. }) => {
                let url = metadata.get(*next)?;
                Some((url, Document::Metadata { is_first: *next == 0 }))
            }
        }
    }

    /// Whether other requests came before this one on the way to the key set.
    pub(super) const fn is_under_way(&self, document: Document) -> bool {
        match document {
            Document::Metadata { is_first } => !is_first,
            Document::KeySet => matches!(self, Self::Discovered(_)),
        }
    }

    /// A name for the key set that comes from here. What may be found depends on the origins that are listed, too.
    pub(super) fn store_key(&self) -> String {
        let name = match self {
            Self::Given => String::new(),
            // Neither a URL nor an issuer that is one begins with a space or has one inside.
            Self::At(uri) => format!("at {uri}"),
            Self::Discovered(discovered) => format!("of {}", discovered.whose.places().join(" ")),
        };
        Digest::of(name).to_base64url()
    }

    /// Takes the key set's location from the answer for a metadata document, and says whether there was one. `None` stands
    /// for an answer without a document.
    pub(super) fn read_metadata(&mut self, body: Option<&[u8]>, is_first: bool) -> bool {
        let Self::Discovered(discovered) = self else {
            return false;
        };
        let read = body.ok_or(MetadataError::NotMetadata).and_then(|body| discovery::jwks_uri(body, &discovered.whose));
        let was_elsewhere = discovered.is_elsewhere && !is_first;
        discovered.is_elsewhere = read == Err(MetadataError::KeySetElsewhere) || (was_elsewhere && read.is_err());
        discovered.jwks_uri = read.ok();
        discovered.jwks_uri.is_some()
    }

    /// Whether there are no keys because of the origin on which they stand.
    pub(super) const fn is_elsewhere(&self) -> bool {
        matches!(self, Self::Discovered(Discovered { is_elsewhere: true, .. }))
    }

    /// The first place had no metadata.
    pub(super) const fn ask_second_place(&mut self) {
        if let Self::Discovered(discovered) = self {
            discovered.next = 1;
        }
    }

    /// Begins anew with the metadata: the location may have changed.
    pub(super) fn forget(&mut self) {
        if let Self::Discovered(discovered) = self {
            (discovered.next, discovered.jwks_uri) = (0, None);
        }
    }
}
