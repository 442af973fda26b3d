//! Letters through a real mail server: invitations, and what owners are told of their keys.

use crate::support::{OWNER, Person, Post, Served, answer, done, header, refused, until};
use serde_json::{Value, json};
use std::net::TcpListener;

const FROM: &str = "Keyward <keyward@example.com>";
const PASSWORD: &str = "the mail server's own secret";

fn serving(url: &str, variables: &[(&str, &str)]) -> Served {
    Served::start_in(&["--smtp-url", url, "--smtp-from", FROM], variables)
}

/// What the server said about letters, once it has.
fn told(server: &Served) -> String {
    until("the operator is told about letters", || {
        let said = server.said();
        said.lines().find(|line| line.contains("letters are sent")).map(ToOwned::to_owned)
    })
}

fn invite(server: &Served) -> Value {
    answer(&server.run(&["invitation", "create", "ada@example.com", "--json"]))
}

/// What came of a letter that was not taken: the sentence; the link is in the answer all the same.
#[track_caller]
fn failure(server: &Served) -> String {
    let sent = invite(server);
    assert_eq!(sent["mailed"], false, "{sent}");
    assert!(sent["link"].as_str().unwrap().contains("kwi_"), "{sent}");
    let failure = sent["mailFailure"].as_str().unwrap().to_owned();
    let told = told(server);
    assert!(told.contains("no letters are sent until this is mended"), "{told}");
    assert!(!(server.said() + &failure).contains(PASSWORD));
    failure
}

#[test]
fn an_invitation_goes_out_encrypted_and_signed_in() {
    let post = Post::start("starttls", &["--user", "keyward", "--password", PASSWORD]);
    let authority = post.authority();
    let variables = [
        ("SSL_CERT_FILE", authority.as_str()),
        ("KEYWARD_SMTP_USER", "keyward"),
        ("KEYWARD_SMTP_PASSWORD", PASSWORD),
        ("KEYWARD_PUBLIC_URL", "https://keyward.example.com"),
    ];
    let server = serving(&post.url("smtp", "?tls=required"), &variables);
    assert!(told(&server).contains("letters are sent through localhost:"), "{}", server.said());
    done(&server.run(&["organization", "rename", "Ärzte & Co"]));
    let bad = "Ärzte\r\nBcc: eve@example.com";
    refused(&server.run(&["organization", "rename", bad]), 2);

    let sent = invite(&server);
    assert_eq!((&sent["mailed"], &sent["mailFailure"]), (&json!(true), &Value::Null));
    let letter = post.after(0);
    assert_eq!((&letter["encrypted"], &letter["signedIn"]), (&json!(true), &json!(true)));
    assert_eq!(
        (&letter["from"], &letter["to"]),
        (&json!("keyward@example.com"), &json!(["ada@example.com"]))
    );
    assert_eq!(header(&letter, "From"), [FROM]);
    let subject = header(&letter, "Subject");
    assert!(subject[0].ends_with("invites you to \"Ärzte & Co\" on Keyward"), "{subject:?}");
    assert_eq!(header(&letter, "Auto-Submitted"), ["auto-generated"]);
    assert!(header(&letter, "Message-ID")[0].ends_with("@example.com>"));
    assert_eq!(header(&letter, "Date").len(), 1);
    let text = letter["text"].as_str().unwrap();
    assert!(text.contains(sent["link"].as_str().unwrap()), "{text}");
    assert!(text.contains("https://keyward.example.com/console/invitation#kwi_"), "{text}");
    assert!(!(server.said() + &letter.to_string()).contains(PASSWORD));
}

#[test]
fn owners_are_told_of_a_leak() {
    let post = Post::start("none", &[]);
    let server = serving(&post.url("smtp", ""), &[]);
    answer(&server.run(&["project", "create", "web", "--json"]));
    let key = answer(&server.run(&["key", "create", "app", "--json"]));
    let key = key["apiKey"].as_str().unwrap();
    let finder = Person::new(&server);
    let line = ["key", "report", "--url", &finder.url, "--source", "a scanner"];
    done(&finder.run(&line, key));
    let letter = post.after(0);
    assert_eq!((&letter["to"], &letter["encrypted"]), (&json!([OWNER]), &json!(false)));
    assert_eq!(header(&letter, "Subject"), ["Keyward: key \"app\" was reported as leaked"]);
    let text = letter["text"].as_str().unwrap();
    assert!(text.contains("revoked at once") && text.contains("\"a scanner\""), "{text}");
    assert!(!letter.to_string().contains(&key[21..]));
}

