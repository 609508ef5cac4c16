//! Key material that has passed its checks: sizes, exponents, curve membership, small order.
//!
//! Statements: RFC7518-3.3-10, RFC7518-6.3-10, RFC8037-3.1-10.

use core::fmt;

use jwt_compact::alg::RsaPublicKey;
use rsa::{BigUint, traits::PublicKeyParts as _};

use super::{
    curve::{self, Point},
    roca,
};
use crate::base64url;

/// RFC 7518 §3.3 and RFC 8725 §3.5: at least 2048 bits. The upper bound limits the work: a verification with 8192 bits
/// costs sixteen times that with 2048.
const RSA_BITS: core::ops::RangeInclusive<usize> = 2048..=8192;

/// The kinds of keys: each algorithm is for one (RFC 8725 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Rsa,
    P256,
    P384,
    P521,
    Ed25519,
    /// A shared secret; no public key is of this kind.
    Symmetric,
}

/// The arithmetic of each kind of key, ready for use; a point where the arithmetic is not in every build.
#[derive(Clone)]
enum Material {
    /// With the modulus as octets, without leading zeros (RFC 7518 §2, Base64urlUInt).
    Rsa(RsaPublicKey, Vec<u8>),
    P256(p256::ecdsa::VerifyingKey),
    P384(Point),
    P521(Point),
    Ed25519(ed25519_dalek::VerifyingKey),
}

/// A public key that has passed the checks of its kind.
#[derive(Clone)]
pub(crate) struct PublicKey(Material);

impl PublicKey {
    /// RFC 7518 §6.3.1. Leading zeros do not count. `None` unless the modulus is odd and of [`RSA_BITS`], and the
    /// exponent odd, at least 3 and below 2^32, and the modulus none of the flawed generator of [`super::roca`].
    pub(crate) fn from_rsa(n: &[u8], e: &[u8]) -> Option<Self> {
        let exponent = e.iter().skip_while(|byte| **byte == 0).copied().collect::<Vec<u8>>();
        if exponent.len() > 4 {
            return None;
        }
        let exponent = exponent.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
        let modulus = BigUint::from_bytes_be(n);
        let odd = n.last().is_some_and(|byte| byte & 1 == 1);
        if !odd || !RSA_BITS.contains(&modulus.bits()) || exponent < 3 || exponent & 1 == 0 || roca::made(n) {
            return None;
        }
        let key = RsaPublicKey::new_with_max_size(modulus, BigUint::from(exponent), *RSA_BITS.end()).ok()?;
        let leading = n.iter().take_while(|byte| **byte == 0).count();
        Some(Self(Material::Rsa(key, n.get(leading..)?.to_vec())))
    }

    /// RFC 7518 §6.2.1: both coordinates of full length, the point on the curve.
    pub(crate) fn from_p256(x: &[u8], y: &[u8]) -> Option<Self> {
        let x: [u8; 32] = x.try_into().ok()?;
        let y: [u8; 32] = y.try_into().ok()?;
        let point = p256::EncodedPoint::from_affine_coordinates(&x.into(), &y.into(), false);
        Some(Self(Material::P256(p256::ecdsa::VerifyingKey::from_encoded_point(&point).ok()?)))
    }

    /// RFC 7518 §6.2.1, as for P-256.
    pub(crate) fn from_p384(x: &[u8], y: &[u8]) -> Option<Self> {
        Point::new(curve::P384, x, y).map(|point| Self(Material::P384(point)))
    }

    /// RFC 7518 §6.2.1, as for P-256.
    pub(crate) fn from_p521(x: &[u8], y: &[u8]) -> Option<Self> {
        Point::new(curve::P521, x, y).map(|point| Self(Material::P521(point)))
    }

    /// RFC 8037 §2: 32 octets, a point of the curve in its one encoding (RFC 8032 §5.1.3: y below 2^255 − 19), not of
    /// small order (RFC 8725 §3.4).
    pub(crate) fn from_ed25519(x: &[u8]) -> Option<Self> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(&x.try_into().ok()?).ok()?;
        let canonical = key.to_edwards().compress().as_bytes() == key.as_bytes();
        (canonical && !key.is_weak()).then_some(Self(Material::Ed25519(key)))
    }

    pub(crate) const fn kind(&self) -> Kind {
        match &self.0 {
            Material::Rsa(..) => Kind::Rsa,
            Material::P256(_) => Kind::P256,
            Material::P384(_) => Kind::P384,
            Material::P521(_) => Kind::P521,
            Material::Ed25519(_) => Kind::Ed25519,
        }
    }

    pub(crate) const fn rsa(&self) -> Option<&RsaPublicKey> {
        match &self.0 {
            Material::Rsa(key, _) => Some(key),
            _ => None,
        }
    }

    /// The modulus of an RSA key, as octets without leading zeros.
    pub(crate) fn modulus(&self) -> Option<&[u8]> {
        match &self.0 {
            Material::Rsa(_, modulus) => Some(modulus),
            _ => None,
        }
    }

    pub(crate) const fn p256(&self) -> Option<&p256::ecdsa::VerifyingKey> {
        match &self.0 {
            Material::P256(key) => Some(key),
            _ => None,
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) const fn p384(&self) -> Option<&Point> {
        match &self.0 {
            Material::P384(point) => Some(point),
            _ => None,
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) const fn p521(&self) -> Option<&Point> {
        match &self.0 {
            Material::P521(point) => Some(point),
            _ => None,
        }
    }

    pub(crate) const fn ed25519(&self) -> Option<&ed25519_dalek::VerifyingKey> {
        match &self.0 {
            Material::Ed25519(key) => Some(key),
            _ => None,
        }
    }

    /// The public JWK as a host imports it: only the members that make the key (the required ones of RFC 7638 §3.2).
    pub(crate) fn jwk(&self) -> String {
        match &self.0 {
            Material::Rsa(key, modulus) => format!(
                r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#,
                base64url::encode(key.e().to_bytes_be()),
                base64url::encode(modulus)
            ),
            Material::P256(key) => {
                let point = key.to_encoded_point(false);
                let coordinate =
                    |bytes: Option<&p256::FieldBytes>| bytes.map(|bytes| bytes.to_vec()).unwrap_or_default();
                elliptic("P-256", coordinate(point.x()), coordinate(point.y()))
            }
            Material::P384(point) => elliptic(curve::P384.name, &point.x, &point.y),
            Material::P521(point) => elliptic(curve::P521.name, &point.x, &point.y),
            Material::Ed25519(key) => {
                format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, base64url::encode(key.as_bytes()))
            }
        }
    }
}

fn elliptic(curve: &str, x: impl AsRef<[u8]>, y: impl AsRef<[u8]>) -> String {
    format!(r#"{{"crv":"{curve}","kty":"EC","x":"{}","y":"{}"}}"#, base64url::encode(x), base64url::encode(y))
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PublicKey").field(&self.kind()).finish()
    }
}
