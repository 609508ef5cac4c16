//! Where tokens are made.

use serde_json::{Value, json};

use crate::{
    dice::Dice,
    signer::{Keys, kid_of},
    support::{encode, good_claims},
};

/// One token under one policy of [`crate::judge`].
pub struct Case {
    /// What was done; the same for all tokens on which the same decision is to be made for the same reason.
    pub class: String,
    /// What distinguishes it within its class.
    pub detail: String,
    pub policy: &'static str,
    pub token: String,
}

pub struct Forge {
    pub dice: Dice,
    pub keys: Keys,
    pub cases: Vec<Case>,
}

pub const STRICT: &str = "strict";

pub fn header(algorithm: &str) -> Value {
    json!({"typ": "at+jwt", "alg": algorithm, "kid": kid_of(algorithm)})
}

impl Forge {
    pub fn new() -> Self {
        Self { dice: Dice::new(), keys: Keys::new(), cases: Vec::new() }
    }

    pub fn add_under(&mut self, policy: &'static str, class: &str, detail: impl ToString, token: String) {
        self.cases.push(Case { class: class.to_owned(), detail: detail.to_string(), policy, token });
    }

    pub fn add(&mut self, class: &str, detail: impl ToString, token: String) {
        self.add_under(STRICT, class, detail, token);
    }

    pub fn sign(&mut self, algorithm: &str, input: &str) -> Vec<u8> {
        self.keys.sign(algorithm, input.as_bytes(), &mut self.dice)
    }

    /// A signature over these two texts, which may be any.
    pub fn seal(&mut self, algorithm: &str, header: &str, claims: &str) -> String {
        let input = format!("{header}.{claims}");
        let signature = encode(self.sign(algorithm, &input));
        format!("{input}.{signature}")
    }

    pub fn mint_bytes(&mut self, algorithm: &str, header: &[u8], claims: &[u8]) -> String {
        self.seal(algorithm, &encode(header), &encode(claims))
    }

    pub fn mint(&mut self, algorithm: &str, header: &Value, claims: &Value) -> String {
        self.mint_bytes(algorithm, header.to_string().as_bytes(), claims.to_string().as_bytes())
    }

    /// Good claims under this header.
    pub fn under(&mut self, algorithm: &str, header: &Value) -> String {
        self.mint(algorithm, header, &good_claims())
    }

    /// A good header over these claims.
    pub fn over(&mut self, algorithm: &str, claims: &Value) -> String {
        self.mint(algorithm, &header(algorithm), claims)
    }

    pub fn good(&mut self, algorithm: &str) -> String {
        self.over(algorithm, &good_claims())
    }
}

/// The three parts of a token.
pub fn parts(token: &str) -> [&str; 3] {
    token.split('.').collect::<Vec<_>>().try_into().unwrap()
}
