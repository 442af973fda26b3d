//! The body that makes or replaces a key.

use crate::command::keys::{CreateKey, End, KeyTerms};
use crate::describe::{self, CLUSTER_ID, DESCRIPTION, Field, KEY_NAME};
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use model::name::{Description, KeyName};
use model::privilege::Privilege;
use model::scope::{ClusterScope, DataScope, ProjectGrant, Selection};
use model::{
    AccessRole, AddressBlock, AddressList, ClusterId, Error, NamePattern, ProjectId, RateLimit,
    privilege_group,
};

/// What the body may say.
pub(super) const FIELDS: &[Field] = &[
    KEY_NAME.required(),
    DESCRIPTION,
    ORGANIZATION_ROLE,
    PROJECTS,
    EXPIRES_AT,
    EXPIRES_IN_DAYS,
    ALLOWED_ADDRESSES,
    RATE_LIMIT,
    MANAGE_KEYS,
];

/// The same where everything may be left out, and then stays as it is.
pub(super) const CHANGES: &[Field] = &[
    KEY_NAME,
    DESCRIPTION,
    ORGANIZATION_ROLE,
    PROJECTS,
    EXPIRES_AT,
    EXPIRES_IN_DAYS,
    ALLOWED_ADDRESSES,
    RATE_LIMIT,
    MANAGE_KEYS,
];

const ORGANIZATION_ROLE: Field =
    Field::text("orgRole", "Keys have no other role in the organization.").one_of(&["Member"]);
const PROJECTS: Field =
    Field::objects("projects", "The one project that the key opens.", GRANT).most(1);
pub(super) const EXPIRES_AT: Field = Field::text(
    "expiresAt",
    "Until when it works, in UTC (`2026-11-23T18:33:22Z`), at most ten years ahead. If this and \
     `expiresInDays` are left out, the organization's settings say; in a change, `null` takes the \
     end away.",
);
pub(super) const EXPIRES_IN_DAYS: Field =
    Field::integer("expiresInDays", "The same, in days from now.", 1, 3653);
const ALLOWED_ADDRESSES: Field = Field::texts(
    "allowedAddresses",
    "From where it may be used: addresses and blocks (`203.0.113.0/24`); from everywhere if empty.",
)
.most(20);
const RATE_LIMIT: Field =
    Field::integer("rateLimit", "How many calls a second one gateway lets through.", 1, 1_000_000);
const MANAGE_KEYS: Field = Field::bool(
    "manageKeys",
    "Whether it may make, list, disable and delete keys of its project that can do no more than \
     itself. Only owners can give this right.",
);

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
    Field::texts(
        "databases",
        "The databases it reaches, if not all; `*` is any run of characters.",
    )
    .most(100),
    Field::texts("collections", "The collections it reaches, if not all; `*` as above.").most(100),
    Field::texts(
        "privileges",
        "Which of its role's privileges it has, if not all: Milvus' names, or groups such as \
         `CollectionReadOnly`.",
    )
    .most(128),
];

/// A body that is accepted.
pub(super) const EXAMPLE: &str =
    r#"{"name":"NAME","projects":[{"projectId":"PROJECT","role":"Read-Write","allCluster":true}]}"#;

/// What the body asks for. What it leaves out is `None`.
pub(super) struct KeyRequest {
    pub(super) name: Option<KeyName>,
    pub(super) description: Option<Description>,
    /// `None` if `projects` is empty or left out.
    pub(super) grant: Option<ProjectGrant>,
    pub(super) end: Option<End>,
    pub(super) sources: Option<AddressList>,
    pub(super) rate: Option<RateLimit>,
    /// Whether the rate limit is to go.
    pub(super) no_rate: bool,
    pub(super) manages_keys: Option<bool>,
}

impl KeyRequest {
    /// Reads the body to its last field.
    pub(super) fn decode(mut body: Object) -> Result<Self, Problem> {
        let name = body.optional_parsed("name", KeyName::new)?;
        let description = body.optional_parsed("description", Description::new)?;
        check_organization_role(&mut body)?;
        let mut projects = body.objects("projects")?;
        if projects.len() > 1 {
            let sentence = "must name one project only: a key opens one project, so make a key for \
                            each";
            return Err(body.refuse("projects", sentence));
        }
        let grant = projects.pop().map(grant).transpose()?;
        let no_rate = body.is_null("rateLimit");
        let request = Self {
            name,
            description,
            grant,
            end: end(&mut body)?,
            sources: sources(&mut body)?,
            rate: body
                .optional_number("rateLimit", 1, RateLimit::MAX)?
                .map(RateLimit::new)
                .transpose()?,
            no_rate,
            manages_keys: body.optional_bool("manageKeys")?,
        };
        body.finish()?;
        Ok(request)
    }

