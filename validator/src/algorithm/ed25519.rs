//! Ed25519 (RFC 8037 §3.1) by dalek, in its strict form, behind the trait of jwt-compact.
//!
//! Statements: RFC8037-3.1-10.

use core::num::NonZeroUsize;

use ed25519_dalek::Signer as _;
use jwt_compact::{Algorithm as Arithmetic, AlgorithmSignature};

/// Octets of each half of a signature: R, an encoded point, and S, a number (RFC 8032 §5.1.6), both little-endian.
const HALF: usize = 32;

/// The order of the group that the base point makes (RFC 8032 §5.1): S is below it.
const ORDER: [u8; HALF] = little_endian([0x10 << 120, 0x14de_f9de_a2f7_9cd6_5812_631a_5cf5_d3ed]);

/// The prime of the field (RFC 8032 §5.1): a coordinate is below it in its one encoding.
const PRIME: [u8; HALF] = little_endian([u128::MAX >> 1, u128::MAX - 18]);

/// The y of the eight points of small order; two of one y differ in the sign of their x. In the order of their orders:
/// 1, 2, 4, 8, 8.
const SMALL_ORDER: [[u8; HALF]; 5] = [
    little_endian([0, 1]),
    little_endian([u128::MAX >> 1, u128::MAX - 19]),
    little_endian([0, 0]),
    little_endian([0x05fc_536d_8802_38b1_3933_c6d3_05ac_dfd5, 0xf098_eff2_89f4_c345_b027_b2c2_8f95_e826]),
    little_endian([0x7a03_ac92_77fd_c74e_c6cc_392c_fa53_202a, 0x0f67_100d_760b_3cba_4fd8_4d3d_706a_17c7]),
];

/// A number of 256 bits, written as its upper and its lower half.
const fn little_endian([upper, lower]: [u128; 2]) -> [u8; HALF] {
    let (upper, lower) = (upper.to_le_bytes(), lower.to_le_bytes());
    let mut octets = [0; HALF];
    let (first, second) = octets.split_at_mut(HALF / 2);
    first.copy_from_slice(&lower);
    second.copy_from_slice(&upper);
    octets
}

/// Whether a key can have made this signature: S is below the order, and R the one encoding of a point that is not of small order.
/// A host that checks the equation of RFC 8032 §5.1.7 without the cofactor decides all else as dalek does in its strict form; what it
/// makes of other signatures differs from host to host.
pub(super) fn is_strict(signature: &[u8]) -> bool {
    let Some((r, s)) = signature.split_first_chunk::<HALF>() else { return false };
    let Ok(s) = <[u8; HALF]>::try_from(s) else { return false };
    let mut y = *r;
    y[HALF - 1] &= 0x7f; // The highest bit is the sign of x.
    is_below(&s, &ORDER) && is_below(&y, &PRIME) && !SMALL_ORDER.contains(&y)
}

fn is_below(number: &[u8; HALF], limit: &[u8; HALF]) -> bool {
    number.iter().rev().lt(limit.iter().rev())
}

/// Ed25519 with the strict verification of dalek: canonical S, no small-order point (RFC 8032 §5.1.7, RFC 8725 §3.4).
#[derive(Debug, Clone, Copy)]
pub(super) struct StrictEd25519;

#[derive(Debug, Clone, Copy)]
pub(super) struct Ed25519Signature(ed25519_dalek::Signature);

impl AlgorithmSignature for Ed25519Signature {
    const LENGTH: Option<NonZeroUsize> = NonZeroUsize::new(ed25519_dalek::SIGNATURE_LENGTH);

    fn try_from_slice(slice: &[u8]) -> Result<Self, anyhow::Error> {
        ed25519_dalek::Signature::from_slice(slice).map(Self).map_err(anyhow::Error::msg)
    }

    fn as_bytes(&self) -> std::borrow::Cow<'_, [u8]> {
        self.0.to_bytes().to_vec().into()
    }
}

impl Arithmetic for StrictEd25519 {
    type SigningKey = ed25519_dalek::SigningKey;
    type VerifyingKey = ed25519_dalek::VerifyingKey;
    type Signature = Ed25519Signature;

    fn name(&self) -> std::borrow::Cow<'static, str> {
        "EdDSA".into()
    }

    fn sign(&self, signing_key: &Self::SigningKey, message: &[u8]) -> Self::Signature {
        Ed25519Signature(signing_key.sign(message))
    }

    fn verify_signature(&self, signature: &Self::Signature, key: &Self::VerifyingKey, message: &[u8]) -> bool {
        key.verify_strict(message, &signature.0).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use curve25519_dalek::{Scalar, constants::EIGHT_TORSION};

    use super::{ORDER, PRIME, SMALL_ORDER, is_strict};

    fn signature(r: [u8; 32], s: [u8; 32]) -> Vec<u8> {
        [r, s].concat()
    }

    /// Some R that is good.
    const R: [u8; 32] = [9; 32];

    fn with_sign(mut y: [u8; 32]) -> [u8; 32] {
        y[31] |= 0x80;
        y
    }

    fn plus(number: [u8; 32], more: u8) -> [u8; 32] {
        let mut carry = u16::from(more);
        number.map(|octet| {
            let sum = u16::from(octet) + carry;
            carry = sum >> 8;
            sum.to_le_bytes()[0]
        })
    }

    #[test]
    fn the_points_of_small_order_are_those_of_dalek() {
        for point in EIGHT_TORSION {
            let mut y = point.compress().to_bytes();
            assert!(!is_strict(&signature(y, [0; 32])));
            y[31] &= 0x7f;
            assert!(SMALL_ORDER.contains(&y));
        }
        for y in SMALL_ORDER {
            let matches = |point: &curve25519_dalek::EdwardsPoint| {
                let mut own = point.compress().to_bytes();
                own[31] &= 0x7f;
                own == y
            };
            assert!(EIGHT_TORSION.iter().any(matches));
            assert!(!is_strict(&signature(y, [0; 32])) && !is_strict(&signature(with_sign(y), [0; 32])));
        }
        assert!(is_strict(&signature(R, [0; 32])) && is_strict(&signature(with_sign(R), [0; 32])));
    }

    #[test]
    fn s_is_below_the_order() {
        let highest = (-Scalar::ONE).to_bytes();
        assert_eq!(plus(highest, 1), ORDER);
        assert!(is_strict(&signature(R, highest)));
        for s in [ORDER, plus(ORDER, 1), [0xff; 32]] {
            assert!(!is_strict(&signature(R, s)));
        }
    }

    #[test]
    fn r_has_one_encoding() {
        for more in 0..19 {
            assert!(!is_strict(&signature(plus(PRIME, more), [0; 32])), "{more}");
            assert!(!is_strict(&signature(with_sign(plus(PRIME, more)), [0; 32])), "{more}");
        }
        let mut below = PRIME;
        below[0] -= 2; // p − 2; p − 1 is of small order.
        assert!(is_strict(&signature(below, [0; 32])));
    }

    #[test]
    fn both_halves_are_whole() {
        let good = signature(R, [0; 32]);
        for length in 0..good.len() {
            assert!(!is_strict(&good[..length]));
        }
        assert!(!is_strict(&[&good[..], &[0]].concat()));
    }
}
