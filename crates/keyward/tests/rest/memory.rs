//! What is remembered of collections is forgotten with every change of them, whoever makes it and
//! however it ends, before the change is answered.
//!
//! The engine compares nothing, so rows are written by a schema that was told in the last second.
//! A machine may take longer than that between two requests: what has to be asked for is asked for
//! in any case, and what need not be is tried some times.

use crate::client::Client;
use crate::schemas::Stage;
use milvus::metadata::SCHEMAS;
use milvus::rpc::TABLE;
use serde_json::json;
use testkit::client::{Call, Client as Grpc};

/// How often something is tried that a slow machine may spoil.
const TRIES: usize = 50;
/// What may change schemas and is played so that it is answered.
const HANGING: &str = "AlterCollection";

impl Stage {
    /// One whose engine compares nothing and chooses the keys, of rows with nothing but a vector.
    fn forgetful() -> Self {
        let stage = Self::new(0);
        stage.change(|state| state.chosen = true);
        stage
    }

    /// Inserts a row; how often the engine was asked for the schema, and given rows.
    fn write(&mut self) -> (usize, usize) {
        let before = self.counts();
        assert_eq!(self.insert("x"), 0);
        let after = self.counts();
        (after.0 - before.0, after.1 - before.1)
    }

    /// Inserts rows until one is written by what is remembered.
    fn write_by_heart(&mut self) {
        assert!((0..TRIES).any(|_| self.write() == (0, 1)), "it always asks");
    }

    /// Somebody else calls this over gRPC.
    fn call(&self, grpc: &mut Grpc, rpc: &str) {
        let answer = grpc.unary(&Call::milvus(rpc).token(&self.key).message(&[])).unwrap();
        assert_eq!(answer.code(), Some(0), "{rpc}: {}", answer.text());
    }
}

#[test]
fn a_row_is_written_by_what_was_told_a_moment_ago() {
    let mut stage = Stage::forgetful();
    stage.write_by_heart();
    // With a number beside the vector it is not, be it a key: it could be taken for anything.
    for (wide, chosen) in [(true, true), (false, false)] {
        stage.change(|state| (state.wide, state.chosen) = (wide, chosen));
        stage.client = Client::connect(stage.system.gateway);
        for _ in 0..3 {
            assert_eq!(stage.write(), (1, 1));
        }
    }
    stage.system.stop();
}

#[test]
fn every_call_of_anybody_that_may_change_a_schema_is_the_end_of_what_is_remembered() {
    let mut stage = Stage::forgetful();
    let mut grpc = Grpc::connect(stage.system.gateway).unwrap();
    let changing = TABLE.iter().filter(|row| row.may_change_schemas() && row.name != HANGING);
    for row in changing {
        stage.write_by_heart();
        stage.call(&mut grpc, row.name);
        assert_eq!(stage.write(), (1, 1), "{}", row.name);
    }
    for harmless in ["Flush", "LoadCollection", "DescribeCollection", "CreateIndex"] {
        let kept = (0..TRIES).any(|_| {
            stage.call(&mut grpc, harmless);
            stage.write().0 == 0
        });
        assert!(kept, "{harmless}");
    }
    stage.system.stop();
}

#[test]
fn a_client_of_grpc_neither_hears_of_it_nor_is_held_to_it() {
    let stage = Stage::forgetful();
    let mut grpc = Grpc::connect(stage.system.gateway).unwrap();
    let described = Call::milvus("DescribeCollection").token(&stage.key).message(&[]);
    let answer = grpc.unary(&described).unwrap();
    assert_eq!((answer.code(), answer.field(SCHEMAS)), (Some(0), None));
    let insert = Call::milvus("Insert").token(&stage.key).field(SCHEMAS, b"999.999").message(&[]);
    assert_eq!(grpc.unary(&insert).unwrap().code(), Some(0));
    assert_eq!(stage.counts(), (1, 1));
    stage.system.stop();
}

#[test]
fn a_change_over_rest_is_known_to_all_connections() {
    let mut stage = Stage::forgetful();
    let (_, other) = stage.system.owner().create();
    let mut elsewhere = Client::connect(stage.system.gateway);
    let name = json!({ "collectionName": "c" });
    let renamed = json!({ "collectionName": "c", "newCollectionName": "d" });
    // The engine says no to the first; it may have done something all the same.
    for (route, body, code) in
        [("collections/drop", &name, 65_535), ("collections/rename", &renamed, 0)]
    {
        stage.write_by_heart();
        let (_, answer) = elsewhere.ask(&other, route, body);
        assert_eq!(answer["code"], code, "{route}: {answer}");
        assert_eq!(stage.write(), (1, 1), "{route}");
    }
    // A search asks again, too, and an engine that compares is spared rows that it would refuse.
    for stamp in [0, 41] {
        stage.change(|state| state.stamp = stamp);
        assert_eq!(stage.search(), 0);
        elsewhere.ask(&other, "collections/rename", &renamed);
        let before = (stage.counts().0, stage.engine.count("Search"));
        assert_eq!(stage.search(), 0);
        assert_eq!((stage.counts().0, stage.engine.count("Search")), (before.0 + 1, before.1 + 1));
    }
    stage.system.stop();
}

#[test]
fn nothing_is_remembered_while_something_changes_or_may_still_change() {
    let mut stage = Stage::forgetful();
    stage.write_by_heart();
    let mut grpc = Grpc::connect(stage.system.gateway).unwrap();
    let call = Call::milvus(HANGING).token(&stage.key).message(&[]);
    let stream = grpc.send(&call).unwrap();
    stage.engine.wait_for(HANGING);
    for _ in 0..3 {
        assert_eq!(stage.write(), (1, 1));
    }
    // Nobody hears what comes of it: it may take effect at any time.
    grpc.reset(stream).unwrap();
    stage.call(&mut grpc, "Flush");
    for _ in 0..3 {
        assert_eq!(stage.write(), (1, 1));
        assert_eq!(stage.search(), 0);
    }
    stage.system.stop();
}

#[test]
fn rows_that_the_engine_refused_are_sent_once_more_only_if_it_took_none() {
    let mut stage = Stage::forgetful();
    let row = json!({ "v": [1.0, 2.0], "w": [1.0, 2.0] });
    let body = json!({ "collectionName": "c", "data": [row] });
    // Somebody changes the collection on the engine itself, and it says that the rows are wrong, or
    // that something went wrong, which it may have said in the middle of them.
    for (refusal, code, times) in [((5, 1100), 0, 2), ((1, 65_535), 65_535, 1)] {
        stage.change(|state| state.refusal = refusal);
        let refused = (0..TRIES).any(|_| {
            stage.write_by_heart();
            stage.change(|state| state.vector = if state.vector == "v" { "w" } else { "v" });
            let before = stage.counts();
            let answer = stage.ask("entities/insert", &body);
            let after = stage.counts();
            let (asked, given) = (after.0 - before.0, after.1 - before.1);
            // It was refused if it was by heart, which it was not if the machine was too slow.
            let by_heart = given == times && answer["code"] == code && asked == times - 1;
            assert!(by_heart || (asked, given) == (1, 1) && answer["code"] == 0, "{answer}");
            by_heart
        });
        assert!(refused, "{refusal:?} never came");
        // What was refused is forgotten, whatever the reason.
        assert_eq!(stage.ask("entities/insert", &body)["code"], 0);
    }
    stage.system.stop();
}
