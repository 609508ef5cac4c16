//! The classes of defects that real authorization servers were found to have: each has a fault that stands for it.

/// Every class with what is wrong there.
pub const DEFECTS: [(&str, &str); 30] = [
    ("D01", "another status than 401 after failed client authentication"),
    ("D02", "another code than `invalid_client` after failed client authentication"),
    ("D03", "401 without a challenge"),
    ("D04", "Basic credentials that are not decoded as a form, or decoded twice"),
    ("D05", "the scheme or the colon of Basic credentials misread"),
    ("D06", "malformed credentials answered with a server error or a page"),
    ("D07", "a repeated parameter accepted"),
    ("D08", "an unknown parameter refused"),
    ("D09", "an empty parameter not taken for an omitted one"),
    ("D10", "credentials or parameters taken from the query"),
    ("D11", "another method than POST accepted, or refused in a wrong way"),
    ("D12", "two ways to authenticate accepted, or one that is not the client's"),
    ("D13", "a wrong code for a bad `grant_type`"),
    ("D14", "more scopes or audiences granted than the client may have"),
    ("D15", "an unknown scope dropped in silence"),
    ("D16", "a refresh token for client credentials"),
    ("D17", "a token for a client that has no secret, or sends none"),
    ("D18", "tokens that may be cached"),
    ("D19", "`expires_in` that is no number of seconds"),
    ("D20", "`expires_in` that disagrees with the token, or does not count down"),
    ("D21", "another media type or another dialect of errors"),
    ("D22", "illegal characters in error members, or codes that nobody registered"),
    ("D23", "tokens without what RFC 9068 demands"),
    ("D24", "a token for nobody in particular: `aud` empty or absent"),
    ("D25", "client assertions for another audience accepted, or for the right one refused"),
    ("D26", "client assertions that ended, or were used before, accepted"),
    ("D27", "sender constraints that are announced and not enforced"),
    ("D28", "metadata that disagrees with what the server does"),
    ("D29", "answers that tell which clients exist"),
    ("D30", "another media type of the request read, or an irrelevant parameter demanded"),
];

/// What is wrong in a class.
pub fn defect(id: &str) -> Option<&'static str> {
    DEFECTS.iter().find(|(class, _)| *class == id).map(|(_, says)| *says)
}
