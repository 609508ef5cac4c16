//! HS256, HS384 and HS512 (RFC 7518 §3.2). In the wasm there is no arithmetic for them: JavaScript has no way to configure a
//! shared secret, and so no code is right.

/// Whether the code of an input is the one under a secret.
type Verify = fn(secret: &[u8], input: &[u8], signature: &[u8]) -> bool;

#[cfg(not(target_arch = "wasm32"))]
pub(super) use self::native::{HS256, HS384, HS512};

#[cfg(target_arch = "wasm32")]
const NEVER: Verify = |_, _, _| false;
#[cfg(target_arch = "wasm32")]
pub(super) const HS256: Verify = NEVER;
#[cfg(target_arch = "wasm32")]
pub(super) const HS384: Verify = NEVER;
#[cfg(target_arch = "wasm32")]
pub(super) const HS512: Verify = NEVER;

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use jwt_compact::alg::{Hs256, Hs256Key, Hs384, Hs384Key, Hs512, Hs512Key};

    use super::{super::check, Verify};

    pub(in super::super) const HS256: Verify = |key, input, tag| check(&Hs256, &Hs256Key::new(key), input, tag);
    pub(in super::super) const HS384: Verify = |key, input, tag| check(&Hs384, &Hs384Key::new(key), input, tag);
    pub(in super::super) const HS512: Verify = |key, input, tag| check(&Hs512, &Hs512Key::new(key), input, tag);
}
