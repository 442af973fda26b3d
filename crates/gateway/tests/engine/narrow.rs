//! Keys narrowed to some databases, collections and privileges: what they may name, and how it is
//! found in a request.

use crate::house::{House, call, scratch_file, until};
use model::privilege::Privilege;
use model::scope::{ClusterScope, DataScope, KeyReach, ProjectGrant, Selection};
use model::{AccessRole, ApiKey, Change};
use testkit::client::{Answer, Call};
use testkit::message::framed;
use testkit::upstream::{Answer as Planned, Plan, Upstream};

pub(crate) fn only(patterns: &[&str]) -> Selection<model::pattern::NamePattern> {
    Selection::Only(patterns.iter().map(|pattern| pattern.parse().unwrap()).collect())
}

pub(crate) fn collections(patterns: &[&str]) -> DataScope {
    DataScope { collections: only(patterns), ..DataScope::default() }
}

pub(crate) fn databases(patterns: &[&str]) -> DataScope {
    DataScope { databases: only(patterns), ..DataScope::default() }
}

pub(crate) fn reach(house: &House, data: DataScope) -> KeyReach {
    let (project, role, clusters) = (house.project, AccessRole::Admin, ClusterScope::All);
    KeyReach::Project(ProjectGrant { project, role, clusters, data })
}

/// A house with a key of this scope.
pub(crate) fn narrowed(data: DataScope) -> (House, Upstream, ApiKey) {
    let house = House::empty();
    let upstream = Upstream::start(Plan { record: 100, ..Plan::default() }).unwrap();
    house.add_cluster(&upstream, None);
    let key = house.add_key_for(reach(&house, data));
    (house, upstream, key)
}

/// A field with a text.
pub(crate) fn text(number: u8, text: &str) -> Vec<u8> {
    let length = match u8::try_from(text.len()) {
        Ok(short) if short < 128 => vec![short],
        // Two digits of seven bits, for what is shorter than 256.
        Ok(long) => vec![long, 1],
        Err(_) => vec![u8::try_from(text.len() - 256).unwrap() | 0x80, 2],
    };
    [&[number << 3 | 2][..], &length, text.as_bytes()].concat()
}

/// A field with a message.
pub(crate) fn nested(number: u8, message: &[u8]) -> Vec<u8> {
    [&[number << 3 | 2, u8::try_from(message.len()).unwrap()], message].concat()
}

pub(crate) fn with(key: &ApiKey, rpc: &str, fields: &[Vec<u8>]) -> Call {
    call(rpc, key).message(&fields.concat())
}

#[track_caller]
pub(crate) fn refused(answer: &Answer, code: u32, part: &str) {
    assert_eq!(answer.code(), Some(code), "{}", answer.text());
    assert!(answer.text().contains(part), "{}", answer.text());
}

pub(crate) const OTHER: &str = "it is narrowed to other collections";

#[test]
fn a_call_names_what_the_key_is_for() {
    let (house, upstream, key) = narrowed(collections(&["team_*", "shared"]));
    let mut client = house.client();
    for (rpc, field) in [("Search", 3), ("Insert", 3), ("GetLoadState", 2), ("Import", 1)] {
        for (name, allowed) in [("team_a", true), ("shared", true), ("other", false)] {
            let answer = client.unary(&with(&key, rpc, &[text(field, name)])).unwrap();
            match (rpc, allowed) {
                ("Import", _) => refused(&answer, 7, "files"),
                (_, true) => assert_eq!(answer.code(), Some(0), "{rpc} {name}: {}", answer.text()),
                (_, false) => refused(&answer, 7, OTHER),
            }
        }
    }
    assert_eq!(upstream.seen().calls(), 6);
    let answer = client.unary(&with(&key, "Insert", &[text(3, "other")])).unwrap();
    let expected = format!(
        "PrivilegeInsert: permission deny to {} on `other` in the `default` database: {OTHER}",
        key.id()
    );
    assert_eq!(answer.text(), expected);
}

