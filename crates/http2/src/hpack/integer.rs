//! Numbers with a prefix: the low bits of one byte, then seven bits a byte while more follow.

use super::HpackError;

/// Continuation bytes that are read: numbers reach 2^28, far above any block's length.
const MAX_CONTINUATION: u32 = 4;

/// Reads the number whose prefix is the low `bits` of `first` and whose rest starts `input`.
#[inline]
pub(super) fn read(first: u8, bits: u32, input: &mut &[u8]) -> Result<usize, HpackError> {
    let mask = prefix(bits);
    let low = first & mask;
    if low < mask { Ok(usize::from(low)) } else { read_rest(mask, input) }
}

fn read_rest(mask: u8, input: &mut &[u8]) -> Result<usize, HpackError> {
    let mut value = u32::from(mask);
    for step in 0..MAX_CONTINUATION {
        let (&byte, rest) = input.split_first().ok_or(HpackError::Truncated)?;
        *input = rest;
        value += u32::from(byte & 0x7f) << (7 * step);
        if byte & 0x80 == 0 {
            return Ok(value as usize);
        }
    }
    Err(HpackError::IntegerTooLong)
}

/// Appends `value` with a prefix of `bits` under the pattern `pattern`.
#[inline]
pub(super) fn write(out: &mut Vec<u8>, pattern: u8, bits: u32, value: usize) {
    let mask = prefix(bits);
    match u8::try_from(value) {
        Ok(small) if small < mask => out.push(pattern | small),
        _ => {
            out.push(pattern | mask);
            let mut rest = value - usize::from(mask);
            while rest >= 0x80 {
                out.push(low_seven(rest) | 0x80);
                rest >>= 7;
            }
            out.push(low_seven(rest));
        }
    }
}

const fn low_seven(value: usize) -> u8 {
    value.to_le_bytes()[0] & 0x7f
}

/// The byte with the low `bits` (1 to 8) set.
const fn prefix(bits: u32) -> u8 {
    u8::MAX >> (8 - bits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(bits: u32, value: usize) -> Vec<u8> {
        let mut out = Vec::new();
        write(&mut out, 0, bits, value);
        out
    }

    fn read_all(bits: u32, bytes: &[u8]) -> Result<(usize, usize), HpackError> {
        let mut rest = &bytes[1..];
        let value = read(bytes[0], bits, &mut rest)?;
        Ok((value, rest.len()))
    }

    #[test]
    fn examples_of_the_rfc() {
        assert_eq!(written(5, 10), [0b01010]);
        assert_eq!(written(5, 1337), [0b11111, 0b1001_1010, 0b0000_1010]);
        assert_eq!(written(8, 42), [0b0010_1010]);
        assert_eq!(read_all(5, &[0b1110_1010]), Ok((10, 0)), "bits above the prefix don't count");
        assert_eq!(read_all(5, &[0b11111, 0b1001_1010, 0b0000_1010, 7]), Ok((1337, 1)));
    }

    #[test]
    fn length_is_limited() {
        assert_eq!(read_all(7, &[0x7f, 0xff, 0xff, 0xff, 0x7f]), Ok((127 + (1 << 28) - 1, 0)));
        assert_eq!(
            read_all(7, &[0x7f, 0xff, 0xff, 0xff, 0xff, 0]),
            Err(HpackError::IntegerTooLong)
        );
        assert_eq!(
            read_all(7, &[0x7f, 0x80, 0x80, 0x80, 0x80, 0]),
            Err(HpackError::IntegerTooLong),
            "zeros count too"
        );
        assert_eq!(read_all(7, &[0x7f, 0x80]), Err(HpackError::Truncated));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(bits in 1u32..=8, value in 0usize..1 << 28, tail: Vec<u8>) {
            let mut bytes = written(bits, value);
            bytes.extend_from_slice(&tail);
            prop_assert_eq!(read_all(bits, &bytes), Ok((value, tail.len())));
        }
    }
}
