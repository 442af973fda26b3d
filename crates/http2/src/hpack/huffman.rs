//! The Huffman code of RFC 7541, appendix B: decoding only, since nothing here encodes with it.
//!
//! The code is canonical (codes of one length follow each other in the order of their symbols), so
//! the lengths are all there is to know; every table is computed from them by the compiler.

use super::HpackError;

/// Bits of each symbol's code; the last one is the end of string.
#[rustfmt::skip]
const LENGTHS: [u8; 257] = [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
    28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
    5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
    13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
    7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
    15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
    6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
    22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
    21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
    19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
    20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
    30,
];

/// The symbol that must not occur in a string.
const EOS: usize = 256;
const LONGEST: u32 = 30;
const LENGTH_COUNT: usize = LONGEST as usize + 1;
/// Bits looked up at once: the codes of all letters, digits and common punctuation fit.
const ROOT_BITS: u32 = 8;

/// Symbol and length of the code that the index starts with; length 0 where the code is longer.
static ROOT: [(u8, u8); 1 << ROOT_BITS] = roots();

/// All symbols but the end of string, by length of their code, then by value.
static SORTED: [u8; EOS] = sorted();

/// The codes of one length.
#[derive(Clone, Copy)]
struct Length {
    bits: u32,
    /// The first window (its upper 32 bits) that is above all of them.
    end: u64,
    /// What to add to a code, wrapping, to get its place in [`SORTED`].
    shift: u64,
}

static BY_LENGTH: [Length; LENGTH_COUNT] = lengths();

/// How many bytes `length` bytes decode to at most: the shortest code has five bits.
pub(super) const fn max_decoded(length: usize) -> usize {
    length.saturating_mul(8) / 5
}

/// Decodes `source` to the start of `target`, and returns how many bytes that are.
/// `target` has to hold [`max_decoded`] bytes of `source`'s length.
pub(super) fn decode(mut source: &[u8], target: &mut [u8]) -> Result<usize, HpackError> {
    let room = target.len();
    let mut out = target.iter_mut();
    // Bits not yet decoded stand at the top of the window; the first `held` of them count.
    let mut window = 0u64;
    let mut held = 0u32;
    loop {
        if let Some((next, _)) = source.split_first_chunk::<8>() {
            // What is read beyond the whole bytes counted here is read again, to the same place.
            window |= u64::from_be_bytes(*next) >> held;
            let whole = (63 - held) / 8;
            source = &source[whole as usize..];
            held += whole * 8;
        } else {
            while held <= 56
                && let Some((byte, rest)) = source.split_first()
            {
                window |= (u64::from(*byte) << 56) >> held;
                held += 8;
                source = rest;
            }
        }
        if source.is_empty() {
            break;
        }
        while held >= ROOT_BITS {
            let (mut symbol, mut bits) = root(window);
            if bits == 0 {
                if held < LONGEST {
                    break;
                }
                (symbol, bits) = long(window)?;
            }
            *out.next().ok_or(HpackError::InvalidHuffman)? = symbol;
            window <<= bits;
            held -= bits;
        }
    }
    window |= u64::MAX.checked_shr(held).unwrap_or(0);
    // The padding is less than a byte, of ones only.
    while window != u64::MAX || held >= 8 {
        let (mut symbol, mut bits) = root(window);
        if bits == 0 {
            (symbol, bits) = long(window)?;
        }
        held = held.checked_sub(bits).ok_or(HpackError::InvalidHuffman)?;
        *out.next().ok_or(HpackError::InvalidHuffman)? = symbol;
        window = !(!window << bits);
    }
    Ok(room - out.len())
}

#[inline]
fn root(window: u64) -> (u8, u32) {
    let [first, ..] = window.to_be_bytes();
    let (symbol, bits) = ROOT[usize::from(first)];
    (symbol, u32::from(bits))
}

/// Symbol and bits of a code longer than [`ROOT_BITS`].
#[cold]
fn long(window: u64) -> Result<(u8, u32), HpackError> {
    let top = window >> 32;
    let found = BY_LENGTH.iter().find(|length| top < length.end);
    let length = found.ok_or(HpackError::InvalidHuffman)?;
    let place = (top >> (32 - length.bits)).wrapping_add(length.shift);
    let symbol = usize::try_from(place).ok().and_then(|place| SORTED.get(place));
    Ok((*symbol.ok_or(HpackError::InvalidHuffman)?, length.bits))
}

const fn sorted() -> [u8; EOS] {
    let mut sorted = [0; EOS];
    let mut place = 0;
    let mut bits = 0;
    while bits <= LONGEST {
        let mut symbol = 0;
        while symbol < EOS {
            if LENGTHS[symbol] as u32 == bits {
                sorted[place] = symbol.to_le_bytes()[0];
                place += 1;
            }
            symbol += 1;
        }
        bits += 1;
    }
    sorted
}

const fn lengths() -> [Length; LENGTH_COUNT] {
    let mut lengths = [Length { bits: 0, end: 0, shift: 0 }; LENGTH_COUNT];
    // The first code of this length, and how many symbols have shorter ones.
    let mut code = 0u64;
    let mut before = 0u64;
    let mut bits = 1;
    while bits <= LONGEST {
        code <<= 1;
        let mut count = 0;
        let mut symbol = 0;
        while symbol < LENGTHS.len() {
            if LENGTHS[symbol] as u32 == bits {
                count += 1;
            }
            symbol += 1;
        }
        lengths[bits as usize] =
            Length { bits, end: (code + count) << (32 - bits), shift: before.wrapping_sub(code) };
        code += count;
        before += count;
        bits += 1;
    }
    lengths
}

