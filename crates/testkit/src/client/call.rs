//! What to call.

use crate::keys::sdk_form;
use crate::link::Fields;
use crate::message;

/// One call: path, metadata and body.
#[derive(Clone, Debug)]
pub struct Call {
    path: String,
    authority: String,
    fields: Vec<(String, Vec<u8>)>,
    pub(super) body: Vec<u8>,
}

impl Call {
    /// A call of an RPC of Milvus's service, with an empty message.
    pub fn milvus(rpc: &str) -> Self {
        Self::to(&format!("/milvus.proto.milvus.MilvusService/{rpc}"))
    }

    /// A call of any path, with an empty message.
    pub fn to(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            authority: "localhost".to_owned(),
            fields: Vec::new(),
            body: message::framed(&[]),
        }
    }

    /// The host it is meant for.
    #[must_use]
    pub fn host(mut self, authority: &str) -> Self {
        authority.clone_into(&mut self.authority);
        self
    }

    /// Carries a token as SDKs do.
    #[must_use]
    pub fn token(self, token: &str) -> Self {
        self.field("authorization", sdk_form(token).as_bytes())
    }

    /// Carries one more field; nothing is checked or replaced.
    #[must_use]
    pub fn field(mut self, name: &str, value: &[u8]) -> Self {
        self.fields.push((name.to_owned(), value.to_vec()));
        self
    }

    /// Carries this message.
    #[must_use]
    pub fn message(self, message: &[u8]) -> Self {
        self.raw_body(message::framed(message))
    }

    /// Carries these bytes as they are, gRPC's head included; may be none or broken.
    #[must_use]
    pub fn raw_body(mut self, body: Vec<u8>) -> Self {
        self.body = body;
        self
    }

    pub(super) fn write(&self, fields: &mut Fields<'_>) {
        fields.stable(b":method", b"POST");
        fields.stable(b":scheme", b"http");
        fields.literal(b":path", self.path.as_bytes());
        fields.literal(b":authority", self.authority.as_bytes());
        fields.stable(b"te", b"trailers");
        fields.stable(b"content-type", b"application/grpc");
        for (name, value) in &self.fields {
            fields.literal(name.as_bytes(), value);
        }
    }
}
