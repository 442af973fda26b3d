//! HTTP/2 on bytes: frames and header compression, with no I/O.
//!
//! [`frame`] reads and writes frame heads and the small control payloads; [`hpack`] reads and
//! writes header blocks. Nothing here owns a socket, a buffer of the connection, a stream's state
//! or a clock, and nothing here knows what a header means: the engine that uses this crate decides
//! order, windows and limits. Input comes from strangers, so every reader returns an error for bad
//! bytes and must never panic. To add a frame's payload: a reader in [`frame`]'s `payload.rs`, a
//! writer in its `write.rs`, and a test that reads what was written.

pub mod frame;
pub mod hpack;