const fn roots() -> [(u8, u8); 1 << ROOT_BITS] {
    let sorted = sorted();
    let mut roots = [(0, 0); 1 << ROOT_BITS];
    let mut place = 0;
    let mut slot = 0;
    // Codes in order fill the slots from the first one on, each as many as its free bits give.
    while LENGTHS[sorted[place] as usize] as u32 <= ROOT_BITS {
        let bits = LENGTHS[sorted[place] as usize];
        let next = slot + (1 << (ROOT_BITS - bits as u32));
        while slot < next {
            roots[slot] = (sorted[place], bits);
            slot += 1;
        }
        place += 1;
    }
    roots
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static CODES: LazyLock<Vec<(u64, u32)>> =
        LazyLock::new(|| (0..LENGTHS.len()).map(code).collect());

    /// The code of a symbol, straight from the lengths.
    fn code(symbol: usize) -> (u64, u32) {
        let bits = u32::from(LENGTHS[symbol]);
        // What stands before it takes its share of the space of all codes of 30 bits.
        let before: u64 = (0..LENGTHS.len())
            .filter(|other| (LENGTHS[*other], *other) < (LENGTHS[symbol], symbol))
            .map(|other| 1 << (LONGEST - u32::from(LENGTHS[other])))
            .sum();
        (before >> (LONGEST - bits), bits)
    }

    fn encode_symbols(symbols: impl IntoIterator<Item = usize>) -> Vec<u8> {
        let mut bits: Vec<bool> = Vec::new();
        for symbol in symbols {
            let (code, length) = CODES[symbol];
            bits.extend((0..length).rev().map(|place| code >> place & 1 == 1));
        }
        while !bits.len().is_multiple_of(8) {
            bits.push(true);
        }
        bits.chunks(8)
            .map(|byte| byte.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit)))
            .collect()
    }

    fn decoded(source: &[u8]) -> Result<Vec<u8>, HpackError> {
        let mut target = vec![0; max_decoded(source.len())];
        let length = decode(source, &mut target)?;
        target.truncate(length);
        Ok(target)
    }

    #[test]
    fn examples_of_the_rfc() {
        let text = b"www.example.com";
        let bytes = [0xf1, 0xe3, 0xc2, 0xe5, 0xf2, 0x3a, 0x6b, 0xa0, 0xab, 0x90, 0xf4, 0xff];
        assert_eq!(encode_symbols(text.map(usize::from)), bytes);
        assert_eq!(decoded(&bytes), Ok(text.to_vec()));
        assert_eq!(code(EOS), (0x3fff_ffff, 30));
        assert_eq!(code(usize::from(b'~')), (0x1ffd, 13));
        assert_eq!(code(0), (0x1ff8, 13));
    }

    #[test]
    fn every_symbol_at_every_offset() {
        for symbol in 0..EOS {
            for before in 0..20 {
                let symbols: Vec<usize> =
                    [vec![usize::from(b'0'); before], vec![symbol; 3], vec![0x20; 9]].concat();
                let expected: Vec<u8> = symbols.iter().map(|s| s.to_le_bytes()[0]).collect();
                assert_eq!(decoded(&encode_symbols(symbols)), Ok(expected), "{symbol} {before}");
            }
        }
    }

    #[test]
    fn padding_is_checked_after_any_length() {
        // Eight symbols of five bits fill bytes exactly.
        for groups in 0..6 {
            let whole = encode_symbols(vec![usize::from(b'a'); 8 * groups]);
            assert_eq!(decoded(&whole), Ok(vec![b'a'; 8 * groups]));
            assert_eq!(decoded(&[&whole[..], &[0xff]].concat()), Err(HpackError::InvalidHuffman));
            assert_eq!(decoded(&[&whole[..], &[0x1e]].concat()), Err(HpackError::InvalidHuffman));
            let one_more = decoded(&[&whole[..], &[0x1f]].concat());
            assert_eq!(one_more.map(|text| text.len()), Ok(8 * groups + 1));
        }
    }

    #[test]
    fn the_end_of_string_is_refused_anywhere() {
        for before in 0..20 {
            for after in 0..20 {
                let letters = |count| vec![usize::from(b'a'); count];
                let symbols = [letters(before), vec![EOS], letters(after)].concat();
                assert_eq!(decoded(&encode_symbols(symbols)), Err(HpackError::InvalidHuffman));
            }
        }
    }

    #[test]
    fn too_little_room_is_an_error() {
        assert_eq!(decode(&[0x18, 0xc6, 0x31], &mut [0; 3]), Err(HpackError::InvalidHuffman));
    }

    proptest! {
        #[test]
        fn text_comes_back(text: Vec<u8>) {
            let bytes = encode_symbols(text.iter().copied().map(usize::from));
            prop_assert_eq!(decoded(&bytes), Ok(text));
        }

        /// Only one code decodes to a text.
        #[test]
        fn any_bytes_are_an_error_or_the_code_of_the_text(bytes: Vec<u8>) {
            if let Ok(text) = decoded(&bytes) {
                prop_assert_eq!(encode_symbols(text.into_iter().map(usize::from)), bytes);
            }
        }
    }
}
