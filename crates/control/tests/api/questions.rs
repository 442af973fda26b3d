//! How often the commands that are asked most wait for the database: on a server across a network
//! each question is a way there and back. A command that asks once more fails here; one that asks
//! less is to be written down here.

use crate::harness::{Machine, Who};
use control::command::keys;
use control::{Caller, Credential, identify};
use model::AccessRole;
use model::name::{Description, KeyName};
use model::scope::{ClusterScope, DataScope, ProjectGrant};
use std::fmt;
use std::sync::{Arc, Mutex};
use store::Page;
use tracing::field::{Field, Visit};
use tracing::span;
use tracing::{Event, Metadata, Subscriber};

/// What the database was asked, in this thread.
#[derive(Clone, Default)]
struct Questions(Arc<Mutex<Vec<String>>>);

impl Subscriber for Questions {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "store::questions"
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        struct Question(String);
        impl Visit for Question {
            fn record_str(&mut self, field: &Field, value: &str) {
                if field.name() == "question" {
                    value.clone_into(&mut self.0);
                }
            }

            fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
        }
        let mut question = Question(String::new());
        event.record(&mut question);
        self.0.lock().unwrap().push(question.0);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// Does this, and says what the database was asked meanwhile.
fn asked<T>(work: impl FnOnce() -> T) -> (T, Vec<String>) {
    let questions = Questions::default();
    let done = tracing::subscriber::with_default(questions.clone(), work);
    let questions = std::mem::take(&mut *questions.0.lock().unwrap());
    (done, questions)
}

fn check(what: &str, questions: &[String], most: usize) {
    let all = questions.iter().enumerate();
    let all: Vec<_> = all.map(|(number, one)| format!("{}. {one}", number + 1)).collect();
    assert_eq!(questions.len(), most, "{what}:\n{}", all.join("\n"));
}

fn caller(machine: &Machine, credential: &Credential) -> Caller {
    identify(&machine.desk, credential, None).unwrap()
}

fn to_create(machine: &Machine, name: &str) -> keys::CreateKey {
    keys::CreateKey {
        grant: ProjectGrant {
            project: machine.project,
            role: AccessRole::ReadOnly,
            clusters: ClusterScope::All,
            data: DataScope::default(),
        },
        name: KeyName::new(name).unwrap(),
        description: Description::new("").unwrap(),
        terms: keys::KeyTerms::default(),
    }
}

fn of_project(machine: &Machine) -> keys::ListKeys {
    keys::ListKeys {
        organization: None,
        project: Some(machine.project),
        search: None,
        query: keys::KeyQuery::default(),
        part: keys::KeyPart::Page(Page::new(1, 100).unwrap()),
    }
}

/// What each command asks of the database with this credential: to know whose it is, to list a
/// page of a project's keys, to show, make and delete one.
fn check_all(machine: &Machine, credential: &Credential, most: [usize; 5]) {
    let desk = &machine.desk;
    let (caller, questions) = asked(|| caller(machine, credential));
    check("identify", &questions, most[0]);
    let (listed, questions) = asked(|| keys::list(desk, &caller, of_project(machine)).unwrap());
    assert!(!listed.items.is_empty());
    check("list", &questions, most[1]);
    let shown = machine.default_key.id();
    let (_, questions) = asked(|| keys::show(desk, &caller, shown).unwrap());
    check("show", &questions, most[2]);
    let request = to_create(machine, "one");
    let (made, questions) = asked(|| keys::create(desk, &caller, request).unwrap());
    check("create", &questions, most[3]);
    let made = made.value().key.id;
    let (_, questions) =
        asked(|| keys::delete_family(desk, &caller, made, false).unwrap().revision());
    check("delete", &questions, most[4]);
}

#[test]
fn commands_ask_no_more_than_they_must() {
    let machine = Machine::new();
    for (who, most) in [(Who::OwnerSession, [1, 5, 5, 18, 18]), (Who::OwnerKey, [1, 5, 5, 18, 19])]
    {
        let credential = machine.credential(who).unwrap();
        check_all(&machine, &Credential::parse(&credential).unwrap(), most);
    }
}
