//! The little that is read of a certificate (RFC 5280 §4.1), and the forgery that is made of it.

use crate::signing_key::SigningKey;
use crate::wire::Identity;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use tokio_rustls::rustls::SignatureScheme;
use tokio_rustls::rustls::crypto::ring::sign::any_ecdsa_type;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivateSec1KeyDer};

/// `ecdsa-with-SHA256` as an AlgorithmIdentifier (RFC 5758 §3.2).
const ECDSA_WITH_SHA256: &[u8] = &[0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];

/// One element of DER.
struct Element<'d> {
    tag: u8,
    content: &'d [u8],
    /// With tag and length.
    whole: &'d [u8],
    rest: &'d [u8],
}

fn element(input: &[u8]) -> Option<Element<'_>> {
    let (&tag, after) = input.split_first()?;
    let (&first, after) = after.split_first()?;
    let (length, after) = match first {
        0..=0x7f => (usize::from(first), after),
        0x81..=0x84 => {
            let (digits, after) = after.split_at_checked(usize::from(first & 0x7f))?;
            (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), after)
        }
        _ => return None,
    };
    let (content, rest) = after.split_at_checked(length)?;
    Some(Element { tag, content, whole: input.get(..input.len() - rest.len())?, rest })
}

fn elements(mut input: &[u8]) -> Option<Vec<Element<'_>>> {
    let mut elements = Vec::new();
    while !input.is_empty() {
        let element = element(input)?;
        input = element.rest;
        elements.push(element);
    }
    Some(elements)
}

fn write(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = content.len().to_be_bytes();
    let digits: Vec<_> = length.into_iter().skip_while(|digit| *digit == 0).collect();
    let mut written = vec![tag];
    match digits.as_slice() {
        [] => written.push(0),
        [short @ 0..=0x7f] => written.push(*short),
        _ => {
            written.push(0x80 | u8::try_from(digits.len()).unwrap_or_default());
            written.extend(&digits);
        }
    }
    [written, content].concat()
}

/// The members of `tbsCertificate` from `serialNumber` on, and the version before them.
fn members<'d>(certificate: &'d CertificateDer<'_>) -> Option<(Option<Element<'d>>, Vec<Element<'d>>)> {
    let signed = elements(element(certificate)?.content)?;
    let mut members = elements(signed.first()?.content)?;
    let version = if members.first()?.tag == 0xa0 { Some(members.remove(0)) } else { None };
    (members.len() >= 6).then_some((version, members))
}

/// From when to when the certificate is good.
pub fn validity(certificate: &CertificateDer<'_>) -> Option<(Timestamp, Timestamp)> {
    let (_, members) = members(certificate)?;
    let times = elements(members.get(3)?.content)?;
    Some((time(times.first()?)?, time(times.get(1)?)?))
}

/// The key in a certificate, as its type writes it down (§4.1.2.7), without the octet of unused bits.
pub(crate) fn public_key(certificate: &[u8]) -> Option<Vec<u8>> {
    let certificate = CertificateDer::from(certificate);
    let (_, members) = members(&certificate)?;
    let parts = elements(members.get(5)?.content)?;
    Some(parts.get(1)?.content.get(1..)?.to_vec())
}

/// Modulus and exponent of an RSA key (RFC 8017 appendix A.1.1), without leading zeros.
pub(crate) fn rsa(key: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let numbers = elements(element(key)?.content)?;
    let number = |place: usize| {
        let content = numbers.get(place)?.content;
        Some(content.strip_prefix(&[0]).unwrap_or(content).to_vec())
    };
    Some((number(0)?, number(1)?))
}

/// UTCTime has two digits for the year, from 1950 to 2049; GeneralizedTime has four (§4.1.2.5).
fn time(element: &Element<'_>) -> Option<Timestamp> {
    let text = std::str::from_utf8(element.content).ok()?;
    let text = match (element.tag, text.get(..2)?.parse::<u8>().ok()?) {
        (0x17, 0..50) => format!("20{text}"),
        (0x17, _) => format!("19{text}"),
        _ => text.to_owned(),
    };
    let moment = DateTime::strptime("%Y%m%d%H%M%SZ", text).ok()?;
    TimeZone::UTC.to_timestamp(moment).ok()
}

/// The same certificate with another key in it, signed with that key: every name is right, and no authority vouches
/// for it.
pub(crate) fn forged(identity: &Identity) -> Option<Identity> {
    let key = SigningKey::es256().ok()?;
    let private = || Some(PrivateKeyDer::from(PrivateSec1KeyDer::from(key.sec1()?)));
    let signing = any_ecdsa_type(&private()?).ok()?;
    let public = signing.public_key()?;
    let (certificate, issuers) = identity.chain().split_first()?;
    let (version, members) = members(certificate)?;
    let mut parts: Vec<_> = version.iter().chain(&members).map(|member| member.whole).collect();
    let first = usize::from(version.is_some());
    *parts.get_mut(first + 1)? = ECDSA_WITH_SHA256;
    *parts.get_mut(first + 5)? = public.as_ref();
    let signed = write(0x30, &parts);
    let signature = signing.choose_scheme(&[SignatureScheme::ECDSA_NISTP256_SHA256])?.sign(&signed).ok()?;
    let signature = write(0x03, &[&[0], &signature]);
    let forged = CertificateDer::from(write(0x30, &[&signed, ECDSA_WITH_SHA256, &signature]));
    let chain = std::iter::once(forged).chain(issuers.iter().cloned());
    Identity::new(chain.collect(), private()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::Registry;
    use crate::target::Role;
    use crate::wire::Identity;

    fn identity() -> Identity {
        Registry.clients().1[&Role::TlsClientAuth].identity.clone().unwrap()
    }

    #[test]
    fn lengths_are_written_as_they_are_read() {
        for length in [0, 1, 127, 128, 255, 256, 70_000] {
            let written = write(0x04, &[&vec![7; length]]);
            let read = element(&written).unwrap();
            assert_eq!((read.tag, read.content.len(), read.rest.len()), (0x04, length, 0));
            assert_eq!(read.whole, written);
            assert!(element(&written[..written.len() - 1]).is_none());
        }
    }

    #[test]
    fn validity_is_read_in_both_forms() {
        let (from, until) = validity(&identity().chain()[0]).unwrap();
        assert_eq!(from.to_string(), "2020-01-01T00:00:00Z");
        assert_eq!(until.to_string(), "2120-01-01T00:00:00Z");
        assert_eq!(validity(&CertificateDer::from(vec![0x30, 0])), None);
    }

    /// All but algorithm, key and signature stays; the key is the forger's, and the signature verifies with it.
    #[test]
    fn a_forgery_differs_in_its_key_alone() {
        let genuine = identity();
        let forged = forged(&genuine).unwrap();
        assert_ne!(forged, genuine);
        let (_, one) = members(&genuine.chain()[0]).unwrap();
        let (_, other) = members(&forged.chain()[0]).unwrap();
        let differing: Vec<_> = (0..one.len()).filter(|index| one[*index].whole != other[*index].whole).collect();
        assert_eq!(differing, [5]);
        let certificate = tokio_rustls::rustls::server::ParsedCertificate::try_from(&forged.chain()[0]).unwrap();
        assert_eq!(certificate.subject_public_key_info().as_ref(), other[5].whole);
    }
}