#[test]
fn every_name_counts_wherever_it_is() {
    let (house, upstream, key) = narrowed(collections(&["team_*"]));
    let mut client = house.client();
    let mine = text(3, "team_a");
    for (rpc, message, part) in [
        ("Flush", [text(3, "team_a"), text(3, "other")].concat(), OTHER),
        ("Flush", vec![], "has to name a collection"),
        ("Flush", text(3, ""), OTHER),
        ("BatchDescribeCollection", [text(2, "team_a"), text(2, "other")].concat(), OTHER),
        ("BatchDescribeCollection", [text(2, "team_a"), vec![3 << 3, 9]].concat(), "by its name"),
        ("HybridSearch", [mine.clone(), nested(5, &text(3, "other"))].concat(), OTHER),
        ("HybridSearch", [nested(5, &text(3, "other")), mine.clone()].concat(), OTHER),
        ("HybridSearch", nested(5, &text(3, "team_a")), "has to name a collection"),
        ("CreateAlias", [mine.clone(), text(4, "other")].concat(), OTHER),
        ("CreateAlias", [text(3, "other"), text(4, "team_b")].concat(), OTHER),
        ("AlterAlias", [text(3, "other"), text(4, "team_b")].concat(), OTHER),
        ("CreateAlias", mine.clone(), "has to name a collection"),
        ("DropAlias", text(3, "other"), OTHER),
        ("RenameCollection", [mine.clone(), text(4, "other")].concat(), OTHER),
        ("RenameCollection", [text(3, "other"), text(4, "team_b")].concat(), OTHER),
        ("DescribeCollection", vec![4 << 3, 9], "not by a number"),
        ("DescribeCollection", [mine.clone(), vec![4 << 3, 9]].concat(), "not by a number"),
        ("DescribeCollection", vec![], "has to name a collection"),
        ("ManualCompaction", [text(4, "team_a"), vec![8 << 3 | 2, 1, 7]].concat(), "by a number"),
        ("GetReplicas", vec![2 << 3, 9], "not by a number"),
        ("Search", text(3, ""), "has to name a collection"),
        ("Search", text(3, "team_/../other"), OTHER),
        ("Search", text(3, "team_ä"), OTHER),
        ("DropDatabase", text(2, "default"), "with all its collections"),
        ("FlushAll", vec![], "the cluster as a whole"),
        ("ListResourceGroups", vec![], "the cluster as a whole"),
        ("GetCompactionState", vec![1 << 3, 7], "does not say by name"),
        ("GetImportState", vec![1 << 3, 7], "does not say by name"),
        ("ListAliases", text(3, "other"), OTHER),
        ("DescribeAlias", text(3, "other"), OTHER),
        ("DescribeAlias", vec![], "has to name"),
    ] {
        let answer = client.unary(&call(rpc, &key).message(&message)).unwrap();
        refused(&answer, 7, part);
    }
    assert_eq!(upstream.seen().calls(), 0, "a refused call reached the engine");
    for (rpc, message) in [
        ("Flush", [text(3, "team_a"), text(3, "team_b")].concat()),
        ("BatchDescribeCollection", text(2, "team_a")),
        ("HybridSearch", [nested(5, &text(3, "team_a")), nested(5, &[]), mine.clone()].concat()),
        ("CreateAlias", [text(4, "team_b"), mine.clone()].concat()),
        ("DropAlias", text(3, "team_b")),
        ("RenameCollection", [text(4, "team_b"), mine.clone()].concat()),
        ("DescribeCollection", [mine.clone(), vec![4 << 3, 0]].concat()),
        ("ManualCompaction", text(4, "team_a")),
        ("RunAnalyzer", vec![]),
        ("RunAnalyzer", text(7, "team_a")),
        ("DescribeDatabase", text(2, "default")),
        ("ListDatabases", vec![]),
        ("Connect", vec![]),
        ("GetVersion", vec![]),
        ("AllocTimestamp", vec![]),
        // Fields that nobody knows, before and after.
        ("Search", [vec![0xf8, 0x7f, 1], mine.clone(), text(15, "unknown")].concat()),
    ] {
        let answer = client.unary(&call(rpc, &key).message(&message)).unwrap();
        assert_eq!(answer.code(), Some(0), "{rpc}: {}", answer.text());
    }
}

