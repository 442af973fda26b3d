//! A QR code as the path of an inline SVG.

use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;

/// The quiet zone that readers want around a code, in modules.
const QUIET: usize = 4;

/// A QR code to be drawn: dark modules on a light ground.
pub(crate) struct Drawn {
    /// How many modules each side has, its quiet zone included.
    pub(crate) side: usize,
    /// One row of squares for each run of dark modules, as the `d` of a path.
    pub(crate) path: String,
}

/// Draws the text; `None` if it is longer than a code holds.
pub(crate) fn drawn(text: &str) -> Option<Drawn> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (row, modules) in code.to_colors().chunks(width).enumerate() {
        let mut column = 0;
        for run in modules.chunk_by(|one, other| one == other) {
            if run.first() == Some(&Color::Dark) {
                let (x, y, length) = (column + QUIET, row + QUIET, run.len());
                // Writing to a string does not fail.
                let _ = write!(path, "M{x} {y}h{length}v1h-{length}z");
            }
            column += run.len();
        }
    }
    Some(Drawn { side: width + 2 * QUIET, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_finder_patterns_are_where_readers_look() {
        let drawn = drawn("otpauth://totp/Keyward:ada@example.com?secret=GEZDGNBV").unwrap();
        // The first row of the upper left pattern is seven dark modules, after the quiet zone.
        assert!(drawn.path.starts_with("M4 4h7v1h-7z"), "{}", drawn.path);
        let right = drawn.side - QUIET - 7;
        assert!(drawn.path.contains(&format!("M{right} 4h7v1h-7z")), "{}", drawn.path);
        assert!(drawn.path.contains(&format!("M4 {}h7v1h-7z", drawn.side - QUIET - 1)));
        assert!(super::drawn(&"x".repeat(5000)).is_none());
    }
}
