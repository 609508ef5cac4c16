//! The vectors of project Wycheproof, through the ingest of keys and the check of signatures that `verify` uses. A line of
//! `tests/vectors/exceptions.txt` that applies no more fails.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/wycheproof.rs"]
mod sets;

use sets::{Group, Load};

/// Runs the sets of one family. Returns how many vectors there were, and how many of them verified.
#[track_caller]
fn run(load: Load) -> (usize, usize) {
    let (mut count, mut verified, mut wrong) = (0, 0, Vec::new());
    let (_, names) = sets::SETS.iter().find(|(one, _)| core::ptr::fn_addr_eq(*one, load)).unwrap();
    for set in *names {
        for Group { keys, algorithm, vectors, .. } in sets::read(load, set) {
            for vector in vectors {
                count += 1;
                for (tried, expected) in vector.tries(algorithm) {
                    let verifies = keys.verify_signature(None, tried, &vector.message, &vector.signature) == Ok(true);
                    verified += usize::from(verifies);
                    if verifies != expected {
                        wrong.push(format!("{set} | {} | verifies under {tried}: {verifies}", vector.id));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    (count, verified)
}

/// With the numbers of vectors, so that none is lost unnoticed.
macro_rules! families {
    ($($family:ident: $count:literal, $verified:literal;)*) => {
        mod family {
            $(#[test]
            fn $family() {
                assert_eq!(super::run(super::sets::$family), ($count, $verified));
            })*
        }
    };
}

families! {
    rsa_pkcs1: 3878, 89;
    rsa_pss: 1411, 514;
    ecdsa_p1363: 1762, 597;
    ed25519: 151, 88;
    hmac: 522, 90;
}
