//! What an access token of an authorization server looks like: one row a profile.
//!
//! RFC 9068 is the default. The rows of named servers hold what is known of how their tokens deviate from it: each says
//! which, so that a reader can compare it with the server's own documentation.

use crate::scope::ScopeSource;

/// The form that a policy demands of a token. Choose by the authorization server, not by the token.
#[derive(Debug, PartialEq, Eq)]
pub struct Profile {
    name: &'static str,
    types: &'static [&'static str],
    type_may_be_absent: bool,
    required_claims: &'static [&'static str],
    /// Where the audience stands.
    audience_claim: &'static str,
    /// Where the client stands; the first that is there counts.
    client_claims: &'static [&'static str],
    /// Whether one of them must be there: where nothing else tells access tokens from ID tokens, they do.
    client_is_required: bool,
    scope_sources: &'static [ScopeSource],
    /// Claims that mark an access token by their value.
    fixed_claims: &'static [(&'static str, &'static str)],
}

const AT_JWT_TYPES: &[&str] = &["at+jwt", "application/at+jwt"];
const JWT_TYPES: &[&str] = &["jwt", "application/jwt"];

/// RFC 9068, the default: `typ` is `at+jwt`, and the claims of its §2.2 are there.
pub const AT_JWT: &Profile = &Profile {
    name: "at+jwt",
    types: AT_JWT_TYPES,
    type_may_be_absent: false,
    required_claims: &["iss", "exp", "aud", "sub", "client_id", "iat", "jti"],
    audience_claim: "aud",
    client_claims: &["client_id"],
    client_is_required: false,
    scope_sources: &[ScopeSource::SCOPE],
    fixed_claims: &[],
};

/// For servers that issue plain JWTs as access tokens: `typ` is `JWT` or absent. Without a type of its own a token must
/// be told from other kinds by its claims (RFC 8725 §3.12), so ID tokens, proofs and logout tokens are refused by theirs.
pub const JWT: &Profile = &Profile {
    name: "jwt",
    types: JWT_TYPES,
    type_may_be_absent: true,
    required_claims: &["iss", "exp"],
    audience_claim: "aud",
    client_claims: &["client_id", "azp"],
    client_is_required: false,
    scope_sources: &[ScopeSource::SCOPE],
    fixed_claims: &[],
};

/// Auth0: `typ` is `JWT` by its own profile of tokens and `at+jwt` by the other; `azp` for `client_id`; `permissions`.
pub const AUTH0: &Profile = &Profile {
    name: "auth0",
    types: &["jwt", "at+jwt", "application/at+jwt"],
    type_may_be_absent: false,
    required_claims: &["iss", "exp", "aud", "sub", "iat"],
    audience_claim: "aud",
    client_claims: &["client_id", "azp"],
    client_is_required: true,
    scope_sources: &[ScopeSource::SCOPE, ScopeSource::PERMISSIONS],
    fixed_claims: &[],
};

/// Amazon Cognito: no `typ`, no `aud` (the client stands in for it), and `token_use` tells access from ID tokens.
pub const COGNITO: &Profile = &Profile {
    name: "cognito",
    types: JWT_TYPES,
    type_may_be_absent: true,
    required_claims: &["iss", "exp", "sub", "client_id", "iat", "jti"],
    audience_claim: "client_id",
    client_claims: &["client_id"],
    client_is_required: false,
    scope_sources: &[ScopeSource::SCOPE],
    fixed_claims: &[("token_use", "access")],
};

/// Microsoft Entra ID: `typ` is `JWT`; `azp` (version 2) or `appid` (version 1) for `client_id`; no `jti`; delegated
/// scopes in `scp`, those of applications in `roles`.
pub const ENTRA: &Profile = &Profile {
    name: "entra",
    types: JWT_TYPES,
    type_may_be_absent: false,
    required_claims: &["iss", "exp", "aud", "sub", "iat"],
    audience_claim: "aud",
    client_claims: &["azp", "appid"],
    client_is_required: true,
    scope_sources: &[ScopeSource::SCP, ScopeSource::ROLES],
    fixed_claims: &[],
};

/// Keycloak: `typ` is `JWT`, or `at+jwt` by a switch of the client, and a claim `typ` tells access tokens (`Bearer`) from ID and refresh tokens; `azp` for
/// `client_id`.
pub const KEYCLOAK: &Profile = &Profile {
    name: "keycloak",
    types: &["jwt", "application/jwt", "at+jwt", "application/at+jwt"],
    type_may_be_absent: false,
    required_claims: &["iss", "exp", "iat", "jti"],
    audience_claim: "aud",
    client_claims: &["client_id", "azp"],
    client_is_required: false,
    scope_sources: &[ScopeSource::SCOPE],
    fixed_claims: &[("typ", "Bearer")],
};

/// Okta: no `typ`; `cid` for `client_id`; a list of scopes in `scp`.
pub const OKTA: &Profile = &Profile {
    name: "okta",
    types: &["jwt", "at+jwt", "application/at+jwt", "application/okta-internal-at+jwt"],
    type_may_be_absent: true,
    required_claims: &["iss", "exp", "aud", "sub", "iat", "jti"],
    audience_claim: "aud",
    client_claims: &["cid", "client_id"],
    client_is_required: true,
    scope_sources: &[ScopeSource::SCP],
    fixed_claims: &[],
};

impl Profile {
    /// Every profile; the general ones first, because the first that fits is suggested.
    pub const ALL: &'static [&'static Self] = &[AT_JWT, JWT, AUTH0, COGNITO, ENTRA, KEYCLOAK, OKTA];

    /// The profile of this name, compared octet by octet; `None` if there is none.
    pub fn from_name(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().copied().find(|profile| profile.name == name)
    }

    /// The name, as an option of the npm package writes it.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Claims that must be there (RFC 9068 §2.2), in the order in which their absence is reported.
    pub const fn required_claims(&self) -> &'static [&'static str] {
        self.required_claims
    }

    /// The claim that the configured audience is compared with: `aud` (RFC 7519 §4.1.3), or what the server has in its place.
    pub const fn audience_claim(&self) -> &'static str {
        self.audience_claim
    }

    /// The claims that name the client (RFC 9068 §2.2, `client_id`); the first that is there counts.
    pub const fn client_claims(&self) -> &'static [&'static str] {
        self.client_claims
    }

    /// The claims that have scopes (RFC 9068 §2.2.3).
    pub const fn scope_sources(&self) -> &'static [ScopeSource] {
        self.scope_sources
    }

    /// Claims that must have this very value.
    pub(crate) const fn fixed_claims(&self) -> &'static [(&'static str, &'static str)] {
        self.fixed_claims
    }

    /// Whether a token of this `typ` fits. Media types compare without case (RFC 7515 §4.1.9, RFC 2045 §5.1).
    pub(crate) fn accepts_type(&self, typ: Option<&str>) -> bool {
        match typ {
            None => self.type_may_be_absent,
            Some(typ) => self.types.iter().any(|accepted| accepted.eq_ignore_ascii_case(typ)),
        }
    }

    /// Whether one of the client claims must be there.
    pub(crate) const fn client_is_required(&self) -> bool {
        self.client_is_required
    }

    /// Whether these tokens are told from other kinds of JWT by their `typ` (RFC 8725 §3.11) or by a claim in its place.
    pub(crate) fn tells_access_tokens(&self) -> bool {
        !self.fixed_claims.is_empty() || !self.type_may_be_absent && self.types == AT_JWT_TYPES
    }
}
