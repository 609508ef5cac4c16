//! JWSs that are one change away from one that is right, by whoever has no key.

use crate::jwt::object_text;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any, prop_oneof};
use proptest::sample::select;
use serde_json::{Map, Value, json};
use std::fmt;

/// A part of a JWS in compact form (RFC 7515 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Header,
    Payload,
    Signature,
}

const PARTS: [Part; 3] = [Part::Header, Part::Payload, Part::Signature];

/// The parts whose text is what was signed (RFC 7515 §5.1).
const SIGNED: [Part; 2] = [Part::Header, Part::Payload];

impl Part {
    fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
        }
    }
}

/// One change of a JWS after which it is none that its key signed.
#[derive(Debug, Clone)]
pub struct Alteration(Change);

#[derive(Debug, Clone)]
enum Change {
    /// One bit of the octets; the text is canonical again.
    Bit(Part, usize, u32),
    /// The last character is another one for the same octets (RFC 4648 §3.5), and so the signed text another.
    Alias(Part, usize),
    /// Padding, which base64url has none of here (RFC 7515 §2).
    Padded(Part),
    /// A part is empty.
    Emptied(Part),
    /// The signature is shorter by so many characters.
    Cut(usize),
    /// So many segments are left.
    Fewer(usize),
    /// There is one segment more: one of the three again, or an empty one.
    More(Option<Part>),
    /// `alg` is `none`, the letters with a bit here in upper case, and the signature empty (RFC 7515 appendix A.5).
    Unsigned(u8),
    /// The flattened JSON serialization (RFC 7515 §7.2.2), which no JWT has (RFC 7519 §1).
    Flattened,
}

impl Alteration {
    /// The JWS with this change; none if it is no JWS, or cannot have the change.
    pub fn apply(&self, token: &str) -> Option<String> {
        let segments: [&str; 3] = token.split('.').collect::<Vec<_>>().try_into().ok()?;
        let of = |part: Part| segments[part as usize];
        let with = |part: Part, text: String| {
            let mut parts = segments.map(str::to_owned);
            parts[part as usize] = text;
            parts.join(".")
        };
        Some(match &self.0 {
            Change::Bit(part, octet, bit) => with(*part, with_bit(of(*part), *octet, *bit)?),
            Change::Alias(part, which) => with(*part, alias(of(*part), *which)?),
            Change::Padded(part) => with(*part, format!("{}{}", of(*part), "=".repeat(4 - of(*part).len() % 4))),
            Change::Emptied(part) => with(*part, String::new()),
            Change::Cut(characters) => {
                let signature = of(Part::Signature);
                let left = signature.len().checked_sub(1 + characters.checked_rem(signature.len())?)?;
                with(Part::Signature, signature.get(..left)?.to_owned())
            }
            Change::Fewer(count) => segments.get(..*count)?.join("."),
            Change::More(part) => format!("{token}.{}", part.map_or("", of)),
            Change::Unsigned(case) => {
                let mut header: Map<String, Value> =
                    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(of(Part::Header)).ok()?).ok()?;
                header.insert("alg".into(), none(*case).into());
                format!("{}.{}.", URL_SAFE_NO_PAD.encode(Value::Object(header).to_string()), of(Part::Payload))
            }
            Change::Flattened => {
                let [header, payload, signature] = segments;
                json!({"protected": header, "payload": payload, "signature": signature}).to_string()
            }
        })
    }

    /// Whether it is no compact JWS any more, so that its signature does not even matter.
    pub fn is_of_form(&self) -> bool {
        match self.0 {
            Change::Padded(_) | Change::Fewer(_) | Change::More(_) | Change::Flattened => true,
            Change::Emptied(part) => part != Part::Signature,
            Change::Bit(..) | Change::Alias(..) | Change::Cut(_) | Change::Unsigned(_) => false,
        }
    }
}

