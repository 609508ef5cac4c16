//! `Authorization` fields.

use countersign_validator::{Code, Scheme, bearer};

/// Field lines, one a line of the input.
pub fn authorization(data: &[u8]) {
    let fields: Vec<&[u8]> = if data.is_empty() { Vec::new() } else { data.split(|byte| *byte == b'\n').collect() };
    let used = bearer::schemes_used(&fields);
    match bearer::extract(&fields) {
        Ok(token) => {
            let [field] = fields[..] else { panic!("a token out of {} lines", fields.len()) };
            assert!(used.contains(&Scheme::Bearer));
            assert!(!token.is_empty() && field.trim_ascii().ends_with(token), "the token is the end of the field");
            assert!(
                token.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(byte)),
                "RFC 6750 §2.1"
            );
            let start = &field.trim_ascii()[..field.trim_ascii().len() - token.len()];
            assert!(
                start.len() > 6
                    && start[..6].eq_ignore_ascii_case(b"bearer")
                    && start[6..].iter().all(|byte| *byte == b' ')
            );
            let plain = [b"Bearer ", token].concat();
            assert_eq!(bearer::extract(&[&plain]), Ok(token), "it is found again where it stands plainly");
            assert_eq!(bearer::extract_any(&fields, Scheme::ALL), Ok((Scheme::Bearer, token)));
            assert!(bearer::extract(&[field, field]).is_err(), "RFC 6750 §2: one credential");
        }
        Err(refusal) => {
            let codes = [Code::MissingToken, Code::MalformedRequest, Code::MultipleTokens, Code::TokenTooLarge];
            assert!(codes.contains(&refusal.code()), "{refusal}");
            assert!(fields.len() < 2 || refusal.code() == Code::MultipleTokens);
        }
    }
}