    /// The same, where there must be a name.
    pub(super) fn named(body: Object) -> Result<Self, Problem> {
        let nameless = body.refuse("name", "is required");
        let has_name = body.has("name");
        let request = Self::decode(body)?;
        if has_name { Ok(request) } else { Err(nameless) }
    }

    /// A request for a new key.
    pub(super) fn create(body: Object) -> Result<CreateKey, Problem> {
        let unnamed = body.refuse("name", "is required");
        let homeless = body.refuse("projects", "must name the project the key is for");
        let request = Self::named(body)?;
        Ok(CreateKey {
            name: request.name.ok_or(unnamed)?,
            description: request.description.map_or_else(|| Description::new(""), Ok)?,
            grant: request.grant.ok_or(homeless)?,
            terms: KeyTerms {
                end: request.end.unwrap_or_default(),
                sources: request.sources.unwrap_or_default(),
                rate: request.rate,
                manages_keys: request.manages_keys.unwrap_or(false),
            },
        })
    }
}

/// `expiresAt` or `expiresInDays`.
pub(super) fn end(body: &mut Object) -> Result<Option<End>, Problem> {
    let never = body.is_null("expiresAt");
    let at = body.optional_parsed("expiresAt", str::parse)?;
    let days = body.optional_number("expiresInDays", 1, 3653)?;
    match (at, days) {
        (Some(_), Some(_)) => {
            Err(body.refuse("expiresInDays", "must be left out when expiresAt is given"))
        }
        (Some(moment), None) => Ok(Some(End::At(moment))),
        (None, Some(days)) => Ok(Some(End::InDays(days))),
        (None, None) => Ok(never.then_some(End::Never)),
    }
}

fn sources(body: &mut Object) -> Result<Option<AddressList>, Problem> {
    if !body.has("allowedAddresses") {
        body.texts("allowedAddresses")?;
        return Ok(None);
    }
    let blocks: Vec<AddressBlock> = entries(body, "allowedAddresses", 20, str::parse)?;
    Ok(Some(AddressList::new(blocks)))
}

/// A list of texts, each read into what it means.
fn entries<T>(
    body: &mut Object,
    field: &str,
    most: usize,
    read: impl Fn(&str) -> Result<T, Error>,
) -> Result<Vec<T>, Problem> {
    let texts = body.texts(field)?;
    if texts.len() > most {
        return Err(body.refuse(field, &format!("must have at most {most} entries")));
    }
    let read = |(index, text): (usize, &String)| {
        read(text).map_err(|error| {
            let message = error.message();
            let sentence = message.split_once(": ").filter(|_| error.field().is_some());
            let sentence = sentence.map_or(message.as_str(), |(_, sentence)| sentence);
            body.refuse(&format!("{field}[{index}]"), sentence)
        })
    };
    texts.iter().enumerate().map(read).collect()
}

/// A selection: all if it is left out. An empty one would be a key that opens nothing.
fn selection<T>(
    entry: &mut Object,
    field: &str,
    most: usize,
    read: impl Fn(&str) -> Result<Vec<T>, Error>,
) -> Result<Selection<T>, Problem> {
    let given = entry.has(field);
    let lists = entries(entry, field, most, read)?;
    match (given, lists.is_empty()) {
        (false, _) => Ok(Selection::All),
        (true, true) => Err(entry.refuse(field, "must name at least one, or be left out for all")),
        (true, false) => Ok(Selection::Only(lists.into_iter().flatten().collect())),
    }
}

fn pattern(text: &str) -> Result<Vec<NamePattern>, Error> {
    Ok(vec![text.parse()?])
}

/// A privilege, or all of a group.
fn privileges(text: &str) -> Result<Vec<Privilege>, Error> {
    Privilege::from_text(text)
        .map(|one| vec![one])
        .or_else(|| privilege_group::expand(text))
        .ok_or_else(|| {
            Error::invalid(
                "must be a privilege of Milvus such as \"Search\", or a group such as \
                 \"CollectionReadOnly\"",
            )
        })
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
    let data = DataScope {
        databases: selection(&mut entry, "databases", 100, pattern)?,
        collections: selection(&mut entry, "collections", 100, pattern)?,
        privileges: selection(&mut entry, "privileges", 128, privileges)?,
    };
    entry.finish()?;
    Ok(ProjectGrant { project, role, clusters, data })
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
