//! RSA moduli of a flawed generator, whose keys can be factored (CVE-2017-15361; RFC 8725 §3.5 asks for keys that cannot be
//! guessed).
//!
//! Its primes are powers of 65537 modulo the product of the small primes, and so is the modulus. That shows modulo each small
//! prime: 65537 makes only some of the residues there. A sound modulus looks so once in about 2^28 keys.

/// The small odd primes, as far as every size of key has them in the product.
const PRIMES: &[u32] = &[
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
    113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

/// The generator of all residues.
const BASE: u32 = 65537;

/// Whether the flawed generator made this modulus, given as octets in big-endian order.
pub(super) fn made(modulus: &[u8]) -> bool {
    PRIMES.iter().all(|prime| is_power(residue(modulus, *prime), *prime))
}

/// The modulus modulo the prime: no value is above 2^16.
fn residue(modulus: &[u8], prime: u32) -> u32 {
    modulus.iter().fold(0, |rest, octet| {
        rest.wrapping_mul(256).wrapping_add(u32::from(*octet)).checked_rem(prime).unwrap_or_default()
    })
}

/// Whether [`BASE`] to some power is this residue.
fn is_power(residue: u32, prime: u32) -> bool {
    let next = |power: &u32| power.wrapping_mul(BASE.checked_rem(prime)?).checked_rem(prime);
    let count = usize::try_from(prime).unwrap_or_default();
    core::iter::successors(Some(1_u32), next).take(count).any(|power| power == residue)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rsa::BigUint;

    fn product() -> BigUint {
        PRIMES.iter().fold(BigUint::from(2_u32), |product, prime| product * *prime)
    }

    /// A modulus of 2048 bits that is 65537 to this power modulo the product.
    fn flawed(power: u32) -> BigUint {
        let product = product();
        let residue = BigUint::from(BASE).modpow(&power.into(), &product);
        let factor = (BigUint::from(1_u32) << 2047_usize) / &product + 1_u32;
        product * factor + residue
    }

    #[test]
    fn the_flaw_is_seen_and_nothing_near_it() {
        for power in [1, 2, 1000, 65_537] {
            let modulus = flawed(power);
            assert_eq!(modulus.bits(), 2048);
            assert!(made(&modulus.to_bytes_be()), "{power}");
            for step in [2_u32, 4, 6, 30] {
                assert!(!made(&(&modulus + step).to_bytes_be()), "{power} {step}");
            }
        }
    }

    #[test]
    fn a_key_of_it_is_no_key() {
        let modulus = flawed(12_345);
        assert!(crate::key::PublicKey::from_rsa(&modulus.to_bytes_be(), &[1, 0, 1]).is_none());
        assert!(crate::key::PublicKey::from_rsa(&(modulus + 2_u32).to_bytes_be(), &[1, 0, 1]).is_some());
    }
}
