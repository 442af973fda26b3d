//! What the API says of itself: one [`Operation`] for each endpoint, next to its handler.
//!
//! A route cannot be added without one. From them come the OpenAPI document (`document.rs`) and the
//! reference page; and they are used while serving: a query parameter that is not described is
//! refused, and the reader of a body looks every field up in its description. So a description
//! holds no rule of its own, but it cannot be wrong for long either.
//!
//! To describe an endpoint:
//!
//! ```text
//! pub(crate) const RENAME: Operation = Operation::new("renameProject", "Rename a project")
//!     .about("More, in Markdown, where the summary does not say it all.")
//!     .may("owners of the organization")
//!     .path(&[Field::text("id", "The project.").required().pattern(PROJECT_ID)])
//!     .body(&[PROJECT_NAME], r#"{"projectName":"NAME"}"#)
//!     .answers::<ProjectBody>()
//!     .refuses(&[403, 404, 409]);
//! ```
//!
//! In an example, the words `NAME`, `EMAIL`, `ADDRESS`, `ORGANIZATION`, `PROJECT`, `CLUSTER`, `KEY`
//! and `USER` stand for a fresh name or address and for ids; the tests call the endpoint with real
//! ones in their places, so the example must be a body that an owner would be granted. Answer types
//! derive
//! `JsonSchema` next to `Serialize`.

mod document;
mod field;
mod reference;
mod schema;
mod status;

pub use document::openapi;
pub use field::{
    CLUSTER_ID, CLUSTER_NAME, CURRENT_PAGE, DESCRIPTION, Field, INVITATION_ID, KEY_ID, KEY_NAME,
    Kind, ORGANIZATION, ORGANIZATION_ID, ORGANIZATION_NAME, PAGE_SIZE, PAGE_SIZE_FROM_5, PROJECT,
    PROJECT_ID, PROJECT_NAME, TITLE, USER_ID, WHITELIST_ENTRY_ID,
};
pub use reference::reference;
pub use status::is_status;

use schemars::{JsonSchema, Schema, SchemaGenerator};

/// What an endpoint answers when it does what it was asked.
#[derive(Clone, Copy, Debug)]
pub enum Success {
    /// The envelope with data of this shape.
    Data(fn(&mut SchemaGenerator) -> Schema),
    /// A text of this media type, without an envelope.
    Text(&'static str),
    /// One JSON object without an envelope.
    Bare,
}

/// One thing the API can do.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[must_use]
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// The name generated clients give it; never changed once released.
    pub id: &'static str,
    /// What it does, in a few words.
    pub summary: &'static str,
    /// More about it, in Markdown; may be empty.
    pub about: &'static str,
    /// Who may call it; `None` if it needs no credential.
    pub may: Option<&'static str>,
    /// What stands in the braces of its path.
    pub path: &'static [Field],
    /// The parameters of its query; no other is taken.
    pub query: &'static [Field],
    /// The fields of its body and an example of one; `None` if it reads no body.
    pub body: Option<(&'static [Field], &'static str)>,
    /// Its answer.
    pub success: Success,
    /// The statuses of its refusals, beside those that every endpoint has.
    pub refusals: &'static [u16],
    /// Whether its answer waits for the gateways, and is 202 if they did not all confirm.
    pub fenced: bool,
    /// Whether it creates something, and so takes an `Idempotency-Key`.
    pub creates: bool,
    /// Whether it takes `If-Match`.
    pub conditional: bool,
    /// Whether its answer carries an `ETag`.
    pub tagged: bool,
}

impl Operation {
    /// An endpoint for callers with a credential, with an empty answer so far.
    pub const fn new(id: &'static str, summary: &'static str) -> Self {
        Self {
            id,
            summary,
            about: "",
            may: Some("everybody with a credential"),
            path: &[],
            query: &[],
            body: None,
            success: Success::Data(schema_of::<Empty>),
            refusals: &[],
            fenced: false,
            creates: false,
            conditional: false,
            tagged: false,
        }
    }

    /// More about it, in Markdown.
    pub const fn about(mut self, about: &'static str) -> Self {
        self.about = about;
        self
    }

    /// Who may call it, in words that go on from "may be called by".
    pub const fn may(mut self, who: &'static str) -> Self {
        self.may = Some(who);
        self
    }

    /// It needs no credential.
    pub const fn anonymous(mut self) -> Self {
        self.may = None;
        self
    }

    /// What stands in the braces of its path, in their order.
    pub const fn path(mut self, fields: &'static [Field]) -> Self {
        self.path = fields;
        self
    }

    /// The parameters of its query.
    pub const fn query(mut self, fields: &'static [Field]) -> Self {
        self.query = fields;
        self
    }

    /// The fields of its body, and a body that an owner would be granted.
    pub const fn body(mut self, fields: &'static [Field], example: &'static str) -> Self {
        self.body = Some((fields, example));
        self
    }

    /// What `data` is in its answer.
    pub const fn answers<T: JsonSchema>(mut self) -> Self {
        self.success = Success::Data(schema_of::<T>);
        self
    }

    /// It answers with a text of this media type and no envelope.
    pub const fn answers_text(mut self, media_type: &'static str) -> Self {
        self.success = Success::Text(media_type);
        self
    }

    /// It answers with one JSON object and no envelope.
    pub const fn answers_bare(mut self) -> Self {
        self.success = Success::Bare;
        self
    }

    /// The statuses of its refusals, beside those that every endpoint has.
    pub const fn refuses(mut self, statuses: &'static [u16]) -> Self {
        self.refusals = statuses;
        self
    }

    /// It is answered when every gateway holds the change (`App::change`), or with 202.
    pub const fn fenced(mut self) -> Self {
        self.fenced = true;
        self
    }

    /// It creates something, and takes an `Idempotency-Key`.
    pub const fn creates(mut self) -> Self {
        self.creates = true;
        self
    }

    /// It takes `If-Match` and its answer carries an `ETag`.
    pub const fn conditional(mut self) -> Self {
        self.conditional = true;
        self.tagged = true;
        self
    }

    /// Its answer carries an `ETag`.
    pub const fn tagged(mut self) -> Self {
        self.tagged = true;
        self
    }
}

/// The data of an answer that has nothing more to say.
#[derive(JsonSchema)]
struct Empty {}

fn schema_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}
