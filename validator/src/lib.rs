//! Strict verification of JWT bearer tokens: bytes, keys, policy and time in, a verdict out.
