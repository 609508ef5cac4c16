//! Ed25519 where points of small order take part, in the key or in R: what holds with the cofactor and not without it, and the other way
//! round, is decided alike by every arithmetic (RFC 8032 §5.1.7, RFC 8725 §3.4). The signatures are made by hand: nobody signs so.

use curve25519_dalek::{
    EdwardsPoint, Scalar,
    constants::{ED25519_BASEPOINT_POINT as BASE, EIGHT_TORSION},
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha512};

use crate::{
    forge::Forge,
    support::{encode, good_claims, with},
};

pub const POLICY: &str = "torsion";

/// What is added to the point of the key, and to R: multiples of a point of order 8, so of order 1, 8, 4 and 2.
const MULTIPLES: [usize; 4] = [0, 1, 2, 4];

/// Tokens among which one of each kind is found; an eighth of them is of the rarest.
const TRIES: u32 = 256;

fn secret() -> Scalar {
    Scalar::from(0x0123_4567_89ab_cdef_u64)
}

fn key(multiple: usize) -> EdwardsPoint {
    BASE * secret() + EIGHT_TORSION[multiple]
}

fn kid(multiple: usize) -> String {
    format!("with {multiple} T")
}

pub fn jwks() -> Value {
    let keys = MULTIPLES.map(|multiple| {
        let x = encode(key(multiple).compress().as_bytes());
        json!({"kty": "OKP", "crv": "Ed25519", "kid": kid(multiple), "x": x})
    });
    json!({ "keys": keys })
}

/// A token whose signature solves the equation up to a point of small order, and whether it solves it.
fn token(of_key: usize, of_r: usize, nonce: &Scalar, number: u32) -> (String, bool) {
    let header = json!({"typ": "at+jwt", "alg": "EdDSA", "kid": kid(of_key)}).to_string();
    let claims = with(good_claims(), "jti", json!(number.to_string())).to_string();
    let input = format!("{}.{}", encode(header), encode(claims));
    let public = key(of_key);
    let r = BASE * nonce + EIGHT_TORSION[of_r];
    let hash = Sha512::new()
        .chain_update(r.compress().as_bytes())
        .chain_update(public.compress().as_bytes())
        .chain_update(&input);
    let challenge = Scalar::from_bytes_mod_order_wide(&hash.finalize().into());
    let s = nonce + challenge * secret();
    let signature = [r.compress().to_bytes(), s.to_bytes()].concat();
    (format!("{input}.{}", encode(signature)), BASE * s - public * challenge == r)
}

pub fn add(forge: &mut Forge) {
    for (what, class, nonce) in [
        ("R of large order", "edwards-torsion", Scalar::from(0xfedc_ba98_7654_3210_u64)),
        ("R of small order", "edwards-small-order", Scalar::ZERO),
    ] {
        for of_key in MULTIPLES {
            for of_r in MULTIPLES {
                for wanted in [true, false] {
                    let mut tokens = (0..TRIES).map(|number| token(of_key, of_r, &nonce, number));
                    if let Some((token, holds)) = tokens.find(|(_, holds)| *holds == wanted) {
                        let equation = if holds { "holds" } else { "holds with the cofactor only" };
                        let detail = format!("{what}, {of_key} T in the key, {of_r} T in R, the equation {equation}");
                        forge.add_under(POLICY, class, detail, token);
                    }
                }
            }
        }
    }
}
