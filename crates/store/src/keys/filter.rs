//! Which keys a list holds.
//!
//! To add a filter: a field of [`KeyFilter`] and its condition in `conditions`. Where few keys pass
//! it, say what an index finds them by, and add it to the tests of `list.rs`.

use super::words::{ID_PREFIX, Search, behind};
use crate::sql::{Piece, Value, text};
use model::life::SOON_MILLIS;
use model::{AccessRole, ClusterId, KeyId, KeyState, OrganizationId, ProjectId, Timestamp, UserId};

/// For how many words of a search it is looked up how many keys have them.
const MOST_LOOKED_UP: usize = 3;

/// Which keys a list holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyFilter {
    /// Keys of this organization only.
    pub organization: Option<OrganizationId>,
    /// Project keys of these projects only.
    pub projects: Option<Vec<ProjectId>>,
    /// Personal keys of this person only.
    pub user: Option<UserId>,
    /// Project keys with this role only.
    pub role: Option<AccessRole>,
    /// Project keys that open this cluster only.
    pub cluster: Option<ClusterId>,
    /// Keys that a search for this text finds only: every word of it begins a word of their name or
    /// description, or it begins their id.
    pub search: Option<String>,
    /// Keys in this state at this moment only.
    pub state: Option<(KeyState, Timestamp)>,
    /// Keys that work at this moment and end soon after it only.
    pub expires_soon: Option<Timestamp>,
    /// Keys that end, or ended, before this moment only.
    pub expires_before: Option<Timestamp>,
    /// Keys made by this actor only, as [`super::Creator::id`] names it.
    pub creator: Option<String>,
    /// Keys made with this key only.
    pub parent: Option<KeyId>,
    /// Personal keys only, or project keys only.
    pub personal: Option<bool>,
    /// Keys reported as leaked only, or all but those.
    pub reported: Option<bool>,
    /// The order of the list.
    pub order: super::KeyOrder,
}

impl KeyFilter {
    /// The ids of the organization or the projects whose keys these are, if the list holds all of
    /// them and nothing narrows it further.
    pub(super) fn whole_places(&self) -> Option<Vec<String>> {
        let (organization, projects) = (self.organization, self.projects.clone());
        let places = match (organization, &projects) {
            (Some(organization), None) => vec![organization.to_string()],
            (None, Some(projects)) => projects.iter().map(ToString::to_string).collect(),
            _ => return None,
        };
        let whole = Self { organization, projects, order: self.order, ..Self::default() };
        (*self == whole).then_some(places)
    }
}

/// A condition of keys `k` with their last use `u`.
pub(super) struct Condition {
    pub(super) full: Piece,
    /// Where an index finds the keys that can pass: what it finds them by.
    pub(super) index: Option<Index>,
}

/// What an index finds keys by, whatever the order of a list.
pub(super) struct Index {
    pub(super) finds: Piece,
    /// Its entries, where it is another than one of the keys themselves.
    pub(super) entries: Option<Piece>,
    /// Whether the index begins with the place of the keys.
    pub(super) of_place: bool,
    /// Whether all that it finds pass, so that nobody has to look again.
    pub(super) exactly: bool,
}

/// Where the keys of the list are, as columns of this table say it. With `loosely` no index of
/// places is of use for it.
pub(super) fn place(filter: &KeyFilter, at: &str, loosely: bool) -> Vec<Piece> {
    let of = |column: &str| {
        if loosely { format!("coalesce({at}.{column}, '')") } else { format!("{at}.{column}") }
    };
    let mut pieces = Vec::new();
    if let Some(organization) = filter.organization {
        let condition = format!("{} = ?", of("organization_id"));
        pieces.push(Piece::new(condition, [text(organization)]));
    }
    if let Some(projects) = &filter.projects {
        let several = vec!["?"; projects.len()].join(", ");
        let condition = match projects.len() {
            0 => "1 = 0".to_owned(),
            1 => format!("{} = ?", of("project_id")),
            _ => format!("{} IN ({several})", of("project_id")),
        };
        pieces.push(Piece::new(condition, projects.iter().map(text)));
        if at == "u" {
            // So that an index of project keys only may be walked.
            pieces.push(Piece::new("u.project_id <> ''", []));
        }
    }
    pieces
}

/// What keys of the place must be besides.
pub(super) fn conditions(filter: &KeyFilter) -> Vec<Condition> {
    let mut all = Vec::new();
    let plain = |full| Condition { full, index: None };
    // An index of the column alone, wherever the keys are.
    let found = |column: &str, value: Value| {
        let piece = Piece::new(format!("k.{column} = ?"), [value]);
        let index = Index { finds: piece.clone(), entries: None, of_place: false, exactly: true };
        Condition { full: piece, index: Some(index) }
    };
    if let Some(parent) = filter.parent {
        all.push(found("parent_id", text(parent)));
    }
    if let Some(user) = filter.user {
        all.push(found("user_id", text(user)));
    }
    if let Some(reported) = filter.reported {
        let piece = Piece::new(format!("k.reported_at IS {}NULL", not(reported)), []);
        all.push(if reported { exactly(piece) } else { plain(piece) });
    }
    all.extend(lifetime_conditions(filter));
    if let Some(creator) = &filter.creator {
        all.push(found("creator_id", creator.as_str().into()));
    }
    if let Some(personal) = filter.personal {
        let piece = Piece::new(format!("k.user_id IS {}NULL", not(personal)), []);
        all.push(if personal { exactly(piece) } else { plain(piece) });
    }
    if let Some(role) = filter.role {
        let piece = Piece::new("k.role = ?", [role.as_str().into()]);
        all.push(exactly(piece));
    }
    if let Some(cluster) = filter.cluster {
        all.push(opens(cluster));
    }
    if let Some(search) = &filter.search {
        all.extend(searched(filter, search));
    }
    all
}

