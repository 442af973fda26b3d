//! `keyward login`, `logout` and `account`.

use crate::support::{OWNER, Person, Served, answer, done, keyward, refused, totp};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;

#[test]
fn a_person_signs_in_works_and_signs_out() {
    let server = Served::start();
    let person = Person::new(&server);
    let password = server.password();
    for (email, wrong) in [(OWNER, "wrong"), ("nobody@example.com", &password)] {
        refused(&person.login(email, wrong), 3);
        assert!(!person.session().exists());
    }
    refused(&person.run(&["login", "--url", &person.url, "--email", OWNER], ""), 2);
    refused(&person.run(&["account", "show"], ""), 6);

    let opened = person.login(OWNER, &password);
    let said = done(&opened);
    let kept = std::fs::read_to_string(person.session()).unwrap();
    let kept: Value = serde_json::from_str(&kept).unwrap();
    let token = kept["token"].as_str().unwrap();
    assert!(opened.stdout.is_empty() && !said.contains(token) && !said.contains(&password));
    let mode = std::fs::metadata(person.session()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let shown = answer(&person.run(&["account", "show", "--json"], ""));
    assert_eq!((&shown["email"], &shown["status"]), (&OWNER.into(), &"ACTIVE".into()));
    let sessions = answer(&person.run(&["account", "sessions", "--json"], ""));
    assert_eq!(sessions["sessions"].as_array().unwrap().len(), 1);
    assert_eq!(sessions["sessions"][0]["current"], true);
    answer(&person.run(&["project", "list", "--json"], ""));

    let with_token = || {
        let mut command = keyward(&["account", "show"]);
        command.env("KEYWARD_URL", &person.url).env("KEYWARD_API_KEY", token).output().unwrap()
    };
    done(&with_token());
    done(&person.run(&["logout"], ""));
    assert!(!person.session().exists());
    refused(&with_token(), 3);
    refused(&person.run(&["account", "show"], ""), 6);
    refused(&person.run(&["logout"], ""), 2);
}

#[test]
fn a_password_is_changed_with_the_old_one_only() {
    let server = Served::start();
    let person = Person::new(&server);
    let (old, new) = (server.password(), "a quite different sentence");
    done(&person.login(OWNER, &old));
    let change =
        |old: &str| person.run(&["account", "password"], &format!("{old}\n{new}\n")).status.code();
    assert_eq!(change("wrong"), Some(2));
    assert_eq!(change(&old), Some(0));
    refused(&person.login(OWNER, &old), 3);
    done(&person.login(OWNER, new));
}

#[test]
fn a_second_factor_is_asked_for_when_signing_in() {
    let server = Served::start();
    let person = Person::new(&server);
    let password = server.password();
    done(&person.login(OWNER, &password));
    let (secret, codes) = person.enrol(&password);
    let login = |more: &[&str], code: &str| {
        let line = ["login", "--url", &person.url, "--email", OWNER];
        person.run(&[&line, more].concat(), &format!("{password}\n{code}"))
    };
    done(&person.run(&["logout"], ""));
    refused(&login(&[], ""), 2);
    // The code of the enrolment was used.
    refused(&login(&[], &totp(&secret, 0)), 3);
    refused(&login(&["--recovery-code"], "aaaaa-aaaaa"), 3);
    assert!(!person.session().exists());
    done(&login(&[], &totp(&secret, 1)));
    done(&login(&["--recovery-code"], &codes[0]));
    refused(&login(&["--recovery-code"], &codes[0]), 3);
    let shown = answer(&person.run(&["account", "show", "--json"], ""));
    assert_eq!((&shown["secondFactor"], &shown["recoveryCodesLeft"]), (&true.into(), &9.into()));

    // The key in the data folder is the owner's own, and must not be worth their password.
    refused(&server.run(&["user", "remove-second-factor", OWNER]), 3);
    refused(&server.run(&["user", "reset-password", OWNER]), 3);
    done(&person.run(&["account", "totp", "disable"], &format!("{password}\n")));
    done(&person.login(OWNER, &password));
}

#[test]
fn sessions_end_and_recovery_codes_are_made_anew() {
    let server = Served::start();
    let (here, there) = (Person::new(&server), Person::new(&server));
    let password = server.password();
    done(&here.login(OWNER, &password));
    done(&there.login(OWNER, &password));
    refused(&here.run(&["account", "recovery-codes"], &format!("{password}\n")), 5);
    let (_, old) = here.enrol(&password);
    let made = here.run(&["account", "recovery-codes", "--json"], &format!("{password}\n"));
    let made = answer(&made);
    assert!(!made.to_string().contains(&old[0]), "{made}");
    let renamed = answer(&here.run(&["account", "rename", "Ada L.", "--json"], ""));
    assert_eq!(renamed["name"], "Ada L.");
    refused(&here.run(&["account", "rename", " "], ""), 2);
    done(&here.run(&["account", "sessions", "--end-others"], ""));
    refused(&there.run(&["account", "show"], ""), 3);
    let left = answer(&here.run(&["account", "sessions", "--json"], ""));
    assert_eq!(left["sessions"].as_array().map(Vec::len), Some(1), "{left}");
}
