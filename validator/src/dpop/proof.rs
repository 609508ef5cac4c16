//! A DPoP proof: its form, and the checks of RFC 9449 §4.3 that need no signature, in their order.

use super::{Dpop, Fault, MAX_JTI_BYTES, MAX_PROOF_BYTES, ReplayKey, normalise};
use crate::{
    Algorithm, Refusal, UnixTime, base64url,
    digest::Digest,
    jose_header::JoseHeader,
    json::{Object, Value},
    key::{self, PublicKey},
    token,
};

/// RFC 9449 §4.2, and the same as a full media type (RFC 7515 §4.1.9).
const TYPES: &[&str] = &["dpop+jwt", "application/dpop+jwt"];

/// A proof whose form is right, and of which nothing is verified.
pub(crate) struct Proof {
    signed: String,
    signature: Vec<u8>,
    algorithm: Algorithm,
    key: PublicKey,
    /// RFC 7638 thumbprint of the key.
    thumbprint: Digest,
    claims: Claims,
}

/// RFC 9449 §4.2.
struct Claims {
    id: String,
    method: String,
    target: String,
    issued_at: UnixTime,
    token_hash: Digest,
    nonce: Option<String>,
}

/// What a proof has to say in this request.
pub(crate) struct Expected<'a> {
    pub(crate) dpop: &'a Dpop,
    /// `cnf.jkt` of the token.
    pub(crate) key: Digest,
    pub(crate) token_hash: Digest,
    pub(crate) method: &'a str,
    pub(crate) uri: &'a str,
    pub(crate) tolerance_seconds: u32,
    pub(crate) now: UnixTime,
}

impl Proof {
    /// Checks 2 to 7, but the arithmetic of the signature.
    pub(crate) fn parse(field: &[u8], allowed: &[Algorithm]) -> Result<Self, Fault> {
        if field.len() > MAX_PROOF_BYTES {
            return Err(Fault::TooLarge);
        }
        // Optional white space around a field value is no part of it (RFC 9110 §5.5).
        let (signed, [header, claims, signature]) = token::split(field.trim_ascii()).map_err(|_| Fault::Malformed)?;
        let decode = |part| base64url::decode(part).ok_or(Fault::Malformed);
        let (header, claims, signature) = (decode(header)?, decode(claims)?, decode(signature)?);
        let header = object(&header)?;
        let parameters = JoseHeader::read(&header).map_err(|_| Fault::Malformed)?;
        // As in a token: no extension, no encoding, nothing nested.
        if !parameters.refused.is_empty() || parameters.content_type.is_some() {
            return Err(Fault::Malformed);
        }
        if !parameters.typ.is_some_and(|typ| TYPES.iter().any(|known| known.eq_ignore_ascii_case(&typ))) {
            return Err(Fault::Type);
        }
        let named = parameters.algorithm.as_deref().and_then(Algorithm::from_name);
        let algorithm = named.filter(|algorithm| allowed.contains(algorithm)).ok_or(Fault::Algorithm)?;
        let jwk = header.get("jwk").and_then(Value::as_object);
        let (key, own_algorithm) = jwk.and_then(key::from_jwk).ok_or(Fault::Key)?;
        if !algorithm.fits(&key) || own_algorithm.is_some_and(|own| own != algorithm) {
            return Err(Fault::Key);
        }
        Ok(Self {
            signed: signed.to_owned(),
            signature,
            algorithm,
            thumbprint: Digest::of(key.jwk()),
            key,
            claims: Claims::read(&object(&claims)?).ok_or(Fault::Claims)?,
        })
    }

    /// Checks 8 to 12. What is left is the signature.
    pub(crate) fn check(&self, expected: &Expected<'_>) -> Result<(), Refusal> {
        let claims = &self.claims;
        let demand = |met: bool, fault| if met { Ok(()) } else { Err(Refusal::ProofInvalid(fault)) };
        if self.thumbprint != expected.key {
            return Err(Refusal::OtherProofKey);
        }
        let target = normalise(expected.uri);
        demand(claims.token_hash == expected.token_hash, Fault::TokenHash)?;
        demand(claims.method == expected.method, Fault::Method)?;
        demand(target.is_some() && target == normalise(&claims.target), Fault::Target)?;
        let tolerance = i64::from(expected.tolerance_seconds);
        demand(claims.issued_at <= expected.now.plus_seconds(tolerance), Fault::InFuture)?;
        demand(expected.now <= self.good_until(expected.dpop), Fault::TooOld)?;
        match expected.dpop.nonces() {
            Some(source) if !claims.nonce.as_deref().is_some_and(|nonce| source.accepts(nonce, expected.now)) => {
                Err(Refusal::NonceDemanded { nonce: source.current(expected.now) })
            }
            _ => Ok(()),
        }
    }

    /// The last time at which the proof is good.
    fn good_until(&self, dpop: &Dpop) -> UnixTime {
        self.claims.issued_at.plus_seconds(i64::from(dpop.max_age_seconds()))
    }

