//! Parameters that stand twice.

use crate::wire::Form;
use proptest::prelude::{Strategy, any};

/// A parameter that stands several times.
#[derive(Debug, Clone)]
pub struct Twins {
    between: usize,
    more: usize,
    is_first: bool,
}

impl Twins {
    /// The form in which this parameter has its right value and, before or after it, another.
    pub fn apply(&self, form: &mut Form, name: &str, right: &str, other: &str) {
        let (first, last) = if self.is_first { (other, right) } else { (right, other) };
        form.remove(name);
        (0..self.more).for_each(|_| form.append(name, first));
        form.append(name, first);
        (0..self.between).for_each(|number| form.append(&format!("x_countersign_{number}"), "1"));
        form.append(name, last);
    }
}

/// Twins beside each other or with parameters between that nobody knows, in either order, and up to five times.
pub fn twins() -> impl Strategy<Value = Twins> {
    (0_usize..4, 0_usize..4, any::<bool>()).prop_map(|(between, more, is_first)| Twins { between, more, is_first })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    proptest! {
        #[test]
        fn both_values_stand_there(twins in twins()) {
            let mut form = Form::default();
            form.append("grant_type", "a");
            form.append("scope", "read");
            twins.apply(&mut form, "grant_type", "a", "b");
            let values: Vec<_> = form.iter().filter(|(name, _)| *name == "grant_type").map(|(_, value)| value).collect();
            prop_assert!((2..=5).contains(&values.len()));
            prop_assert!(values.contains(&"a") && values.contains(&"b"));
            prop_assert_eq!(form.get("scope"), Some("read"));
        }
    }
}
