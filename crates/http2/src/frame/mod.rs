//! Frames: constants, reading and writing. No state, so any order of calls is valid.
//!
//! A reader returns the [`Reason`] to close the connection (or reset the stream) with; what a
//! frame may do at a given moment is for the engine to know.

mod head;
mod kind;
mod payload;
mod reason;
mod settings;
mod write;

pub use head::{HEAD_LEN, Head, MAX_LENGTH, PREFACE};
pub use kind::{Kind, flag};
pub use payload::{goaway, header_fragment, ping, rst_stream, unpad, window_update};
pub use reason::Reason;
pub use settings::{check_setting, setting, settings};
pub use write::{
    begin_headers, end_headers, put_data_head, put_goaway, put_ping, put_rst_stream, put_settings,
    put_settings_ack, put_window_update,
};
