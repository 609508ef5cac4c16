//! A token that has passed everything.

use std::sync::Arc;

use crate::{
    Claims, Policy, Presentation, Refusal, Requirements, UnixTime,
    digest::Digest,
    json::ObjectText,
    rule::{self, BindingCase, ClaimsCase, Possession, Proven, RequestCase},
};

/// Bytes of the names of [`VerifiedToken::json`], and of what stands around them.
const ROOM: usize = 64;

/// A token that has passed everything. Only [`super::Pending::finish`] and [`super::Remember::finish`] make one, and nothing else gives
/// access to claims.
///
/// A clone shares the texts and claims of the original.
#[derive(Clone)]
pub struct VerifiedToken {
    content: Arc<Content>,
    number: Option<u64>,
    /// The keys that the token is bound to have been proved.
    _proven: Proven,
}

struct Content {
    header_json: String,
    claims_json: String,
    claims: Claims,
}

impl VerifiedToken {
    /// For the end of the one path; the witness is what a caller from elsewhere does not have.
    pub(super) fn new(header_json: String, claims_json: String, claims: Claims, proven: Proven) -> Self {
        Self { content: Arc::new(Content { header_json, claims_json, claims }), number: None, _proven: proven }
    }

    /// The header as JSON text, as it was signed: strict and without duplicate members (RFC 7515 §4).
    pub fn header_json(&self) -> &str {
        &self.content.header_json
    }

    /// All claims as JSON text, as they were signed: strict and without duplicate members (RFC 7519 §4). Those that decide
    /// have been checked; the others mean what the issuer says that they mean.
    pub fn claims_json(&self) -> &str {
        &self.content.claims_json
    }

    /// All that JavaScript is told of the token, as one JSON text: `claims` and `header` as they were signed, `scopes`, and
    /// `clientId` and `subject`, if the token has them.
    pub fn json(&self) -> String {
        let (header, claims) = (self.header_json(), self.claims_json());
        ObjectText::with_capacity(claims.len().saturating_mul(2).saturating_add(header.len()).saturating_add(ROOM))
            .raw("claims", claims)
            .raw("header", header)
            .strings("scopes", self.claims().scopes().iter())
            .optional("clientId", self.claims().client_id())
            .optional("subject", self.claims().subject())
            .end()
    }

    /// The claims that decide, typed.
    pub fn claims(&self) -> &Claims {
        &self.content.claims
    }

    /// The number under which the [`crate::ResourceServer`] that gave the verdict remembers this token, for
    /// [`crate::ResourceServer::judge_again`]; `None` if it does not. It is below 2^53.
    pub const fn number(&self) -> Option<u64> {
        self.number
    }

    pub(crate) fn numbered(self, number: Option<u64>) -> Self {
        Self { number, ..self }
    }

    /// The verdict on a token that is seen again: every rule but those on the header, for this request and this time.
    /// `token_hash` is the SHA-256 of its text.
    pub(crate) fn seen_again(
        self,
        token_hash: Digest,
        policy: &Policy,
        required: &Requirements,
        presentation: &Presentation,
        now: UnixTime,
    ) -> Result<Self, Refusal> {
        let claims = self.claims();
        rule::check_claims(&ClaimsCase { claims, policy, now })?;
        let token_hash = &|| token_hash;
        match rule::check_binding(&BindingCase { token_hash, claims, policy, presentation, now })? {
            Possession::Proven(proven) => {
                rule::check_request(&RequestCase { claims, policy, required, now })?;
                Ok(Self { content: self.content, number: self.number, _proven: proven })
            }
            // What is bound is not remembered, so it is not seen again; were it, nothing here could check its proof.
            Possession::Unproven(_) => Err(Refusal::BoundToken),
        }
    }

    /// Of texts that nobody signed.
    #[cfg(test)]
    pub(crate) fn for_tests(header_json: &str, claims_json: &str) -> Self {
        let document = crate::json::parse(claims_json.as_bytes(), crate::json::TOKEN_LIMITS).unwrap();
        let policy = Policy::new("https://as.example", ["x"]).unwrap();
        let claims = Claims::read(document.value.as_object().unwrap(), &policy).unwrap();
        Self::new(header_json.to_owned(), claims_json.to_owned(), claims, Proven::for_tests())
    }
}

/// `Debug` shows nothing of a token.
impl core::fmt::Debug for VerifiedToken {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("VerifiedToken").finish_non_exhaustive()
    }
}
