//! The client's certificate in mutual TLS (RFC 8705 §3): only its hash counts, and it comes as an argument.
//!
//! The chain is not judged: the token vouches for the certificate, whoever signed it (RFC 8705 §6.2). No header field is
//! read for it: whether a proxy may be believed about the certificate is for the caller to know (RFC 9700 §4.13).
//!
//! Statements: RFC9700-4.13-10.

use crate::digest::Digest;

const HEXADECIMAL_CHARACTERS: usize = 64;
const COLON_CHARACTERS: usize = 95;

/// SHA-256 of the DER encoding of a certificate (RFC 8705 §3.1), as the TLS layer saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CertificateThumbprint(Digest);

impl CertificateThumbprint {
    /// Of the certificate itself, DER encoded (RFC 8705 §3.1). Any bytes are taken: nothing of them is parsed.
    pub fn of_der(certificate: &[u8]) -> Self {
        Self(Digest::of(certificate))
    }

    /// Where the TLS layer gives the hash only: the 32 octets of SHA-256 over the DER encoding, not over the public key.
    pub const fn from_sha256(octets: [u8; 32]) -> Self {
        Self(Digest::from_octets(octets))
    }

    /// The same as text: 43 characters of base64url, as `x5t#S256` has it, or 64 hexadecimal digits in either case, with or
    /// without a colon after each two, as TLS layers print it. `None` for anything else.
    pub fn from_text(text: &str) -> Option<Self> {
        let octets = match text.len() {
            HEXADECIMAL_CHARACTERS => hexadecimal(text, "")?,
            COLON_CHARACTERS => hexadecimal(text, ":")?,
            _ => return Digest::from_base64url(text).map(Self),
        };
        Some(Self::from_sha256(octets))
    }

    pub(crate) const fn digest(&self) -> &Digest {
        &self.0
    }
}

/// 32 octets of two digits each, with `separator` between them.
fn hexadecimal(text: &str, separator: &str) -> Option<[u8; 32]> {
    let mut octets = [0; 32];
    let mut rest = text;
    for (at, octet) in octets.iter_mut().enumerate() {
        if at > 0 {
            rest = rest.strip_prefix(separator)?;
        }
        let (digits, after) = rest.split_at_checked(2)?;
        // `from_str_radix` would take a sign.
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        *octet = u8::from_str_radix(digits, 16).ok()?;
        rest = after;
    }
    rest.is_empty().then_some(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thumbprint_has_three_spellings() {
        let thumbprint = CertificateThumbprint::of_der(b"certificate");
        let octets = *thumbprint.digest().octets();
        let pairs = |separator: &str| octets.map(|octet| format!("{octet:02x}")).join(separator);
        let good = [
            thumbprint.digest().to_base64url(),
            pairs(""),
            pairs("").to_uppercase(),
            pairs(":"),
            pairs(":").to_uppercase(),
        ];
        for text in &good {
            assert_eq!(CertificateThumbprint::from_text(text), Some(thumbprint), "{text}");
        }
        let sign = format!("+{}", &pairs("")[1..]);
        let base64url = &good[0];
        for text in [
            "",
            &pairs("-"),
            &pairs("")[..62],
            &format!("{}00", pairs("")),
            &format!("{}:00", pairs(":")),
            &pairs(":").replacen(':', "0", 1),
            &sign,
            &format!("{}é", &pairs("")[..62]),
            &format!("{base64url}="),
            &base64url[..42],
        ] {
            assert_eq!(CertificateThumbprint::from_text(text), None, "{text}");
        }
    }
}
