//! The SETTINGS payload.

use super::Reason;

/// Names of the settings.
pub mod setting {
    /// Size of the HPACK table the sender keeps for decoding.
    pub const HEADER_TABLE_SIZE: u16 = 1;
    /// Whether the sender accepts pushed responses.
    pub const ENABLE_PUSH: u16 = 2;
    /// How many streams the peer may have open.
    pub const MAX_CONCURRENT_STREAMS: u16 = 3;
    /// The window a new stream starts with.
    pub const INITIAL_WINDOW_SIZE: u16 = 4;
    /// The longest payload the sender reads.
    pub const MAX_FRAME_SIZE: u16 = 5;
    /// The largest header list the sender accepts.
    pub const MAX_HEADER_LIST_SIZE: u16 = 6;
}

/// The settings in a payload, in order; a later one replaces an earlier one of the same name.
/// Unknown names are to be ignored, values are checked by [`check_setting`].
pub fn settings(payload: &[u8]) -> Result<impl Iterator<Item = (u16, u32)>, Reason> {
    let (items, []) = payload.as_chunks::<6>() else {
        return Err(Reason::FRAME_SIZE_ERROR);
    };
    Ok(items.iter().map(|&[n0, n1, v0, v1, v2, v3]| {
        (u16::from_be_bytes([n0, n1]), u32::from_be_bytes([v0, v1, v2, v3]))
    }))
}

/// Whether a setting may have this value at all.
pub const fn check_setting(name: u16, value: u32) -> Result<(), Reason> {
    match name {
        setting::ENABLE_PUSH if value > 1 => Err(Reason::PROTOCOL_ERROR),
        setting::INITIAL_WINDOW_SIZE if value > 0x7fff_ffff => Err(Reason::FLOW_CONTROL_ERROR),
        setting::MAX_FRAME_SIZE if value < 1 << 14 || value >= 1 << 24 => {
            Err(Reason::PROTOCOL_ERROR)
        }
        _ => Ok(()),
    }
}
