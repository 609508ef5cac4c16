//! Chance that falls the same way each time.

use proptest::{
    prelude::Rng,
    test_runner::{RngAlgorithm, TestRng},
};
use rsa::rand_core;

pub struct Dice(TestRng);

impl Dice {
    pub fn new() -> Self {
        Self(TestRng::from_seed(RngAlgorithm::ChaCha, b"countersign: differential tokens"))
    }

    /// A number from 0 up to, and without, `end`.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.0.next_u64() % u64::try_from(end).unwrap()).unwrap()
    }

    pub fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }
}

/// For signatures with a salt or a nonce: they come out the same each time too.
impl rand_core::RngCore for Dice {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rand_core::Error> {
        self.0.fill_bytes(bytes);
        Ok(())
    }
}

impl rand_core::CryptoRng for Dice {}
