//! The issuers whose tokens are accepted: a fixed list, and each with its own policy and its own keys (RFC 8725 §3.8).
//!
//! Statements: RFC8725-3.8-10, RFC8725BIS-3-22, RFC9068-4-21, RFC9068-4-31.

use std::sync::Arc;

use crate::{
    ConfigurationError, Policy,
    key_source::{KeySource, Numbering},
};

/// So many issuers one resource server takes, at most: their policies and keys stand in memory all the time.
pub const MAX_ISSUERS: usize = 1_000;

#[derive(Debug)]
pub(super) struct Issuer {
    pub(super) policy: Arc<Policy>,
    pub(super) source: KeySource,
}

/// At least one issuer, no two of them of one name. Their places do not hang on the order in which they were given.
#[derive(Debug)]
pub(super) struct Issuers {
    /// In the order of their names, octet by octet.
    sorted: Vec<Issuer>,
    /// One of them, for what all have in common.
    common: Arc<Policy>,
    max_token_bytes: usize,
}

impl Issuers {
    pub(super) fn one(policy: Policy, source: KeySource) -> Self {
        let policy = Arc::new(policy);
        Self::numbered(Arc::clone(&policy), vec![Issuer { policy, source }])
    }

    /// # Errors
    /// See [`super::ResourceServer::for_issuers`].
    pub(super) fn several(issuers: impl IntoIterator<Item = (Policy, KeySource)>) -> Result<Self, ConfigurationError> {
        let mut sorted: Vec<Issuer> =
            issuers.into_iter().map(|(policy, source)| Issuer { policy: Arc::new(policy), source }).collect();
        sorted.sort_by(|one, other| one.policy.issuer().cmp(other.policy.issuer()));
        let Some(common) = sorted.first().map(|issuer| Arc::clone(&issuer.policy)) else {
            return Err(ConfigurationError::new("issuers", "is empty; give the issuers whose tokens are accepted"));
        };
        if sorted.len() > MAX_ISSUERS {
            return Err(ConfigurationError::new("issuers", format!("has more than {MAX_ISSUERS} of them")));
        }
        let twice =
            sorted.iter().zip(sorted.iter().skip(1)).find(|(one, next)| one.policy.issuer() == next.policy.issuer());
        if let Some((one, _)) = twice {
            let problem =
                format!("has {:?} more than once; its tokens have one policy and one set of keys", one.policy.issuer());
            return Err(ConfigurationError::new("issuers", problem));
        }
        if !sorted.iter().all(|issuer| issuer.policy.shares_dpop_with(&common)) {
            return Err(ConfigurationError::new("dpop", "must be one and the same for all issuers"));
        }
        Ok(Self::numbered(common, sorted))
    }

    fn numbered(common: Arc<Policy>, sorted: Vec<Issuer>) -> Self {
        let max_token_bytes = sorted.iter().map(|issuer| issuer.policy.max_token_bytes()).max().unwrap_or_default();
        let of = u32::try_from(sorted.len()).unwrap_or(u32::MAX);
        let number = |(place, issuer): (u32, Issuer)| Issuer {
            source: issuer.source.numbered(Numbering::new(place, of)),
            policy: issuer.policy,
        };
        Self { sorted: (0..).zip(sorted).map(number).collect(), common, max_token_bytes }
    }

    /// The issuer of this name, octet by octet, and its place (RFC 9068 §4). The work grows with the digits of their number.
    pub(super) fn find(&self, name: &str) -> Option<(usize, &Issuer)> {
        let place = self.sorted.binary_search_by(|issuer| issuer.policy.issuer().cmp(name)).ok()?;
        self.sorted.get(place).map(|issuer| (place, issuer))
    }

    pub(super) fn get(&self, place: usize) -> Option<&Issuer> {
        self.sorted.get(place)
    }

    pub(super) fn get_mut(&mut self, place: usize) -> Option<&mut Issuer> {
        self.sorted.get_mut(place)
    }

    /// The place of the issuer whose source asked with this ticket.
    pub(super) fn place_of(&self, ticket: u32) -> Option<usize> {
        let of = u32::try_from(self.sorted.len()).ok()?;
        usize::try_from(Numbering::place_of(ticket, of)).ok()
    }

    /// For what is a matter of the resource server and the same in all policies: the schemes that it takes.
    pub(super) const fn common(&self) -> &Arc<Policy> {
        &self.common
    }

    /// The largest token that any of them may have, in bytes: what is judged before the issuer is known.
    pub(super) const fn max_token_bytes(&self) -> usize {
        self.max_token_bytes
    }
}
