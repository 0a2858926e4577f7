//! Atomics: those of the core library, or under `--cfg loom` ones that a model checker sees.

#[cfg(not(loom))]
pub use core::sync::atomic::*;

#[cfg(loom)]
pub use super::model::atomic::*;

/// As a sequentially consistent fence, right after a read-modify-write: that is a full fence on x86-64, so nothing is left
/// to do but to keep the compiler from moving accesses.
#[inline(always)]
pub fn fence_after_update() {
    #[cfg(not(loom))]
    compiler_fence(Ordering::SeqCst);
    #[cfg(loom)]
    fence(Ordering::SeqCst);
}

#[cfg(not(target_arch = "x86_64"))]
compile_error!("a read-modify-write may not be a full fence here");

/// Tells the processor that a loop waits for another thread.
#[inline(always)]
pub fn spin() {
    #[cfg(not(loom))]
    core::hint::spin_loop();
    #[cfg(loom)]
    super::model::spin();
}
