//! What the APIs say of themselves, on the control door.

use crate::engine::Engine;
use crate::system::{self, System};

#[test]
fn everybody_may_read_what_both_apis_are() {
    let engine = Engine::play(|_, _| Some(Vec::new()));
    let system = System::before(engine.address, system::waiting_fence());
    let get = |path: &str| {
        let mut answer = ureq::get(format!("{}{path}", system.control)).call().unwrap();
        let header = |name| answer.headers()[name].to_str().unwrap().to_owned();
        let (kind, policy) = (header("content-type"), header("content-security-policy"));
        (kind, policy, answer.body_mut().read_to_string().unwrap())
    };
    let (kind, _, document) = get("/v2/vectordb/openapi.json");
    assert_eq!(kind, "application/json");
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    assert_eq!(document["paths"].as_object().unwrap().len(), 105);

    let (kind, policy, page) = get("/reference");
    assert_eq!(kind, "text/html; charset=utf-8");
    assert!(policy.starts_with("default-src 'none'; style-src 'self';"), "{policy}");
    for shown in ["POST /v2/vectordb/entities/search", "GET /v2/openapi.json"] {
        assert!(page.contains(shown), "{shown}");
    }
    // Nothing from elsewhere, and nothing that the policy would forbid.
    for (number, link) in
        page.match_indices("href=\"").map(|(place, _)| &page[place + 6..]).enumerate()
    {
        assert!(link.starts_with(['#', '/']) || link.starts_with("style.css\""), "link {number}");
    }
    assert_eq!(page.matches(" src=").count() + page.matches("<script").count(), 0);
    let (kind, _, style) = get("/reference/style.css");
    assert_eq!((kind.as_str(), style.contains("url(")), ("text/css; charset=utf-8", false));
    system.stop();
}
