//! Lists of numbers with 32 bits, read once: what is no JSON is not taken.
//!
//! A number becomes the float that is nearest to it, as in Milvus. Most are got from their digits
//! with one multiplication or division, which is off by a little; where that little could decide
//! between two floats, and for numbers with many digits or large exponents, the standard library
//! reads them.

use crate::skim::{digits, others, space};

/// Powers of ten that a double holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];
/// What a number is multiplied by for so many more digits.
const TENS: [u64; 9] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];
/// So many digits fit into 64 bits.
const MOST_DIGITS: usize = 19;
/// The bits of a double that a float does not have.
const DROPPED: u32 = 29;
/// By how many of the last bits a double that was got from digits may be off; less is true.
const OFF: u64 = 4;

/// Appends the numbers of the list that begins here, and says where it ends. `None` if it is no
/// list of numbers, or one of them is too large; what was appended up to there stays.
pub fn list(text: &[u8], at: usize, floats: &mut Vec<f32>) -> Option<usize> {
    if *text.get(at)? != b'[' {
        return None;
    }
    let mut at = space(text, at + 1);
    if *text.get(at)? == b']' {
        return Some(at + 1);
    }
    loop {
        let (float, end) = number(text, at)?;
        if !float.is_finite() {
            return None;
        }
        floats.push(float);
        at = space(text, end);
        match *text.get(at)? {
            b',' => at = space(text, at + 1),
            b']' => return Some(at + 1),
            _ => return None,
        }
    }
}

/// Lists of numbers that are all of one length.
#[derive(Debug, Default)]
pub struct Lists {
    /// How long each is.
    pub length: usize,
    /// All of their numbers.
    pub floats: Vec<f32>,
}

/// Reads the list of such lists that begins here, and says where it ends. `None` if it is none, or
/// an empty one.
pub fn lists(text: &[u8], at: usize) -> Option<(Lists, usize)> {
    if *text.get(at)? != b'[' {
        return None;
    }
    let mut lists = Lists::default();
    let mut at = space(text, at + 1);
    loop {
        let before = lists.floats.len();
        at = list(text, at, &mut lists.floats)?;
        let length = lists.floats.len() - before;
        if length == 0 || before > 0 && length != lists.length {
            return None;
        }
        lists.length = length;
        at = space(text, at);
        match *text.get(at)? {
            b',' => at = space(text, at + 1),
            b']' => return Some((lists, at + 1)),
            _ => return None,
        }
    }
}

/// The number that begins here, and where it ends.
fn number(text: &[u8], start: usize) -> Option<(f32, usize)> {
    let is_negative = *text.get(start)? == b'-';
    let first = start + usize::from(is_negative);
    let mut significand = 0;
    let mut at = match *text.get(first)? {
        b'0' => first + 1,
        b'1'..=b'9' => collect(text, first, &mut significand),
        _ => return None,
    };
    // Zeros in front do not count.
    let mut length = if text[first] == b'0' { 0 } else { at - first };
    let mut exponent = 0;
    if text.get(at) == Some(&b'.') {
        let point = at + 1;
        let mut from = point;
        while length == 0 && text.get(from) == Some(&b'0') {
            from += 1;
        }
        at = collect(text, from, &mut significand);
        if at == point {
            return None;
        }
        length += at - from;
        exponent = i64::try_from(point).ok()? - i64::try_from(at).ok()?;
    }
    if let Some(b'e' | b'E') = text.get(at) {
        let (more, end) = exponent_at(text, at + 1)?;
        exponent = exponent.saturating_add(more);
        at = end;
    }
    let fast: Option<f32> =
        if length <= MOST_DIGITS { nearest(significand, exponent) } else { None };
    let float = match fast {
        Some(float) => float,
        None => std::str::from_utf8(text.get(first..at)?).ok()?.parse().ok()?,
    };
    // Whether a number is negative cannot be foreseen, so nothing branches on it.
    let sign = u32::from(is_negative) << 31;
    Some((f32::from_bits(float.to_bits() | sign), at))
}

/// The exponent whose sign or first digit is here, and where it ends.
fn exponent_at(text: &[u8], at: usize) -> Option<(i64, usize)> {
    let sign = text.get(at).copied().filter(|byte| matches!(byte, b'+' | b'-'));
    let from = at + usize::from(sign.is_some());
    let end = digits(text, from);
    let mut exponent = 0_i64;
    for &digit in text.get(from..end).filter(|digits| !digits.is_empty())? {
        exponent = exponent.saturating_mul(10).saturating_add(i64::from(digit - b'0'));
    }
    Some((if sign == Some(b'-') { -exponent } else { exponent }, end))
}

