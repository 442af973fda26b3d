//! The body that makes or replaces a key.

use crate::describe::{self, CLUSTER_ID, DESCRIPTION, Field, KEY_NAME};
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use model::name::{Description, KeyName};
use model::scope::{ClusterScope, DataScope, ProjectGrant};
use model::{AccessRole, ClusterId, Error, ProjectId};

/// What the body may say.
pub(super) const FIELDS: &[Field] = &[
    KEY_NAME.required(),
    DESCRIPTION,
    Field::text("orgRole", "Keys have no other role in the organization.").one_of(&["Member"]),
    Field::objects("projects", "The one project that the key opens.", GRANT).most(1),
];

const GRANT: &[Field] = &[
    Field::text("projectId", "The project.").required().pattern(describe::PROJECT_ID),
    Field::text("role", "What it may do with data.").required().one_of(&[
        "Admin",
        "Read-Write",
        "Read-Only",
    ]),
    Field::bool("allCluster", "Whether it opens every cluster of the project."),
    Field::texts("clusterIds", "The clusters it opens, if not all.").pattern(CLUSTER_ID),
    Field::bool("allVolume", "Changes nothing: there are no volumes."),
    Field::texts("volumeIds", "Changes nothing: there are no volumes."),
];

/// A body that is accepted.
pub(super) const EXAMPLE: &str =
    r#"{"name":"NAME","projects":[{"projectId":"PROJECT","role":"Read-Write","allCluster":true}]}"#;

/// What the body asks for.
pub(super) struct KeyRequest {
    pub(super) name: KeyName,
    pub(super) description: Description,
    /// `None` if `projects` is empty or left out.
    pub(super) grant: Option<ProjectGrant>,
}

impl KeyRequest {
    /// Reads the body to its last field.
    pub(super) fn decode(mut body: Object) -> Result<Self, Problem> {
        let name = body.parsed("name", KeyName::new)?;
        let description = body
            .optional_parsed("description", Description::new)?
            .map_or_else(|| Description::new(""), Ok)?;
        check_organization_role(&mut body)?;
        let mut projects = body.objects("projects")?;
        if projects.len() > 1 {
            let sentence = "must name one project only: a key opens one project, so make a key for \
                            each";
            return Err(body.refuse("projects", sentence));
        }
        let grant = projects.pop().map(grant).transpose()?;
        body.finish()?;
        Ok(Self { name, description, grant })
    }
}

fn check_organization_role(body: &mut Object) -> Result<(), Problem> {
    match body.optional_text("orgRole")?.as_deref() {
        None | Some("Member") => Ok(()),
        Some("Owner" | "Billing-Admin") => Err(body.refuse(
            "orgRole",
            "a key has no role in the organization: leave it out or send \"Member\", and use a \
             personal key of an owner to manage the organization",
        )),
        Some(_) => Err(body.refuse("orgRole", "must be \"Member\", or left out")),
    }
}

/// One entry of `projects`. There are no volumes here, so what is said of them changes nothing.
fn grant(mut entry: Object) -> Result<ProjectGrant, Problem> {
    let project: ProjectId = entry.parsed("projectId", str::parse)?;
    let role = entry.parsed("role", |text| {
        AccessRole::from_text(text)
            .ok_or_else(|| Error::invalid("must be \"Admin\", \"Read-Write\" or \"Read-Only\""))
    })?;
    let all = entry.optional_bool("allCluster")?.unwrap_or(false);
    let named = entry.texts("clusterIds")?;
    let clusters = match (all, named.is_empty()) {
        (true, true) => ClusterScope::All,
        (false, false) => ClusterScope::Only(clusters(&entry, &named)?),
        (true, false) => {
            let sentence = "must be empty when allCluster is true";
            return Err(entry.refuse("clusterIds", sentence));
        }
        (false, true) => {
            let sentence = "must name at least one cluster, or send \"allCluster\": true";
            return Err(entry.refuse("clusterIds", sentence));
        }
    };
    entry.optional_bool("allVolume")?;
    entry.texts("volumeIds")?;
    entry.finish()?;
    Ok(ProjectGrant { project, role, clusters, data: DataScope::default() })
}

fn clusters(entry: &Object, named: &[String]) -> Result<Box<[ClusterId]>, Problem> {
    let mut clusters = Vec::with_capacity(named.len());
    for (index, text) in named.iter().enumerate() {
        let place = format!("clusterIds[{index}]");
        let id =
            text.parse::<ClusterId>().map_err(|error| entry.refuse(&place, &error.message()))?;
        if clusters.contains(&id) {
            return Err(entry.refuse(&place, "is named twice"));
        }
        clusters.push(id);
    }
    Ok(clusters.into())
}
