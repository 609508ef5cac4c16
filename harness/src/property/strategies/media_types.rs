//! Media types that are not that of a form.

use super::edits::{applied, edits};
use crate::wire::Form;
use proptest::prelude::{Strategy, prop_oneof};

/// One change away from the media type of a form, or far away (RFC 9110 §8.3.1); case means nothing.
pub fn other_media_types() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => applied(edits(), Form::MEDIA_TYPE.to_owned()),
        1 => "(application|text|multipart)/x-[a-z0-9.-]{1,16}(\\+(json|xml))?",
    ]
    .prop_filter("the type of a form", |text| !text.eq_ignore_ascii_case(Form::MEDIA_TYPE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert, proptest};

    proptest! {
        #[test]
        fn no_other_type_is_that_of_a_form(text in other_media_types()) {
            prop_assert!(!text.eq_ignore_ascii_case(Form::MEDIA_TYPE));
            prop_assert!(text.is_ascii() && !text.contains([';', ' ']), "{}", text);
        }
    }
}
