//! `/v2/users` and `/v2/passwordResets`: people, as owners and the operator manage them, and those
//! who forgot their password.

mod create;
mod forgotten;
mod list;
mod reset;
mod show;
mod switch;

pub(crate) use create::{CREATE, create};
pub(crate) use forgotten::{FORGOTTEN, forgotten, send_link};
pub(crate) use list::{LIST, list};
pub(crate) use reset::{REDEEM, RESET, redeem, reset};
pub(crate) use show::{
    END_SESSIONS, REMOVE_SECOND_FACTOR, SHOW, end_sessions, remove_second_factor, show,
};
pub(crate) use switch::{DISABLE, ENABLE, disable, enable};

use crate::describe::{Field, USER_ID};

/// Whom a path is about.
const USER: Field = Field::text("id", "The person.").required().pattern(USER_ID);
