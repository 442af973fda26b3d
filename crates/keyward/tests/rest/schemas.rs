//! How often the engine is asked what a collection looks like, and that rows are never written by
//! what it looked like before. What is changed by others is in [`super::memory`].

use crate::client::Client;
use crate::engine::{Answer, Engine};
use crate::system::{self, System};
use milvus::message::Message;
use milvus::message::collection::DescribeCollectionResponse;
use milvus::message::common::Status;
use milvus::message::data::{IdList, Ids, LongArray};
use milvus::message::entity::{InsertRequest, MutationResult, SearchRequest, SearchResults};
use milvus::message::schema::{CollectionSchema, FieldSchema, KeyValuePair, data_type};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// What the played engine holds.
#[derive(Clone, Default)]
pub(crate) struct State {
    /// When the schema was changed last; 0 for an engine that does not say.
    pub(crate) stamp: u64,
    /// The name of the vector field.
    pub(crate) vector: &'static str,
    /// Whether there is a number besides.
    pub(crate) wide: bool,
    /// Whether the engine chooses the keys.
    pub(crate) chosen: bool,
    /// A field that was added.
    added: Option<&'static str>,
    /// Refuses every insert as made for another schema.
    stubborn: bool,
    /// How rows without the vector are refused: the old number and the code.
    pub(crate) refusal: (i32, i32),
}

fn field(name: &str, data_type: i32) -> FieldSchema {
    FieldSchema { name: name.to_owned(), data_type, ..FieldSchema::default() }
}

fn described(state: &State) -> DescribeCollectionResponse {
    let dim = KeyValuePair { key: "dim".to_owned(), value: "2".to_owned() };
    let mut fields = vec![
        FieldSchema {
            is_primary_key: true,
            auto_id: state.chosen,
            ..field("pk", data_type::INT64)
        },
        FieldSchema { type_params: vec![dim], ..field(state.vector, data_type::FLOAT_VECTOR) },
    ];
    let added = |name| FieldSchema { nullable: true, ..field(name, data_type::INT64) };
    fields.extend(state.wide.then(|| added("n")));
    fields.extend(state.added.map(added));
    let schema =
        CollectionSchema { fields, enable_dynamic_field: true, ..CollectionSchema::default() };
    DescribeCollectionResponse {
        schema: Some(schema),
        update_timestamp: state.stamp,
        ..DescribeCollectionResponse::default()
    }
}

pub(crate) fn refusal(error_code: i32, code: i32) -> Status {
    Status { error_code, code, reason: "no".to_owned(), ..Status::default() }
}

fn insert(state: &State, message: &[u8]) -> MutationResult {
    let request = InsertRequest::decode(message).unwrap();
    let old = request.schema_timestamp != 0 && request.schema_timestamp != state.stamp;
    let misfit = !request.fields_data.iter().any(|field| field.field_name == state.vector);
    let (error_code, code) = state.refusal;
    let misfit = misfit.then(|| refusal(error_code, code));
    let ids = Ids { id_field: Some(IdList::IntId(LongArray { data: vec![1] })) };
    MutationResult {
        status: (old || state.stubborn).then(|| refusal(62, 109)).or(misfit),
        ids: Some(ids),
        insert_cnt: 1,
        ..MutationResult::default()
    }
}

fn search(state: &State, message: &[u8]) -> SearchResults {
    let request = SearchRequest::decode(message).unwrap();
    let anns = request.search_params.iter().find(|pair| pair.key == "anns_field").unwrap();
    let status = (anns.value != state.vector).then(|| refusal(5, 1100));
    SearchResults { status, ..SearchResults::default() }
}

/// A system on an engine that can be changed while it runs, and somebody with a connection.
pub(crate) struct Stage {
    state: Arc<Mutex<State>>,
    pub(crate) engine: Engine,
    pub(crate) system: System,
    pub(crate) key: String,
    pub(crate) client: Client,
}

