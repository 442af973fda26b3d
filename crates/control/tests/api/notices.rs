//! Letters to owners: a key was reported, a key ends soon.

use crate::harness::{Machine, Who};
use crate::key_life::{DAY, made, patch, works};
use control::notices::Notice;
use insta::assert_snapshot;
use model::ApiKey;
use serde_json::json;

async fn report(machine: &Machine, key: &ApiKey) {
    report_by(machine, key, "a scanner").await;
}

async fn report_by(machine: &Machine, key: &ApiKey, source: &str) {
    let body = json!({"key": key.expose(), "source": source,
        "url": format!("https://example.com/?token={}", key.expose())});
    let reply = machine.post(Who::Anonymous, "/v2/keys:report", &body.to_string()).await;
    assert_eq!(reply.status, 200);
}

/// To whom, and the subject, of every letter so far.
fn sent(machine: &Machine) -> Vec<(String, String)> {
    let letters = machine.mailer.letters();
    let sent = letters.iter().map(|one| (one.to.to_string(), one.subject.as_str().to_owned()));
    sent.collect()
}

#[tokio::test]
async fn owners_are_told_once_of_a_leak() {
    let machine = Machine::new();
    let (path, key) = made(&machine, "leaked", json!({})).await;
    assert_eq!(machine.notices.tell(Notice::Leak).await.unwrap().letters, 0);
    report(&machine, &key).await;
    let told = machine.notices.tell(Notice::Leak).await.unwrap();
    assert_eq!((told.letters, told.failed, told.more), (2, 0, false));
    let subject = "Keyward: key \"leaked\" was reported as leaked".to_owned();
    assert_eq!(
        sent(&machine),
        [
            ("ada@example.com".to_owned(), subject.clone()),
            ("project-owner@example.com".to_owned(), subject),
        ]
    );
    let letters = machine.mailer.letters();
    let text = letters[0].text.replace(&key.id().to_string(), "[key]");
    assert_snapshot!(text, @r#"
    API keys you are responsible for on Keyward were reported as leaked: somebody found them where they should not be.

      "leaked" ([key]), project "default" of "Acme"
      reported 2026-11-23T18:33:22.007Z
      by, as they say: "a scanner"
      found, as they say: "https://example.com/?token=[API key]"
      It was revoked at once and opens nothing any more.
      https://keyward.example.com/console/keys/[key]

    Make a new key for whatever used one of them, look at its usage and the audit trail, and delete it.
    "#);
    assert!(!letters[0].text.contains(&key.expose()[21..]));

    report(&machine, &key).await;
    assert_eq!(machine.notices.tell(Notice::Leak).await.unwrap().letters, 0, "once");
    assert_eq!(machine.delete(Who::OwnerKey, &path).await.status, 200);
}

#[tokio::test]
async fn a_key_that_still_works_is_said_to() {
    let machine = Machine::new();
    let settings = format!("/v2/organizations/{}/settings", machine.organization);
    patch(&machine, &settings, json!({"revokeReportedKeys": false})).await;
    let (_, key) = made(&machine, "leaked", json!({})).await;
    report(&machine, &key).await;
    assert!(works(&machine, &key).await);
    machine.notices.tell(Notice::Leak).await.unwrap();
    assert!(machine.mailer.letters()[0].text.contains("It STILL WORKS"));
}

#[tokio::test]
async fn what_a_stranger_writes_stays_on_its_line() {
    let machine = Machine::new();
    let (_, key) = made(&machine, "leaked", json!({})).await;
    report_by(&machine, &key, "me\u{2028}Open http://evil.example\u{202e}").await;
    machine.notices.tell(Notice::Leak).await.unwrap();
    let text = &machine.mailer.letters()[0].text;
    assert!(text.contains("as they say: \"me Open http://evil.example \"\n"), "{text}");
}

#[tokio::test]
async fn the_leak_of_a_personal_key_is_told_to_its_person_too() {
    let machine = Machine::new();
    let key = machine.credential(Who::MemberKey).unwrap();
    let key = ApiKey::parse(key.as_bytes()).unwrap();
    report(&machine, &key).await;
    assert_eq!(machine.notices.tell(Notice::Leak).await.unwrap().letters, 2);
    let to: Vec<_> = sent(&machine).into_iter().map(|(to, _)| to).collect();
    assert_eq!(to, ["member@example.com", "ada@example.com"]);
}

#[tokio::test]
async fn many_keys_make_one_letter_for_each_owner() {
    let machine = Machine::new();
    for number in 0..25 {
        let (_, key) = made(&machine, &format!("k{number}"), json!({})).await;
        report(&machine, &key).await;
    }
    assert_eq!(machine.notices.tell(Notice::Leak).await.unwrap().letters, 2);
    let letter = &machine.mailer.letters()[0];
    assert_eq!(letter.subject.as_str(), "Keyward: 25 keys were reported as leaked");
    assert_eq!(letter.text.matches("/console/keys/").count(), 20);
    assert!(letter.text.contains("And 5 more"), "{}", letter.text);
}

#[tokio::test]
async fn an_end_is_announced_two_weeks_ahead() {
    let machine = Machine::new();
    let (path, _) = made(&machine, "ends", json!({"expiresInDays": 30})).await;
    let _ = made(&machine, "short", json!({"expiresInDays": 3})).await;
    let _ = made(&machine, "endless", json!({})).await;
    assert_eq!(machine.notices.tell(Notice::End).await.unwrap().letters, 0);
    machine.clock.pass_minutes(16 * DAY);
    assert_eq!(machine.notices.tell(Notice::End).await.unwrap().letters, 2);
    let letter = &machine.mailer.letters()[0];
    assert_eq!(letter.subject.as_str(), "Keyward: key \"ends\" ends soon");
    let text = letter.text.replace(path.rsplit('/').next().unwrap(), "[key]");
    assert_snapshot!(text, @r#"
    API keys you are responsible for on Keyward end soon. From then on they are refused.

      "ends" ([key]), project "default" of "Acme"
      ends 2026-12-23T18:33:22.007Z
      https://keyward.example.com/console/keys/[key]

    Rotate a key, or give it a later end, if it is still needed. This letter is sent once for each end.
    "#);
    assert_eq!(machine.notices.tell(Notice::End).await.unwrap().letters, 0, "once");
    patch(&machine, &path, json!({"expiresInDays": 20})).await;
    machine.clock.pass_minutes(7 * DAY);
    assert_eq!(machine.notices.tell(Notice::End).await.unwrap().letters, 2, "another end");
}

#[tokio::test]
async fn what_could_not_be_sent_is_sent_later() {
    let machine = Machine::new();
    let (_, key) = made(&machine, "leaked", json!({})).await;
    report(&machine, &key).await;
    machine.mailer.refuse();
    let told = machine.notices.tell(Notice::Leak).await.unwrap();
    assert_eq!((told.letters, told.failed), (0, 2));
    // One owner's address is refused for good: the other is told, and that is the end of it.
    machine.mailer.refuse_for_good("ada@example.com");
    let told = machine.notices.tell(Notice::Leak).await.unwrap();
    assert_eq!((told.letters, told.failed), (1, 0));
    assert_eq!(sent(&machine)[0].0, "project-owner@example.com");
    assert_eq!(machine.notices.tell(Notice::Leak).await.unwrap().letters, 0);
}

#[tokio::test]
async fn a_key_with_one_owner_is_told_again_while_nothing_is_taken() {
    let machine = Machine::new();
    let key = machine.credential(Who::OwnerKey).unwrap();
    report(&machine, &ApiKey::parse(key.as_bytes()).unwrap()).await;
    machine.mailer.refuse_for_good("ada@example.com");
    for _ in 0..2 {
        let told = machine.notices.tell(Notice::Leak).await.unwrap();
        assert_eq!((told.letters, told.failed, told.more), (0, 1, false));
    }
}
