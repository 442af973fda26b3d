//! What the engine is asked, and what is told of its answer, where a value could get lost on the
//! way: whole numbers beyond 2^53, and values for the placeholders of filters.

use crate::client::{Client, head};
use crate::engine::Engine;
use crate::system::{self, System};
use milvus::message::Message;
use milvus::message::collection::DescribeCollectionResponse;
use milvus::message::data::{
    Column, FieldData, IdList, Ids, LongArray, ScalarField, Scalars, Template, TemplateValue,
};
use milvus::message::entity::{
    DeleteRequest, HybridSearchRequest, InsertRequest, MutationResult, QueryRequest, QueryResults,
    SearchInput, SearchRequest, SearchResultData, SearchResults, UpsertRequest,
};
use milvus::message::schema::{CollectionSchema, FieldSchema, KeyValuePair, data_type};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;

/// The first whole number that a double does not hold.
const BIG: i64 = (1 << 53) + 1;

fn ids() -> Ids {
    Ids { id_field: Some(IdList::IntId(LongArray { data: vec![BIG, -BIG] })) }
}

fn column() -> FieldData {
    let data = Scalars::Long(LongArray { data: vec![BIG, -BIG] });
    FieldData {
        r#type: data_type::INT64,
        field_name: "pk".to_owned(),
        field: Some(Column::Scalars(ScalarField { data: Some(data) })),
        ..FieldData::default()
    }
}

fn described() -> DescribeCollectionResponse {
    let field = |name: &str, data_type| FieldSchema {
        name: name.to_owned(),
        data_type,
        ..Default::default()
    };
    let dim = KeyValuePair { key: "dim".to_owned(), value: "2".to_owned() };
    let key = FieldSchema { is_primary_key: true, ..field("pk", data_type::INT64) };
    let vector = FieldSchema { type_params: vec![dim], ..field("v", data_type::FLOAT_VECTOR) };
    let fields = vec![key, vector];
    let schema = Some(CollectionSchema { fields, ..CollectionSchema::default() });
    DescribeCollectionResponse { schema, ..DescribeCollectionResponse::default() }
}

fn play(rpc: &str) -> Vec<u8> {
    let results = SearchResultData {
        ids: Some(ids()),
        scores: vec![0.5, 0.25],
        fields_data: vec![column()],
        topks: vec![2],
        recalls: vec![0.5],
        ..SearchResultData::default()
    };
    let written =
        MutationResult { ids: Some(ids()), insert_cnt: 2, upsert_cnt: 2, ..Default::default() };
    let found = SearchResults { results: Some(results), ..SearchResults::default() };
    let read = QueryResults { fields_data: vec![column()], ..QueryResults::default() };
    match rpc {
        "DescribeCollection" => described().encode_to_vec(),
        "Insert" | "Upsert" | "Delete" => written.encode_to_vec(),
        "Search" | "HybridSearch" => found.encode_to_vec(),
        "Query" => read.encode_to_vec(),
        _ => Vec::new(),
    }
}

struct Stage {
    engine: Engine,
    system: System,
    key: String,
    client: Client,
}

impl Stage {
    fn new() -> Self {
        let engine = Engine::play(|rpc, _| Some(play(rpc)));
        let system = System::before(engine.address, system::waiting_fence());
        let (_, key) = system.owner().create();
        let client = Client::connect(system.gateway);
        Self { engine, system, key, client }
    }

    /// The answer, with this header field beside.
    fn ask(&mut self, route: &str, body: &Value, field: &str) -> Value {
        let body = body.to_string();
        let fields = format!("{field}Content-Length: {}\r\n", body.len());
        let sent = format!("{}\r\n{body}", head(&self.key, route, &fields));
        self.client.socket.write_all(sent.as_bytes()).unwrap();
        let (status, answer) = self.client.answer();
        assert_eq!((status, &answer["code"]), (200, &json!(0)), "{route}: {answer}");
        answer
    }
}

/// Bodies in which a primary key stands, as a number or as a text, and where it is in the answer.
fn bodies(key: &Value) -> [(&'static str, Value, &'static str); 8] {
    let row = json!({ "pk": key, "v": [1, 2] });
    let search = json!({ "annsField": "v", "data": [[1, 2]], "limit": 2 });
    [
        ("insert", json!({ "data": [row] }), "/insertIds/0"),
        ("upsert", json!({ "data": row }), "/upsertIds/0"),
        ("get", json!({ "id": [key] }), "/0/pk"),
        ("query", json!({ "filter": "" }), "/0/pk"),
        ("delete", json!({ "id": key }), ""),
        ("search", json!({ "ids": [key], "outputFields": ["pk"] }), "/0/id"),
        ("search", json!({ "data": [[1, 2]] }), "/0/pk"),
        ("hybrid_search", json!({ "search": [search] }), "/1/id"),
    ]
}

fn long(fields: &[FieldData]) -> Option<i64> {
    let Some(Column::Scalars(ScalarField { data: Some(Scalars::Long(long)) })) = &fields[0].field
    else {
        return None;
    };
    long.data.first().copied()
}

