//! Protobuf's variable-length numbers, read across pieces.

use super::error::ScanError;

/// A number of which some bytes may have been read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number {
    value: u64,
    /// Bits read: 0 before the first byte.
    bits: u8,
}

impl Number {
    /// Nothing read yet.
    pub(super) const NONE: Self = Self { value: 0, bits: 0 };

    /// Whether a number ends beyond what was read.
    pub(super) const fn is_begun(self) -> bool {
        self.bits > 0
    }

    /// Reads on; `None` if the number goes on beyond these bytes.
    ///
    /// # Errors
    /// A number of more than 64 bits, or one that could be written shorter: no encoder writes
    /// those, and parsers differ in what they make of them.
    pub(super) fn read(&mut self, bytes: &mut &[u8]) -> Result<Option<u64>, ScanError> {
        while let Some((&byte, rest)) = bytes.split_first() {
            *bytes = rest;
            let digit = u64::from(byte & 0x7f);
            // The tenth byte has room for one bit.
            if self.bits == 63 && byte > 1 {
                return Err(ScanError::BadNumber);
            }
            self.value |= digit << self.bits;
            if byte < 0x80 {
                if byte == 0 && self.bits > 0 {
                    return Err(ScanError::BadNumber);
                }
                let value = self.value;
                *self = Self::NONE;
                return Ok(Some(value));
            }
            self.bits += 7;
        }
        Ok(None)
    }
}

/// Reads a number that lies whole in these bytes; `None`, and nothing read, if it goes on beyond.
///
/// # Errors
/// As [`Number::read`].
#[inline]
pub(super) fn whole(bytes: &mut &[u8]) -> Result<Option<u64>, ScanError> {
    // Tags of the first fifteen fields and lengths below 128 have one byte.
    if let Some((&byte, rest)) = bytes.split_first()
        && byte < 0x80
    {
        *bytes = rest;
        return Ok(Some(u64::from(byte)));
    }
    let mut rest = *bytes;
    let read = Number { value: 0, bits: 0 }.read(&mut rest)?;
    if read.is_some() {
        *bytes = rest;
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(mut bytes: &[u8]) -> Result<Option<u64>, ScanError> {
        let mut number = Number::NONE;
        number.read(&mut bytes)
    }

    #[test]
    fn numbers_are_read_whole_or_refused() {
        for (bytes, expected) in [
            (&[0][..], Ok(Some(0))),
            (&[0x7f], Ok(Some(127))),
            (&[0x80, 1], Ok(Some(128))),
            (&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1], Ok(Some(u64::MAX))),
            (&[], Ok(None)),
            (&[0x80], Ok(None)),
            (&[0x80; 9], Ok(None)),
            (&[0x80; 10], Err(ScanError::BadNumber)),
            (&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2], Err(ScanError::BadNumber)),
            (&[0x80, 0], Err(ScanError::BadNumber)),
            (&[0x81, 0x80, 0], Err(ScanError::BadNumber)),
        ] {
            assert_eq!(read(bytes), expected, "{bytes:02x?}");
        }
    }
}
