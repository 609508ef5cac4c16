//! What a key source is asked, and what it asks for: metadata (RFC 8414 §3) and key sets (RFC 7517 §5).

/// A request to make: GET, no redirects, no credentials, and the whole answer or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetch {
    /// What to get.
    pub url: String,
    /// Goes back with the answer, in [`super::KeySource::received`].
    pub ticket: u32,
    /// An answer with a longer body, in bytes, is a failure.
    pub max_bytes: usize,
    /// An answer that takes longer, in milliseconds, is a failure.
    pub timeout_milliseconds: u32,
    /// The keys at hand are good enough meanwhile. A caller that can let work outlive its request starts this one and asks
    /// again at once: it is told to use the keys at hand. Any other does with it as with any fetch.
    pub background: bool,
    /// Names the key set that this leads to in a store that machines share: 43 characters of base64url. The same name is
    /// given only to what comes from the same place under the same options.
    pub store_key: String,
    /// Whether such a store may know more than this machine: see [`super::KeySource::stored`].
    pub is_cold: bool,
}

/// What a caller must do before it can go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// Nothing: the keys at hand are the ones to use.
    Nothing,
    /// Make this request, report it, ask again; or ask again at once, if it is one for the [`Fetch::background`].
    Fetch(Fetch),
    /// Another caller is fetching: ask again after so many milliseconds.
    Wait(u32),
    /// There are no keys now, and no attempt to get them for so many seconds.
    Unavailable {
        /// Seconds until the next attempt.
        retry_after_seconds: u32,
    },
}

/// What was made of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// Nothing: the request was given up in the meantime.
    Ignored,
    /// It was none that could be used.
    Failed,
    /// The place of the key set is known from it.
    Metadata,
    /// Its keys are in use. It may be kept for other machines.
    KeySet,
}

/// Why a caller asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose<'a> {
    /// To use the keys at hand, if they are good enough.
    Use,
    /// The keys at hand do not have the one of this `kid`; `None` for a token that names none and that no key fits.
    UnknownKey(Option<&'a str>),
}