#[test]
fn a_server_that_speaks_tls_from_the_start_is_spoken_to_like_that() {
    let post = Post::start("smtps", &[]);
    let authority = post.authority();
    let server = serving(&post.url("smtps", ""), &[("SSL_CERT_FILE", &authority)]);
    let sent = invite(&server);
    assert_eq!(sent["mailed"], true, "{sent}");
    assert_eq!(post.after(0)["encrypted"], true);
}

#[test]
fn a_refused_login_is_said_to_operator_and_owner() {
    let post = Post::start("none", &["--user", "keyward", "--password", "another one"]);
    let variables = [("KEYWARD_SMTP_USER", "keyward"), ("KEYWARD_SMTP_PASSWORD", PASSWORD)];
    let server = serving(&post.url("smtp", ""), &variables);
    let failure = failure(&server);
    assert!(failure.contains("refused to let Keyward sign in (535)"), "{failure}");
    assert!(post.letters().is_empty());
}

#[test]
fn no_certificate_is_taken_that_nobody_vouches_for() {
    for (encryption, scheme, end) in [("starttls", "smtp", "?tls=required"), ("smtps", "smtps", "")]
    {
        let post = Post::start(encryption, &[]);
        let server = serving(&post.url(scheme, end), &[]);
        let failure = failure(&server);
        assert!(failure.contains("no encrypted connection"), "{failure}");
        assert!(post.letters().is_empty());
    }
}

#[test]
fn nothing_is_sent_in_the_clear_where_encryption_is_required() {
    let post = Post::start("none", &[]);
    let server = serving(&post.url("smtp", "?tls=required"), &[]);
    let failure = failure(&server);
    assert!(failure.contains("does not offer STARTTLS"), "{failure}");
    assert!(post.letters().is_empty());
}

#[test]
fn a_refused_address_is_said_without_the_servers_own_words() {
    let post = Post::start("none", &["--refuse", "ada@example.com"]);
    let server = serving(&post.url("smtp", ""), &[]);
    let sent = invite(&server);
    let failure = sent["mailFailure"].as_str().unwrap();
    assert!(failure.contains("refused the letter (550)"), "{failure}");
    assert!(!failure.contains("internal-name"), "{failure}");
    let log = server.said();
    assert!(log.contains("internal-name"), "the operator reads them");
    assert!(!log.contains("ada@example.com"), "{log}");
}

#[test]
fn a_server_that_hangs_or_is_away_holds_nobody_up() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", silent.local_addr().unwrap());
    let server = serving(&url, &[]);
    answer(&server.run(&["project", "list", "--json"]));
    let hanging = failure(&server);
    assert!(hanging.contains("did not answer in time"), "{hanging}");
    drop(silent);
    let away = serving(&url, &[]);
    let failure = failure(&away);
    assert!(failure.contains("cannot be reached"), "{failure}");
}

#[test]
fn without_a_mail_server_the_operator_is_told_so() {
    let server = Served::start();
    assert!(told(&server).contains("--smtp-url"), "{}", server.said());
    let sent = invite(&server);
    assert!(sent["mailFailure"].as_str().unwrap().contains("--smtp-url"), "{sent}");
}

#[test]
fn a_name_needs_a_password_that_is_no_argument() {
    let line = ["serve", "--smtp-url", "smtp://mail.example.com", "--smtp-from", FROM];
    let line = [&line[..], &["--smtp-user", "keyward"]].concat();
    let folder = tempfile::tempdir().unwrap();
    let mut command = crate::support::keyward(&line);
    let output = command.arg("--data").arg(folder.path().join("data")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("KEYWARD_SMTP_PASSWORD"), "{said}");
}