#[test]
fn the_database_is_the_messages_or_the_metadatas_or_the_default_one() {
    let (house, upstream, key) = narrowed(databases(&["team_*"]));
    let mut client = house.client();
    let collection = || text(3, "any");
    let other = "it is narrowed to other databases";
    for (message, metadata, allowed) in [
        (text(2, "team_a"), None, true),
        (text(2, "team_a"), Some("other"), true),
        (text(2, "other"), Some("team_a"), false),
        (text(2, ""), Some("team_a"), true),
        (vec![], Some("team_a"), true),
        (vec![], Some("other"), false),
        (vec![], Some(""), false),
        (vec![], None, false),
        (text(2, ""), None, false),
    ] {
        let mut request = call("Search", &key).message(&[message.clone(), collection()].concat());
        if let Some(database) = metadata {
            request = request.field("dbname", database.as_bytes());
        }
        let answer = client.unary(&request).unwrap();
        if allowed {
            assert_eq!(answer.code(), Some(0), "{message:?} {metadata:?}: {}", answer.text());
        } else {
            refused(&answer, 7, other);
        }
    }
    let twice = with(&key, "Search", &[text(2, "team_a"), collection()])
        .field("dbname", b"team_a")
        .field("dbname", b"team_a");
    refused(&client.unary(&twice).unwrap(), 7, "one database in its metadata");
    let not_text = with(&key, "Search", &[collection()]).field("dbname", b"team_\xff");
    refused(&client.unary(&not_text).unwrap(), 7, other);
    let moved = [text(2, "team_a"), collection(), text(4, "new"), text(5, "other")];
    refused(&client.unary(&with(&key, "RenameCollection", &moved)).unwrap(), 7, other);
    let inner = [text(2, "team_a"), collection(), nested(5, &text(2, "other"))];
    refused(&client.unary(&with(&key, "HybridSearch", &inner)).unwrap(), 7, other);
    // Without a database of its own, a nested search is in the metadata's.
    let inner = [text(2, "team_a"), collection(), nested(5, &text(3, "any"))];
    refused(&client.unary(&with(&key, "HybridSearch", &inner)).unwrap(), 7, "`default`");
    let before = upstream.seen().calls();
    for (rpc, fields) in [
        ("ShowCollections", vec![text(2, "team_a")]),
        ("CreateDatabase", vec![text(2, "team_new")]),
        ("RenameCollection", vec![text(2, "team_a"), collection(), text(4, "new")]),
    ] {
        let answer = client.unary(&with(&key, rpc, &fields)).unwrap();
        assert_eq!(answer.code(), Some(0), "{rpc}: {}", answer.text());
    }
    assert_eq!(upstream.seen().calls(), before + 3);
}

#[test]
fn what_cannot_be_read_in_one_way_only_is_refused() {
    let (house, upstream, key) = narrowed(collections(&["team_*"]));
    let mut client = house.client();
    let good = framed(&text(3, "team_a"));
    let compressed = [&[1], &good[1..]].concat();
    let long = "team_".to_owned() + &"x".repeat(251);
    for (body, part) in [
        (framed(&[text(3, "team_a"), text(3, "team_b")].concat()), "given twice"),
        (framed(&[text(2, "a"), text(3, "team_a"), text(2, "b")].concat()), "given twice"),
        (compressed, "turn compression off"),
        (good.repeat(2), "there are several"),
        ([&good[..], &[0]].concat(), "there are several"),
        (framed(&text(3, &long)), "too long"),
        (framed(&[3 << 3 | 2, 6, b't', b'e', b'a', b'm', b'_', 0xff]), "not UTF-8"),
        (framed(&[3 << 3, 1]), "wrong kind"),
        (framed(&[3 << 3 | 3, 3 << 3 | 4]), "unknown kind"),
        (framed(&[3 << 3 | 2, 9, b't']), "beyond its end"),
        (good[..8].to_vec(), "ends too early"),
        (vec![], "there is none"),
    ] {
        let answer = client.unary(&call("Search", &key).raw_body(body)).unwrap();
        refused(&answer, 3, part);
    }
    // The end of the stream in a frame of its own, with nothing before it.
    let stream = client.open(&call("Search", &key).raw_body(vec![])).unwrap();
    client.push(stream, &[], true).unwrap();
    refused(&client.finish(stream).unwrap(), 3, "there is none");
    assert_eq!(upstream.seen().calls(), 0);
    // A key that is not narrowed is not held to it: what its engine makes of a body is its affair.
    let whole = house.add_key();
    let odd = call("Search", &whole).raw_body(good.repeat(2));
    assert_eq!(client.unary(&odd).unwrap().code(), Some(0));
}

