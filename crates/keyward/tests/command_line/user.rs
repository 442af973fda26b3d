//! `keyward user`: accounts of others.

use crate::support::{
    MEMBERS_PASSWORD, OWNER, Person, Served, answer, as_json, done, printed, refused,
};

#[test]
fn the_operator_makes_accounts_resets_and_disables_them() {
    let server = Served::start();
    let eve = Person::new(&server);
    let made = answer(&server.run(&["user", "create", "eve@example.com", "--json"]));
    let (first, second) = ("nobody guesses this one", "nor would they this one");
    done(&eve.redeem(made["reset"]["token"].as_str().unwrap(), first));
    done(&eve.login("eve@example.com", first));

    let reset = server.run(&["user", "reset-password", "eve@example.com"]);
    done(&reset);
    let token = String::from_utf8(reset.stdout).unwrap();
    done(&eve.redeem(token.trim(), second));
    refused(&eve.redeem(token.trim(), first), 2);
    refused(&eve.run(&["account", "show"], ""), 3);
    refused(&eve.login("eve@example.com", first), 3);
    done(&eve.login("eve@example.com", second));
    refused(&eve.run(&["user", "disable", OWNER], ""), 3);

    done(&server.run(&["user", "disable", "eve@example.com"]));
    refused(&eve.run(&["account", "show"], ""), 3);
    let shown = answer(&server.run(&["user", "show", "eve@example.com", "--json"]));
    assert_eq!(shown["status"], "DISABLED");
    done(&server.run(&["user", "enable", "eve@example.com"]));
    done(&eve.login("eve@example.com", second));
    let ended = answer(&server.run(&["user", "sessions", "end", "eve@example.com", "--json"]));
    assert_eq!(ended["count"], 1);
    refused(&server.run(&["user", "show", "nobody@example.com"]), 4);
    refused(&server.run(&["user", "show", "Eve"]), 2);
}

#[test]
fn who_is_locked_out_is_let_in_again_on_the_folder_of_a_stopped_server() {
    let mut server = Served::start();
    let reset = ["user", "reset-password", OWNER, "--offline", "--json"];
    assert_eq!(as_json(&server.run(&reset), 5)["kind"], "conflict");
    let (shown, reset) = server.stopped(|server| {
        let shown = server.run(&["user", "show", OWNER, "--offline", "--json"]);
        refused(&server.run(&["user", "show", "nobody@example.com", "--offline"]), 4);
        (answer(&shown), answer(&server.run(&reset)))
    });
    assert_eq!(shown, answer(&server.run(&["user", "show", OWNER, "--json"])));
    let person = Person::new(&server);
    done(&person.redeem(reset["token"].as_str().unwrap(), "nobody guesses this one"));
    done(&person.login(OWNER, "nobody guesses this one"));
}

#[test]
fn people_are_listed_and_a_lost_second_factor_is_taken_off() {
    let server = Served::start();
    let made = answer(&server.run(&["user", "create", "eve@example.com", "--json"]));
    let eve = Person::new(&server);
    done(&eve.redeem(made["reset"]["token"].as_str().unwrap(), MEMBERS_PASSWORD));
    done(&eve.login("eve@example.com", MEMBERS_PASSWORD));
    let _ = eve.enrol(MEMBERS_PASSWORD);
    let listed = printed(&server.run(&["user", "list", "--search", "eve"]));
    assert!(listed.contains("eve@example.com") && !listed.contains(OWNER), "{listed}");
    assert!(!eve.login("eve@example.com", MEMBERS_PASSWORD).status.success());
    done(&server.run(&["user", "remove-second-factor", "eve@example.com"]));
    done(&eve.login("eve@example.com", MEMBERS_PASSWORD));

    for line in [
        &["user", "create", "mine@example.com"][..],
        &["user", "reset-password", OWNER],
        &["user", "disable", OWNER],
        &["user", "remove-second-factor", OWNER],
        &["user", "sessions", "end", OWNER],
    ] {
        let code = eve.run(line, "").status.code();
        assert!(matches!(code, Some(3 | 4)), "{line:?}: {code:?}");
    }
}