/// Appends the digits that are here to a number, and says where they end. More than fit make it
/// meaningless.
fn collect(text: &[u8], mut at: usize, number: &mut u64) -> usize {
    while let Some(eight) = text.get(at..).and_then(|rest| rest.first_chunk()) {
        let word = u64::from_le_bytes(*eight);
        let others = others(word);
        if others == 0 {
            *number = number.wrapping_mul(TENS[8]).wrapping_add(eight_digits(word));
            at += 8;
            continue;
        }
        let count = others.trailing_zeros() / 8;
        if count > 0 {
            // With as many zeros in front as there are bytes that are no digits.
            let digits = eight_digits(word << (64 - 8 * count));
            *number = number.wrapping_mul(TENS[count as usize]).wrapping_add(digits);
        }
        return at + count as usize;
    }
    while let Some(digit) = text.get(at).filter(|byte| byte.is_ascii_digit()) {
        *number = number.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
        at += 1;
    }
    at
}

/// The number that eight digits are, the first one in the lowest byte: neighbours are put together
/// to pairs, pairs to fours, and fours to the whole.
const fn eight_digits(word: u64) -> u64 {
    let digits = word & 0x0f0f_0f0f_0f0f_0f0f;
    let pairs = digits.wrapping_mul((10 << 8) | 1) >> 8 & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul((100 << 16) | 1) >> 16 & 0x0000_ffff_0000_ffff;
    fours.wrapping_mul((10_000 << 32) | 1) >> 32
}

