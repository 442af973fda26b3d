//! Descriptions are compared with what the handlers read, over a gateway that takes everything.

use super::{Kind, Member, Operation, all, openapi};
use crate::body::{Body, asked};
use crate::caller::Caller;
use crate::elsewhere::Place;
use crate::entities::REFUSED;
use crate::room::Rooms;
use crate::routes::{PREFIX, find, table};
use crate::schemas::Schemas;
use crate::session::{Metadata, Session};
use crate::socket::Socket;
use http::uri::Authority;
use http::{HeaderMap, HeaderValue};
use hyper::body::Bytes;
use milvus::message::Message;
use milvus::message::collection::DescribeCollectionResponse;
use milvus::message::schema::{CollectionSchema, FieldSchema, KeyValuePair, data_type};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;
use tokio::net::UnixStream;

/// Answers every call with a message that says nothing, and tells what the books look like.
async fn gateway(socket: UnixStream) {
    let mut connection = h2::server::handshake(socket).await.unwrap();
    while let Some(Ok((request, mut response))) = connection.accept().await {
        let message = match request.uri().path().rsplit('/').next() {
            Some("DescribeCollection") => books().encode_to_vec(),
            _ => Vec::new(),
        };
        let mut framed = vec![0];
        framed.extend_from_slice(&u32::try_from(message.len()).unwrap().to_be_bytes());
        framed.extend_from_slice(&message);
        let mut stream = response.send_response(http::Response::new(()), false).unwrap();
        stream.send_data(Bytes::from(framed), false).unwrap();
        let mut trailers = HeaderMap::new();
        trailers.insert("grpc-status", HeaderValue::from_static("0"));
        stream.send_trailers(trailers).unwrap();
    }
}

fn books() -> DescribeCollectionResponse {
    let field = |name: &str, data_type, key: &str, value: &str| FieldSchema {
        name: name.to_owned(),
        data_type,
        is_primary_key: name == "id",
        element_type: data_type::INT64,
        type_params: vec![KeyValuePair { key: key.to_owned(), value: value.to_owned() }],
        ..FieldSchema::default()
    };
    let fields = vec![
        field("id", data_type::INT64, "", ""),
        field("title", data_type::VAR_CHAR, "max_length", "200"),
        field("tags", data_type::ARRAY, "max_capacity", "8"),
        field("meaning", data_type::FLOAT_VECTOR, "dim", "4"),
    ];
    let schema =
        CollectionSchema { fields, enable_dynamic_field: true, ..CollectionSchema::default() };
    DescribeCollectionResponse { schema: Some(schema), ..DescribeCollectionResponse::default() }
}

fn metadata() -> Metadata {
    Metadata {
        authority: Authority::from_static("localhost"),
        authorization: HeaderValue::from_static("x"),
        database: String::new(),
        agent: None,
        timeout: Duration::from_secs(10),
    }
}

/// The names that the handler of a route asks for, given this body.
async fn read(session: &mut Session, path: &str, example: &str) -> BTreeSet<String> {
    let body = Body::parse(example.as_bytes()).unwrap();
    let mut schemas = Schemas::default();
    let about = (metadata(), Rooms::new(1 << 20).open());
    let mut caller = Caller::new((session, &mut schemas), about, true);
    asked::take();
    let answer = find(&format!("{PREFIX}{path}")).unwrap()(&mut caller, body).await;
    if let Err(problem) = answer {
        // An example is right; what is missing may be in the answer of one that knows nothing.
        assert!(![1801, 1802, 1804].contains(&problem.code), "{path}: {problem:?}");
    }
    asked::take()
}

/// The names of members, and of those within them.
fn names(members: &[Member], into: &mut BTreeSet<String>) {
    for member in members {
        into.insert(member.name.to_owned());
        if let Kind::Object(inner) | Kind::Objects(inner) | Kind::Named(inner) = member.kind {
            names(inner, into);
        }
    }
}

fn check(one: &Operation, mut asked: BTreeSet<String>) {
    // Taken for every route, before its handler.
    asked.insert("dbName".to_owned());
    let mut described = BTreeSet::from(["dbName".to_owned()]);
    names(one.body, &mut described);
    // Names of the caller's own.
    let own = ["rg"];
    let is_known = |name: &&String| {
        described.contains(*name)
            || own.contains(&name.as_str())
            || REFUSED.contains(&name.as_str())
    };
    let unknown: Vec<_> = asked.iter().filter(|name| !is_known(name)).collect();
    assert!(unknown.is_empty(), "{}: read and not described: {unknown:?}", one.path);
    let unread: Vec<_> =
        one.body.iter().map(|member| member.name).filter(|name| !asked.contains(*name)).collect();
    assert!(unread.is_empty(), "{}: described and not read: {unread:?}", one.path);
}

#[tokio::test]
async fn what_handlers_read_is_described_and_what_is_described_is_read() {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let ours = ours.into_std().unwrap();
    tokio::spawn(gateway(theirs));
    let ours = Socket::new(ours).unwrap();
    let mut session = Session::new(ours, "/knock", Place::default());
    for one in all() {
        let mut asked = BTreeSet::new();
        for example in one.examples {
            asked.extend(read(&mut session, one.path, example).await);
        }
        check(one, asked);
    }
}

#[test]
fn every_route_is_described_once() {
    let described: Vec<String> = all().map(|one| format!("{PREFIX}{}", one.path)).collect();
    let routed: BTreeSet<String> = table().map(|(path, _)| path).collect();
    assert_eq!(described.iter().cloned().collect::<BTreeSet<_>>(), routed);
    assert_eq!(described.len(), routed.len());
    let document = openapi();
    let ids: BTreeSet<&str> = document["paths"]
        .as_object()
        .unwrap()
        .values()
        .map(|path| path["post"]["operationId"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), routed.len(), "names for generated clients are unique");
}

#[test]
fn the_committed_document_is_what_the_code_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi-data.json");
    let made = format!("{}\n", serde_json::to_string_pretty(&openapi()).unwrap());
    if std::env::var_os("KEYWARD_UPDATE").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == made, "docs/openapi-data.json is not what the code says: renew it");
}