#[test]
fn a_message_is_not_whole_upstream_before_it_is_decided() {
    let (house, upstream, key) = narrowed(collections(&["team_*"]));
    let mut client = house.client();
    // The name comes last, after much data.
    let filler = [&[5 << 3 | 2, 0x80, 0x80, 0x06][..], &[7; 98304]].concat();
    for name in ["other!", "team_a"] {
        let body = framed(&[&filler[..], &text(3, name)].concat());
        let before = upstream.seen().bytes();
        let stream = client.open(&call("Insert", &key).raw_body(vec![])).unwrap();
        let (first, last) = body.split_at(body.len() - 3);
        client.push(stream, first, false).unwrap();
        until("most of it is upstream", || upstream.seen().bytes() - before == first.len() as u64);
        client.push(stream, last, false).unwrap();
        assert!(!client.is_over(stream));
        // What would complete the message waits for the end, which may still show that it is not
        // the only one.
        let _ = client.read_for(std::time::Duration::from_millis(50));
        assert_eq!(upstream.seen().bytes() - before, first.len() as u64);
        client.push(stream, &[], true).unwrap();
        let answer = client.finish(stream).unwrap();
        if name == "team_a" {
            assert_eq!(answer.code(), Some(0), "{}", answer.text());
            assert_eq!(upstream.seen().bytes() - before, body.len() as u64);
        } else {
            refused(&answer, 7, OTHER);
            until("the engine is told", || upstream.seen().resets() == 1);
            assert_eq!(upstream.seen().bytes() - before, first.len() as u64);
        }
    }
}

#[test]
fn a_name_split_over_frames_is_one_name() {
    let (house, upstream, key) = narrowed(collections(&["team_*"]));
    let mut client = house.client();
    for (name, code) in [("team_a", 0), ("teal_a", 7)] {
        let stream = client.open(&call("Query", &key).raw_body(vec![])).unwrap();
        for byte in framed(&[text(4, "id > 0"), text(3, name)].concat()) {
            client.push(stream, &[byte], false).unwrap();
        }
        client.push(stream, &[], true).unwrap();
        assert_eq!(client.finish(stream).unwrap().code(), Some(code));
    }
    assert_eq!(upstream.seen().calls(), 1);
}

#[test]
fn a_large_insert_passes_whole() {
    let (house, upstream, key) = narrowed(collections(&["team_*"]));
    let mut client = house.client();
    client.set_patience(std::time::Duration::from_mins(1)).unwrap();
    let filler = [&[5 << 3 | 2, 0x80, 0x80, 0x80, 0x0a][..], &vec![7; 20 << 20]].concat();
    let body = framed(&[text(3, "team_a"), filler].concat());
    let answer = client.unary(&call("Insert", &key).raw_body(body.clone())).unwrap();
    assert_eq!(answer.code(), Some(0), "{}", answer.text());
    assert_eq!(upstream.seen().bytes(), body.len() as u64);
}

#[test]
fn privileges_narrow_the_role() {
    let privileges = Selection::Only(Box::new([Privilege::Search, Privilege::Insert]));
    let (house, upstream, key) = narrowed(DataScope { privileges, ..DataScope::default() });
    let mut client = house.client();
    for (rpc, code) in [("Search", 0), ("Insert", 0), ("Query", 7), ("Connect", 0)] {
        // Nothing of the message matters: the names are free.
        let answer = client.unary(&call(rpc, &key).raw_body(vec![])).unwrap();
        assert_eq!(answer.code(), Some(code), "{rpc}: {}", answer.text());
    }
    assert_eq!(upstream.seen().calls(), 3);
    // A privilege that the role does not hold stays out of reach.
    let data = DataScope {
        privileges: Selection::Only(Box::new([Privilege::Insert])),
        ..DataScope::default()
    };
    let (project, role) = (house.project, AccessRole::ReadOnly);
    let grant = ProjectGrant { project, role, clusters: ClusterScope::All, data };
    let reader = house.add_key_for(KeyReach::Project(grant));
    refused(&client.unary(&call("Insert", &reader)).unwrap(), 7, "PrivilegeInsert");
}

