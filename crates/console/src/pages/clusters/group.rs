//! `/console/clusters/{cluster}/groups/{group}`: the privileges of a group, to be ticked.

use super::groups::{about, home};
use crate::form::Form;
use crate::frame::{Frame, Part};
use crate::here::InCluster;
use crate::pages::target;
use crate::problem::{Page, render};
use crate::query::Query;
use crate::session::Visitor;
use crate::told::{self, Said};
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use control::command::privilege_groups::{self, ChangeGroup};
use control::{Front, PrivilegeGroup, Receipt};
use model::grant::{Granted, Level, PrivilegeGroupName, level_of};
use model::privilege::{Privilege, PrivilegeSet};
use model::{Action, ClusterId, Error, ErrorKind};

#[derive(Template)]
#[template(path = "clusters/group.html")]
struct Shown {
    frame: Frame,
    id: String,
    name: String,
    may_change: bool,
    may_delete: bool,
    levels: Vec<OfLevel>,
}

/// The privileges of a level.
struct OfLevel {
    about: &'static str,
    privileges: Vec<Choice>,
}

struct Choice {
    name: &'static str,
    summary: &'static str,
    held: bool,
}

/// The group.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    Path((cluster, group)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let said = Said::in_query(&Query::parse(query.as_deref()));
    page(&front, &visitor, target(&cluster)?, &named(&group)?, said, None).await
}

/// Makes the group hold what is ticked.
pub(crate) async fn change(
    State(front): State<Front>,
    visitor: Visitor,
    Path((cluster, group)): Path<(String, String)>,
    mut form: Form,
) -> Result<Response, Page> {
    let (id, name): (ClusterId, PrivilegeGroupName) = (target(&cluster)?, named(&group)?);
    visitor.check(&mut form)?;
    let ticked = ticked(form.all("privilege"));
    form.finish()?;
    let wanted = match ticked {
        Ok(wanted) => wanted,
        Err(error) => return refused(&front, &visitor, id, &name, &error, None).await,
    };
    // Only what differs is asked for: everything else may be changing in another window.
    let (_, present) = found(&front, &visitor, id, &name).await?;
    let more = wanted.without(present.privileges);
    let fewer = present.privileges.without(wanted);
    match changed(&front, &visitor, (id, &name), more, fewer).await {
        Ok(Some(receipt)) => told::done(&receipt, &format!("{}/{name}", home(id)), "saved"),
        Ok(None) => Ok(told::went(&format!("{}/{name}", home(id)), "saved")),
        Err(error) => refused(&front, &visitor, id, &name, &error, Some(wanted)).await,
    }
}

/// Adds and takes away; the receipt of the last change, if there was one. What may be refused comes
/// first, so that a refusal leaves the group as it was.
async fn changed(
    front: &Front,
    visitor: &Visitor,
    (cluster, name): (ClusterId, &PrivilegeGroupName),
    more: PrivilegeSet,
    fewer: PrivilegeSet,
) -> Result<Option<Receipt>, Error> {
    let request = |some: PrivilegeSet| ChangeGroup {
        cluster,
        name: name.clone(),
        privileges: some.iter().map(Granted::Privilege).collect(),
    };
    let mut last = None;
    for (some, give) in [(more, true), (fewer, false)] {
        if some.is_empty() {
            continue;
        }
        let (request, caller) = (request(some), visitor.caller.clone());
        let (_, receipt) = front
            .change(move |desk| {
                if give {
                    privilege_groups::add(desk, &caller, &request)
                } else {
                    privilege_groups::remove(desk, &caller, &request)
                }
            })
            .await?;
        last = Some(receipt);
    }
    Ok(last)
}

/// Drops the group if its name was typed.
pub(crate) async fn delete(
    State(front): State<Front>,
    visitor: Visitor,
    Path((cluster, group)): Path<(String, String)>,
    mut form: Form,
) -> Result<Response, Page> {
    let (id, name): (ClusterId, PrivilegeGroupName) = (target(&cluster)?, named(&group)?);
    visitor.check(&mut form)?;
    let typed = form.text("name")?;
    form.finish()?;
    let caller = visitor.caller.clone();
    let done = if typed.trim() == name.to_string() {
        let gone = name.clone();
        front.change(move |desk| privilege_groups::delete(desk, &caller, id, &gone)).await
    } else {
        Err(Error::invalid("that is not the name of this group"))
    };
    match done {
        Ok((_, receipt)) => told::done(&receipt, &home(id), "removed"),
        Err(error) => refused(&front, &visitor, id, &name, &error, None).await,
    }
}

/// The privileges that were ticked.
fn ticked(names: Vec<String>) -> Result<PrivilegeSet, Error> {
    let mut set = PrivilegeSet::EMPTY;
    for name in names {
        let one = Privilege::from_text(&name)
            .ok_or_else(|| Error::invalid(format!("{name:?} is no privilege of Milvus")))?;
        set = set.with(one);
    }
    Ok(set)
}

/// The name in a path; what cannot be one names no group.
fn named(group: &str) -> Result<PrivilegeGroupName, Page> {
    PrivilegeGroupName::new(group).map_err(|_| Page::missing())
}

async fn found(
    front: &Front,
    visitor: &Visitor,
    id: ClusterId,
    name: &PrivilegeGroupName,
) -> Result<(InCluster, PrivilegeGroup), Error> {
    let (caller, name) = (visitor.caller.clone(), name.clone());
    front
        .see(move |desk| {
            let here = InCluster::find(desk, &caller, id)?;
            let groups = privilege_groups::list(desk, &caller, id)?;
            let group = groups.into_iter().find(|group| group.name == name);
            let missing = || Error::new(ErrorKind::NotFound, "the cluster has no such group");
            Ok((here, group.ok_or_else(missing)?))
        })
        .await
}

async fn refused(
    front: &Front,
    visitor: &Visitor,
    id: ClusterId,
    name: &PrivilegeGroupName,
    error: &Error,
    wanted: Option<PrivilegeSet>,
) -> Result<Response, Page> {
    let said = Said::Refused(told::refusal_of_names(error)?);
    page(front, visitor, id, name, said, wanted).await
}

async fn page(
    front: &Front,
    visitor: &Visitor,
    id: ClusterId,
    name: &PrivilegeGroupName,
    said: Said,
    wanted: Option<PrivilegeSet>,
) -> Result<Response, Page> {
    let (here, group) = found(front, visitor, id, name).await?;
    let may_change = here.place.may(Action::UpdatePrivilegeGroup);
    let held = wanted.unwrap_or(group.privileges);
    // Privileges of another level could not be added, so they are not offered.
    let only = level_of(group.privileges).ok().flatten();
    let levels = Level::ALL.iter().filter(|level| only.is_none_or(|only| only == **level));
    let frame = Frame::of(visitor, name.as_str()).in_cluster(&here, Part::Groups);
    let shown = Shown {
        frame: frame.under("Privilege groups", &home(id)).saying(&said),
        id: id.to_string(),
        name: name.to_string(),
        may_change,
        may_delete: here.place.may(Action::DeletePrivilegeGroup),
        levels: levels.map(|level| of_level(*level, held)).collect(),
    };
    Ok(render(said.status(), &shown))
}

fn of_level(level: Level, held: PrivilegeSet) -> OfLevel {
    let here = Privilege::ALL.iter().filter(|one| one.level() == level);
    let choice = |one: &Privilege| Choice {
        name: one.as_str(),
        summary: one.summary(),
        held: held.contains(*one),
    };
    OfLevel { about: about(level), privileges: here.map(choice).collect() }
}
