//! Signatures of curves at the edges of their numbers: r, s and S at and around zero, the order and the modulus; and in the
//! encodings of others (RFC 7518 §3.4, RFC 8032 §5.1.7).

use rsa::BigUint;

use crate::{
    forge::{Forge, parts},
    support::{decode, encode},
};

/// Name, octets of a number, order and modulus in hexadecimal (SP 800-186 §3.2.1).
const CURVES: [(&str, usize, &str, &str); 3] = [
    (
        "ES256",
        32,
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
    ),
    (
        "ES384",
        48,
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
        "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
    ),
    (
        "ES512",
        66,
        "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
        "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ),
];

pub fn add(forge: &mut Forge) {
    for (algorithm, bytes, order, modulus) in CURVES {
        elliptic(forge, algorithm, bytes, &number(order), &number(modulus));
    }
    edwards(forge);
}

fn number(hexadecimal: &str) -> BigUint {
    BigUint::parse_bytes(hexadecimal.as_bytes(), 16).unwrap()
}

/// Big-endian, of this length at least.
fn octets(number: &BigUint, bytes: usize) -> Vec<u8> {
    let short = number.to_bytes_be();
    [vec![0; bytes.saturating_sub(short.len())], short].concat()
}

fn elliptic(forge: &mut Forge, algorithm: &str, bytes: usize, n: &BigUint, p: &BigUint) {
    let token = forge.good(algorithm);
    let [header, claims, signature] = parts(&token);
    let input = format!("{header}.{claims}");
    let good = decode(signature);
    let (r, s) = (BigUint::from_bytes_be(&good[..bytes]), BigUint::from_bytes_be(&good[bytes..]));
    let all_ones = BigUint::from_bytes_be(&vec![0xff; bytes]);
    let one = BigUint::from(1_u32);
    let edges = [
        ("0", BigUint::from(0_u32)),
        ("1", one.clone()),
        ("n-1", n - &one),
        ("n", n.clone()),
        ("n+1", n + &one),
        ("p-1", p - &one),
        ("p", p.clone()),
        ("half of n", n / 2_u32),
        ("all ones", all_ones),
        ("r", r.clone()),
        ("s", s.clone()),
    ];
    let mut add = |class: &str, detail: String, signature: Vec<u8>| {
        forge.add(class, format!("{algorithm} {detail}"), format!("{input}.{}", encode(signature)));
    };
    for (first, left) in &edges {
        for (second, right) in &edges {
            // The pair that was signed is no edge.
            if (*first, *second) != ("r", "s") {
                let signature = [octets(left, bytes), octets(right, bytes)].concat();
                add("curve-edges", format!("{first}, {second}"), signature);
            }
        }
    }
    // Both of s and n - s are right: nothing in RFC 7518 §3.4 asks for the lower one.
    add("curve-other-s", "n - s".to_owned(), [octets(&r, bytes), octets(&(n - &s), bytes)].concat());
    add("curve-shifted", "r + n".to_owned(), [octets(&(&r + n), bytes), octets(&s, bytes)].concat());
    add("curve-shifted", "s + n".to_owned(), [octets(&r, bytes), octets(&(&s + n), bytes)].concat());
    add("curve-der", "DER".to_owned(), der(&r, &s, false));
    add("curve-der", "DER, long length".to_owned(), der(&r, &s, true));
    add("curve-der", "DER, zeros after it".to_owned(), [der(&r, &s, false), vec![0; 8]].concat());
    let mut reversed = [octets(&r, bytes), octets(&s, bytes)];
    reversed.iter_mut().for_each(|half| half.reverse());
    add("curve-shape", "little-endian".to_owned(), reversed.concat());
    add("curve-shape", "without leading zeros".to_owned(), [r.to_bytes_be(), s.to_bytes_be()[1..].to_vec()].concat());
    add("curve-shape", "one octet more in each".to_owned(), [octets(&r, bytes + 1), octets(&s, bytes + 1)].concat());
    add("curve-shape", "r alone".to_owned(), octets(&r, bytes));
    add("curve-shape", "with its recovery octet".to_owned(), [good.clone(), vec![27]].concat());
}

/// X.690 §8.3 and §8.9: what OpenSSL makes.
fn der(r: &BigUint, s: &BigUint, long: bool) -> Vec<u8> {
    let integer = |number: &BigUint| {
        let bytes = number.to_bytes_be();
        let zero = if bytes[0] & 0x80 == 0 { &[][..] } else { &[0] };
        [&[2, u8::try_from(bytes.len() + zero.len()).unwrap()], zero, &bytes].concat()
    };
    let body = [integer(r), integer(s)].concat();
    let length = u8::try_from(body.len()).unwrap();
    let head = if long || length >= 0x80 { vec![0x30, 0x81, length] } else { vec![0x30, length] };
    [head, body].concat()
}

fn edwards(forge: &mut Forge) {
    let token = forge.good("EdDSA");
    let [header, claims, signature] = parts(&token);
    let input = format!("{header}.{claims}");
    let good = decode(signature);
    let (r, s) = good.split_at(32);
    // RFC 8032 §5.1: the order of the group.
    let order = number("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed");
    let scalar = |number: &BigUint| {
        let mut bytes = number.to_bytes_le();
        bytes.resize(32, 0);
        bytes
    };
    let s_number = BigUint::from_bytes_le(s);
    let zero = BigUint::from(0_u32);
    let scalars = [
        ("S + L", &s_number + &order),
        ("S + 2 L", &s_number + &order * 2_u32),
        ("S + 7 L", &s_number + &order * 7_u32),
        ("0", zero.clone()),
        ("L", order.clone()),
        ("L - S", &order - &s_number),
    ];
    let mut add = |detail: String, signature: Vec<u8>| {
        forge.add("edwards-edges", detail, format!("{input}.{}", encode(signature)));
    };
    for (name, number) in &scalars {
        add(format!("S is {name}"), [r.to_vec(), scalar(number)].concat());
    }
    // RFC 7748 §6.1 and RFC 8032 §5.1.3: points of small order, and encodings of y that are not below p.
    let points = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    ];
    for point in points {
        let point = number(&format!("1{point}")).to_bytes_be()[1..].to_vec();
        for (name, scalar) in [("S", s.to_vec()), ("0", scalar(&zero))] {
            add(
                format!("R is {:02x}{:02x}…{:02x}, S is {name}", point[0], point[1], point[31]),
                [point.clone(), scalar].concat(),
            );
        }
    }
    let mut sign = r.to_vec();
    sign[31] ^= 0x80;
    add("R of the other sign".to_owned(), [sign, s.to_vec()].concat());
    add("S before R".to_owned(), [s, r].concat());
}
