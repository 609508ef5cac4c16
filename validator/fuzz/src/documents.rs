//! Answers of servers: metadata, key sets and how long they may be kept.

use countersign_validator::{
    KeySet, Policy, UnixTime,
    key_source::{Fetch, KeySource, Need, Purpose},
    resource_metadata,
};

use super::common::{AUDIENCE, ISSUER, NOW, key_set_json, lines, now, other_reader};

fn source() -> KeySource {
    KeySource::discovered(&Policy::new(ISSUER, [AUDIENCE]).unwrap()).unwrap()
}

fn fetch(source: &mut KeySource, now: UnixTime) -> Fetch {
    match source.need(Purpose::Use, now) {
        Need::Fetch(fetch) => fetch,
        other => panic!("nothing is asked for: {other:?}"),
    }
}

/// A document as metadata of the issuer (RFC 8414 §3.3), as its key set, and as metadata of a resource (RFC 9728 §3.3).
pub fn metadata(data: &[u8]) {
    let mut source = source();
    let first = fetch(&mut source, now());
    assert_eq!(first.url, format!("{ISSUER}/.well-known/oauth-authorization-server"));
    source.received(first.ticket, 200, data, now(), None, None);
    let next = fetch(&mut source, now());
    if next.url != format!("{ISSUER}/.well-known/openid-configuration") {
        let Some(document) = other_reader(data) else { return };
        assert_eq!(document["issuer"], ISSUER);
        assert_eq!(document["jwks_uri"], next.url);
        let origin = next.url.to_ascii_lowercase();
        let rest = origin.strip_prefix(ISSUER).expect("keys stand on the issuer's origin");
        assert!(
            ["", "/", "?", ":443"].iter().any(|start| rest == *start || (!start.is_empty() && rest.starts_with(start)))
        );
        source.received(next.ticket, 200, data, now(), None, None);
        let usable = KeySet::from_json(data).is_ok_and(|keys| keys.has_usable_key());
        assert_eq!(source.keys(now()).is_some(), usable);
    }
    if let Ok(servers) = resource_metadata::authorization_servers(data, AUDIENCE) {
        assert!(other_reader(data).is_none_or(|document| document["resource"] == AUDIENCE));
        assert!(servers.iter().all(|server| server.starts_with("https://") && !server.contains(['#', '@', '\\', ' '])));
    }
}

/// `Cache-Control` and `Age`, a line each: whatever they say, a set is used for a minute, and for no longer than a day.
pub fn cache_control(data: &[u8]) {
    let [cache_control, age] = lines(data);
    let (Ok(cache_control), Ok(age)) = (core::str::from_utf8(cache_control), core::str::from_utf8(age)) else { return };
    let policy = Policy::new(ISSUER, [AUDIENCE]).unwrap();
    let mut source = KeySource::at(&format!("{ISSUER}/jwks"), &policy).unwrap();
    let asked = fetch(&mut source, now());
    let keys = key_set_json().to_string();
    source.received(asked.ticket, 200, keys.as_bytes(), now(), Some(cache_control), Some(age));
    let after = |seconds| UnixTime::from_seconds(NOW + seconds);
    assert!(source.keys(after(0)).is_some());
    assert_eq!(source.need(Purpose::Use, after(53)), Need::Nothing, "no answer makes us ask for each token");
    assert!(source.keys(after(86_399)).is_some(), "an outage is covered");
    assert!(source.keys(after(86_401)).is_none(), "a withdrawn key does not live on");
    let later = fetch(&mut source, after(86_400));
    assert_eq!(later.url, asked.url);
    assert!(!later.background || source.keys(after(86_400)).is_some());
    // What is no number, or more than one, does not count as a long time.
    let is_plain = cache_control.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"=, -".contains(&byte));
    if is_plain && !cache_control.to_ascii_lowercase().contains("max-age") && !cache_control.is_empty() {
        let mut again = source;
        assert!(matches!(again.need(Purpose::Use, after(601)), Need::Fetch(_) | Need::Nothing | Need::Wait(_)));
    }
}
