//! What looks for the marker in every text that leaves the core.

use std::collections::BTreeMap;

use countersign_validator::{
    Policy, Refusal, RequiredScopes, Scheme,
    bearer::schemes_used,
    challenge::{Challenges, Realm, answer},
};

use crate::support::encode;

pub const MARKER: &str = "Mark3rTokenOfTheTest";

/// The marker in the spellings in which a text could have it.
pub fn spellings() -> Vec<String> {
    let numbers: Vec<String> = MARKER.bytes().map(|byte| byte.to_string()).collect();
    let hex: String = MARKER.bytes().map(|byte| format!("{byte:02x}")).collect();
    // base64 of it at each of the three places where it can begin, without the characters that depend on its neighbours.
    let base64 = (0..3).map(|before| {
        let text = encode(format!("{}{MARKER}", "~".repeat(before)));
        text[if before == 0 { 0 } else { 4 }..text.len() - 4].to_owned()
    });
    base64.chain([MARKER.to_owned(), numbers.join(", "), hex]).map(|text| text.to_lowercase()).collect()
}

#[derive(Default)]
pub struct Watch {
    spellings: Vec<String>,
    /// The names of the causes that were reached, with the number of requests that reached them.
    pub reached: BTreeMap<String, u32>,
}

impl Watch {
    pub fn new() -> Self {
        Self { spellings: spellings(), reached: BTreeMap::new() }
    }

    #[track_caller]
    pub fn see(&self, place: &str, text: &str) {
        let lower = text.to_lowercase();
        let shown = self.spellings.iter().find(|spelling| lower.contains(spelling.as_str()));
        assert!(shown.is_none(), "{place}: a text shows the marker: {text}");
    }

    /// A refusal, and every answer that it can become.
    #[track_caller]
    pub fn refused(&mut self, place: &str, refusal: &Refusal, fields: &[&[u8]], policy: &Policy) {
        let debug = format!("{refusal:?}");
        let name = debug.split(|character: char| !character.is_alphanumeric()).next().unwrap().to_owned();
        *self.reached.entry(name).or_default() += 1;
        self.see(place, &debug);
        self.see(place, &refusal.to_string());
        self.see(place, refusal.message());
        let challenges = Challenges::from(Realm::default()).for_policy(policy);
        let required = RequiredScopes::all_of(["read"]).unwrap();
        for used in [&schemes_used(fields)[..], &[Scheme::Bearer], &[Scheme::Dpop], &[]] {
            self.see(place, &format!("{:?}", answer(refusal, &required, used, &challenges)));
        }
    }
}
