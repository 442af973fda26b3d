//! Reading the payloads of frames other than SETTINGS.

use super::{Reason, flag};

/// The body in a DATA payload, without its padding.
pub fn unpad(flags: u8, payload: &[u8]) -> Result<&[u8], Reason> {
    if flags & flag::PADDED == 0 {
        return Ok(payload);
    }
    let (&padding, rest) = payload.split_first().ok_or(Reason::FRAME_SIZE_ERROR)?;
    let length = rest.len().checked_sub(usize::from(padding)).ok_or(Reason::PROTOCOL_ERROR)?;
    Ok(&rest[..length])
}

/// The part of the header block in a HEADERS payload, without padding and priority.
pub fn header_fragment(flags: u8, payload: &[u8]) -> Result<&[u8], Reason> {
    let rest = unpad(flags, payload)?;
    if flags & flag::PRIORITY == 0 {
        return Ok(rest);
    }
    rest.get(5..).ok_or(Reason::FRAME_SIZE_ERROR)
}

/// The increment of a WINDOW_UPDATE. Zero is returned as it is: whether it ends the stream or the
/// connection depends on the frame's stream.
pub fn window_update(payload: &[u8]) -> Result<u32, Reason> {
    Ok(word(payload)? & 0x7fff_ffff)
}

/// The reason in a RST_STREAM.
pub fn rst_stream(payload: &[u8]) -> Result<Reason, Reason> {
    word(payload).map(Reason)
}

/// The eight bytes of a PING.
pub fn ping(payload: &[u8]) -> Result<[u8; 8], Reason> {
    payload.try_into().map_err(|_| Reason::FRAME_SIZE_ERROR)
}

/// The last stream that will be served and the reason in a GOAWAY.
pub fn goaway(payload: &[u8]) -> Result<(u32, Reason), Reason> {
    let (&[s0, s1, s2, s3, r0, r1, r2, r3], _debug) =
        payload.split_first_chunk::<8>().ok_or(Reason::FRAME_SIZE_ERROR)?;
    let last = u32::from_be_bytes([s0 & 0x7f, s1, s2, s3]);
    Ok((last, Reason(u32::from_be_bytes([r0, r1, r2, r3]))))
}

fn word(payload: &[u8]) -> Result<u32, Reason> {
    payload.try_into().map(u32::from_be_bytes).map_err(|_| Reason::FRAME_SIZE_ERROR)
}
