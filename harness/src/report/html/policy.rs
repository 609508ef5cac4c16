//! What the page may do: show its own style, run its own script, and nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

const STYLE: &str = include_str!("../../../templates/report.css");
const SCRIPT: &str = include_str!("../../../templates/report.js");

/// The style, the script, and the policy that admits only these two (Content Security Policy Level 3 §6.6.2.4).
pub(super) struct Policy {
    pub(super) style: String,
    pub(super) script: &'static str,
    pub(super) text: String,
}

impl Policy {
    /// The id of the run stands on every printed page.
    pub(super) fn new(run: &str) -> Self {
        // A stored run may be anybody's: what is no UUID gets into no style sheet.
        let id = if run.bytes().all(|octet| octet.is_ascii_hexdigit() || octet == b'-') { run } else { "" };
        let style = format!("{STYLE}@page{{@bottom-left{{content:\"Run {id}\";font-size:8pt}}}}\n");
        let text = format!(
            "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
            source(&style),
            source(SCRIPT)
        );
        Self { style, script: SCRIPT, text }
    }
}

fn source(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forged_id_reaches_no_style_sheet() {
        assert!(Policy::new("ab12-34").style.contains("Run ab12-34"));
        assert!(!Policy::new("\"}}</style><script>").style.contains("script"));
    }
}
