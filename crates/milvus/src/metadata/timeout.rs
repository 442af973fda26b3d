//! How long a caller waits: the `grpc-timeout` field.

use std::time::Duration;

/// The longest wait that is kept; a longer one is cut to it.
pub const MAX_TIMEOUT: Duration = Duration::from_hours(24);

/// Reads a `grpc-timeout`: one to eight digits and a unit. `None` if it is not one.
pub fn timeout(value: &[u8]) -> Option<Duration> {
    let (&unit, digits) = value.split_last()?;
    if digits.is_empty() || digits.len() > 8 {
        return None;
    }
    let mut number = 0u64;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        number = number * 10 + u64::from(digit - b'0');
    }
    // Eight digits of hours are 3.6e11 seconds, far from an overflow.
    let duration = match unit {
        b'H' => Duration::from_secs(number * 3600),
        b'M' => Duration::from_secs(number * 60),
        b'S' => Duration::from_secs(number),
        b'm' => Duration::from_millis(number),
        b'u' => Duration::from_micros(number),
        b'n' => Duration::from_nanos(number),
        _ => return None,
    };
    Some(duration.min(MAX_TIMEOUT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_is_read() {
        for (text, duration) in [
            ("1H", Duration::from_hours(1)),
            ("2M", Duration::from_mins(2)),
            ("10S", Duration::from_secs(10)),
            ("0S", Duration::ZERO),
            ("99999999m", Duration::from_millis(99_999_999).min(MAX_TIMEOUT)),
            ("250u", Duration::from_micros(250)),
            ("00000007n", Duration::from_nanos(7)),
            ("99999999H", MAX_TIMEOUT),
            ("25H", MAX_TIMEOUT),
        ] {
            assert_eq!(timeout(text.as_bytes()), Some(duration), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in
            ["", "S", "10", "10s", "-1S", "+1S", "1.5S", " 1S", "1S ", "123456789n", "1HH", "٣S"]
        {
            assert_eq!(timeout(text.as_bytes()), None, "{text}");
        }
    }
}
