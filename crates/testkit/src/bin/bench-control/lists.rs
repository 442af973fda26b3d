//! Lists of keys over the REST API: of usual projects, of a large one, of the whole organization.

use crate::Result;
use crate::figures::Figures;
use crate::measure::Running;
use serde_json::Value;
use testkit::load::Histogram;

/// How many pages of projects are read.
const PAGES: usize = 2000;
/// How many pages of a long list are read, in each way.
const LONG_PAGES: usize = 300;

/// Every figure of lists.
pub(crate) fn measure(running: &Running<'_>, figures: &mut Figures) -> Result<()> {
    let api = running.api();
    for (p50, p99, order) in [
        ("page.p50", "page.p99", "sortBy=created"),
        ("page.name.p50", "page.name.p99", "sortBy=name"),
    ] {
        let mut waits = Histogram::default();
        for number in 0..PAGES {
            let project = running.project(number);
            let path = format!("/v2/api-keys?projectId={project}&pageSize=100&{order}");
            waits.add(api.get(&path)?.0);
        }
        figures.add_waits(p50, p99, &waits);
    }
    let large = format!("/v2/api-keys?pageSize=100&projectId={}", running.large());
    let wide = "/v2/api-keys?pageSize=100".to_owned();
    for (p50, p99, path) in [
        ("page.large.p50", "page.large.p99", large.clone()),
        ("page.used.p50", "page.used.p99", format!("{large}&sortBy=used")),
        ("page.wide.p50", "page.wide.p99", wide.clone()),
        ("page.wide.used.p50", "page.wide.used.p99", format!("{wide}&sortBy=used")),
    ] {
        // From the middle of the list on, page after page.
        let middle = format!("{path}&currentPage={}", running.pages_of_large() / 2);
        let mut cursor = next(&api.get(&middle)?.1);
        let mut waits = Histogram::default();
        for number in 0..LONG_PAGES {
            let (took, text) = match cursor.take().filter(|_| number % 2 == 1) {
                Some(cursor) => api.get(&format!("{path}&cursor={cursor}"))?,
                None => api.get(&path)?,
            };
            waits.add(took);
            cursor = next(&text);
        }
        figures.add_waits(p50, p99, &waits);
    }
    let mut waits = Histogram::default();
    for number in 0..LONG_PAGES {
        let page = running.pages_of_large() - number % 10;
        waits.add(api.get(&format!("{large}&currentPage={page}"))?.0);
    }
    figures.add_waits("page.numbered.p50", "page.numbered.p99", &waits);
    Ok(())
}

/// Where an answer says that its list goes on.
fn next(answer: &str) -> Option<String> {
    let answer: Value = serde_json::from_str(answer).ok()?;
    answer["data"]["nextCursor"].as_str().map(str::to_owned)
}
