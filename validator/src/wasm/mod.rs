//! The JavaScript rim: converts, and decides nothing. The package `countersign` is its only caller.

mod engine;
mod facts;
mod open;
mod sent;
mod step;

// Verification needs no randomness; signing, which does, is not in the module. RFC 7515 names no use of it here.
getrandom::register_custom_getrandom!(no_randomness);

fn no_randomness(_: &mut [u8]) -> Result<(), getrandom::Error> {
    Err(getrandom::Error::UNSUPPORTED)
}
