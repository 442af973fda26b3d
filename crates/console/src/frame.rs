//! What surrounds the content of every page: where one is, what else is here, and what was just
//! done or refused.

use crate::assets;
use crate::here::{InCluster, InOrganization, InProject};
use crate::session::Visitor;
use crate::told::Said;
use model::Action;

/// The frame of a page.
pub(crate) struct Frame {
    pub(crate) title: String,
    /// Where one is, from the outside in; the last is this page.
    pub(crate) crumbs: Vec<Link>,
    /// What the tabs are of.
    pub(crate) tabs_of: &'static str,
    pub(crate) tabs: Vec<Tab>,
    /// Token of the forms on the page; empty when nobody is signed in.
    pub(crate) form_token: String,
    /// What was just done; empty for nothing.
    pub(crate) notice: String,
    /// Why what was asked for was not done; empty for nothing.
    pub(crate) refusal: String,
    pub(crate) style: String,
    pub(crate) script: String,
    pub(crate) icon: String,
}

/// A link with its words.
pub(crate) struct Link {
    /// What kind of thing it leads to, where its name alone would not tell.
    pub(crate) kind: &'static str,
    pub(crate) text: String,
    pub(crate) to: String,
}

/// A link among others of its kind.
pub(crate) struct Tab {
    pub(crate) text: &'static str,
    pub(crate) to: String,
    pub(crate) current: bool,
}

/// The parts of an organization, a project or a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Projects,
    Keys,
    Members,
    Invitations,
    Whitelist,
    Usage,
    Audit,
    Settings,
    Overview,
    Connect,
    Users,
    Roles,
    Groups,
    Explain,
}

impl Part {
    const fn text(self) -> &'static str {
        match self {
            Self::Projects => "Projects",
            Self::Keys => "API keys",
            Self::Members => "Members",
            Self::Invitations => "Invitations",
            Self::Whitelist => "Whitelist",
            Self::Usage => "Usage",
            Self::Audit => "Audit",
            Self::Settings => "Settings",
            Self::Overview => "Overview",
            Self::Connect => "Connect",
            Self::Users => "Users",
            Self::Roles => "Roles",
            Self::Groups => "Privilege groups",
            Self::Explain => "Explain",
        }
    }

    /// The end of its address.
    const fn path(self) -> &'static str {
        match self {
            Self::Projects | Self::Overview => "",
            Self::Keys => "/keys",
            Self::Members => "/members",
            Self::Invitations => "/invitations",
            Self::Whitelist => "/whitelist",
            Self::Usage => "/usage",
            Self::Audit => "/audit",
            Self::Settings => "/settings",
            Self::Connect => "/connect",
            Self::Users => "/users",
            Self::Roles => "/roles",
            Self::Groups => "/groups",
            Self::Explain => "/explain",
        }
    }
}

impl Frame {
    /// A page for somebody who is not signed in.
    pub(crate) fn outside(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            crumbs: Vec::new(),
            tabs_of: "",
            tabs: Vec::new(),
            form_token: String::new(),
            notice: String::new(),
            refusal: String::new(),
            style: assets::style(),
            script: assets::script(),
            icon: assets::icon(),
        }
    }

    /// A page for this visitor.
    pub(crate) fn of(visitor: &Visitor, title: &str) -> Self {
        Self { form_token: visitor.form_token(), ..Self::outside(title) }
    }

    /// Adds a step to where one is.
    #[must_use]
    pub(crate) fn under(self, text: &str, to: &str) -> Self {
        self.under_a("", text, to)
    }

    /// Adds a step to where one is, named by its kind, too.
    #[must_use]
    pub(crate) fn under_a(mut self, kind: &'static str, text: &str, to: &str) -> Self {
        self.crumbs.push(Link { kind, text: text.to_owned(), to: to.to_owned() });
        self
    }

    /// Says what came of what was just asked for.
    #[must_use]
    pub(crate) fn saying(self, said: &Said) -> Self {
        match said {
            Said::Nothing => self,
            Said::Done(notice) => Self { notice: (*notice).to_owned(), ..self },
            Said::Refused(refusal) => self.refusing(refusal.clone()),
        }
    }

    /// Says why what was asked for was not done.
    #[must_use]
    pub(crate) fn refusing(self, refusal: String) -> Self {
        Self { refusal, ..self }
    }

    /// Puts the page into an organization.
    #[must_use]
    pub(crate) fn in_organization(self, place: &InOrganization, part: Part) -> Self {
        let home = format!("/console/organizations/{}", place.id());
        let parts = [
            (Part::Projects, true),
            (Part::Members, place.may(Action::ViewMember)),
            (Part::Invitations, place.may(Action::CreateInvitation)),
            (Part::Usage, place.may(Action::ViewUsage)),
            (Part::Audit, place.may(Action::ViewAudit)),
            (Part::Settings, place.may(Action::UpdateOrganization)),
        ];
        let framed = self.under_a("Organization", place.name(), &home);
        Self { tabs_of: "Organization", tabs: tabs(&home, &parts, part), ..framed }
    }

    /// Puts the page into a project.
    #[must_use]
    pub(crate) fn in_project(self, place: &InProject, part: Part) -> Self {
        let home = format!("/console/projects/{}", place.project.id);
        let parts = [
            (Part::Overview, true),
            (Part::Keys, place.may(Action::ViewKey)),
            (Part::Members, place.may(Action::ViewProjectMember)),
            (Part::Whitelist, place.may(Action::ViewWhitelist)),
            (Part::Usage, place.may(Action::ViewUsage)),
            (Part::Settings, place.may(Action::UpdateProject)),
        ];
        let above = format!("/console/organizations/{}", place.project.organization);
        let framed = self.under_a("Organization", &place.organization, &above);
        let framed = framed.under_a("Project", place.project.name.as_str(), &home);
        Self { tabs_of: "Project", tabs: tabs(&home, &parts, part), ..framed }
    }

    /// Puts the page into a cluster.
    #[must_use]
    pub(crate) fn in_cluster(self, here: &InCluster, part: Part) -> Self {
        let (home, may) = (format!("/console/clusters/{}", here.cluster.id), &here.place);
        let parts = [
            (Part::Overview, true),
            (Part::Connect, true),
            (Part::Users, may.may(Action::ListClusterUsers)),
            (Part::Roles, may.may(Action::ViewClusterRole)),
            (Part::Groups, may.may(Action::ViewPrivilegeGroup)),
            (Part::Explain, may.may(Action::ExplainAccess)),
            (Part::Usage, may.may(Action::ViewUsage)),
            (Part::Settings, may.may(Action::UpdateCluster)),
        ];
        let framed = self.in_project(&here.place, Part::Overview);
        let framed = framed.under_a("Cluster", here.cluster.name.as_str(), &home);
        Self { tabs_of: "Cluster", tabs: tabs(&home, &parts, part), ..framed }
    }

    /// Whether somebody is signed in.
    pub(crate) fn signed_in(&self) -> bool {
        !self.form_token.is_empty()
    }
}

fn tabs(home: &str, parts: &[(Part, bool)], current: Part) -> Vec<Tab> {
    let shown = parts.iter().filter(|(_, shown)| *shown);
    let tab = |(part, _): &(Part, bool)| Tab {
        text: part.text(),
        to: format!("{home}{}", part.path()),
        current: *part == current,
    };
    shown.map(tab).collect()
}
