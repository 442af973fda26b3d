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
use control::command::privilege_groups::{self, SetGroup};
use control::{Caller, Desk, Front, PrivilegeGroup};
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
    /// What it holds, by name, so that nothing is saved over what somebody else did meanwhile.
    seen: String,
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

/// Makes the group hold what is ticked, if it still is what the page showed.
pub(crate) async fn change(
    State(front): State<Front>,
    visitor: Visitor,
    Path((cluster, group)): Path<(String, String)>,
    mut form: Form,
) -> Result<Response, Page> {
    let (id, name): (ClusterId, PrivilegeGroupName) = (target(&cluster)?, named(&group)?);
    visitor.check(&mut form)?;
    let (ticked, seen) = (privileges(&form.all("privilege")), form.text("seen")?);
    form.finish()?;
    let seen = privileges(&seen.split_whitespace().collect::<Vec<_>>());
    let (wanted, seen) = match ticked.and_then(|wanted| Ok((wanted, seen?))) {
        Ok(both) => both,
        Err(error) => return refused(&front, &visitor, id, &name, &error, None).await,
    };
    let request = SetGroup {
        cluster: id,
        name: name.clone(),
        privileges: wanted.iter().map(Granted::Privilege).collect(),
        seen: Some(seen),
    };
    let set = |desk: &Desk, caller: &Caller, request| privilege_groups::set(desk, caller, &request);
    match visitor.change(&front, Ok(request), set).await {
        Ok((_, receipt)) => told::done(&receipt, &format!("{}/{name}", home(id)), "saved"),
        // The page shows what it holds now, not what was wanted of what it held.
        Err(error) if error.kind() == ErrorKind::Conflict => {
            refused(&front, &visitor, id, &name, &error, None).await
        }
        Err(error) => refused(&front, &visitor, id, &name, &error, Some(wanted)).await,
    }
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

/// The privileges with these names.
fn privileges(names: &[impl AsRef<str>]) -> Result<PrivilegeSet, Error> {
    let known = |name: &str| {
        let unknown = || Error::invalid(format!("{name:?} is no privilege of Milvus"));
        Privilege::from_text(name).ok_or_else(unknown)
    };
    names.iter().map(|name| known(name.as_ref())).collect()
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
        seen: group.privileges.iter().map(Privilege::as_str).collect::<Vec<_>>().join(" "),
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
