//! Lists of keys: which way SQLite goes through them. To add an order: its letter in `plans`.

use super::*;
use crate::keys::KeyOrder;
use crate::{MasterKey, Store, Vault};
use model::entropy::SequenceEntropy;
use model::{Clock, KeyId, OrganizationId, ProjectId, Timestamp};
use std::sync::Arc;

struct Midnight;

impl Clock for Midnight {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1)
    }
}

/// How SQLite goes about the first and a later page in an order, either way.
fn plans(reader: &Reader<'_>, filter: &KeyFilter) -> Vec<String> {
    let by = filter.order.by;
    let value = if by == KeySort::Name { "n" } else { "1" };
    let letter = ['c', 'n', 'e', 'u'][by as usize];
    let id = KeyId::from_number(1).unwrap();
    let cursor: KeyCursor = format!("{letter}{value}.{id}").parse().unwrap();
    let starts = [
        (KeyStart::First, false),
        (KeyStart::Last, true),
        (KeyStart::After(cursor.clone()), false),
        (KeyStart::Before(cursor), true),
    ];
    let plan = |(start, back): (KeyStart, bool)| {
        let (sql, values) = walk_sql(filter, &start, back, 50).unwrap();
        let explain = format!("EXPLAIN QUERY PLAN {sql}");
        let lines = reader.sql.all(&explain, &values, |row| Ok(row.text(3)?.to_owned())).unwrap();
        lines.join("; ")
    };
    starts.map(plan).into()
}

/// A list must not look at every key: the index that has its order is walked from the place where
/// the page begins.
#[test]
fn every_page_of_a_walk_is_read_from_an_index_in_its_order() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::new(&MasterKey::from_bytes([7; 32]));
    let entropy = Arc::new(SequenceEntropy::new(1));
    let store = Store::open(folder.path(), vault, Arc::new(Midnight), entropy).unwrap();
    let organization = Some(OrganizationId::from_number(1).unwrap());
    let projects = Some(vec![ProjectId::from_number(1).unwrap()]);
    store
        .read(|reader| {
            for by in [KeySort::Created, KeySort::Name, KeySort::Expires, KeySort::Used] {
                for ascending in [true, false] {
                    let order = KeyOrder { by, ascending };
                    let whole = KeyFilter { organization, order, ..KeyFilter::default() };
                    let projects = projects.clone();
                    let one = KeyFilter { projects, order, ..KeyFilter::default() };
                    for filter in [whole, one] {
                        for plan in plans(reader, &filter) {
                            let sorted = plan.contains("TEMP B-TREE FOR ORDER BY");
                            assert!(!plan.contains("SCAN") && !sorted, "{order:?}: {plan}");
                        }
                    }
                }
            }
            Ok(())
        })
        .unwrap();
}
