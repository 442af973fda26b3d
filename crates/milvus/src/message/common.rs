//! What messages of every subject share.

use std::collections::BTreeMap;

/// How a call went, as Milvus says it inside its answers: `common.Status`.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Status {
    /// The legacy number (see [`legacy`]); 0 is success. Older SDKs look only at this one.
    #[prost(int32, tag = "1")]
    pub error_code: i32,
    /// The text that people read.
    #[prost(string, tag = "2")]
    pub reason: String,
    /// The number; 0 is success.
    #[prost(int32, tag = "3")]
    pub code: i32,
    /// Whether trying again may help.
    #[prost(bool, tag = "4")]
    pub retriable: bool,
    /// More, for developers.
    #[prost(string, tag = "5")]
    pub detail: String,
    /// Facts beside the answer, such as what the call cost.
    #[prost(btree_map = "string, string", tag = "6")]
    pub extra_info: BTreeMap<String, String>,
}

impl Status {
    /// The status of what went well: all fields at their defaults, as Milvus sends it.
    pub fn success() -> Self {
        Self::default()
    }

    /// Whether the call went well. Milvus sets both numbers when it did not; each counts.
    pub fn is_success(&self) -> bool {
        self.code == 0 && self.error_code == 0
    }
}

/// Legacy numbers for [`Status::error_code`].
pub mod legacy {
    /// Everything that has no number of its own.
    pub const UNEXPECTED_ERROR: i32 = 1;
    /// The caller may not do this.
    pub const PERMISSION_DENIED: i32 = 3;
    /// The request is wrong in itself.
    pub const ILLEGAL_ARGUMENT: i32 = 5;
}

#[cfg(test)]
mod tests {
    use prost::Message;

    use super::*;

    #[test]
    fn a_status_reads_what_the_gateway_writes_and_the_other_way_round() {
        let status = Status {
            error_code: legacy::ILLEGAL_ARGUMENT,
            reason: "no such thing".to_owned(),
            code: 1100,
            retriable: true,
            detail: "more".to_owned(),
            extra_info: BTreeMap::new(),
        };
        let mut written = Vec::new();
        crate::answer::Status {
            error_code: 5,
            reason: "no such thing",
            code: 1100,
            retriable: true,
            detail: "more",
        }
        .encode(&mut written);
        assert_eq!(Status::decode(written.as_slice()), Ok(status.clone()));
        assert_eq!(status.encode_to_vec(), written);
        assert!(!status.is_success());
    }

    #[test]
    fn success_is_an_empty_message() {
        assert!(Status::success().encode_to_vec().is_empty());
        assert!(Status::success().is_success());
    }

    #[test]
    fn either_number_says_failure() {
        assert!(!Status { error_code: 1, ..Status::default() }.is_success());
        assert!(!Status { code: 100, ..Status::default() }.is_success());
    }

    #[test]
    fn facts_beside_the_answer_are_read() {
        // Field 6, an entry with key "report_value" and value "12".
        let bytes = b"\x32\x12\x0a\x0creport_value\x12\x0212";
        let status = Status::decode(bytes.as_slice()).expect("a status");
        assert_eq!(status.extra_info.get("report_value").map(String::as_str), Some("12"));
    }
}
