//! `/v2/account/totp`: the caller's second factor.

use crate::command::account::{Proof, totp};
use crate::describe::{Field, Operation};
use crate::rest::answer::Answer;
use crate::rest::app::{App, holding};
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::sessions;
use crate::rest::signed::Signed;
use axum::extract::State;
use model::SecretText;
use model::account::{RecoveryCode, TotpCode};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// What an authenticator app is given; it leaves here, once.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Enrolment")]
pub(crate) struct EnrolmentBody {
    secret: String,
    otpauth_uri: String,
}

/// The recovery codes; they leave here, once.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "RecoveryCodes")]
pub(crate) struct CodesBody {
    recovery_codes: Vec<String>,
}

/// Nothing more to say.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DisabledSecondFactor")]
pub(crate) struct Disabled {}

impl From<Vec<RecoveryCode>> for CodesBody {
    fn from(codes: Vec<RecoveryCode>) -> Self {
        let shown = codes.iter().map(|code| code.shown().expose().to_owned());
        Self { recovery_codes: shown.collect() }
    }
}

/// [`enrol`]
pub(crate) const ENROL: Operation =
    Operation::new("enrolTotp", "Begin to enrol an authenticator app")
        .about(
            "The secret is answered once. Nothing is asked of who signs in until a code of the \
             app was confirmed.",
        )
        .may("every person with a session")
        .body(
            &[Field::text("password", "The password of the account.").required()],
            r#"{"password":"PASSWORD"}"#,
        )
        .answers::<EnrolmentBody>()
        .refuses(&[403, 409, 429]);

/// `POST /v2/account/totp`: begins to enrol an authenticator app.
pub(crate) async fn enrol(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    mut body: Object,
) -> Result<Answer<EnrolmentBody>, Problem> {
    let password = SecretText::new(body.text("password")?);
    body.finish()?;
    let place = app.hashing().await?;
    let enrolment =
        app.see(holding(place, move |desk| totp::enrol(desk, &caller, password))).await?;
    Ok(Answer::ok(EnrolmentBody {
        secret: enrolment.secret.expose().to_owned(),
        otpauth_uri: enrolment.uri.expose().to_owned(),
    }))
}

/// [`confirm`]
pub(crate) const CONFIRM: Operation =
    Operation::new("confirmTotp", "End the enrolment with a code of the app")
        .about(
            "From now on the code is asked for. The recovery codes are answered once; each works \
             once. Other sessions end.",
        )
        .may("every person with a session")
        .body(
            &[Field::text("code", "The six digits of the app.").required().pattern(sessions::CODE)],
            r#"{"code":"123456"}"#,
        )
        .answers::<CodesBody>()
        .refuses(&[403, 409, 429]);

/// `POST /v2/account/totp/confirm`: ends the enrolment with a code of the app.
pub(crate) async fn confirm(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    mut body: Object,
) -> Result<Answer<CodesBody>, Problem> {
    let code = body.parsed("code", TotpCode::parse)?;
    body.finish()?;
    let codes = app.see(move |desk| totp::confirm(desk, &caller, code)).await?;
    Ok(Answer::ok(codes.into()))
}

/// One of them proves who the caller is.
const PROOF: &[Field] = &[
    Field::text("password", "The password of the account."),
    Field::text("code", "In place of `password`: the six digits of the authenticator app.")
        .pattern(sessions::CODE),
    Field::text("recoveryCode", "In place of `password`: a recovery code."),
];

/// [`disable`]
pub(crate) const DISABLE: Operation = Operation::new("disableTotp", "Take your second factor off")
    .may("every person with a session")
    .body(PROOF, r#"{"password":"PASSWORD"}"#)
    .answers::<Disabled>()
    .refuses(&[403, 409, 429]);

/// `POST /v2/account/totp/disable`: takes the second factor off.
pub(crate) async fn disable(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    body: Object,
) -> Result<Answer<Disabled>, Problem> {
    let proof = proof(body)?;
    let place = app.hashing().await?;
    app.see(holding(place, move |desk| totp::disable(desk, &caller, &proof))).await?;
    Ok(Answer::ok(Disabled {}))
}

/// [`renew_codes`]
pub(crate) const RENEW_CODES: Operation =
    Operation::new("renewRecoveryCodes", "Replace your recovery codes")
        .may("every person with a session")
        .body(PROOF, r#"{"password":"PASSWORD"}"#)
        .answers::<CodesBody>()
        .refuses(&[403, 409, 429]);

/// `POST /v2/account/totp/recoveryCodes`: replaces the recovery codes.
pub(crate) async fn renew_codes(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    body: Object,
) -> Result<Answer<CodesBody>, Problem> {
    let proof = proof(body)?;
    let place = app.hashing().await?;
    let codes =
        app.see(holding(place, move |desk| totp::renew_codes(desk, &caller, &proof))).await?;
    Ok(Answer::ok(codes.into()))
}

/// Exactly one of `password`, `code` and `recoveryCode`.
fn proof(mut body: Object) -> Result<Proof, Problem> {
    let password = body.optional_text("password")?.map(SecretText::new);
    let second = sessions::second(&mut body)?;
    let proof = match (password, second) {
        (Some(password), None) => Proof::Password("password", password),
        (None, Some(second)) => Proof::Second(second),
        _ => return Err(body.refuse("password", "give it or code or recoveryCode, one of them")),
    };
    body.finish()?;
    Ok(proof)
}
