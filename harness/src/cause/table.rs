//! The mistakes that many checks see: what establishes each, what refutes it, and which findings are its symptoms.

use crate::run::{DEMANDED_CODE, Finding};
use crate::wire::Recorded;
use serde_json::{Map, Value};

/// A mistake that is known to show in many places.
pub(super) struct Known {
    /// Its name.
    pub(super) id: &'static str,
    /// What the server does, in a sentence.
    pub(super) title: &'static str,
    /// Findings that establish it together, check and statement; the first one stands for it.
    pub(super) evidence: &'static [(&'static str, &'static str)],
    /// What each of them was answered with.
    pub(super) like: Like,
    /// It is something else if one of these checks came to a verdict and was not answered so.
    pub(super) refuted_by: &'static [&'static str],
    /// Which findings are symptoms.
    pub(super) symptoms: &'static [Symptom],
}

/// Findings that are symptoms.
pub(super) struct Symptom {
    /// A check, all checks of a topic as `topic/*`, or all as `*`.
    checks: &'static str,
    /// Of this statement alone, if it is named.
    statement: Option<&'static str>,
    /// What they were answered with.
    like: Like,
}

/// A kind of answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Like {
    /// An access token.
    Token,
    /// Introspection's `active: true`.
    Active,
    /// A status 200, with which a token is revoked (RFC 7009 §2.2).
    Success,
    /// A code, whichever.
    Code,
    /// A status 4xx without a code, where a code was demanded.
    NoCode,
    /// The status and code that the finding was answered with that stands for the cause.
    Same,
}

const fn all(checks: &'static str, like: Like) -> Symptom {
    Symptom { checks, statement: None, like }
}

const fn one(checks: &'static str, statement: &'static str, like: Like) -> Symptom {
    Symptom { checks, statement: Some(statement), like }
}

/// The table. A finding belongs to the first row that it fits.
pub(super) const KNOWN: &[Known] = &[
    Known {
        id: "tokens-for-everything",
        title: "The server answers with a token, whatever is sent",
        evidence: &[
            ("client-authentication/missing", "RFC6749-4.4.2-02"),
            ("client-authentication/unknown-client", "RFC6749-5.2-03"),
            ("grant-type/missing", "RFC6749-5.2-10"),
            ("grant-type/unsupported", "RFC6749-5.2-11"),
        ],
        like: Like::Token,
        refuted_by: &["client-authentication/wrong-secret", "errors/media-type"],
        symptoms: &[
            all("client-authentication/*", Like::Token),
            all("assertion/*", Like::Token),
            all("grant-type/*", Like::Token),
            all("parameters/*", Like::Token),
            all("method/*", Like::Token),
            all("errors/*", Like::Token),
            all("scope/unknown", Like::Token),
            all("scope/reserved", Like::Token),
            all("scope/characters", Like::Token),
            all("robustness/any-request", Like::Token),
        ],
    },
    Known {
        id: "no-client-authentication",
        title: "The server checks no credentials",
        evidence: &[
            ("client-authentication/missing", "RFC6749-4.4.2-02"),
            ("client-authentication/unknown-client", "RFC6749-5.2-03"),
        ],
        like: Like::Token,
        refuted_by: &["client-authentication/wrong-secret"],
        symptoms: &[
            all("client-authentication/*", Like::Token),
            all("assertion/*", Like::Token),
            one("robustness/any-request", "RFC6749-4.4.2-02", Like::Token),
            all("introspection/authorization", Like::Active),
            one("revocation/refused", "RFC7009-2.1-03", Like::Success),
        ],
    },
    Known {
        id: "errors-without-code",
        title: "Errors come without a code that a client could read",
        evidence: &[("errors/media-type", "RFC6749-5.2-21")],
        like: Like::NoCode,
        refuted_by: &[],
        symptoms: &[all("*", Like::NoCode)],
    },
    Known {
        id: "missing-grant-type",
        title: "A request without a grant type that can be read gets the wrong code",
        evidence: &[("grant-type/missing", "RFC6749-5.2-10")],
        like: Like::Code,
        refuted_by: &[],
        symptoms: &[
            all("grant-type/empty", Like::Same),
            all("errors/empty-body", Like::Same),
            all("parameters/names", Like::Same),
            all("parameters/media-type", Like::Same),
        ],
    },
    Known {
        id: "unknown-grant-type",
        title: "A grant type that the server does not know gets the wrong code",
        evidence: &[("grant-type/unsupported", "RFC6749-5.2-11")],
        like: Like::Code,
        refuted_by: &[],
        symptoms: &[all("grant-type/empty", Like::Same), all("grant-type/exact", Like::Same)],
    },
    Known {
        id: "any-scope",
        title: "The server grants whatever scope is asked for",
        evidence: &[("scope/unknown", "RFC6749-5.2-30")],
        like: Like::Token,
        refuted_by: &["scope/reserved"],
        symptoms: &[all("scope/reserved", Like::Token), all("scope/characters", Like::Token)],
    },
    Known {
        id: "every-token-active",
        title: "Introspection calls every string a live token",
        evidence: &[("introspection/unknown", "RFC7662-2.2-12")],
        like: Like::Active,
        refuted_by: &[],
        symptoms: &[
            all("introspection/unknown", Like::Active),
            all("introspection/parameters", Like::Active),
            all("token/altered", Like::Active),
            all("expiry/introspection", Like::Active),
            all("revocation/effect", Like::Success),
            all("robustness/life-of-tokens", Like::Active),
        ],
    },
];

