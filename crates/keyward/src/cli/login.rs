//! `keyward login` and `keyward logout`

use super::client::Client;
use super::{ask, environment, output};
use crate::data::login::{self, Login};
use clap::Args;
use model::{Error, SecretText};
use serde_json::{Value, json};

const SESSIONS: &str = "/v2/sessions";

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The control API of the server, such as http://localhost:8080; asked for if left out
    #[arg(long, env = "KEYWARD_URL")]
    url: Option<String>,
    /// The e-mail address of the account; asked for if left out
    #[arg(long)]
    email: Option<String>,
    /// Ask for a recovery code instead of the app's
    #[arg(long)]
    recovery_code: bool,
}

#[derive(Debug, Args)]
pub(super) struct LogoutArguments {}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let url = ask::unless_given(arguments.url.as_deref(), "Address of the control API")?;
    let email = ask::unless_given(arguments.email.as_deref(), "E-mail address")?;
    let password = ask::secret("Password")?;
    let mut request = json!({ "email": email, "password": password.expose() });
    let mut opened = Client::anonymous(&url, SESSIONS, &request)?;
    if opened.is_none() {
        let (field, question) = if arguments.recovery_code {
            ("recoveryCode", "Recovery code")
        } else {
            ("code", "Code of the authenticator app")
        };
        request[field] = Value::from(ask::secret(question)?.expose());
        opened = Client::anonymous(&url, SESSIONS, &request)?;
    }
    let token = opened.as_ref().and_then(|data| data.get("token")).and_then(Value::as_str);
    let token = token.ok_or_else(|| Error::internal("the server opened no session"))?;
    let token = SecretText::new(token.to_owned());
    let path = environment::login_file();
    let login = Login { control_url: url, email, token };
    if let Err(error) = login::write(&path, &login) {
        // Nobody could use this session any more.
        let _ = Client::of_login(&login).delete(SESSIONS);
        return Err(error);
    }
    output::note(&format!(
        "Signed in as {}. The session is in {}; end it with keyward logout.",
        login.email,
        path.display()
    ));
    Ok(())
}

/// Ends the session and forgets it; a session that is over already is forgotten too.
pub(super) fn logout(_: &LogoutArguments) -> Result<(), Error> {
    let path = environment::login_file();
    let Some(login) = login::read(&path)? else {
        return Err(Error::invalid("nobody is signed in: there is no session to end"));
    };
    let ended = Client::of_login(&login).delete(SESSIONS);
    login::remove(&path)?;
    match ended {
        Ok(_) => output::note("Signed out."),
        Err(error) => output::note(&format!("Forgot the session; the server said: {error}")),
    }
    Ok(())
}
