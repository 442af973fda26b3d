//! Users and their passwords.

use std::fmt;

use zeroize::Zeroize as _;

use crate::message::common::Status;

/// Make a user.
#[derive(Clone, prost::Message)]
#[prost(skip_debug)]
pub struct CreateCredentialRequest {
    /// The name.
    #[prost(string, tag = "2")]
    pub username: String,
    /// The password, base64-coded.
    #[prost(string, tag = "3")]
    pub password: String,
    /// What the user is for.
    #[prost(string, optional, tag = "6")]
    pub description: Option<String>,
}

impl fmt::Debug for CreateCredentialRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CreateCredentialRequest")
    }
}

impl Drop for CreateCredentialRequest {
    fn drop(&mut self) {
        self.password.zeroize();
    }
}

/// Change the password of a user, or the text about it, or both.
#[derive(Clone, prost::Message)]
#[prost(skip_debug)]
pub struct UpdateCredentialRequest {
    /// Whose.
    #[prost(string, tag = "2")]
    pub username: String,
    /// The password until now, base64-coded.
    #[prost(string, tag = "3")]
    pub old_password: String,
    /// The password from now on, base64-coded; empty when only the text changes.
    #[prost(string, tag = "4")]
    pub new_password: String,
    /// What the user is for; absent leaves it.
    #[prost(string, optional, tag = "7")]
    pub description: Option<String>,
}

impl fmt::Debug for UpdateCredentialRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UpdateCredentialRequest")
    }
}

impl Drop for UpdateCredentialRequest {
    fn drop(&mut self) {
        self.old_password.zeroize();
        self.new_password.zeroize();
    }
}

/// Drop a user.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct DeleteCredentialRequest {
    /// Whom.
    #[prost(string, tag = "2")]
    pub username: String,
}

/// Names of all users.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ListCredUsersResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The names.
    #[prost(string, repeated, tag = "2")]
    pub usernames: Vec<String>,
}
