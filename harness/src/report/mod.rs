//! A run as a value, and what is rendered from it.

mod checked;
mod json;
mod markdown;
mod run;
mod text;
mod trace;

pub use checked::{Checked, Judgement, Waived};
pub use json::json;
pub use markdown::{checks_page, explain_statement};
pub use run::{Run, Summary, Tool};
pub use text::text;
pub use trace::{Requirement, Status};
