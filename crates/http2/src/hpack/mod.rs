//! Header compression (RFC 7541).
//!
//! A [`Decoder`] and an [`Encoder`] belong to one connection each, because both sides keep a table
//! that has to stay equal. After an [`HpackError`] the tables differ and the connection has to end
//! with COMPRESSION_ERROR. Nothing here checks what a header means: pseudo-headers, letter case
//! and allowed characters are the caller's. Header values can be secrets, so nothing here prints
//! them.

mod decoder;
mod encoder;
mod error;
mod huffman;
mod integer;
mod static_table;
mod table;

pub use decoder::{Decoded, Decoder, Limits};
pub use encoder::{Encoder, Indexing};
pub use error::HpackError;