    /// What a store is to remember of this proof: as long as a machine that shares it, whose clock is behind by the tolerance, may take
    /// the proof; and a second more, so that the edges do not meet.
    pub(crate) fn replay_key(&self, dpop: &Dpop, tolerance_seconds: u32) -> ReplayKey {
        let target = normalise(&self.claims.target).unwrap_or_default();
        let good_until = self.good_until(dpop);
        let until = good_until.plus_seconds(i64::from(tolerance_seconds).saturating_add(1));
        ReplayKey::new(&self.thumbprint, &target, &self.claims.id, good_until, until)
    }

    pub(crate) const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(crate) const fn key(&self) -> &PublicKey {
        &self.key
    }

    pub(crate) const fn signed(&self) -> &[u8] {
        self.signed.as_bytes()
    }

    pub(crate) fn signature(&self) -> &[u8] {
        &self.signature
    }
}

impl Claims {
    /// `None` if a required claim is absent, or any has a wrong type.
    fn read(object: &Object<'_>) -> Option<Self> {
        let text = |name| Some(object.get(name)?.as_str()?.to_owned());
        let nonce = match object.get("nonce") {
            None => None,
            Some(nonce) => Some(nonce.as_str()?.to_owned()),
        };
        let issued_at = match object.get("iat")? {
            Value::Number(number) => UnixTime::from_json_number(number)?,
            _ => return None,
        };
        Some(Self {
            id: text("jti").filter(|id| !id.is_empty() && id.len() <= MAX_JTI_BYTES)?,
            method: text("htm")?,
            target: text("htu")?,
            issued_at,
            token_hash: Digest::from_base64url(&text("ath")?)?,
            nonce,
        })
    }
}

fn object(bytes: &[u8]) -> Result<Object<'_>, Fault> {
    // Which of the two it was, a proof does not tell.
    token::object(bytes, Refusal::HeaderNotJsonObject, Refusal::DuplicateHeaderMember).map_err(|_| Fault::Malformed)
}

/// `Debug` shows nothing of a proof.
impl core::fmt::Debug for Proof {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Proof").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    /// RFC 9449 §7.1, figure 13: a proof for a token that is no JWT, so it is checked here and not by way of a verdict.
    const FIGURE_13: &str = concat!(
        "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6Ik",
        "VDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCR",
        "nMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JE",
        "QSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIj",
        "oiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0Z",
        "WRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNF",
        "c05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71E",
        "OptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA",
    );
    const TOKEN_OF_FIGURE_13: &str = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
    /// RFC 9449 §6.1, figure 9: the thumbprint of the same key.
    const JKT: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

    #[test]
    fn the_proof_of_rfc_9449_is_right() {
        let dpop = Dpop::default();
        let proof = Proof::parse(FIGURE_13.as_bytes(), dpop.algorithms()).unwrap();
        let expected = Expected {
            dpop: &dpop,
            key: Digest::from_base64url(JKT).unwrap(),
            token_hash: Digest::of(TOKEN_OF_FIGURE_13),
            method: "GET",
            uri: "https://resource.example.org/protectedresource",
            tolerance_seconds: 0,
            now: UnixTime::from_seconds(1_562_262_618),
        };
        assert_eq!(proof.check(&expected), Ok(()));
        assert!(proof.algorithm().verify(proof.key(), proof.signed(), proof.signature()));
        let other = Expected { method: "POST", ..expected };
        assert_eq!(proof.check(&other), Err(Refusal::ProofInvalid(Fault::Method)));
    }

    /// RFC 9449 §4.1, figure 2: for a token endpoint, so that it has no `ath`, without which no resource server takes it (§7).
    const FIGURE_2: &str = concat!(
        "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6Ik",
        "VDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCR",
        "nMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JE",
        "QSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIj",
        "oiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwia",
        "WF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg",
        "4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg",
    );

    #[test]
    fn a_proof_for_a_token_endpoint_is_none_for_a_resource() {
        let dpop = Dpop::default();
        assert_eq!(Proof::parse(FIGURE_2.as_bytes(), dpop.algorithms()).err(), Some(Fault::Claims));
    }

    /// RFC 7638 §3.1 and RFC 8037 A.3: over the required members only, in the order of their names.
    #[test]
    fn thumbprints_are_those_of_the_specifications() {
        let rsa = concat!(
            r#"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_"#,
            r#"BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMic"#,
            r#"AtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ"#,
            r#"-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}"#,
        );
        let ed25519 = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
        for (jwk, thumbprint) in [
            (rsa, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"),
            (ed25519, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"),
        ] {
            let document = json::parse(jwk.as_bytes(), json::DOCUMENT_LIMITS).unwrap();
            let (key, _) = key::from_jwk(document.value.as_object().unwrap()).unwrap();
            assert_eq!(Digest::of(key.jwk()).to_base64url(), thumbprint);
        }
    }
}
