//! Style sheet, script and icon, compiled in. Their names carry a hash of what they hold, so that
//! a browser may keep them for ever and still sees every change.

use crate::problem::Page;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::sync::LazyLock;

struct Asset {
    name: String,
    kind: &'static str,
    bytes: &'static [u8],
}

static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    asset("console", "css", "text/css; charset=utf-8", include_bytes!("../assets/console.css"))
});
static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    let kind = "text/javascript; charset=utf-8";
    asset("console", "js", kind, include_bytes!("../assets/console.js"))
});
static ICON: LazyLock<Asset> =
    LazyLock::new(|| asset("icon", "svg", "image/svg+xml", include_bytes!("../assets/icon.svg")));

fn asset(stem: &str, ending: &str, kind: &'static str, bytes: &'static [u8]) -> Asset {
    let mut name = format!("{stem}-");
    for byte in Sha256::digest(bytes).iter().take(6) {
        // Writing to a string does not fail.
        let _ = write!(name, "{byte:02x}");
    }
    name.push('.');
    name.push_str(ending);
    Asset { name, kind, bytes }
}

/// Address of the style sheet.
pub(crate) fn style() -> String {
    format!("/console/assets/{}", STYLE.name)
}

/// Address of the script.
pub(crate) fn script() -> String {
    format!("/console/assets/{}", SCRIPT.name)
}

/// Address of the icon.
pub(crate) fn icon() -> String {
    format!("/console/assets/{}", ICON.name)
}

/// `GET /console/assets/{name}`
pub(crate) async fn show(Path(name): Path<String>) -> Response {
    let all: [&Asset; 3] = [&STYLE, &SCRIPT, &ICON];
    match all.into_iter().find(|asset| asset.name == name) {
        Some(asset) => {
            let kept = "public, max-age=31536000, immutable";
            let headers = [(header::CONTENT_TYPE, asset.kind), (header::CACHE_CONTROL, kept)];
            (headers, asset.bytes).into_response()
        }
        None => Page::missing().into_response(),
    }
}
