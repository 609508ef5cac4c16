//! What an access token of an authorization server looks like: one row a profile.

/// The form that a policy demands of a token. Choose by the authorization server, not by the token.
#[derive(Debug, PartialEq, Eq)]
pub struct Profile {
    name: &'static str,
    types: &'static [&'static str],
    type_may_be_absent: bool,
    required_claims: &'static [&'static str],
}

/// RFC 9068, the default: `typ` is `at+jwt`, and the claims of its §2.2 are there.
pub const AT_JWT: &Profile = &Profile {
    name: "at+jwt",
    types: &["at+jwt", "application/at+jwt"],
    type_may_be_absent: false,
    required_claims: &["iss", "exp", "aud", "sub", "client_id", "iat", "jti"],
};

/// For servers that issue plain JWTs as access tokens: `typ` is `JWT` or absent. Without a type of its own a token must
/// be told from other kinds by its claims (RFC 8725 §3.12), so ID tokens, proofs and logout tokens are refused by theirs.
pub const JWT: &Profile = &Profile {
    name: "jwt",
    types: &["jwt", "application/jwt"],
    type_may_be_absent: true,
    required_claims: &["iss", "exp"],
};

impl Profile {
    /// Every profile.
    pub const ALL: &'static [&'static Self] = &[AT_JWT, JWT];

    /// The profile of this name.
    pub fn from_name(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().copied().find(|profile| profile.name == name)
    }

    /// The name, as an option of the npm package writes it.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Claims that must be there, in the order in which their absence is reported.
    pub const fn required_claims(&self) -> &'static [&'static str] {
        self.required_claims
    }

    /// Whether a token of this `typ` fits. Media types compare without case (RFC 7515 §4.1.9, RFC 2045 §5.1).
    pub(crate) fn accepts_type(&self, typ: Option<&str>) -> bool {
        match typ {
            None => self.type_may_be_absent,
            Some(typ) => self.types.iter().any(|accepted| accepted.eq_ignore_ascii_case(typ)),
        }
    }

    /// Whether `typ` alone tells these tokens from other kinds of JWT.
    pub(crate) const fn is_told_by_type(&self) -> bool {
        !self.type_may_be_absent
    }
}
