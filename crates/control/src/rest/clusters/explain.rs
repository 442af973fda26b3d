//! `POST /v2/clusters/{id}/explain`

use super::CLUSTER_ID;
use crate::command::clusters::{self, Explain, Explained};
use crate::describe::{self, Field, Operation};
use crate::explain::{Asked, AskedCall};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::ClusterId;
use model::cluster_user::ClusterUserName;
use schemars::JsonSchema;
use serde::Serialize;
use std::net::IpAddr;
use std::sync::Arc;

/// The longest name that Milvus takes.
const MOST_NAME: u32 = 255;
const KEY: Field =
    Field::text("apiKeyId", "The key that the question is about.").pattern(describe::KEY_ID);
const USER: Field =
    Field::text("username", "Or the user of the cluster that it is about: one of the two.")
        .most(32);
const RPC: Field = Field::text(
    "rpc",
    "What is called: an RPC of Milvus such as `Search`, also as SDKs write it, `create_collection`.",
)
.required()
.most(MOST_NAME);
const DATABASE: Field =
    Field::text("database", "In which database; the default one if left out.").most(MOST_NAME);
const COLLECTION: Field =
    Field::text("collection", "The collection or alias that the request names.").most(MOST_NAME);
const OTHER: Field = Field::text(
    "otherName",
    "The second name, if the RPC takes one: the alias of a collection, or its new name.",
)
.most(MOST_NAME);
const ADDRESS: Field = Field::text(
    "address",
    "The IP address the call comes from; that of whoever asks if left out. Others are for owners.",
)
.most(45);

/// Whether a call would be allowed, and by which rule.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Explanation")]
pub(crate) struct Explanation {
    allowed: bool,
    /// The rule that decides, as in the access log: such as `Read-Only` or `grants` where a call is
    /// allowed, `privilege missing`, `other collection` or `address` where it is not.
    rule: &'static str,
    /// The same as a sentence, for people.
    reason: String,
    /// The RPC, as Milvus calls it.
    rpc: String,
    /// The privilege that it asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    privilege: Option<String>,
    /// Roles of the user of which each is enough by itself. Empty for a key.
    roles: Vec<String>,
    /// What the names in the answer have to match; left out if all of it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    sees: Option<Vec<String>>,
    /// The number of the gRPC status that a refused caller gets.
    #[serde(skip_serializing_if = "Option::is_none")]
    grpc_status: Option<u32>,
    /// The text that a refused caller gets.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// From where the call was taken to come.
    address: String,
}

impl From<Explained> for Explanation {
    fn from(explained: Explained) -> Self {
        let (grpc_status, message) = explained.refusal.unzip();
        Self {
            allowed: explained.allowed,
            rule: explained.rule,
            reason: explained.reason,
            rpc: explained.rpc,
            privilege: explained.privilege,
            roles: explained.roles,
            sees: explained.sees,
            grpc_status,
            message,
            address: explained.from.to_string(),
        }
    }
}

/// [`explain`]
pub(crate) const EXPLAIN: Operation =
    Operation::new("explainAccess", "What a key or user may do on a cluster, and why")
        .about(
            "Answered by what decides the calls themselves, from what holds at this moment; \
             nothing is called. A name that decides and is not given is asked for. Rates are not \
             looked at. Everything that is not said counts as it does in a call: without an \
             address the call is taken to come from whoever asks.",
        )
        .may(
            "owners of the project and of the organization, and keys that manage keys and are \
             bounded by nothing; a key about itself, and a person about a personal key of theirs",
        )
        .path(&[CLUSTER_ID])
        .body(
            &[KEY, USER, RPC, DATABASE, COLLECTION, OTHER, ADDRESS],
            r#"{"apiKeyId":"KEY","rpc":"Search","database":"default","collection":"docs"}"#,
        )
        .answers::<Explanation>()
        .refuses(&[403, 404]);

/// Answers a question about a call.
pub(crate) async fn explain(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(cluster): Target<ClusterId>,
    body: Object,
) -> Result<Answer<Explanation>, Problem> {
    let request = decode(cluster, body)?;
    let explainer = app.explainer();
    let explained =
        app.see(move |desk| clusters::explain(desk, &caller, &*explainer, &request)).await?;
    Ok(Answer::ok(Explanation::from(explained)))
}

fn decode(cluster: ClusterId, mut body: Object) -> Result<Explain, Problem> {
    let key = body.optional_parsed("apiKeyId", str::parse)?;
    let user = body.optional_parsed("username", ClusterUserName::new)?;
    let from = body.optional_parsed("address", |text| {
        text.parse::<IpAddr>().map_err(|_| model::Error::invalid("must be an IP address"))
    })?;
    let mut name = |field| -> Result<String, Problem> {
        let short = |text: &str| {
            let is_short = text.len() <= MOST_NAME as usize;
            let long = || model::Error::invalid("must be at most 255 bytes long");
            if is_short { Ok(text.to_owned()) } else { Err(long()) }
        };
        Ok(body.optional_parsed(field, short)?.unwrap_or_default())
    };
    let call = AskedCall {
        rpc: name("rpc")?,
        database: name("database")?,
        collection: name("collection")?,
        other: name("otherName")?,
    };
    let who = match (key, user) {
        (Some(key), None) => Asked::Key(key),
        (None, Some(user)) => Asked::User(user),
        _ => {
            return Err(
                body.refuse("apiKeyId", "name a key or a user of the cluster: one of the two")
            );
        }
    };
    if call.rpc.is_empty() {
        return Err(body.refuse("rpc", "is required"));
    }
    body.finish()?;
    Ok(Explain { cluster, who, call, from })
}
