//! Points of the curves whose arithmetic is not in every build: judged here, so that every build judges them alike.
//!
//! Statements: RFC7518-6.2-10.

use rsa::BigUint;

/// A curve y² = x³ − 3x + b over the integers modulo p (FIPS 186-5 and SP 800-186 §3.2.1).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Curve {
    /// The `crv` value (RFC 7518 §6.2.1.1).
    pub(super) name: &'static str,
    /// Octets of a coordinate (RFC 7518 §6.2.1.2).
    bytes: usize,
    /// In hexadecimal, as the standard writes them.
    p: &'static str,
    b: &'static str,
}

pub(super) const P384: &Curve = &Curve {
    name: "P-384",
    bytes: 48,
    p: "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
    b: "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
};

pub(super) const P521: &Curve = &Curve {
    name: "P-521",
    bytes: 66,
    p: concat!(
        "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    ),
    b: concat!(
        "0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109",
        "e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00"
    ),
};

/// A point of a curve, other than the one at infinity.
#[derive(Clone)]
pub(crate) struct Point {
    pub(super) x: Vec<u8>,
    pub(super) y: Vec<u8>,
}

impl Point {
    /// RFC 7518 §6.2.1: both coordinates of full length and below p, the point on the curve.
    pub(super) fn new(curve: &Curve, x: &[u8], y: &[u8]) -> Option<Self> {
        let number = |text: &str| BigUint::parse_bytes(text.as_bytes(), 16);
        let (p, b) = (number(curve.p)?, number(curve.b)?);
        let full_length = x.len() == curve.bytes && y.len() == curve.bytes;
        (full_length && is_on(&p, &b, &BigUint::from_bytes_be(x), &BigUint::from_bytes_be(y)))
            .then(|| Self { x: x.to_vec(), y: y.to_vec() })
    }

    /// SEC 1 §2.3.3, without compression.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn uncompressed(&self) -> Vec<u8> {
        [&[4][..], &self.x, &self.y].concat()
    }
}

#[allow(
    clippy::arithmetic_side_effects,
    reason = "numbers of any size; what is subtracted was compared, p is not zero"
)]
fn is_on(p: &BigUint, b: &BigUint, x: &BigUint, y: &BigUint) -> bool {
    // −3x is 3(p − x) here: these numbers have no sign.
    x < p && y < p && (y * y) % p == (x * x * x + (p - x) * 3_u32 + b) % p
}