#[test]
fn whole_numbers_beyond_2_to_the_53_survive_in_every_place() {
    let mut stage = Stage::new();
    for key in [json!(BIG), json!(BIG.to_string())] {
        for (field, is_text) in [("", false), ("Accept-Type-Allow-Int64: false\r\n", true)] {
            for (route, mut body, place) in bodies(&key) {
                body["collectionName"] = "c".into();
                let answer = stage.ask(&format!("entities/{route}"), &body, field);
                let told = answer.get("recalls");
                assert_eq!(told, route.ends_with("search").then_some(&json!([0.5])), "{route}");
                let data = &answer["data"];
                if place.is_empty() {
                    continue;
                }
                let number = if place.starts_with("/1") { -BIG } else { BIG };
                let shown = if is_text { json!(number.to_string()) } else { json!(number) };
                assert_eq!(data.pointer(place), Some(&shown), "{route} {field}: {data}");
            }
            let engine = &stage.engine;
            assert_eq!(long(&engine.last::<InsertRequest>("Insert").fields_data), Some(BIG));
            assert_eq!(long(&engine.last::<UpsertRequest>("Upsert").fields_data), Some(BIG));
            let filter = format!("pk in [{BIG}]");
            assert_eq!(engine.last::<DeleteRequest>("Delete").expr, filter);
            let queries: Vec<String> = engine
                .all::<QueryRequest>("Query")
                .into_iter()
                .map(|request| request.expr)
                .filter(|expr| !expr.is_empty())
                .collect();
            assert!(queries.iter().all(|expr| *expr == filter), "{queries:?}");
            let by_ids =
                engine.all::<SearchRequest>("Search").into_iter().find_map(|request| match request
                    .search_input
                {
                    Some(SearchInput::Ids(Ids { id_field: Some(IdList::IntId(ids)) })) => Some(ids),
                    _ => None,
                });
            assert_eq!(by_ids.map(|ids| ids.data), Some(vec![BIG]));
        }
    }
    stage.system.stop();
}

#[test]
fn values_for_placeholders_go_with_every_filter() {
    let mut stage = Stage::new();
    let params = json!({ "n": BIG, "f": 0.1, "t": "a\" or 1 < 2", "b": true, "l": [BIG, 2] });
    let filter = "pk == {n} and x < {f} and t == {t} and b == {b} and pk in {l}";
    let with = |more: Value| {
        let mut body = json!({ "collectionName": "c", "filter": filter, "exprParams": params });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let near = json!({ "annsField": "v", "data": [[1, 2]], "limit": 2 });
    stage.ask("entities/query", &with(json!({})), "");
    stage.ask("entities/delete", &with(json!({})), "");
    stage.ask("entities/search", &with(near.clone()), "");
    let searches = json!({ "collectionName": "c", "search": [with(near)] });
    for route in ["hybrid_search", "advanced_search"] {
        stage.ask(&format!("entities/{route}"), &searches, "");
    }
    let engine = &stage.engine;
    let (query, delete): (QueryRequest, DeleteRequest) =
        (engine.last("Query"), engine.last("Delete"));
    let search: SearchRequest = engine.last("Search");
    let hybrid: HybridSearchRequest = engine.last("HybridSearch");
    assert_eq!(engine.count("HybridSearch"), 2);
    let told = [
        (query.expr, query.expr_template_values),
        (delete.expr, delete.expr_template_values),
        (search.dsl, search.expr_template_values),
        (hybrid.requests[0].dsl.clone(), hybrid.requests[0].expr_template_values.clone()),
    ];
    for (expr, values) in told {
        assert_eq!(expr, filter);
        check(&values);
    }
    stage.system.stop();
}

fn check(values: &BTreeMap<String, TemplateValue>) {
    let value = |name: &str| values[name].val.clone().unwrap();
    assert_eq!(value("n"), Template::Int64(BIG));
    assert_eq!(value("f"), Template::Float(0.1));
    assert_eq!(value("t"), Template::String("a\" or 1 < 2".to_owned()));
    assert_eq!(value("b"), Template::Bool(true));
    assert!(matches!(value("l"), Template::Array(_)));
    assert_eq!(values.len(), 5);
}

#[test]
fn who_speaks_of_policies_on_rows_is_refused_and_nothing_is_sent() {
    let mut stage = Stage::new();
    for (route, body, _) in bodies(&json!(1)) {
        for (name, value) in [("rlsPrincipal", json!("alice")), ("skipRls", json!(true))] {
            let mut body = body.clone();
            (body["collectionName"], body[name]) = ("c".into(), value);
            let (status, answer) =
                stage.client.ask(&stage.key, &format!("entities/{route}"), &body);
            assert_eq!((status, &answer["code"]), (200, &json!(1100)), "{route}: {answer}");
            assert!(answer["message"].as_str().unwrap().contains(name), "{route}: {answer}");
        }
    }
    for rpc in ["Insert", "Upsert", "Delete", "Query", "Search", "HybridSearch"] {
        assert_eq!(stage.engine.count(rpc), 0, "{rpc}");
    }
    stage.system.stop();
}
