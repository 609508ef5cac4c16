//! A server that attacks whoever reads the report: what it sends is text in every format.

#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

mod common;

use common::exchange::{artefacts, run_against};
use common::{all, options};
use countersign_harness::catalogue::Level;
use countersign_harness::report::Judgement;
use countersign_harness::wire::{Request, Response};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};

/// Markup, a forged line of a log, a terminal's escapes, text that runs backwards, the ends of what formats quote with.
const ATTACK: &str = "</script></pre><script>alert(1)</script><img src=x onerror=alert(1)>\r\nSet-Cookie: a=b\u{1b}]0;x\u{7}\u{1b}[2J\u{202e}]]>\"'`|[x](javascript:alert(1))\u{0}";

const CONFIG: &str = "[target]\ntoken_endpoint = \"https://hostile.example/token\"\n[client]\nid = \"job\"\nsecret = \"env:S\"\nscopes = [\"read\", \"write\"]\n[companion.disposable]\nid = \"disposable\"\nsecret = \"env:S\"\n";

/// One answer of more than ten million octets is enough.
static HUGE: AtomicBool = AtomicBool::new(false);

fn answer(request: &Request, number: usize) -> Response {
    let right = request.form().encode() == "grant_type=client_credentials&scope=read+write"
        || request.form().encode() == "grant_type=client_credentials";
    let mut response = if right && request.method == "POST" && !request.uri.contains('?') && !number.is_multiple_of(7) {
        Response::json(200, &json!({"access_token": "opaque-0123456789", "token_type": ATTACK, "x": ATTACK, ATTACK: 1}))
    } else {
        match number % 4 {
            0 => Response::json(400, &json!({"error": ATTACK, "error_description": ATTACK})),
            1 => Response { body: b"\xff\xfe<script>alert(1)</script>\xc3\x28".to_vec(), ..Response::empty(200) },
            2 if !HUGE.swap(true, Ordering::Relaxed) => {
                Response { body: ATTACK.repeat(80_000).into_bytes(), ..Response::empty(418) }
            }
            _ => Response::json(200, &json!({"error": [ATTACK]})),
        }
    };
    response.fields.append("X-Attack", ATTACK);
    response.fields.append("Content-Type", ATTACK);
    response.fields.append("WWW-Authenticate", ATTACK);
    response
}

#[tokio::test]
async fn what_a_server_sends_is_text() {
    let completed = run_against(answer, CONFIG, "s3cret-of-the-test", all(), &options(Level::Must)).await;
    assert!(completed.exchanges.iter().any(|exchange| exchange.response_octets > 10_000_000));
    let failed = completed.run.checks.iter().filter(|checked| checked.outcome == Judgement::Fail).count();
    assert!(failed >= 3, "{failed}");
    for (name, text) in artefacts(&completed) {
        let obeyed = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
        // JSON has its own escapes, and a tab of SARIF or JUnit is a space.
        let raw: Vec<_> = text.lines().filter(|line| line.contains(obeyed)).collect();
        if !matches!(name, "exchanges" | "json") {
            assert!(raw.is_empty(), "{name}: {raw:?}");
        }
        match name {
            "html" => page(&text),
            "junit" => {
                let document = roxmltree::Document::parse(&text).unwrap();
                assert!(document.descendants().any(|node| node.has_tag_name("failure")));
                assert!(!document.descendants().any(|node| node.has_tag_name("script")));
            }
            "sarif" | "json" => _ = serde_json::from_str::<Value>(&text).unwrap(),
            "markdown" => {
                assert!(!text.contains("<script") && !text.contains("<img") && !text.contains("](java"), "{text}");
                assert!(text.len() < 1 << 20);
            }
            _ => {}
        }
    }
}

/// No element that we did not write, and the policy that would not let it run.
fn page(text: &str) {
    assert!(text.contains("&#60;script&#62;alert(1)") || text.contains("&lt;script&gt;alert(1)"));
    for element in ["<script>alert", "<img", "onerror=alert(1)>"] {
        assert!(!text.contains(element), "{element}");
    }
    assert_eq!(text.matches("<script").count(), 1);
    assert!(text.contains("default-src &#39;none&#39;; style-src &#39;sha256-"));
    assert!(text.len() < 2_000_000, "{}", text.len());
}
