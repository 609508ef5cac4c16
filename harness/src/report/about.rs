//! What a test report carries besides its results: who tested what, for whom, where (`[report]`, after ISO/IEC 17025 §7.8.2).

use crate::target::SecretSource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[report]`: every line is optional, and is told as it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct About {
    /// The title of the report.
    pub title: Option<String>,
    /// The organisation that tests.
    pub organisation: Option<String>,
    /// Who ran the test.
    pub tester: Option<String>,
    /// Who answers for the report.
    pub authorised_by: Option<String>,
    /// For whom.
    pub customer: Option<String>,
    /// The system under test, with its version.
    pub system: Option<String>,
    /// Which of its installations: production, staging.
    pub environment: Option<String>,
    /// Where the test was run from.
    pub location: Option<String>,
    /// The Ed25519 key that signs the evidence, PKCS #8 in PEM.
    #[serde(skip_serializing)]
    pub key: Option<SecretSource>,
    /// What was done otherwise than planned.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deviations: Vec<String>,
}

impl About {
    /// What is said, each with its label.
    pub fn lines(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let lines = [
            ("Organisation", &self.organisation),
            ("Tested by", &self.tester),
            ("Authorised by", &self.authorised_by),
            ("For", &self.customer),
            ("System under test", &self.system),
            ("Environment", &self.environment),
            ("Run from", &self.location),
        ];
        lines.into_iter().filter_map(|(label, value)| Some((label, value.as_deref()?)))
    }
}
