//! JWSs that are one change away from one that is right.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::{Strategy, any};

/// One bit of a JWS that is another: of header, payload or signature, decoded, so that its text is canonical again.
#[derive(Debug, Clone)]
pub struct Alteration {
    part: usize,
    octet: usize,
    bit: u32,
}

impl Alteration {
    /// The token with another bit; none if that part has no octets.
    pub fn apply(&self, token: &str) -> Option<String> {
        let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
        let part = parts.get_mut(self.part)?;
        let mut octets = URL_SAFE_NO_PAD.decode(part.as_bytes()).ok()?;
        let place = self.octet.checked_rem(octets.len())?;
        *octets.get_mut(place)? ^= 1_u8.checked_shl(self.bit)?;
        *part = URL_SAFE_NO_PAD.encode(octets);
        Some(parts.join("."))
    }
}

/// A bit somewhere.
pub fn alterations() -> impl Strategy<Value = Alteration> {
    (0_usize..3, any::<usize>(), 0_u32..8).prop_map(|(part, octet, bit)| Alteration { part, octet, bit })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert_eq, proptest};

    proptest! {
        #[test]
        fn an_alteration_changes_one_bit(alteration in alterations()) {
            let token = "e30.eyJhIjoxfQ.AAECAwQF";
            let altered = alteration.apply(token).unwrap();
            let octets = |token: &str| -> Vec<u8> {
                token.split('.').flat_map(|part| URL_SAFE_NO_PAD.decode(part).unwrap()).collect()
            };
            let bits: u32 = octets(token).iter().zip(octets(&altered)).map(|(one, other)| (one ^ other).count_ones()).sum();
            prop_assert_eq!(bits, 1);
            prop_assert_eq!(alteration.apply("opaque"), None);
        }
    }
}
