//! What surrounds the content of every page: where one is, and what else is here.

use crate::assets;
use crate::session::Visitor;
use model::ProjectId;

/// The frame of a page.
pub(crate) struct Frame {
    pub(crate) title: String,
    /// Where one is, from the outside in; the last is this page.
    pub(crate) crumbs: Vec<Link>,
    pub(crate) tabs: Vec<Tab>,
    /// Token of the forms on the page; empty when nobody is signed in.
    pub(crate) form_token: String,
    pub(crate) style: String,
    pub(crate) script: String,
    pub(crate) icon: String,
}

/// A link with its words.
pub(crate) struct Link {
    pub(crate) text: String,
    pub(crate) to: String,
}

/// A link among others of its kind.
pub(crate) struct Tab {
    pub(crate) text: &'static str,
    pub(crate) to: String,
    pub(crate) current: bool,
}

/// The parts of a project.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Overview,
    Keys,
}

impl Frame {
    /// A page for somebody who is not signed in.
    pub(crate) fn outside(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            crumbs: Vec::new(),
            tabs: Vec::new(),
            form_token: String::new(),
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
    pub(crate) fn under(mut self, text: &str, to: &str) -> Self {
        self.crumbs.push(Link { text: text.to_owned(), to: to.to_owned() });
        self
    }

    /// Puts the page into a project.
    #[must_use]
    pub(crate) fn in_project(self, id: ProjectId, name: &str, part: Part) -> Self {
        let home = format!("/console/projects/{id}");
        let tabs = vec![
            Tab { text: "Overview", to: home.clone(), current: part == Part::Overview },
            Tab { text: "API keys", to: format!("{home}/keys"), current: part == Part::Keys },
        ];
        Self { tabs, ..self.under("Projects", "/console/").under(name, &home) }
    }

    /// Whether somebody is signed in.
    pub(crate) fn signed_in(&self) -> bool {
        !self.form_token.is_empty()
    }
}
