//! Nothing of a deleted key's REST calls comes after the answer to the deletion, whatever they are
//! doing. The same over a fence that does not wait must find leaks, or the tests prove nothing.

use crate::client::Client;
use crate::engine::{Answer, Engine};
use crate::system::{self, MakeFence, System};
use milvus::message::Message;
use milvus::message::collection::DescribeCollectionResponse;
use milvus::message::data::{Column, FieldData, ScalarField, Scalars, StringArray};
use milvus::message::entity::QueryResults;
use milvus::message::schema::{CollectionSchema, FieldSchema, data_type};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::clock::instant;

/// More than all buffers on the way hold.
pub(crate) const LARGE: usize = 24 << 20;

/// Answers a query with very much, and a search never.
pub(crate) fn play(rpc: &str, _: &[u8]) -> Answer {
    match rpc {
        "Search" => None,
        "Query" => {
            let data = vec!["x".repeat(1 << 20); LARGE >> 20];
            let data = Some(Scalars::String(StringArray { data }));
            let column = FieldData {
                r#type: data_type::VAR_CHAR,
                field_name: "text".to_owned(),
                field: Some(Column::Scalars(ScalarField { data })),
                ..FieldData::default()
            };
            let results = QueryResults { fields_data: vec![column], ..QueryResults::default() };
            Some(results.encode_to_vec())
        }
        "DescribeCollection" => {
            let field = FieldSchema {
                name: "words".to_owned(),
                data_type: data_type::SPARSE_FLOAT_VECTOR,
                ..FieldSchema::default()
            };
            let schema = CollectionSchema { fields: vec![field], ..CollectionSchema::default() };
            let schema = Some(schema);
            let answer = DescribeCollectionResponse { schema, ..Default::default() };
            Some(answer.encode_to_vec())
        }
        _ => Some(Vec::new()),
    }
}

/// What a key is doing when it is deleted.
#[derive(Clone, Copy, Debug)]
enum Doing {
    /// It waits for a search that takes its time.
    Searching,
    /// A large answer is being written to it, and it reads slowly.
    Reading,
    /// It keeps a connection that it does not use.
    Nothing,
}

const ALL: [Doing; 3] = [Doing::Searching, Doing::Reading, Doing::Nothing];

fn named() -> Value {
    json!({ "collectionName": "books" })
}

/// A new key on a connection, once it opens something.
fn enter(system: &System, key: &str) -> Client {
    let until = instant() + Duration::from_secs(30);
    loop {
        let mut client = Client::connect(system.gateway);
        let (status, _) = client.ask(key, "collections/has", &named());
        if status == 200 {
            return client;
        }
        assert!(instant() < until, "a new key never opened anything");
    }
}

/// Deletes a key while it does this; how many bytes come after the answer to the deletion.
fn after_delete(fence: MakeFence, doing: Doing) -> usize {
    let engine = Engine::play(play);
    let system = System::before(engine.address, fence);
    let owner = system.owner();
    let (id, key) = owner.create();
    let mut client = enter(&system, &key);
    match doing {
        Doing::Searching => {
            let search = json!({ "collectionName": "books", "data": [{ "1": 0.5 }] });
            client.send(&key, "entities/search", &search);
            let until = instant() + Duration::from_secs(30);
            while engine.count("Search") == 0 {
                assert!(instant() < until, "the search does not reach the engine");
                std::thread::yield_now();
            }
        }
        Doing::Reading => {
            let query = json!({ "collectionName": "books", "filter": "" });
            client.send(&key, "entities/query", &query);
            let (status, length) = client.head();
            assert!(status == 200 && length > LARGE, "{status} {length}");
        }
        Doing::Nothing => {}
    }
    owner.delete(&id);
    // What had arrived before is in this machine's hands already.
    client.take_what_is_there();
    let after = match doing {
        Doing::Searching | Doing::Reading => client.read_to_the_end(),
        Doing::Nothing => {
            let again =
                std::panic::AssertUnwindSafe(|| client.ask(&key, "collections/has", &named()));
            std::panic::catch_unwind(again).map_or(0, |(status, _)| usize::from(status == 200))
        }
    };
    let (status, answer) = Client::connect(system.gateway).ask(&key, "collections/has", &named());
    let refused = status == 401 && answer["code"] == 1800;
    system.stop();
    after + usize::from(!refused)
}

#[test]
fn nothing_of_a_deleted_key_comes_after_the_answer() {
    for doing in ALL {
        assert_eq!(after_delete(system::waiting_fence(), doing), 0, "{doing:?}");
    }
}

#[test]
fn without_the_fence_answers_of_deleted_keys_go_on() {
    for doing in [Doing::Reading, Doing::Nothing] {
        // The poll brings the change once a second, which may be in the very moment.
        let leaks = (0..5).any(|_| after_delete(system::fence_that_does_not_wait(), doing) > 0);
        assert!(leaks, "{doing:?}: the count does not see what comes after");
    }
}
