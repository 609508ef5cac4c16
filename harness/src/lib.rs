//! Conformance tests for OAuth 2.0 token endpoints (RFC 6749 §4.4, the client credentials grant).
//!
//! The engine returns values; it never prints and never exits. The `countersign` command around it does both.