/// The float nearest to so many powers of ten, where that is sure.
#[expect(clippy::cast_precision_loss, reason = "how much is lost is made up for")]
#[expect(clippy::cast_possible_truncation, reason = "to the nearest float, or to infinity")]
fn nearest(significand: u64, exponent: i64) -> Option<f32> {
    let power = *POWERS.get(usize::try_from(exponent.unsigned_abs()).ok()?)?;
    let digits = significand as f64;
    let double = if exponent < 0 { digits / power } else { digits * power };
    // Halfway between two floats, the bits that are dropped are a one and zeros.
    let dropped = double.to_bits() & ((1 << DROPPED) - 1);
    (dropped.abs_diff(1 << (DROPPED - 1)) > OFF).then_some(double as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(text: &str) -> Option<f32> {
        let mut floats = Vec::new();
        let list = format!("[{text}]");
        let end = super::list(list.as_bytes(), 0, &mut floats)?;
        (end == list.len() && floats.len() == 1).then(|| floats[0])
    }

    /// What is read is the nearest float, and the other reader takes the same texts for the same
    /// numbers, but for one that is nearly halfway between two floats.
    fn check(text: &str) {
        let theirs = serde_json::from_str::<f32>(text).ok().filter(|float| float.is_finite());
        let Some(ours) = one(text) else {
            assert_eq!(theirs, None, "{text}");
            return;
        };
        let nearest: f32 = text.parse().unwrap();
        assert_eq!(ours.to_bits(), nearest.to_bits(), "{text}");
        let theirs = theirs.unwrap_or_else(|| unreachable!("{text} is taken by one only"));
        let apart = ours.to_bits().abs_diff(theirs.to_bits());
        assert!(apart <= 1, "{text}: {ours} {theirs}");
        let between = f64::midpoint(f64::from(ours), f64::from(theirs));
        let double: f64 = text.parse().unwrap();
        assert!(apart == 0 || (double / between - 1.0).abs() < 1e-14, "{text}");
    }

    #[test]
    fn hard_numbers_become_the_nearest_float() {
        for text in [
            "0",
            "-0",
            "0.0",
            "-0.0",
            "0e0",
            "1",
            "-1",
            "0.1",
            "0.3",
            "16777216",
            "16777217",
            "16777217.0000001",
            "16777219",
            "9007199254740993",
            "18446744073709551615",
            "18446744073709551616",
            "99999999999999999999",
            "123456789012345678901234567890",
            "3.4028234663852886e38",
            "3.4028235e38",
            "1.1754943508222875e-38",
            "1e-45",
            "7e-46",
            "1.401298464324817e-45",
            "1e-400",
            "0.000000000000000000000000000000000000000000001",
            "1.00000005960464477539062500",
            "1.00000005960464477539062501",
            "1e22",
            "1e23",
            "1e-22",
            "1.0000000596046448",
            "1.0000000596046447",
            "1.0000001788139343",
            "0.00012345678901234",
            "8.589973e9",
            "1e-7",
            "1.17549421069244107548702944485e-38",
            "12345678",
            "123456789",
            "0.12345678",
            "0.123456789012345678",
            "0.1234567890123456789",
            "1.2345678901234567890",
            "1E5",
            "1e+05",
            "1e0000000000000000000000001",
            "0e99999999999999999999",
            "0.50000002980232238769531249999999999999999999999999",
        ] {
            let digits = text.trim_start_matches('-');
            check(digits);
            check(&format!("-{digits}"));
        }
        assert_eq!(one("-0").unwrap().to_bits(), (-0.0_f32).to_bits());
        assert_eq!(one("1.00000005960464477539062501"), Some(1.000_000_1));
        assert_eq!(one("1.00000005960464477539062500"), Some(1.0));
        // The nearest double is halfway to what no float is, the number is less.
        assert_eq!(one("3.4028235677973366e38"), Some(f32::MAX));
        assert_eq!(one("3.40282356779733661637539395458142568447e38"), Some(f32::MAX));
        assert_eq!(one("3.40282356779733661637539395458142568448e38"), None);
    }

    #[test]
    fn what_is_no_number_is_not_taken() {
        for bad in [
            "",
            "-",
            "+1",
            "01",
            "00",
            "-01",
            ".5",
            "1.",
            "-.5",
            "1.e5",
            "1e",
            "1e+",
            "1e-",
            "1e5.0",
            "--1",
            "NaN",
            "nan",
            "Infinity",
            "inf",
            "-inf",
            "1e39",
            "-1e39",
            "1e400",
            "1e99999999999",
            "0x10",
            "1_0",
            "1f",
            "\"1\"",
            "null",
            "true",
            "[1]",
            "{}",
            "1 2",
            "1,",
            ",1",
            "１",
            "1\u{a0}",
            "12345678-",
            "1.12345678.",
            "1/2",
            "1:",
        ] {
            assert_eq!(one(bad), None, "{bad}");
            let list = format!("[{bad}]");
            let theirs = serde_json::from_str::<Vec<f32>>(&list).unwrap_or_default();
            assert!(theirs.len() != 1 || !theirs[0].is_finite(), "{bad}");
        }
    }

    #[test]
    fn lists_are_taken_whole() {
        let mut floats = vec![9.0];
        assert_eq!(list(b"x[ 1 ,\n2.5e0\t]y", 1, &mut floats), Some(14));
        assert_eq!(floats, [9.0, 1.0, 2.5]);
        assert_eq!(list(b"[ ]", 0, &mut floats), Some(3));
        for bad in ["", "[", "[1", "[1,", "[1,]", "[,]", "1", "[1;2]", "(1)", "[1 2]"] {
            assert_eq!(list(bad.as_bytes(), 0, &mut Vec::new()), None, "{bad}");
        }
    }

    #[test]
    fn lists_of_one_length_are_taken_together() {
        let (read, end) = lists(b" [ [1,2], [3,4e0] ,[-5,6] ] ", 1).unwrap();
        assert_eq!((read.length, end), (2, 27));
        assert_eq!(read.floats, [1.0, 2.0, 3.0, 4.0, -5.0, 6.0]);
        for other in [
            "[]",
            "[[]]",
            "[[1],[]]",
            "[[1],[1,2]]",
            "[1]",
            "[[1]",
            "[[1],]",
            "[[1],2]",
            "[[1e39]]",
        ] {
            assert!(lists(other.as_bytes(), 0).is_none(), "{other}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn random_digits_become_the_nearest_float(
            text in "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,24})?([eE][+-]?[0-9]{1,2})?"
        ) {
            check(&text);
        }

        #[test]
        fn doubles_and_floats_as_programs_write_them(bits: u64, float in any::<u32>()) {
            let double = f64::from_bits(bits);
            let float = f32::from_bits(float);
            for number in [double, f64::from(float), double % 1.0, double % 1e6] {
                if number.is_finite() {
                    check(&serde_json::to_string(&number).unwrap());
                }
            }
            if float.is_finite() {
                check(&serde_json::to_string(&float).unwrap());
                prop_assert_eq!(one(&serde_json::to_string(&float).unwrap()), Some(float));
            }
        }

        #[test]
        fn what_is_nearly_halfway_between_two_floats(
            float in 0_u32..0x7f00_0000, off in -9_i64..9,
        ) {
            let (low, high) = (f32::from_bits(float), f32::from_bits(float + 1));
            let halfway = f64::midpoint(f64::from(low), f64::from(high));
            let bits = halfway.to_bits().saturating_add_signed(off);
            check(&format!("{:e}", f64::from_bits(bits)));
            check(&format!("{}", f64::from_bits(bits)));
        }

        #[test]
        fn random_characters_are_taken_by_both_or_neither(text in "[-+.eE0-9]{1,12}") {
            check(&text);
        }
    }
}