/// What such a JWS is called, after its name.
impl fmt::Display for Alteration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Change::Bit(part, ..) => write!(f, "with another bit in its {}", part.name()),
            Change::Alias(part, _) => {
                write!(f, "with another last character for the same octets of its {}", part.name())
            }
            Change::Padded(part) => write!(f, "with padding after its {}", part.name()),
            Change::Emptied(part) => write!(f, "without its {}", part.name()),
            Change::Cut(_) => f.write_str("with the end of its signature cut off"),
            Change::Fewer(count) => write!(f, "cut off after {count} of its segments"),
            Change::More(_) => f.write_str("of four segments"),
            Change::Unsigned(case) => write!(f, "with `alg`: {}, and unsigned", none(*case)),
            Change::Flattened => f.write_str("in the JSON serialization"),
        }
    }
}

fn with_bit(part: &str, octet: usize, bit: u32) -> Option<String> {
    let mut octets = URL_SAFE_NO_PAD.decode(part).ok()?;
    let place = octet.checked_rem(octets.len())?;
    *octets.get_mut(place)? ^= 1_u8.checked_shl(bit)?;
    Some(URL_SAFE_NO_PAD.encode(octets))
}

/// None where the last character has no bits to spare.
fn alias(part: &str, which: usize) -> Option<String> {
    let spare = match part.len() % 4 {
        2 => 0b1111,
        3 => 0b11,
        _ => return None,
    };
    let (rest, last) = part.split_at_checked(part.len() - 1)?;
    let value = URL_SAFE_NO_PAD.decode(format!("A{last}AA")).ok()?;
    let value = usize::from(value.first()? & 0b11) << 4 | usize::from(value.get(1)? >> 4);
    let other = u8::try_from(value ^ (1 + which % spare)).ok()?;
    let other = URL_SAFE_NO_PAD.encode([other << 2, 0, 0]);
    Some(format!("{rest}{}", other.get(..1)?))
}

fn none(case: u8) -> String {
    let letter = |(place, letter): (usize, char)| {
        if case >> place & 1 == 1 { letter.to_ascii_uppercase() } else { letter }
    };
    "none".chars().enumerate().map(letter).collect()
}

/// The object as JSON, with a space after it (RFC 8259 §2) where base64url would leave no bit to spare, and no padding: then
/// a JWS of it can have every change.
pub fn with_spare_bits(object: &Map<String, Value>) -> Vec<u8> {
    let mut text = object_text(object).into_bytes();
    if text.len().is_multiple_of(3) {
        text.push(b' ');
    }
    text
}

/// How many of them are tried: about as many as there are kinds.
pub const ALTERATIONS: u32 = 12;

/// Any change of a JWS that a client sends.
pub fn alterations() -> impl Strategy<Value = Alteration> {
    let form = prop_oneof![
        Just(Change::Padded(Part::Signature)),
        (1_usize..3).prop_map(Change::Fewer),
        select(&SIGNED[..]).prop_map(Change::Emptied),
        Just(Change::Flattened),
    ];
    prop_oneof![4 => tampered(), 1 => form].prop_map(Alteration)
}

/// A change of a token after which it says or proves something else. What is left of the form of a token is its server's,
/// who may take padding after the signature, or a signature without pad bits that are zero, for the same token.
pub fn tamperings() -> impl Strategy<Value = Alteration> {
    tampered().prop_map(Alteration)
}