impl Symptom {
    /// Whether this finding of this check is one, given the answer to the finding that stands for the cause.
    pub(super) fn fits(&self, check: &str, finding: &Finding, answer: &Answer, first: &Answer) -> bool {
        let checks = match self.checks.strip_suffix('*') {
            Some(topic) => check.starts_with(topic),
            None => check == self.checks,
        };
        let statement = self.statement.is_none_or(|statement| finding.requirement.as_deref() == Some(statement));
        checks && statement && self.like.fits(finding, answer, first)
    }
}

impl Like {
    pub(super) fn fits(self, finding: &Finding, answer: &Answer, first: &Answer) -> bool {
        match self {
            Self::Token => answer.members.contains_key("access_token"),
            Self::Active => answer.members.get("active") == Some(&Value::Bool(true)),
            Self::Success => answer.status == 200,
            Self::Code => answer.code().is_some(),
            Self::NoCode => {
                let demanded = finding.expected.contains(DEMANDED_CODE) || finding.requirement.as_deref() == NO_OBJECT;
                demanded && (400..500).contains(&answer.status) && answer.code().is_none() && !answer.is_cut
            }
            Self::Same => answer.is_same(first),
        }
    }
}

/// RFC 6749 §5.2: an error is a JSON object.
const NO_OBJECT: Option<&str> = Some("RFC6749-5.2-21");

/// What came back, as far as causes go.
pub(super) struct Answer {
    status: u16,
    members: Map<String, Value>,
    /// Only its beginning is stored.
    is_cut: bool,
}

impl Answer {
    /// The answer of a recorded exchange, if there is one.
    pub(super) fn of(recorded: &Recorded) -> Option<Self> {
        let members = serde_json::from_str(&recorded.response_body).unwrap_or_default();
        Some(Self { status: recorded.status?, members, is_cut: recorded.is_cut() })
    }

    /// The error code.
    fn code(&self) -> Option<&str> {
        self.members.get("error").and_then(Value::as_str)
    }

    /// Whether it has the status and the code of another, and both or none have a token.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let token = |answer: &Self| answer.members.contains_key("access_token");
        (self.status, self.code(), token(self)) == (other.status, other.code(), token(other))
    }
}

#[cfg(test)]
mod tests {
    use super::KNOWN;
    use crate::checks::{ALL, check};

    /// What a row names is there, or the row would be silent for ever.
    #[test]
    fn every_row_names_checks_and_statements_that_are_there() {
        for known in KNOWN {
            let symptoms = known.symptoms.iter().filter_map(|symptom| Some((symptom.checks, symptom.statement?)));
            for (id, statement) in known.evidence.iter().copied().chain(symptoms) {
                assert!(check(id).is_some_and(|check| check.statements.contains(&statement)), "{id} {statement}");
            }
            for id in known.refuted_by {
                assert!(check(id).is_some(), "{id}");
            }
            for symptom in known.symptoms {
                let topic = symptom.checks.strip_suffix('*');
                let named = |id: &str| topic.map_or(id == symptom.checks, |topic| id.starts_with(topic));
                assert!(ALL.iter().any(|check| named(check.id)), "{}", symptom.checks);
            }
        }
    }
}
