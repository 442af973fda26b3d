//! What a key, or a user of a cluster, may do there, and by which rule.

mod words;

use crate::caller::{self, Admitted, Caller};
use crate::command::{keys, on_cluster};
use crate::desk::{Desk, Refusal};
use crate::explain::{Allowed, Asked, AskedCall, Explainer, Outcome, Question, Refused};
use model::actor::Standing;
use model::{Action, ClusterId, Error, ErrorKind, KeyId, Resource, policy};
use std::net::IpAddr;
use store::cluster_users::ClusterUser;
use store::keys::Key;
use store::{Reader, cluster_users};

/// A question about a call that nobody makes.
#[derive(Clone, Debug)]
pub struct Explain {
    /// On which cluster.
    pub cluster: ClusterId,
    /// By whom.
    pub who: Asked,
    /// What is called.
    pub call: AskedCall,
    /// From where; from where the question comes if it does not say. Only who may see the
    /// whitelist may ask about another address.
    pub from: Option<IpAddr>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// Whether the call would be allowed.
    pub allowed: bool,
    /// The rule that decides, in a few words that never change.
    pub rule: &'static str,
    /// The same for people, as a sentence.
    pub reason: String,
    /// The RPC, as Milvus calls it.
    pub rpc: String,
    /// The privilege that it asks for, if it asks for one.
    pub privilege: Option<String>,
    /// Roles of the user of which each is enough by itself.
    pub roles: Vec<String>,
    /// What the names in the answer have to match; `None` if all of it is shown.
    pub sees: Option<Vec<String>>,
    /// The number of the gRPC status and the text that the caller gets, if it is refused.
    pub refusal: Option<(u32, String)>,
    /// From where the call was taken to come.
    pub from: IpAddr,
}

/// Whom the question is about, as found.
enum Subject {
    Key(Box<Key>),
    User(ClusterUser),
}

/// Answers a question about a call on a cluster that the caller may see. The answer is that of
/// whoever decides such calls.
///
/// # Errors
/// `NotFound` for a cluster, key or user that there is not, or that the caller may not see; what
/// the policy refuses; `Invalid` for an RPC that there is not; `Unavailable` while nothing can be
/// decided.
pub fn explain(
    desk: &Desk,
    caller: &Caller,
    explainer: &dyn Explainer,
    request: &Explain,
) -> Result<Explained, Error> {
    let subject = desk.look(caller, |reader| {
        let _seen = super::permitted(reader, caller, request.cluster, Action::ViewCluster)?;
        if request.from.is_some() && request.from != caller.address() {
            // Asked address by address, the answers would tell the whole whitelist.
            let action = Action::ViewWhitelist;
            let _seen = super::permitted(reader, caller, request.cluster, action)?;
        }
        subject(reader, caller, request)
    })?;
    let from = request.from.or(caller.address()).ok_or_else(|| {
        Error::invalid("say from which address the call comes").in_field("address")
    })?;
    let question = Question {
        cluster: request.cluster,
        who: request.who.clone(),
        call: request.call.clone(),
        from,
        now: desk.now(),
    };
    let verdict = explainer.explain(&question)?;
    let decided = match verdict.outcome {
        Outcome::Allowed(allowed) => Ok(allowed),
        Outcome::Refused(refused) => Err(refused),
        Outcome::ByKeyward(action, allowed, refused) => {
            by_policy(desk, &question, &subject, action, allowed)?.ok_or(refused)
        }
    };
    let (rpc, privilege) = (verdict.rpc, verdict.privilege);
    let reason = match &decided {
        Ok(allowed) => words::allowed(&subject, &rpc, privilege.as_deref(), &question, allowed),
        Err(refused) => words::refused(&subject, &rpc, &question, refused),
    };
    let allowed = decided.is_ok();
    Ok(match decided {
        Ok(Allowed { rule, roles, sees, .. }) => {
            Explained { allowed, rule, reason, rpc, privilege, roles, sees, refusal: None, from }
        }
        Err(Refused { rule, code, message }) => Explained {
            allowed,
            rule,
            reason,
            rpc,
            privilege,
            roles: Vec::new(),
            sees: None,
            refusal: Some((code, message)),
            from,
        },
    })
}

/// Finds whom the question is about, for a caller who may ask that.
fn subject(reader: &Reader<'_>, caller: &Caller, request: &Explain) -> Result<Subject, Refusal> {
    let action = Action::ExplainAccess;
    match &request.who {
        Asked::Key(id) if caller.key() == Some(*id) => {
            let own = Standing { own: true, ..Standing::NONE };
            let _permit = policy::decide(caller.actor(), own, action, Resource::Key(*id))?;
            Ok(Subject::Key(Box::new(found(reader, *id)?)))
        }
        Asked::Key(id) => {
            let (key, _) = keys::permitted(reader, caller, *id, action)?;
            Ok(Subject::Key(Box::new(key)))
        }
        Asked::User(name) => {
            let _seen = on_cluster::decide(reader, caller, request.cluster, action, false)?;
            let user = cluster_users::find_by_name(reader, request.cluster, name)?;
            Ok(Subject::User(user.ok_or_else(|| crate::command::cluster_users::none(name))?))
        }
    }
}

fn found(reader: &Reader<'_>, id: KeyId) -> Result<Key, Error> {
    store::keys::find(reader, id)?.ok_or_else(|| Error::not_found("API key", id))
}

/// Has the policy decide an act of whom the question is about, as the command behind the call
/// would, without recording it: nobody tries it.
fn by_policy(
    desk: &Desk,
    question: &Question,
    subject: &Subject,
    action: Action,
    allowed: Allowed,
) -> Result<Option<Allowed>, Error> {
    let admitted = match subject {
        Subject::Key(key) => Admitted::Key(key.id),
        Subject::User(user) => {
            // Taken as given, like the key: nobody has presented either.
            let verifier = desk.store().read(|r| cluster_users::verifier(r, user.id))?;
            Admitted::User(user.id, verifier)
        }
    };
    let cluster = question.cluster;
    let who = match caller::on_cluster(desk, admitted, cluster, Some(question.from)) {
        Ok(who) => who,
        Err(error) if error.kind() == ErrorKind::Unauthenticated => return Ok(None),
        Err(error) => return Err(error),
    };
    desk.store().read(|reader| {
        match on_cluster::decide(reader, &who, cluster, action, allowed.own_only) {
            Ok((_, permit)) => Ok(Some(Allowed { rule: permit.rule(), ..allowed })),
            Err(Refusal::Denied(_)) => Ok(None),
            Err(Refusal::Failed(error)) => Err(error),
        }
    })
}
