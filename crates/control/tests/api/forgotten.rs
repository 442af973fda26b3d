//! Forgotten passwords: a link by letter, asked for by anybody and read by one person only.

use crate::harness::session::NEW;
use crate::harness::{Machine, Reply, Who};
use axum::http::Method;
use control::Letter;
use control::command::users::{Forgotten, LinkWords, forgotten};
use insta::assert_snapshot;
use model::Timestamp;
use model::name::Email;
use serde_json::json;

const PATH: &str = "/v2/passwordResets:send";

async fn ask(machine: &Machine, email: &str) -> Reply {
    machine.post(Who::Anonymous, PATH, &json!({ "email": email }).to_string()).await
}

/// The letters, once there are so many: they are written after the answer.
async fn letters(machine: &Machine, number: usize) -> Vec<Letter> {
    let all = async {
        loop {
            let letters = machine.mailer.letters();
            if letters.len() >= number {
                return letters;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), all).await.unwrap()
}

fn token(letter: &Letter) -> String {
    let (_, rest) = letter.text.split_once("/console/password#").unwrap();
    rest.split_whitespace().next().unwrap().to_owned()
}

/// What the command finds, without a letter.
fn found(machine: &Machine, email: &str) -> Option<LinkWords> {
    let request = Forgotten { email: Email::new(email).unwrap(), address: None };
    forgotten(&machine.desk, &request).unwrap().map(|due| due.words)
}

#[tokio::test]
async fn a_link_comes_by_letter_and_sets_a_password_once() {
    let machine = Machine::new();
    let reply = ask(&machine, "member@example.com").await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert!(!reply.text.contains("kwr_"), "the link is in the letter only");
    let letters = letters(&machine, 1).await;
    let letter = &letters[0];
    assert_eq!(letter.to.as_str(), "member@example.com");
    assert_eq!(letter.subject.as_str(), "Your password on Keyward");
    let token = token(letter);
    assert!(token.starts_with("kwr_"));
    assert_eq!(machine.get(Who::Member, "/v2/account").await.status, 200, "until it is used");
    assert_eq!(machine.redeem(&token, NEW).await.status, 200);
    assert_eq!(machine.get(Who::Member, "/v2/account").await.status, 401, "sessions end");
    assert_eq!(machine.redeem(&token, "another walk at dusk").await.status, 400, "once");
    machine.session(&json!({"email": "member@example.com", "password": NEW})).await;
    let trail = machine.trail(machine.member).await;
    let made = "user.reset done made a reset token for a letter to its own address";
    assert!(trail.contains(&made.to_owned()), "{trail:?}");
    assert!(!crate::harness::log().text().contains(&token));
}

#[tokio::test]
async fn the_answer_is_the_same_whatever_the_address_is() {
    let machine = Machine::new();
    let off = machine.newcomer("off", None);
    let path = format!("/v2/users/{off}/disable");
    assert_eq!(machine.post(Who::OwnerKey, &path, "").await.status, 200);
    let known = ask(&machine, "member@example.com").await;
    machine.mailer.refuse();
    for other in ["nobody@example.com", "off@example.com", "ada@example.com"] {
        let reply = ask(&machine, other).await;
        assert_eq!((reply.status, &reply.text), (known.status, &known.text), "{other}");
    }
    assert_snapshot!(known.text, @r#"{"code":0,"data":{"message":"if there is an account with this address, a letter is on its way to it"}}"#);
    let refused = ask(&machine, "no address").await;
    assert_eq!(refused.status, 400);
    // Nobody is written to but who has an account that works.
    assert!(found(&machine, "nobody@example.com").is_none());
    assert!(found(&machine, "off@example.com").is_none());
}

#[tokio::test]
async fn a_link_is_short_lived_and_there_is_one_at_a_time() {
    let machine = Machine::new();
    let email = "member@example.com";
    let link = |machine: &Machine| match found(machine, email) {
        Some(LinkWords::Link(link)) => link.token.expose().to_owned(),
        other => panic!("{other:?}"),
    };
    let first = link(&machine);
    // Nobody fills a mailbox, or ends a link that is on its way.
    assert!(found(&machine, email).is_none());
    machine.clock.pass_minutes(29);
    assert!(found(&machine, email).is_none());
    assert_eq!(machine.redeem(&first, "short").await.status, 400, "too weak");
    machine.clock.pass_minutes(1);
    assert_eq!(machine.redeem(&first, NEW).await.status, 400, "over");
    let second = link(&machine);
    assert_eq!(machine.redeem(&second, NEW).await.status, 200);
}

#[tokio::test]
async fn a_letter_that_was_not_taken_can_be_asked_for_again() {
    let machine = Machine::new();
    machine.mailer.refuse();
    ask(&machine, "member@example.com").await;
    let known = async {
        // It is given up after the mail server refused it.
        while found(&machine, "member@example.com").is_none() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), known).await.unwrap();
}

#[tokio::test]
async fn owners_may_keep_it_to_themselves_and_their_links_stand() {
    let machine = Machine::new();
    let email = "member@example.com";
    // Whoever knows an address does not end what an owner began.
    let made = machine.reset(machine.member, &json!({})).await;
    assert!(matches!(found(&machine, email), Some(LinkWords::Standing(_))));
    assert_eq!(machine.redeem(&made, NEW).await.status, 200);
    machine.clock.pass_minutes(30);

    let settings = format!("/v2/organizations/{}/settings", machine.organization);
    let off = r#"{"resetByLetter":false}"#;
    let changed = machine.call(Who::OwnerKey, Method::PATCH, &settings, off).await;
    assert_eq!(changed.data()["resetByLetter"], json!(false), "{}", changed.text);
    let reply = ask(&machine, email).await;
    assert_eq!(reply.status, 200);
    let letters = letters(&machine, 1).await;
    assert!(letters[0].text.contains("ask one of them for a link"), "{}", letters[0].text);
    assert!(!letters[0].text.contains("kwr_"), "{}", letters[0].text);
    let trail = machine.trail(machine.member).await;
    assert!(trail.iter().any(|line| line.starts_with("user.reset refused")), "{trail:?}");
}

#[tokio::test]
async fn the_second_factor_stays() {
    let machine = Machine::new();
    let ada = machine.ada().await;
    ada.enrol(machine.password.expose()).await;
    let Some(LinkWords::Link(link)) = found(&machine, "ada@example.com") else {
        panic!("no link was made");
    };
    assert!(link.expires_at > Timestamp::from_millis(machine.clock.millis()));
    assert_eq!(machine.redeem(link.token.expose(), NEW).await.status, 200);
    let alone = json!({"email": "ada@example.com", "password": NEW});
    assert_eq!(machine.sign_in(&alone).await.code(), Some(40101), "a code is asked for");
}

#[tokio::test]
async fn a_network_asks_so_often_and_no_more() {
    let machine = Machine::new();
    let mut statuses = Vec::new();
    for number in 0..11 {
        statuses.push(ask(&machine, &format!("nobody-{number}@example.com")).await.status);
    }
    assert_eq!(statuses[..10], [200; 10]);
    assert_eq!(statuses[10], 429);
    // It is the same for an account that there is.
    assert_eq!(ask(&machine, "ada@example.com").await.status, 429);
    machine.clock.pass_minutes(15);
    assert_eq!(ask(&machine, "ada@example.com").await.status, 200);
}
