//! The form of a key's record, as it was typed: read into what commands take, and shown again when
//! it cannot be accepted.

use crate::form::Form;
use control::command::keys::{End, KeyDetail, KeyTerms};
use model::name::{Description, KeyName};
use model::scope::{ClusterScope, DataScope, ProjectGrant, Selection};
use model::{
    AccessRole, AddressBlock, AddressList, ClusterId, Error, ErrorKind, NamePattern, ProjectId,
    RateLimit, Timestamp, privilege::Privilege, privilege_group,
};

/// How many patterns, and how many addresses, a key may name; as the REST API has it.
const MOST_PATTERNS: usize = 100;
const MOST_ADDRESSES: usize = 20;

/// What was typed.
#[derive(Clone, Default)]
pub(crate) struct Typed {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) role: String,
    /// Whether only some clusters were chosen.
    pub(crate) narrowed: bool,
    pub(crate) clusters: Vec<String>,
    pub(crate) databases: String,
    pub(crate) collections: String,
    /// Groups of privileges that were ticked.
    pub(crate) groups: Vec<String>,
    /// Single privileges.
    pub(crate) privileges: String,
    /// `usual`, `never`, `days` or `until`.
    pub(crate) end: String,
    pub(crate) days: String,
    pub(crate) until: String,
    pub(crate) addresses: String,
    pub(crate) rate: String,
    pub(crate) manages_keys: bool,
}

impl Typed {
    /// A new key as most people want it.
    pub(crate) fn usual() -> Self {
        let role = AccessRole::ReadWrite.as_str().to_owned();
        Self { role, end: "usual".to_owned(), ..Self::default() }
    }

    /// A key as it is; its end stays unless another is chosen.
    pub(crate) fn of(detail: &KeyDetail) -> Self {
        let key = &detail.key;
        let mut typed = Self {
            name: key.name.to_string(),
            description: key.description.to_string(),
            end: "usual".to_owned(),
            addresses: lines(key.sources.blocks()),
            rate: key.rate.map(|rate| rate.per_second().to_string()).unwrap_or_default(),
            manages_keys: key.manages_keys,
            ..Self::default()
        };
        if let Some(grant) = key.grant() {
            grant.role.as_str().clone_into(&mut typed.role);
            if let ClusterScope::Only(some) = &grant.clusters {
                typed.narrowed = true;
                typed.clusters = some.iter().map(ToString::to_string).collect();
            }
            typed.databases = selected(&grant.data.databases);
            typed.collections = selected(&grant.data.collections);
            typed.privileges = selected(&grant.data.privileges);
        }
        typed
    }

    /// Reads the form's fields.
    pub(crate) fn read(form: &mut Form) -> Result<Self, Error> {
        Ok(Self {
            name: form.text("name")?,
            description: form.text("description")?,
            role: form.text("role")?,
            narrowed: form.text("scope")? == "some",
            clusters: form.all("cluster"),
            databases: form.text("databases")?,
            collections: form.text("collections")?,
            groups: form.all("group"),
            privileges: form.text("privileges")?,
            end: form.text("end")?,
            days: form.text("days")?,
            until: form.text("until")?,
            addresses: form.text("addresses")?,
            rate: form.text("rate")?,
            manages_keys: form.text("manages_keys")? == "yes",
        })
    }

    /// Whether anything of its data was narrowed.
    pub(crate) fn narrows_data(&self) -> bool {
        let texts = [&self.databases, &self.collections, &self.privileges];
        !self.groups.is_empty() || texts.iter().any(|text| !text.trim().is_empty())
    }

    /// Whether its use was bounded.
    pub(crate) fn is_bounded(&self) -> bool {
        self.manages_keys || !self.addresses.trim().is_empty() || !self.rate.trim().is_empty()
    }

    pub(crate) fn key_name(&self) -> Result<KeyName, Error> {
        KeyName::new(self.name.trim())
    }

    pub(crate) fn key_description(&self) -> Result<Description, Error> {
        Description::new(self.description.trim())
    }

    /// What the key may do.
    pub(crate) fn grant(&self, project: ProjectId) -> Result<ProjectGrant, Error> {
        let role = AccessRole::from_text(&self.role)
            .ok_or_else(|| Error::invalid("choose a role for the key"))?;
        let data = DataScope {
            databases: patterns(&self.databases, "database")?,
            collections: patterns(&self.collections, "collection")?,
            privileges: self.privileges()?,
        };
        Ok(ProjectGrant { project, role, clusters: self.clusters()?, data })
    }

    fn clusters(&self) -> Result<ClusterScope, Error> {
        if !self.narrowed {
            return Ok(ClusterScope::All);
        }
        let ids: Result<Vec<ClusterId>, Error> =
            self.clusters.iter().map(|id| id.parse()).collect();
        let ids = ids?;
        if ids.is_empty() {
            return Err(Error::invalid("choose at least one cluster, or all clusters"));
        }
        Ok(ClusterScope::Only(ids.into()))
    }

    fn privileges(&self) -> Result<Selection<Privilege>, Error> {
        let mut chosen = Vec::new();
        for name in self.groups.iter().map(String::as_str).chain(words(&self.privileges)) {
            let one = Privilege::from_text(name).map(|one| vec![one]);
            let some = one.or_else(|| privilege_group::expand(name)).ok_or_else(|| {
                Error::invalid(format!(
                    "{name:?} is no privilege of Milvus, such as Search, and no group of them"
                ))
            })?;
            chosen.extend(some);
        }
        chosen.sort_unstable();
        chosen.dedup();
        Ok(if chosen.is_empty() { Selection::All } else { Selection::Only(chosen.into()) })
    }

