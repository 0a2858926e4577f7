//! Channels.

/// State of a goroutine.
#[derive(Debug, Default)]
#[repr(C)]
pub struct PerG {
    words: [usize; 6],
}

/// State of a processor.
#[derive(Debug, Default)]
#[repr(C)]
pub struct PerP {
    words: [usize; 4],
}
