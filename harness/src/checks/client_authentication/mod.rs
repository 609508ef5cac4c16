//! Who may ask.

pub(super) mod announced;
pub(super) mod base64;
pub(super) mod body;
pub(super) mod control_characters;
pub(super) mod empty_secret;
pub(super) mod form_encoded_basic;
pub(super) mod in_uri;
pub(super) mod indistinguishable;
pub(super) mod malformed_basic;
pub(super) mod missing;
pub(super) mod no_grant;
pub(super) mod public_client;
pub(super) mod repeated;
pub(super) mod reserved_in_body;
pub(super) mod scheme_case;
pub(super) mod strange_ids;
pub(super) mod two_identities;
pub(super) mod two_methods;
pub(super) mod unknown_client;
pub(super) mod unknown_scheme;
pub(super) mod wrong_secret;

use super::prelude::*;

/// How refused Basic credentials are judged.
struct BasicRefusal {
    /// What a token breaks.
    token: &'static str,
}

/// RFC 6749 §5.2: 401, `invalid_client`, and a challenge for the scheme that was used.
fn judge_basic_refusal(probe: &mut Probe<'_>, answer: &Answer, rule: &BasicRefusal) {
    let (exchange, described) = (answer.reply.exchange, answer.describe());
    if answer.grant().is_some() {
        probe.broken(rule.token, Some(Level::Must), "no token", &described, exchange);
        return;
    }
    let demanded = "status 401 with a Basic challenge";
    let challenge = answer.reply.response.fields.list("WWW-Authenticate");
    let shown = answer.reply.response.fields.shown("WWW-Authenticate");
    let actual = format!("{described}, WWW-Authenticate: {shown}");
    let schemes = schemes(&challenge);
    let basic = schemes.iter().any(|scheme| scheme == "basic");
    probe.demand(answer.status() == 401 && basic, "RFC6749-5.2-01", demanded, &actual, exchange);
    if answer.status() == 401 {
        probe.demand(!schemes.is_empty(), "RFC9110-11.6.1-01", "a challenge with 401", &actual, exchange);
        // White space around the equals sign is bad, and accepted by who reads it (RFC 9110 §5.6.3 and §11.2).
        let compact: String = challenge.chars().filter(|c| !c.is_whitespace()).collect();
        let realm = compact.to_ascii_lowercase().contains("realm=");
        probe.demand(realm || !basic, "RFC7617-2-02", "a Basic challenge with a realm", &actual, exchange);
    }
    let code = matches!(&answer.kind, Kind::Refusal { error } if error == "invalid_client");
    probe.demand(code, "RFC6749-5.2-03", "error=invalid_client", &described, exchange);
}

/// The schemes of a list of challenges, in lower case: a word that is not the name of a parameter (RFC 9110 §11.6.1).
pub(super) fn schemes(challenges: &str) -> Vec<String> {
    let mut schemes = Vec::new();
    let mut quoted = false;
    let outside: String = challenges
        .chars()
        .map(|c| {
            quoted ^= c == '"';
            if quoted || c == '"' { '"' } else { c }
        })
        .collect();
    for item in outside.split(',') {
        let word = item.split_whitespace().next().unwrap_or_default();
        if !word.is_empty() && !word.contains('=') {
            schemes.push(word.to_ascii_lowercase());
        }
    }
    schemes
}

#[cfg(test)]
mod tests {
    use super::schemes;

    #[test]
    fn challenges_may_share_a_line() {
        assert_eq!(schemes(r#"Basic realm="a, Digest b", charset="UTF-8", Bearer"#), ["basic", "bearer"]);
        assert_eq!(schemes(""), [""; 0]);
    }
}
