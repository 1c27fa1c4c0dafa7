//! Dice for tests that try random inputs: small, with a seed, and the same everywhere.

use std::time::Duration;

/// Throws (xorshift64*).
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The same seed gives the same throws. A seed of 0 would give nothing but 0, and counts as 1.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.max(1))
    }

    /// A number below `sides`; 0 where there are none.
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let thrown = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(thrown).expect("31 bits fit") % sides.max(1)
    }

    /// Whether a throw of one in `of` came out.
    pub(crate) fn hits(&mut self, of: usize) -> bool {
        self.roll(of) == 0
    }

    /// One of several.
    pub(crate) fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len())]
    }
}

/// How long random inputs are tried: the share `part` of `MESH_FUZZ_SECONDS` (CI sets it), or `otherwise`.
pub(crate) fn time(part: f64, otherwise: Duration) -> Duration {
    let seconds = std::env::var("MESH_FUZZ_SECONDS").ok();
    let seconds = seconds.and_then(|seconds| seconds.parse::<f64>().ok());
    seconds.map_or(otherwise, |seconds| Duration::from_secs_f64(seconds * part))
}
