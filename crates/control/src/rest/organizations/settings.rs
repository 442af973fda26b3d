//! `GET` and `PATCH /v2/organizations/{id}/settings`

use super::ORGANIZATION_ID;
use crate::command::organizations::{self, ChangeSettings};
use crate::describe::{Field, Operation};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::{IfMatch, Target, tag};
use axum::extract::State;
use axum::response::IntoResponse;
use model::{Error, KeyLifetime, OrganizationId, PasswordPolicy, Revision};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;
use store::organizations::Organization;

/// What an organization has chosen for itself.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "OrganizationSettings")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(crate) struct SettingsBody {
    organization_id: String,
    /// Keys are shown once, when they are made, and no copy of them is kept.
    show_keys_once: bool,
    /// How many days a new key lasts for which nothing else is said; `null` for ever.
    default_key_expiry_days: Option<u16>,
    /// The fewest characters of a new password; `null` for Keyward's own rule.
    minimum_password_length: Option<u16>,
    /// Whether people who sign in with a password alone are refused everything in the organization.
    require_second_factor: bool,
    /// Whether keys that are reported as leaked are revoked at once; if not, they are marked only.
    revoke_reported_keys: bool,
    /// Whether people who forgot their password may have a link sent to their e-mail address, if
    /// every organization of theirs says so; if not, owners hand it over.
    reset_by_letter: bool,
    /// The last change of name or settings, for `If-Match`.
    revision: u64,
}

impl From<&Organization> for SettingsBody {
    fn from(organization: &Organization) -> Self {
        let settings = &organization.settings;
        Self {
            organization_id: organization.id.to_string(),
            show_keys_once: settings.show_keys_once,
            default_key_expiry_days: settings.default_key_expiry.map(KeyLifetime::in_days),
            minimum_password_length: settings.password_policy.minimum_length(),
            require_second_factor: settings.password_policy.requires_second_factor(),
            revoke_reported_keys: settings.revoke_reported_keys,
            reset_by_letter: settings.reset_by_letter,
            revision: organization.revision.number(),
        }
    }
}

const FIELDS: &[Field] = &[
    Field::bool(
        "showKeysOnce",
        "Show keys once. Turning this on erases every kept copy of a key of the organization; \
         turning it off brings none back.",
    ),
    Field::integer(
        "defaultKeyExpiryDays",
        "How many days a new key lasts for which nothing else is said; 0 for ever.",
        0,
        KeyLifetime::MAX_DAYS as i64,
    ),
    Field::integer(
        "minimumPasswordLength",
        "The fewest characters of a new password, 15 to 64; 0 for Keyward's own rule.",
        0,
        PasswordPolicy::MOST_LENGTH as i64,
    ),
    Field::bool(
        "requireSecondFactor",
        "Whether people who sign in with a password alone are refused everything in the organization.",
    ),
    Field::bool(
        "revokeReportedKeys",
        "Whether keys that are reported as leaked are revoked at once; if not, they are marked only.",
    ),
    Field::bool(
        "resetByLetter",
        "Whether people who forgot their password may have a link sent to their e-mail address, if \
         every organization of theirs says so; if not, owners hand it over.",
    ),
];

/// [`settings`]
pub(crate) const SETTINGS: Operation =
    Operation::new("getOrganizationSettings", "The settings of an organization")
        .may("members of the organization")
        .path(&[ORGANIZATION_ID])
        .answers::<SettingsBody>()
        .refuses(&[404])
        .tagged();

/// What an organization has chosen for itself.
pub(crate) async fn settings(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<OrganizationId>,
) -> Result<impl IntoResponse, Problem> {
    let found = app.see(move |desk| organizations::show(desk, &caller, id)).await?;
    let organization = &found.organization;
    Ok((tag(organization.revision), Answer::ok(SettingsBody::from(organization))))
}

/// [`change_settings`]
pub(crate) const CHANGE_SETTINGS: Operation =
    Operation::new("changeOrganizationSettings", "Change settings of an organization")
        .about("What is left out stays as it is.")
        .may("owners of the organization")
        .path(&[ORGANIZATION_ID])
        .body(FIELDS, r#"{"defaultKeyExpiryDays":90}"#)
        .answers::<SettingsBody>()
        .refuses(&[403, 404])
        .conditional()
        .fenced();

/// Changes some settings.
pub(crate) async fn change_settings(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<OrganizationId>,
    IfMatch(expected): IfMatch,
    body: Object,
) -> Result<impl IntoResponse, Problem> {
    let request = decode(body, expected)?;
    let (changed, receipt) =
        app.change(move |desk| organizations::change_settings(desk, &caller, id, request)).await?;
    let body = SettingsBody::from(&changed);
    Ok((tag(changed.revision), Answer::changed(body, &receipt)))
}

fn decode(mut body: Object, expected: Option<Revision>) -> Result<ChangeSettings, Problem> {
    let days = body.optional_integer("defaultKeyExpiryDays", 0..=KeyLifetime::MAX_DAYS.into())?;
    let expiry = days.map(|days| (days != 0).then(|| KeyLifetime::days(days)).transpose());
    let most = PasswordPolicy::MOST_LENGTH;
    let length = body.optional_integer("minimumPasswordLength", 0..=most.into())?;
    let request = ChangeSettings {
        show_keys_once: body.optional_bool("showKeysOnce")?,
        default_key_expiry: expiry.transpose()?,
        minimum_password_length: length
            .map(|length| u16::try_from(length).ok().filter(|&length| length != 0)),
        require_second_factor: body.optional_bool("requireSecondFactor")?,
        revoke_reported_keys: body.optional_bool("revokeReportedKeys")?,
        reset_by_letter: body.optional_bool("resetByLetter")?,
        expected,
    };
    if let Some(Some(length)) = request.minimum_password_length {
        let checked = PasswordPolicy::new(Some(length.into()), false);
        checked.map_err(|error: Error| body.refuse("minimumPasswordLength", &error.message()))?;
    }
    body.finish()?;
    Ok(request)
}