#[test]
fn a_grant_on_one_project_does_not_narrow_another() {
    let (house, _upstream, _) = narrowed(DataScope::default());
    let other = house.other_project();
    let grant = |project, data| ProjectGrant {
        project,
        role: AccessRole::Admin,
        clusters: ClusterScope::All,
        data,
    };
    let whole = grant(house.project, DataScope::default());
    let part = grant(other, collections(&["team_*"]));
    let key = house.add_key_for(KeyReach::Projects(Box::new([part, whole])));
    let answer = house.client().unary(&with(&key, "Search", &[text(3, "other")])).unwrap();
    assert_eq!(answer.code(), Some(0), "{}", answer.text());
}

#[test]
fn a_changed_scope_ends_the_calls_it_has_no_place_for() {
    let house = House::empty();
    let plan = Plan { otherwise: Planned::Hold, ..Plan::default() };
    let upstream = Upstream::start(plan).unwrap();
    house.add_cluster(&upstream, None);
    let key = house.add_key();
    let mut client = house.client();
    let put = |data| house.apply(&[house.put(&key, reach(&house, data))]);
    let whole = client.send(&with(&key, "Search", &[text(3, "team_a")])).unwrap();
    until("the first is upstream", || upstream.seen().calls() == 1);
    put(collections(&["team_*"]));
    // Nobody has read its names.
    refused(&client.finish(whole).unwrap(), 16, "changed while this call was running");

    let a = client.send(&with(&key, "Search", &[text(3, "team_a")])).unwrap();
    let b = client.send(&with(&key, "Search", &[text(3, "team_b")])).unwrap();
    let connect = client.send(&call("Connect", &key)).unwrap();
    let half = client.open(&call("Search", &key).raw_body(vec![0, 0])).unwrap();
    until("all but the half one are upstream", || upstream.seen().calls() == 4);
    put(collections(&["team_b"]));
    refused(&client.finish(a).unwrap(), 16, "changed while this call was running");
    refused(&client.finish(half).unwrap(), 16, "changed while this call was running");
    assert!(!client.is_over(b) && !client.is_over(connect));
    put(DataScope::default());
    let _ = client.read_for(std::time::Duration::from_millis(50));
    assert!(!client.is_over(b) && !client.is_over(connect), "a wider scope ends nothing");
    house.apply(&[Change::KeyGone(key.id())]);
    assert_eq!(client.finish(b).unwrap().code(), Some(16));
}

#[test]
fn the_access_log_says_what_was_named() {
    let file = scratch_file("names.jsonl");
    let mut house = House::with(|config| config.access_log = Some(file.clone()));
    let upstream = Upstream::start(Plan::default()).unwrap();
    house.add_cluster(&upstream, None);
    let whole = house.add_key();
    let key = house.add_key_for(reach(&house, collections(&["team_*"])));
    let mut client = house.client();
    client.unary(&with(&whole, "Search", &[text(3, "a\"b")]).field("dbname", b"sales")).unwrap();
    client.unary(&with(&whole, "Flush", &[text(3, "one"), text(3, "two")])).unwrap();
    client.unary(&call("Search", &whole).raw_body(vec![0, 0, 0, 0, 9])).unwrap();
    client.unary(&with(&key, "Search", &[text(2, "x"), text(3, "other")])).unwrap();
    client.unary(&call("FlushAll", &key)).unwrap();
    house.gateway.take().unwrap().shutdown(std::time::Duration::from_secs(1));
    let log = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = log.lines().collect();
    for (line, part) in lines.iter().zip([
        "\"rule\":\"Admin\",\"database\":\"sales\",\"collection\":\"a\\\"b\",\"status\":0",
        "\"database\":\"default\",\"collection\":\"one\",\"collections\":2,\"status\":0",
        "\"rule\":\"Admin\",\"status\":0",
        "\"decision\":\"refused\",\"rule\":\"other collection\",\"database\":\"x\",\
         \"collection\":\"other\",\"status\":7",
        "\"decision\":\"refused\",\"rule\":\"whole cluster\",\"status\":7",
    ]) {
        assert!(line.contains(part), "{line}");
    }
    assert_eq!(lines.len(), 5);
}
