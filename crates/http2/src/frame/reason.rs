//! Why a stream or a connection ends.

use std::fmt;

/// The error code of RST_STREAM and GOAWAY. Codes without a name here are representable.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Reason(pub u32);

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        impl Reason {
            $($(#[$doc])* pub const $name: Self = Self($code);)*

            /// The code's name in the protocol, if it has one.
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($code => Some(stringify!($name)),)*
                    _ => None,
                }
            }
        }
    };
}

reasons! {
    /// Nothing went wrong.
    NO_ERROR = 0;
    /// The peer broke the protocol in a way no other code names.
    PROTOCOL_ERROR = 1;
    /// This side failed.
    INTERNAL_ERROR = 2;
    /// The peer sent more than its window.
    FLOW_CONTROL_ERROR = 3;
    /// The peer never acknowledged the settings.
    SETTINGS_TIMEOUT = 4;
    /// A frame for a stream that was already closed.
    STREAM_CLOSED = 5;
    /// A frame too large, or of a size its kind does not have.
    FRAME_SIZE_ERROR = 6;
    /// Nothing of the stream was processed, so it may be sent again.
    REFUSED_STREAM = 7;
    /// The stream is no longer wanted.
    CANCEL = 8;
    /// The header block could not be decoded: both sides' tables differ from here on.
    COMPRESSION_ERROR = 9;
    /// The tunnel of a CONNECT broke.
    CONNECT_ERROR = 10;
    /// The peer asks for too much.
    ENHANCE_YOUR_CALM = 11;
    /// The transport is not secure enough.
    INADEQUATE_SECURITY = 12;
    /// The peer has to use HTTP/1.1.
    HTTP_1_1_REQUIRED = 13;
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "error code {}", self.0),
        }
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reason({self})")
    }
}

impl std::error::Error for Reason {}
