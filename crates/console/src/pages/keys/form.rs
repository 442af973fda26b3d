//! What the forms of a key's record show beside what was typed.

use super::typed::Typed;
use crate::frame::{Frame, Part};
use crate::here::InProject;
use crate::problem::Page;
use crate::session::Visitor;
use control::command::clusters::{self, ListClusters};
use control::command::organizations;
use control::{Cluster, Front, Page as ListPage};
use model::ProjectId;
use model::privilege_group;

/// The project of a key, and what it can be given there.
pub(super) struct Surroundings {
    pub(super) place: InProject,
    pub(super) clusters: Vec<Cluster>,
    /// Whether the organization shows keys once.
    pub(super) once: bool,
    /// How many days new keys work if nobody says otherwise.
    usual_days: Option<u16>,
}

/// The form's fields.
pub(super) struct Fields {
    pub(super) typed: Typed,
    pub(super) clusters: Vec<Choice>,
    pub(super) groups: Vec<Choice>,
    /// What the usual end means, in words.
    pub(super) usual_end: String,
}

/// Something to tick.
pub(super) struct Choice {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) chosen: bool,
}

impl Surroundings {
    /// Looks them up.
    ///
    /// # Errors
    /// The page for a project that the visitor may not see.
    pub(super) async fn find(
        front: &Front,
        visitor: &Visitor,
        id: ProjectId,
    ) -> Result<Self, Page> {
        let caller = visitor.caller.clone();
        let found = front.see(move |desk| {
            let place = InProject::find(desk, &caller, id)?;
            let page = ListPage::new(1, ListPage::MAX_SIZE)?;
            let request = ListClusters { organization: None, project: Some(id), page };
            let clusters = clusters::list(desk, &caller, request)?.items;
            let home = organizations::show(desk, &caller, place.project.organization)?;
            let settings = home.organization.settings;
            let usual_days = settings.default_key_expiry.map(model::KeyLifetime::in_days);
            Ok(Self { place, clusters, once: settings.show_keys_once, usual_days })
        });
        Ok(found.await?)
    }

    /// The frame of a page about the project's keys.
    pub(super) fn frame(&self, visitor: &Visitor, title: &str) -> Frame {
        let keys = format!("/console/projects/{}/keys", self.place.project.id);
        Frame::of(visitor, title).in_project(&self.place, Part::Keys).under("API keys", &keys)
    }

    /// The fields of a form; `present_end` is the end of a key that is there, empty for a new one.
    pub(super) fn fields(&self, typed: Typed, present_end: String) -> Fields {
        let clusters = self.clusters.iter().map(|cluster| {
            let id = cluster.id.to_string();
            let chosen = typed.clusters.contains(&id);
            Choice { id, name: cluster.name.to_string(), chosen }
        });
        let groups = privilege_group::names().map(|name| Choice {
            id: name.to_owned(),
            name: name.to_owned(),
            chosen: typed.groups.iter().any(|group| group == name),
        });
        let usual_end = match (present_end.is_empty(), self.usual_days) {
            (false, _) => present_end,
            (true, Some(days)) => format!("As the organization has it: {days} days"),
            (true, None) => "As the organization has it: until it is deleted".to_owned(),
        };
        Fields { clusters: clusters.collect(), groups: groups.collect(), usual_end, typed }
    }
}