impl Stage {
    pub(crate) fn new(stamp: u64) -> Self {
        let state = State { stamp, vector: "v", refusal: (5, 1100), ..State::default() };
        let state = Arc::new(Mutex::new(state));
        let held = Arc::clone(&state);
        let engine = Engine::play(move |rpc, message| -> Answer {
            let state = held.lock().unwrap().clone();
            Some(match rpc {
                "DescribeCollection" => described(&state).encode_to_vec(),
                "Insert" => insert(&state, message).encode_to_vec(),
                "Search" => search(&state, message).encode_to_vec(),
                "AlterCollection" => return None,
                "DropCollection" => refusal(1, 65_535).encode_to_vec(),
                _ => Vec::new(),
            })
        });
        let system = System::before(engine.address, system::waiting_fence());
        let (_, key) = system.owner().create();
        let client = Client::connect(system.gateway);
        Self { state, engine, system, key, client }
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap());
    }

    pub(crate) fn ask(&mut self, route: &str, body: &Value) -> Value {
        let (status, answer) = self.client.ask(&self.key, route, body);
        assert_eq!(status, 200, "{route}: {answer}");
        answer
    }

    /// Inserts a row with this member beside; the code.
    pub(crate) fn insert(&mut self, member: &str) -> i64 {
        let state = self.state.lock().unwrap().clone();
        let mut row = json!({ member: 7, state.vector: [1.0, 2.0] });
        if !state.chosen {
            row["pk"] = 1.into();
        }
        let answer = self.ask("entities/insert", &json!({ "collectionName": "c", "data": [row] }));
        answer["code"].as_i64().unwrap()
    }

    pub(crate) fn search(&mut self) -> i64 {
        let body = json!({ "collectionName": "c", "data": [[1.0, 2.0]] });
        self.ask("entities/search", &body)["code"].as_i64().unwrap()
    }

    /// How often the engine was asked for the schema, and was given rows.
    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.engine.count("DescribeCollection"), self.engine.count("Insert"))
    }

    /// The names of the columns that were sent last.
    fn columns(&self) -> Vec<String> {
        let request: InsertRequest = self.engine.last("Insert");
        request.fields_data.into_iter().map(|field| field.field_name).collect()
    }
}

#[test]
fn a_connection_asks_once_for_what_the_engine_compares() {
    let mut stage = Stage::new(41);
    for _ in 0..3 {
        assert_eq!((stage.search(), stage.insert("x")), (0, 0));
    }
    assert_eq!(stage.counts(), (1, 3));
    assert_eq!(stage.engine.last::<InsertRequest>("Insert").schema_timestamp, 41);
    // What changes something on this connection makes it ask again.
    stage.ask("collections/release", &json!({ "collectionName": "c" }));
    assert_eq!(stage.search(), 0);
    assert_eq!(stage.counts(), (2, 3));
    stage.system.stop();
}

#[test]
fn an_engine_that_does_not_compare_is_asked_before_every_write() {
    let mut stage = Stage::new(0);
    stage.change(|state| state.wide = true);
    assert_eq!((stage.search(), stage.search()), (0, 0));
    assert_eq!(stage.counts(), (1, 0));
    assert_eq!((stage.insert("x"), stage.insert("x")), (0, 0));
    assert_eq!(stage.counts(), (3, 2));
    // A field that is added by somebody else is a column in the very next insert.
    stage.change(|state| state.added = Some("x"));
    assert_eq!(stage.insert("x"), 0);
    assert_eq!(stage.columns(), ["pk", "v", "n", "x", "$meta"]);
    stage.system.stop();
}

#[test]
fn rows_for_another_schema_are_made_anew_and_sent_once_more() {
    let mut stage = Stage::new(41);
    assert_eq!(stage.insert("x"), 0);
    assert_eq!(stage.columns(), ["pk", "v", "$meta"]);
    stage.change(|state| (state.stamp, state.added) = (42, Some("x")));
    assert_eq!(stage.insert("x"), 0);
    assert_eq!(stage.counts(), (2, 3), "the refused one is sent again");
    assert_eq!(stage.columns(), ["pk", "v", "x", "$meta"]);
    // A row that fits the new schema only is not refused by the old one.
    stage.change(|state| (state.stamp, state.vector) = (43, "w"));
    assert_eq!(stage.insert("x"), 0);
    assert_eq!(stage.columns(), ["pk", "w", "x", "$meta"]);
    // An engine that goes on refusing is believed.
    stage.change(|state| state.stubborn = true);
    let before = stage.counts();
    assert_eq!(stage.insert("x"), 109);
    assert_eq!(stage.counts(), (before.0 + 1, before.1 + 1), "the schema is the same");
    stage.system.stop();
}

#[test]
fn a_search_by_an_old_schema_is_made_anew() {
    let mut stage = Stage::new(0);
    assert_eq!(stage.search(), 0);
    stage.change(|state| state.vector = "w");
    assert_eq!(stage.search(), 0);
    assert_eq!((stage.counts().0, stage.engine.count("Search")), (2, 3));
    stage.system.stop();
}

#[test]
fn nobody_uses_what_somebody_else_was_told() {
    let mut stage = Stage::new(41);
    let (_, other) = stage.system.owner().create();
    assert_eq!(stage.search(), 0);
    let mine = std::mem::replace(&mut stage.key, other);
    assert_eq!(stage.search(), 0);
    assert_eq!(stage.counts().0, 2);
    stage.key = mine;
    assert_eq!(stage.search(), 0);
    assert_eq!(stage.counts().0, 3);
    // Another connection knows nothing.
    stage.client = Client::connect(stage.system.gateway);
    assert_eq!(stage.search(), 0);
    assert_eq!(stage.counts().0, 4);
    stage.system.stop();
}