/// Keys that open this cluster: because they name it, or because they open all of its project.
fn opens(cluster: ClusterId) -> Condition {
    let both = || [text(cluster), text(cluster)];
    let condition = "k.project_id = (SELECT project_id FROM clusters WHERE id = ?) \
         AND (k.all_clusters = 1 OR EXISTS (SELECT 1 FROM key_clusters s \
         WHERE s.key_id = k.id AND s.cluster_id = ?))";
    let entries = "SELECT s.key_id FROM key_clusters s WHERE s.cluster_id = ? \
         UNION ALL SELECT o.id FROM keys o WHERE o.all_clusters = 1 \
         AND o.project_id = (SELECT project_id FROM clusters WHERE id = ?)";
    among(Piece::new(condition, both()), Piece::new(entries, both()))
}

/// What a search asks of keys: each word by itself, so that the one which fewest have finds them.
fn searched(filter: &KeyFilter, search: &str) -> Vec<Condition> {
    let word = |(number, word): (usize, &String)| {
        let (full, entries) = has_word(filter, word);
        // That many are looked up in the index to learn which few have; the longest come first.
        if number < MOST_LOOKED_UP { among(full, entries) } else { Condition { full, index: None } }
    };
    match Search::of(search) {
        Search::Words(words) => words.iter().enumerate().map(word).collect(),
        Search::Name(name) => vec![exactly(Piece::new("k.name = ?", [name.into()]))],
        Search::Id(letters) => {
            let id = format!("{ID_PREFIX}{letters}");
            let (worded, entries) = has_word(filter, &letters);
            let full = Piece::new("(", []).then("", &begins("k.id", &id)).then(" OR ", &worded);
            let entries = entries
                .then(" UNION ALL SELECT i.id FROM keys i WHERE ", &begins("i.id", &id))
                .then(" AND ", &Piece::all(&place(filter, "i", true)));
            vec![among(full.then(")", &nothing()), entries)]
        }
    }
}

/// That a key has a word which begins so, and where those that do are found.
fn has_word(filter: &KeyFilter, word: &str) -> (Piece, Piece) {
    let full = Piece::new("EXISTS (SELECT 1 FROM key_words w WHERE w.key_id = k.id", [])
        .then(" AND ", &begins("w.word", word))
        .then(")", &nothing());
    let entries = Piece::new("SELECT w.key_id FROM key_words w WHERE ", [])
        .then("", &Piece::all(&place(filter, "w", false)))
        .then(" AND ", &begins("w.word", word));
    (full, entries)
}

/// That the text of this column begins so.
fn begins(column: &str, beginning: &str) -> Piece {
    let range = format!("{column} >= ? AND {column} < ?");
    Piece::new(range, [beginning.into(), behind(beginning).into()])
}

fn nothing() -> Piece {
    Piece::new("", [])
}

/// A condition that all keys pass whose ids are among these entries of an index.
fn among(full: Piece, entries: Piece) -> Condition {
    let finds = Piece::new("k.id IN (", []).then("", &entries).then(")", &nothing());
    let index = Index { finds, entries: Some(entries), of_place: false, exactly: true };
    Condition { full, index: Some(index) }
}

/// A condition for which an index that begins with the place finds the keys by less.
fn of_place(full: Piece, finds: Piece) -> Condition {
    Condition { full, index: Some(Index { finds, entries: None, of_place: true, exactly: false }) }
}

/// A condition that an index which begins with the place finds all keys of.
fn exactly(piece: Piece) -> Condition {
    let index = Index { finds: piece.clone(), entries: None, of_place: true, exactly: true };
    Condition { full: piece, index: Some(index) }
}

const fn not(is: bool) -> &'static str {
    if is { "NOT " } else { "" }
}

/// The conditions of what depends on the clock; they say what `model::KeyLife::state` says.
fn lifetime_conditions(filter: &KeyFilter) -> Vec<Condition> {
    let mut all = Vec::new();
    if let Some((state, now)) = filter.state {
        let at = |sql: &str| Piece::new(sql, [now.into()]);
        all.push(match state {
            KeyState::Active => of_place(
                at("k.switch = 'on' AND k.expires_at > ? AND k.replaced_by IS NULL"),
                at("k.expires_at > ?"),
            ),
            KeyState::Rotated => of_place(
                at("k.switch = 'on' AND k.expires_at > ? AND k.replaced_by IS NOT NULL"),
                Piece::new("k.replaced_by IS NOT NULL", []),
            ),
            KeyState::Disabled => of_place(
                at("k.switch = 'off' AND k.expires_at > ?"),
                Piece::new("k.switch <> 'on' AND k.switch = 'off'", []),
            ),
            KeyState::Expired => {
                of_place(at("k.switch <> 'revoked' AND k.expires_at <= ?"), at("k.expires_at <= ?"))
            }
            KeyState::Revoked => {
                exactly(Piece::new("k.switch <> 'on' AND k.switch = 'revoked'", []))
            }
        });
    }
    if let Some(now) = filter.expires_soon {
        let end = Timestamp::from_millis(now.millis().saturating_add(SOON_MILLIS));
        let between = "k.expires_at > ? AND k.expires_at <= ?";
        let piece = |sql: String| Piece::new(sql, [now.into(), end.into()]);
        let full = piece(format!("k.switch = 'on' AND {between}"));
        all.push(of_place(full, piece(between.to_owned())));
    }
    if let Some(end) = filter.expires_before {
        let piece = Piece::new("k.expires_at < ?", [end.into()]);
        all.push(exactly(piece));
    }
    all
}
