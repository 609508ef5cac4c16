//! A run as a value, and what is rendered from it.

mod about;
mod checked;
mod comparison;
mod course;
mod difference;
mod html;
mod json;
mod junit;
mod markdown;
mod name;
mod paint;
mod run;
mod sarif;
mod schema;
mod summary;
mod text;
mod trace;
mod verdict;
mod vocabulary;

pub use about::About;
pub use checked::{Checked, Judgement, Waived};
pub use comparison::{comparison_markdown, comparison_text};
pub use course::Course;
pub use difference::Difference;
pub use html::html;
pub use json::{json, read};
pub use junit::junit;
pub use markdown::{checks_page, explain_statement};
pub use name::{Name, Names};
pub use run::{Run, Summary, Tool};
pub use sarif::sarif;
pub use schema::{exchange_schema, run_schema};
pub use summary::summary;
pub use text::{colored_text, text};
pub use trace::{Requirement, Status};
pub use vocabulary::is_vocabulary;
