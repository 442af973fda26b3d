//! The table of all routes of Milvus' RESTful API v2.
//!
//! A row has the path behind `/v2/vectordb/`, who answers it, and the function that does. The page
//! `docs/REST.md` is made of it. To add a route: a row, and its function in the file of its
//! resource, and its description in `describe/`.

use crate::body::Body;
use crate::caller::{Caller, Reply};
use crate::problem::Problem;
use crate::{
    aliases, analyzers, collections, databases, entities, file_resources, indexes, jobs,
    partitions, privilege_groups, resource_groups, roles, users,
};
use std::pin::Pin;

/// What a route's function gives back.
pub(crate) type Handling<'a> = Pin<Box<dyn Future<Output = Result<Reply, Problem>> + Send + 'a>>;
/// The function of a route.
pub(crate) type Handler = for<'a> fn(&'a mut Caller<'_>, Body<'a>) -> Handling<'a>;

/// On which engines a route works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// On Milvus Lite and on servers, the oldest included.
    Everywhere,
    /// On Milvus Lite and on newer servers.
    Lite,
    /// On servers, the oldest included, but not on Milvus Lite.
    Server,
    /// On newer servers that have what it asks for; the others say that they do not.
    Newer,
    /// Keyward answers it, whatever the engine.
    Keyward,
    /// On none: Milvus does it inside and offers it to no client.
    Closed,
}

/// One route.
struct Route {
    path: &'static str,
    standing: Standing,
    handler: Handler,
}

/// Where the routes are.
pub(crate) const PREFIX: &str = "/v2/vectordb/";

/// The function for a path.
pub(crate) fn find(path: &str) -> Option<Handler> {
    let path = path.strip_prefix(PREFIX)?;
    ROUTES.iter().find(|route| route.path == path).map(|route| route.handler)
}

/// Every route: its path, and on which engines it works.
pub fn table() -> impl Iterator<Item = (String, Standing)> {
    ROUTES.iter().map(|route| (format!("{PREFIX}{}", route.path), route.standing))
}

/// Rows of the table: path, standing, function.
macro_rules! routes {
    ($($path:literal $standing:ident $handler:path;)*) => {
        &[$(Route {
            path: $path,
            standing: Standing::$standing,
            handler: |caller, body| Box::pin($handler(caller, body)),
        }),*]
    };
}