    /// What bounds its use.
    pub(crate) fn terms(&self) -> Result<KeyTerms, Error> {
        Ok(KeyTerms {
            end: self.end()?,
            sources: self.sources()?,
            rate: self.rate()?,
            manages_keys: self.manages_keys,
        })
    }

    /// Until when it works. Days that are typed count, whichever choice stands beside them.
    pub(crate) fn end(&self) -> Result<End, Error> {
        let days = self.days.trim();
        match self.end.as_str() {
            "never" => Ok(End::Never),
            "until" => end_of(self.until.trim()).map(End::At),
            "days" | "usual" | "" if !days.is_empty() => {
                days.parse().map(End::InDays).map_err(|_| {
                    Error::invalid("the number of days must be a whole number, such as 90")
                })
            }
            "days" => Err(Error::invalid("say for how many days the key is to work")),
            _ => Ok(End::Usual),
        }
    }

    pub(crate) fn sources(&self) -> Result<AddressList, Error> {
        let blocks: Result<Vec<AddressBlock>, Error> =
            words(&self.addresses).map(str::parse).collect();
        let blocks = blocks?;
        if blocks.len() > MOST_ADDRESSES {
            let message = format!("a key may be bound to at most {MOST_ADDRESSES} addresses");
            return Err(Error::new(ErrorKind::LimitReached, message));
        }
        Ok(AddressList::new(blocks))
    }

    pub(crate) fn rate(&self) -> Result<Option<RateLimit>, Error> {
        let rate = self.rate.trim();
        if rate.is_empty() {
            return Ok(None);
        }
        let number = rate.parse().map_err(|_| {
            Error::invalid("the calls a second must be a whole number, such as 100")
        })?;
        RateLimit::new(number).map(Some)
    }
}

/// The end of a day in UTC, as browsers send days: `2027-01-31`.
fn end_of(day: &str) -> Result<Timestamp, Error> {
    format!("{day}T23:59:59Z")
        .parse()
        .map_err(|_| Error::invalid("choose the last day on which the key is to work"))
}

/// The words of a text, however they are separated.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty())
}

fn patterns(text: &str, what: &str) -> Result<Selection<NamePattern>, Error> {
    let all: Result<Vec<NamePattern>, Error> = words(text).map(str::parse).collect();
    let all = all?;
    if all.len() > MOST_PATTERNS {
        let message = format!("a key may name at most {MOST_PATTERNS} {what} patterns");
        return Err(Error::new(ErrorKind::LimitReached, message));
    }
    Ok(if all.is_empty() { Selection::All } else { Selection::Only(all.into()) })
}

fn lines<T: ToString>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn selected<T: ToString>(selection: &Selection<T>) -> String {
    match selection {
        Selection::All => String::new(),
        Selection::Only(some) => lines(some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> Typed {
        Typed { name: "search".to_owned(), ..Typed::usual() }
    }

    #[test]
    fn what_is_left_empty_narrows_nothing() {
        let grant = typed().grant("proj-aaaaaaaaaaaaaaaaaaaaaa".parse().unwrap()).unwrap();
        assert_eq!(grant.role, AccessRole::ReadWrite);
        assert!(grant.data.is_whole() && matches!(grant.clusters, ClusterScope::All));
        assert_eq!(typed().terms().unwrap(), KeyTerms::default());
    }

    #[test]
    fn patterns_and_privileges_are_read_however_they_are_separated() {
        let some = Typed {
            collections: " docs_*,\n news ".to_owned(),
            groups: vec!["CollectionReadOnly".to_owned()],
            privileges: "Insert".to_owned(),
            ..typed()
        };
        let data = some.grant("proj-aaaaaaaaaaaaaaaaaaaaaa".parse().unwrap()).unwrap().data;
        assert!(data.collections.admits(b"docs_1") && data.collections.admits(b"news"));
        assert!(!data.collections.admits(b"docs"));
        assert!(
            data.privileges.holds(Privilege::Search) && data.privileges.holds(Privilege::Insert)
        );
        assert!(!data.privileges.holds(Privilege::DropCollection));
        let unknown = Typed { privileges: "Serch".to_owned(), ..typed() };
        assert!(unknown.privileges().unwrap_err().message().contains("\"Serch\""));
    }

    #[test]
    fn ends_are_chosen_in_four_ways() {
        let end = |end: &str, days: &str, until: &str| {
            let (end, days, until) = (end.to_owned(), days.to_owned(), until.to_owned());
            Typed { end, days, until, ..typed() }.end()
        };
        assert_eq!(end("usual", "", "").unwrap(), End::Usual);
        assert_eq!(end("usual", "90", "").unwrap(), End::InDays(90));
        assert_eq!(end("never", "", "").unwrap(), End::Never);
        let last = "2027-01-31T23:59:59Z".parse().unwrap();
        assert_eq!(end("until", "", "2027-01-31").unwrap(), End::At(last));
        for (one, days, until) in [
            ("days", "", ""),
            ("days", "ninety", ""),
            ("until", "", ""),
            ("until", "", "31.1.2027"),
        ] {
            assert!(end(one, days, until).is_err(), "{one} {days} {until}");
        }
    }

    #[test]
    fn lists_that_are_too_long_are_refused() {
        let many = |most: usize, word: &str| vec![word; most + 1].join("\n");
        let addresses = Typed { addresses: many(20, "10.0.0.1"), ..typed() };
        assert_eq!(addresses.sources().unwrap_err().kind(), ErrorKind::LimitReached);
        assert!(patterns(&many(100, "a"), "database").is_err());
        assert!(Typed { addresses: "10.0.0.0/99".to_owned(), ..typed() }.sources().is_err());
        assert!(Typed { rate: "0".to_owned(), ..typed() }.rate().is_err());
    }
}
