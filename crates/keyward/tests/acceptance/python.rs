//! The unmodified Python SDK.

use crate::support::{Keyward, python};

fn with_client(program: &str) {
    let keyward = Keyward::start();
    python(program, &keyward.client());
}

#[test]
fn an_application_does_everything_it_does_with_milvus() {
    let keyward = Keyward::start();
    let [uri, token] = keyward.client();
    python("data_path.py", &[uri, token, ("engine", "lite")]);
}

#[test]
fn the_asyncio_client_works() {
    with_client("async_path.py");
}

#[test]
fn large_messages_pass_in_both_directions() {
    with_client("bulk.py");
}

#[test]
fn many_threads_get_their_own_answers() {
    with_client("threads.py");
}

#[test]
fn an_idle_connection_that_pings_stays_open() {
    with_client("keepalive.py");
}

#[test]
fn callers_without_a_good_key_are_told_so_in_the_words_of_milvus() {
    with_client("refusals.py");
}

#[test]
fn a_key_does_what_its_role_allows() {
    let keyward = Keyward::start();
    let [uri, _] = keyward.client();
    python("roles.py", &[&[uri][..], &keyward.manager()].concat());
}

#[test]
fn a_key_is_dead_when_its_delete_has_answered() {
    let keyward = Keyward::start();
    let [uri, _] = keyward.client();
    python("revoke.py", &[&[uri][..], &keyward.manager()].concat());
}

#[test]
fn the_restful_api_does_what_it_does_on_milvus() {
    let keyward = Keyward::start();
    python("rest.py", &keyward.client());
}

#[test]
fn a_store_of_texts_works_over_the_restful_api() {
    let keyward = Keyward::start();
    python("rest_texts.py", &keyward.client());
}

#[test]
fn every_route_of_the_restful_api_works_where_its_page_says() {
    let keyward = Keyward::start();
    let [uri, _] = keyward.client();
    let owner = ("token", keyward.said("personalApiKey"));
    let control = ("control", keyward.said("controlUrl"));
    let engine = ("engine", "Milvus Lite");
    python("rest_routes.py", &[uri, owner, control, engine]);
}

#[test]
fn rows_are_the_same_over_the_sdk_and_over_the_restful_api() {
    let keyward = Keyward::start();
    python("rest_differs.py", &keyward.client());
}
