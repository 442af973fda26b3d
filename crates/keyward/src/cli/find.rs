//! Turns what people write, a name or an id, into the one thing they mean.

use super::client::{Client, query};
use super::output::text;
use model::name::Email;
use model::{ClusterId, Error, ErrorKind, KeyId, OrganizationId, ProjectId, UserId};
use serde_json::Value;

/// The project with this id or name; the only project if none is named.
pub(super) fn project(client: &Client, named: Option<&str>) -> Result<String, Error> {
    if let Some(id) = named.and_then(|text| text.parse::<ProjectId>().ok()) {
        return Ok(id.to_string());
    }
    // The server looks for the text anywhere in name and id; two are enough to know of several.
    let all = match named {
        Some(name) => client.list(&format!("/v2/projects?search={}", query(name)), "projects")?,
        None => client.first("/v2/projects", "projects", 2)?,
    };
    let found = match named {
        Some(name) => one(&all, "/projectName", name, "project", "/projectId")?,
        None => match all.as_slice() {
            [only] => only,
            [] => {
                return Err(missing(
                    "there is no project yet: make one with `keyward project create`",
                ));
            }
            _ => {
                return Err(Error::invalid("there are several projects: name one with --project"));
            }
        },
    };
    Ok(text(found, "/projectId"))
}

/// The organization with this id or name; the only one of the caller if none is named.
pub(super) fn organization(client: &Client, named: Option<&str>) -> Result<String, Error> {
    if let Some(id) = named.and_then(|text| text.parse::<OrganizationId>().ok()) {
        return Ok(id.to_string());
    }
    let all = client.list("/v2/organizations", "organizations")?;
    let found = match named {
        Some(name) => one(&all, "/organizationName", name, "organization", "/organizationId")?,
        None => match all.as_slice() {
            [only] => only,
            [] => return Err(missing("you belong to no organization: ask an owner to invite you")),
            _ => {
                let sentence = "you belong to several organizations: name one with --organization";
                return Err(Error::invalid(sentence));
            }
        },
    };
    Ok(text(found, "/organizationId"))
}

/// The id of the person with this id or e-mail address among the members at a path.
pub(super) fn member(client: &Client, list: &str, named: &str) -> Result<Value, Error> {
    let all = client.list(list, "members")?;
    let place = if named.parse::<UserId>().is_ok() { "/userId" } else { "/email" };
    one(&all, place, named, "member", "/userId").cloned()
}

/// The API key with this id or name.
pub(super) fn key(client: &Client, named: &str) -> Result<Value, Error> {
    if let Ok(id) = named.parse::<KeyId>() {
        return client.get(&format!("/v2/api-keys/{id}"));
    }
    // Every word of the name is looked for, so others may come along.
    let all = client.list(&format!("/v2/api-keys?search={}", query(named)), "apiKeys")?;
    one(&all, "/name", named, "API key", "/apiKeyId").cloned()
}

/// The id of the person with this id or e-mail address.
pub(super) fn user(client: &Client, named: &str) -> Result<String, Error> {
    if let Ok(id) = named.parse::<UserId>() {
        return Ok(id.to_string());
    }
    // Said before asking: an address that cannot be is not merely unknown.
    let email = Email::new(named)?.to_string();
    let all = client.list(&format!("/v2/users?search={}", query(&email)), "users")?;
    one(&all, "/email", &email, "user", "/userId").map(|user| text(user, "/userId"))
}

/// The cluster with this id or name.
pub(super) fn cluster(client: &Client, named: &str) -> Result<Value, Error> {
    if let Ok(id) = named.parse::<ClusterId>() {
        return client.get(&format!("/v2/clusters/{id}"));
    }
    let all = client.list("/v2/clusters", "clusters")?;
    one(&all, "/clusterName", named, "cluster", "/clusterId").cloned()
}

/// The one item with this name.
fn one<'a>(
    all: &'a [Value],
    place: &str,
    name: &str,
    what: &str,
    id: &str,
) -> Result<&'a Value, Error> {
    let found: Vec<&Value> = all.iter().filter(|item| text(item, place) == name).collect();
    match found.as_slice() {
        [only] => Ok(only),
        [] => Err(missing(&format!("there is no {what} named {name}, or you may not see it"))),
        several => {
            let ids: Vec<String> = several.iter().map(|item| text(item, id)).collect();
            Err(Error::invalid(format!(
                "{} {what}s are named {name}: use an id, one of {}",
                several.len(),
                ids.join(", ")
            )))
        }
    }
}

fn missing(sentence: &str) -> Error {
    Error::new(ErrorKind::NotFound, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_name_must_mean_one_thing() {
        let all = [
            json!({"name": "a", "apiKeyId": "1"}),
            json!({"name": "b", "apiKeyId": "2"}),
            json!({"name": "b", "apiKeyId": "3"}),
        ];
        let find = |name| one(&all, "/name", name, "API key", "/apiKeyId");
        assert_eq!(text(find("a").unwrap(), "/apiKeyId"), "1");
        assert!(find("b").unwrap_err().message().contains("one of 2, 3"));
        assert_eq!(find("c").unwrap_err().kind(), ErrorKind::NotFound);
    }
}
