//! Ways to be wrong, one at a time.

use super::{Registry, Settings};
use crate::catalogue::Level;
use crate::wire::{Request, Response};
use serde_json::Value;

/// One deviation from what is right, which one check finds.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// The last part of its id, `<check id>/<variant>`.
    pub variant: &'static str,
    /// What the server does, in a few words.
    pub says: &'static str,
    /// The level at which the check finds it.
    pub level: Level,
    /// The deviation itself.
    pub deviation: Deviation,
    /// The class of defects of real servers that it stands for, `D01` to `D30`.
    pub defect: Option<&'static str>,
}

/// A single difference from the right server.
#[derive(Debug, Clone, Copy)]
pub enum Deviation {
    /// It reads something else than was sent.
    Reads(fn(&mut Request, &Registry)),
    /// It answers something else than is right.
    Answers(fn(&Request, &mut Response)),
    /// It is set wrongly.
    Sets(fn(&mut Settings)),
}

impl Fault {
    /// A violation.
    pub const fn new(variant: &'static str, says: &'static str, deviation: Deviation) -> Self {
        Self { variant, says, level: Level::Must, deviation, defect: None }
    }

    /// A deviation that is only worth a warning.
    pub const fn warning(variant: &'static str, says: &'static str, deviation: Deviation) -> Self {
        Self { level: Level::Should, ..Self::new(variant, says, deviation) }
    }

    /// A deviation that is only worth a note.
    pub const fn note(variant: &'static str, says: &'static str, deviation: Deviation) -> Self {
        Self { level: Level::May, ..Self::new(variant, says, deviation) }
    }

    /// One that stands for a class of defects of real servers.
    #[must_use]
    pub const fn of(self, defect: &'static str) -> Self {
        Self { defect: Some(defect), ..self }
    }
}

/// Changes the success responses of the token endpoint.
pub fn grants(request: &Request, response: &mut Response, edit: impl FnOnce(&mut Response)) {
    if request.path() == "/token" && response.status == 200 {
        edit(response);
    }
}

/// Changes the error responses of the token endpoint.
pub fn refusals(request: &Request, response: &mut Response, edit: impl FnOnce(&mut Response)) {
    if request.path() == "/token" && response.status >= 400 {
        edit(response);
    }
}

/// Changes the error code of the token endpoint from one to another.
pub fn code(request: &Request, response: &mut Response, from: &str, to: &str) {
    refusals(request, response, |response| {
        response.edit_object(|object| {
            if object.get("error").and_then(Value::as_str) == Some(from) {
                object.insert("error".into(), to.into());
            }
        });
    });
}
