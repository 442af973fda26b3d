//! Pages of an organization.

pub(crate) mod home;
pub(crate) mod invitations;
pub(crate) mod members;
pub(crate) mod new_project;
pub(crate) mod reset;
pub(crate) mod settings;

/// Roles in an organization, as people choose them.
const ROLES: [&str; 2] = ["Member", "Owner"];
