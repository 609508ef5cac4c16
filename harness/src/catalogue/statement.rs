//! One normative statement.

use super::{Keyword, Need, Severity};
use serde::Deserialize;

/// A statement of a specification, in our own words.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Document, section, running number; never changes its meaning.
    pub id: String,
    /// What it is about.
    pub topic: String,
    /// Document and section.
    pub source: String,
    /// How binding the text is.
    pub keyword: Keyword,
    /// Whom it binds.
    pub binds: Party,
    /// How bad it is to break it.
    pub severity: Severity,
    /// Which text it was checked against.
    pub basis: Basis,
    /// What it takes to test it: all of these, each by any one of its alternatives.
    pub needs: Vec<Vec<Need>>,
    /// What it demands.
    pub requirement: String,
    /// What a reader of a finding has to mind: what is right and looks wrong, and what is wrong and usual.
    #[serde(default)]
    pub caution: Option<String>,
    /// Why no check judges it, where none can or should.
    #[serde(default)]
    pub unjudged: Option<String>,
}

/// Whom a statement binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Party {
    /// The server under test.
    AuthorizationServer,
    /// The server that accepts its tokens.
    ResourceServer,
    /// The client: never a violation of the server.
    Client,
}

impl Party {
    /// As RFC 6749 §1.1 calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::AuthorizationServer => "authorization server",
            Self::ResourceServer => "resource server",
            Self::Client => "client",
        }
    }
}

/// Which text a statement was checked against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// A final RFC.
    Final,
    /// A draft.
    Draft,
    /// No text at hand, or an engineering rule without one.
    Memory,
}