fn tampered() -> BoxedStrategy<Change> {
    prop_oneof![
        2 => (select(&PARTS[..]), any::<usize>(), 0_u32..8).prop_map(|(part, octet, bit)| Change::Bit(part, octet, bit)),
        2 => (select(&SIGNED[..]), any::<usize>()).prop_map(|(part, which)| Change::Alias(part, which)),
        2 => select(&SIGNED[..]).prop_map(Change::Padded),
        1 => Just(Change::Emptied(Part::Signature)),
        2 => (0_usize..64).prop_map(Change::Cut),
        1 => proptest::option::of(select(&PARTS[..])).prop_map(Change::More),
        1 => (0_u8..16).prop_map(Change::Unsigned),
    ]
    .boxed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signing_key::SigningKey;
    use crate::token_signature::verify;
    use base64::alphabet::URL_SAFE;
    use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
    use countersign_validator::KeySet;
    use proptest::prelude::{prop_assert, prop_assert_eq, prop_assert_ne, proptest};
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;
    use std::collections::BTreeSet;
    use std::sync::LazyLock;

    /// A decoder that forgives what RFC 4648 lets it forgive.
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &URL_SAFE,
        GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );

    /// A JWS, and the set with the key that signed it.
    static SIGNED_BY: LazyLock<(String, KeySet)> = LazyLock::new(|| {
        let key = SigningKey::es256().unwrap();
        let keys = json!({"keys": [key.public()]}).to_string();
        let [header, claims] =
            [json!({"alg": "ES256"}), json!({"exp": 60})].map(|part| part.as_object().cloned().unwrap());
        let token = key.jws(&with_spare_bits(&header), &with_spare_bits(&claims));
        (token, KeySet::from_json(keys.as_bytes()).unwrap())
    });

    /// What a verifier looks at that decodes without care and compares the octets.
    fn octets(token: &str) -> Option<[Vec<u8>; 3]> {
        let parts = token.split('.').map(|part| LENIENT.decode(part).ok()).collect::<Option<Vec<_>>>()?;
        parts.try_into().ok()
    }

    proptest! {
        #[test]
        fn nobody_signed_an_alteration(alteration in alterations()) {
            let (token, keys) = &*SIGNED_BY;
            prop_assert_eq!(verify(token, keys), Ok(()));
            let altered = alteration.apply(token).unwrap();
            prop_assert_ne!(&altered, token);
            prop_assert!(verify(&altered, keys).is_err(), "{}", alteration);
            prop_assert_eq!(alteration.apply("opaque"), None);
        }

        /// Who may read a token without care still sees that this is another one: other octets, or another signed text.
        #[test]
        fn a_tampering_is_no_other_spelling_of_the_token(alteration in tamperings()) {
            let (token, _) = &*SIGNED_BY;
            if let Some(altered) = alteration.apply(token) {
                let signed = |token: &str| token.rsplit_once('.').map(|(input, _)| input.to_owned());
                let (one, other) = (octets(token), octets(&altered));
                let signature = |parts: Option<[Vec<u8>; 3]>| parts.map(|[.., signature]| signature);
                prop_assert!(signed(token) != signed(&altered) || signature(one) != signature(other), "{}", alteration);
            }
        }

        #[test]
        fn an_alias_is_of_the_same_octets(part in "[A-Za-z0-9_-]{0,6}", which in any::<usize>()) {
            let part = URL_SAFE_NO_PAD.encode(part);
            let other = alias(&part, which);
            prop_assert_eq!(other.is_none(), part.len().is_multiple_of(4));
            if let Some(other) = other {
                prop_assert_ne!(&other, &part);
                prop_assert_eq!(LENIENT.decode(&other).unwrap(), URL_SAFE_NO_PAD.decode(&part).unwrap());
            }
        }
    }

    #[test]
    fn every_kind_of_alteration_occurs() {
        let mut runner = TestRunner::deterministic();
        let (token, _) = &*SIGNED_BY;
        let mut kinds = BTreeSet::new();
        for _ in 0..500 {
            let alteration = alterations().new_tree(&mut runner).unwrap().current();
            let said = alteration.to_string();
            let kind = if said.starts_with("with `alg`") { "unsigned".into() } else { said };
            kinds.extend(alteration.apply(token).map(|_| kind));
        }
        let expected = [
            "cut off after 1 of its segments",
            "cut off after 2 of its segments",
            "in the JSON serialization",
            "of four segments",
            "unsigned",
            "with another bit in its header",
            "with another bit in its payload",
            "with another bit in its signature",
            "with another last character for the same octets of its header",
            "with another last character for the same octets of its payload",
            "with padding after its header",
            "with padding after its payload",
            "with padding after its signature",
            "with the end of its signature cut off",
            "without its header",
            "without its payload",
            "without its signature",
        ];
        assert_eq!(kinds.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    }
}
