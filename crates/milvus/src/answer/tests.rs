//! Tests of [`super`]: every form it must take, and every one it must not.

use super::*;
use crate::rpc::Rpc;
use std::time::Duration;

const RATE: Refusal = Refusal::RateLimited { retry_after: Duration::from_millis(120) };

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// The expected bytes were written by the protobuf library and the messages of pymilvus.
#[test]
fn a_refused_connect_is_what_pymilvus_would_write() {
    let mut out = Vec::new();
    assert!(write_refusal(&mut out, Rpc::Connect.row(), &Refusal::UnknownKey, ""));
    assert_eq!(
        hex(&out),
        "000000003c0a3a080312336175746820636865636b206661696c7572652c20706c6561736520636865636b20\
         617069206b657920697320636f727265637418f80a"
    );
}

#[test]
fn an_answer_that_is_a_status_is_written_as_one() {
    let mut out = b"before".to_vec();
    assert!(write_refusal(&mut out, Rpc::DropCollection.row(), &RATE, ""));
    assert_eq!(
        hex(&out[6..]),
        "00000000300831122872617465206c696d69742065786365656465643a2074727920616761696e20696e2031\
         3230206d7318082001"
    );
}

#[test]
fn every_field_of_a_status_is_written() {
    let mut out = Vec::new();
    let status = Status {
        error_code: -1,
        reason: &"r".repeat(200),
        code: i32::MIN,
        retriable: true,
        detail: "dé",
    };
    assert!(write_status(&mut out, Rpc::Insert.row(), &status));
    let expected = format!(
        "00000000eb0ae80108ffffffffffffffffff0112c801{}1880808080f8ffffffff0120012a0364c3a9",
        "72".repeat(200)
    );
    assert_eq!(hex(&out), expected);
}

#[test]
fn an_answer_without_a_status_is_not_written() {
    let mut out = Vec::new();
    let row = Rpc::GetReplicateInfo.row();
    assert!(!write_refusal(&mut out, row, &RATE, ""));
    assert!(out.is_empty());
}
