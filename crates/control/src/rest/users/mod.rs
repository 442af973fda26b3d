//! `/v2/users` and `/v2/passwordResets`: people, as owners and the operator manage them.

mod create;
mod list;
mod reset;
mod show;
mod switch;

pub(crate) use create::{CREATE, create};
pub(crate) use list::{LIST, list};
pub(crate) use reset::{REDEEM, RESET, redeem, reset};
pub(crate) use show::{
    END_SESSIONS, REMOVE_SECOND_FACTOR, SHOW, end_sessions, remove_second_factor, show,
};
pub(crate) use switch::{DISABLE, ENABLE, disable, enable};

use crate::describe::{Field, USER_ID};

/// Whom a path is about.
const USER: Field = Field::text("id", "The person.").required().pattern(USER_ID);
