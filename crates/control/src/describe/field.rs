//! What one field of a body, or one parameter of a path or query, may say.
//!
//! A list of fields is written next to the function that reads them. The reader looks every name up
//! in it (see `rest/json.rs`), so that a field that is read but not described, or
//! described but never read, breaks the first test that calls the endpoint. It must never decide
//! whether a value is right: that is what the model's types are for. To add a kind of value: a
//! variant of [`Kind`], its schema in `schema.rs`, and the function in `json.rs` that reads it.

/// What kind of value a field takes.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A text.
    Text,
    /// `true` or `false`.
    Bool,
    /// A whole number within these bounds, both included.
    Integer(i64, i64),
    /// A list of texts.
    Texts,
    /// A list of objects with these fields.
    Objects(&'static [Field]),
    /// An object with these fields.
    Object(&'static [Field]),
}

/// One field or parameter.
#[must_use]
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name, as clients write it.
    pub name: &'static str,
    /// What it means, in a sentence.
    pub about: &'static str,
    /// What kind of value it takes.
    pub kind: Kind,
    /// Whether it must be there.
    pub required: bool,
    /// What the text, or each text of the list, must look like.
    pub pattern: Option<&'static str>,
    /// How many characters a text may have, or how many entries a list.
    pub most: Option<u32>,
    /// The only texts that are taken.
    pub one_of: &'static [&'static str],
}

impl Field {
    const fn new(name: &'static str, about: &'static str, kind: Kind) -> Self {
        Self { name, about, kind, required: false, pattern: None, most: None, one_of: &[] }
    }

    /// A text that may be left out.
    pub const fn text(name: &'static str, about: &'static str) -> Self {
        Self::new(name, about, Kind::Text)
    }

    /// `true` or `false`; may be left out.
    pub const fn bool(name: &'static str, about: &'static str) -> Self {
        Self::new(name, about, Kind::Bool)
    }

    /// A whole number within these bounds, both included; may be left out.
    pub const fn integer(name: &'static str, about: &'static str, least: i64, most: i64) -> Self {
        Self::new(name, about, Kind::Integer(least, most))
    }

    /// A list of texts; may be left out.
    pub const fn texts(name: &'static str, about: &'static str) -> Self {
        Self::new(name, about, Kind::Texts)
    }

    /// A list of objects; may be left out.
    pub const fn objects(name: &'static str, about: &'static str, fields: &'static [Self]) -> Self {
        Self::new(name, about, Kind::Objects(fields))
    }

    /// An object; may be left out.
    pub const fn object(name: &'static str, about: &'static str, fields: &'static [Self]) -> Self {
        Self::new(name, about, Kind::Object(fields))
    }

    /// It must be there.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// What the text, or each text of the list, must look like (a regular expression of ECMA-262).
    pub const fn pattern(mut self, pattern: &'static str) -> Self {
        self.pattern = Some(pattern);
        self
    }

    /// How many characters the text may have, or how many entries the list.
    pub const fn most(mut self, most: u32) -> Self {
        self.most = Some(most);
        self
    }

    /// The only texts that are taken.
    pub const fn one_of(mut self, texts: &'static [&'static str]) -> Self {
        self.one_of = texts;
        self
    }

    /// The fields inside it.
    pub const fn inner(&self) -> &'static [Self] {
        match self.kind {
            Kind::Objects(fields) | Kind::Object(fields) => fields,
            _ => &[],
        }
    }
}

/// How long a page of a list is.
pub const PAGE_SIZE: Field =
    Field::integer("pageSize", "How many items a page has; 100 if left out.", 1, 100);
/// The same for lists whose pages have at least five items, as the managed cloud's have.
pub const PAGE_SIZE_FROM_5: Field =
    Field::integer("pageSize", "How many items a page has; 100 if left out.", 5, 100);
/// Which page of a list.
pub const CURRENT_PAGE: Field =
    Field::integer("currentPage", "Which page, from 1; 1 if left out.", 1, 4_294_967_295);
/// The organization to look in.
pub const ORGANIZATION: Field =
    Field::text("organizationId", "The organization; the caller's only one if left out.")
        .pattern(ORGANIZATION_ID);
/// The project to look in.
pub const PROJECT: Field =
    Field::text("projectId", "Only what belongs to this project.").pattern(PROJECT_ID);

/// What an organization's id looks like.
pub const ORGANIZATION_ID: &str = "^org-[a-z]{22}$";
/// What a project's id looks like.
pub const PROJECT_ID: &str = "^proj-[0-9a-f]{22}$";
/// What a cluster's id looks like.
pub const CLUSTER_ID: &str = "^in01-[0-9a-f]{15}$";
/// What a key's id looks like.
pub const KEY_ID: &str = "^key-[a-z]{22}$";
/// What the id of a whitelist's entry looks like.
pub const WHITELIST_ENTRY_ID: &str = "^wl-[a-z]{22}$";
/// What a person's id looks like.
pub const USER_ID: &str = "^user-[a-z]{22}$";

/// What an invitation's id looks like.
pub const INVITATION_ID: &str = "^inv-[a-z]{22}$";

/// What an organization may be called.
pub const ORGANIZATION_NAME: Field =
    Field::text("organizationName", "Its name: 1 to 64 characters.").pattern(TITLE).most(64);
/// What a key may be called.
pub const KEY_NAME: Field =
    Field::text("name", "What people call it: 1 to 64 lower-case letters, digits and hyphens.")
        .pattern("^(?!org-|proj-|in01-|user-|key-|inv-|cuser-|crole-)[a-z0-9-]{1,64}$")
        .most(64);
/// What a project may be called.
pub const PROJECT_NAME: Field =
    Field::text("projectName", "Its name, unique in the organization: 1 to 64 characters.")
        .pattern(TITLE)
        .most(64);
/// What a cluster may be called.
pub const CLUSTER_NAME: Field = Field::text(
    "clusterName",
    "Its name, unique in the project: 1 to 64 letters, digits and hyphens.",
)
.pattern("^(?!org-|proj-|in01-|user-|key-|inv-|cuser-|crole-)[A-Za-z0-9-]{1,64}$")
.most(64);
/// What something is for.
pub const DESCRIPTION: Field =
    Field::text("description", "What it is for, up to 255 characters.").most(255);

/// Names in free words: no control characters, no spaces around, not like an id.
pub const TITLE: &str = "^(?!org-|proj-|in01-|user-|key-|inv-|cuser-|crole-|kw_)[^\\s\\x00-\\x1f\\x7f-\\x9f]\
                         ([^\\x00-\\x1f\\x7f-\\x9f]{0,62}[^\\s\\x00-\\x1f\\x7f-\\x9f])?$";