#[rustfmt::skip]
static ROUTES: &[Route] = routes! {
    "collections/list" Everywhere collections::list;
    "collections/has" Everywhere collections::has;
    "collections/describe" Everywhere collections::describe;
    "collections/get_stats" Everywhere collections::get_stats;
    "collections/get_load_state" Everywhere collections::get_load_state;
    "collections/create" Everywhere collections::create;
    "collections/drop" Everywhere collections::drop;
    "collections/truncate" Lite collections::truncate;
    "collections/rename" Everywhere collections::rename;
    "collections/load" Everywhere collections::load;
    "collections/refresh_load" Everywhere collections::refresh_load;
    "collections/release" Everywhere collections::release;
    "collections/alter_properties" Everywhere collections::alter_properties;
    "collections/add_function" Newer collections::add_function;
    "collections/alter_function" Newer collections::alter_function;
    "collections/drop_function" Newer collections::drop_function;
    "collections/add_function_field" Newer collections::add_function_field;
    "collections/drop_function_field" Newer collections::drop_function_field;
    "collections/drop_properties" Lite collections::drop_properties;
    "collections/compact" Everywhere collections::compact;
    "collections/get_compaction_state" Everywhere collections::compaction_state;
    "collections/flush" Everywhere collections::flush;
    "collections/fields/alter_properties" Newer collections::alter_field;
    "collections/fields/add" Newer collections::add_field;
    "collections/fields/drop" Newer collections::drop_field;
    "collections/struct_fields/add" Newer collections::add_struct_field;
    "databases/create" Everywhere databases::create;
    "databases/drop" Everywhere databases::drop;
    "databases/drop_properties" Lite databases::drop_properties;
    "databases/list" Everywhere databases::list;
    "databases/describe" Lite databases::describe;
    "databases/alter" Lite databases::alter;
    "databases/alter_properties" Lite databases::alter;
    "entities/query" Everywhere entities::query;
    "entities/get" Everywhere entities::get;
    "entities/delete" Everywhere entities::delete;
    "entities/insert" Everywhere entities::insert;
    "entities/upsert" Everywhere entities::upsert;
    "entities/search" Everywhere entities::search;
    "entities/advanced_search" Lite entities::hybrid_search;
    "entities/hybrid_search" Lite entities::hybrid_search;
    "partitions/list" Everywhere partitions::list;
    "partitions/has" Everywhere partitions::has;
    "partitions/get_stats" Everywhere partitions::get_stats;
    "partitions/create" Everywhere partitions::create;
    "partitions/drop" Everywhere partitions::drop;
    "partitions/load" Server partitions::load;
    "partitions/release" Server partitions::release;
    "indexes/list" Everywhere indexes::list;
    "indexes/describe" Everywhere indexes::describe;
    "indexes/create" Everywhere indexes::create;
    "indexes/drop" Everywhere indexes::drop;
    "indexes/alter_properties" Newer indexes::alter_properties;
    "indexes/drop_properties" Newer indexes::drop_properties;
    "aliases/list" Everywhere aliases::list;
    "aliases/describe" Everywhere aliases::describe;
    "aliases/create" Everywhere aliases::create;
    "aliases/drop" Everywhere aliases::drop;
    "aliases/alter" Everywhere aliases::alter;
    "users/list" Keyward users::list;
    "users/describe" Keyward users::describe;
    "users/create" Keyward users::create;
    "users/update_password" Keyward users::update_password;
    "users/drop" Keyward users::drop;
    "users/grant_role" Keyward users::grant_role;
    "users/revoke_role" Keyward users::revoke_role;
    "roles/list" Keyward roles::list;
    "roles/describe" Keyward roles::describe;
    "roles/create" Keyward roles::create;
    "roles/alter" Keyward roles::alter;
    "roles/drop" Keyward roles::drop;
    "roles/grant_privilege" Keyward roles::grant_privilege;
    "roles/revoke_privilege" Keyward roles::revoke_privilege;
    "roles/grant_privilege_v2" Keyward roles::grant_privilege_v2;
    "roles/revoke_privilege_v2" Keyward roles::revoke_privilege_v2;
    "privilege_groups/create" Keyward privilege_groups::create;
    "privilege_groups/drop" Keyward privilege_groups::drop;
    "privilege_groups/list" Keyward privilege_groups::list;
    "privilege_groups/add_privileges_to_group" Keyward privilege_groups::add;
    "privilege_groups/remove_privileges_from_group" Keyward privilege_groups::remove;
    "jobs/import/list" Server jobs::import_list;
    "jobs/import/create" Server jobs::import_create;
    "jobs/import/get_progress" Server jobs::import_progress;
    "jobs/import/describe" Server jobs::import_progress;
    "jobs/import/commit" Closed jobs::closed;
    "jobs/import/abort" Closed jobs::closed;
    "jobs/snapshot/restore_external" Newer jobs::snapshot_restore;
    "jobs/snapshot/export" Newer jobs::snapshot_export;
    "jobs/snapshot/describe" Newer jobs::snapshot_describe;
    "jobs/snapshot/list" Newer jobs::snapshot_list;
    "jobs/external_collection/refresh" Newer jobs::external_refresh;
    "jobs/external_collection/describe" Newer jobs::external_progress;
    "jobs/external_collection/list" Newer jobs::external_list;
    "resource_groups/create" Server resource_groups::create;
    "resource_groups/drop" Server resource_groups::drop;
    "resource_groups/alter" Newer resource_groups::alter;
    "resource_groups/describe" Server resource_groups::describe;
    "resource_groups/list" Server resource_groups::list;
    "resource_groups/transfer_replica" Newer resource_groups::transfer_replica;
    "file_resources/add" Newer file_resources::add;
    "file_resources/remove" Newer file_resources::remove;
    "file_resources/list" Newer file_resources::list;
    "segments/describe" Closed jobs::closed;
    "quotacenter/describe" Closed jobs::closed;
    "common/run_analyzer" Newer analyzers::run;
};

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::fmt::Write;
    use std::path::Path;

    const MARK: &str = "<!-- Renewed by `KEYWARD_UPDATE=1 cargo test -p rest routes`. -->\n";

    #[test]
    fn every_route_of_milvus_is_there_once() {
        let paths: HashSet<String> = table().map(|(path, _)| path).collect();
        assert_eq!((paths.len(), ROUTES.len()), (105, 105));
        assert!(find("/v2/vectordb/collections/list").is_some());
        for path in ["/v2/vectordb/", "/v1/vectordb/collections/list", "collections/list", ""] {
            assert!(find(path).is_none(), "{path}");
        }
    }

    #[test]
    fn the_page_of_routes_is_true() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/REST.md");
        let page = std::fs::read_to_string(&file).unwrap();
        let (head, _) = page.split_once(MARK).unwrap();
        let mut expected = format!(
            "{head}{MARK}\n| route | Milvus Lite | Milvus 2.3 | newest Milvus | answered by |\n\
             |---|---|---|---|---|\n"
        );
        for (path, standing) in table() {
            let cells = match standing {
                Standing::Everywhere => "yes | yes | yes | engine",
                Standing::Lite => "yes | no | yes | engine",
                Standing::Server => "no | yes | yes | engine",
                Standing::Newer => "no | no | yes | engine",
                Standing::Keyward => "yes | yes | yes | Keyward",
                Standing::Closed => "no | no | no | nobody",
            };
            writeln!(expected, "| `{path}` | {cells} |").unwrap();
        }
        if std::env::var_os("KEYWARD_UPDATE").is_some() {
            std::fs::write(&file, &expected).unwrap();
            return;
        }
        assert_eq!(page, expected, "renew the page with KEYWARD_UPDATE=1");
    }
}
