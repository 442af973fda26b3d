//! Users, roles, privilege groups, resource groups and files.

use super::{DB, Data, Kind, Member, Operation, PAIR, does, may, must};

const USER: Member = must("userName", Kind::Text, "The user.");
const ROLE: Member = must("roleName", Kind::Text, "The role.");
const ABOUT_ROLE: Member = may("description", Kind::Text, "What people say of it.");
const ABOUT_USER: Member = may("description", Kind::Text, "What people say of the user.");
const PRIVILEGE: Member = must("privilege", Kind::Text, "The privilege, or a group of them.");
const GROUP: Member = must("privilegeGroupName", Kind::Text, "The group.");
const PRIVILEGES: Member = may("privileges", Kind::Texts, "Privileges.");
const NAME: Member = must("name", Kind::Text, "The resource group.");
const FILE: Member = must("name", Kind::Text, "The file's name.");
const FILES: &[Member] = &[
    must("id", Kind::Whole, "Its number."),
    FILE,
    must("path", Kind::Text, "Where it is in the engine's storage."),
];
const OF_USER: &[Member] = &[USER];
const OF_ROLE: &[Member] = &[ROLE];
const ABOUT: &[Member] = &[ROLE, ABOUT_ROLE];
const USER_ROLE: &[Member] = &[USER, ROLE];
const GROUP_PRIVILEGES: &[Member] = &[GROUP, PRIVILEGES];
const GRANT: &[Member] = &[
    ROLE,
    ABOUT_ROLE,
    must("objectType", Kind::Text, "Such as `Collection`, `Global` or `User`."),
    must("objectName", Kind::Text, "Its name, or `*`."),
    PRIVILEGE,
    DB,
];
const GRANT_V2: &[Member] = &[
    ROLE,
    ABOUT_ROLE,
    PRIVILEGE,
    may("dbName", Kind::Text, "The database, or `*`."),
    may("collectionName", Kind::Text, "The collection, or `*`."),
];
const NODES: &[Member] = &[must("node_num", Kind::Whole, "How many nodes.")];
const TRANSFER: &[Member] = &[must("resource_group", Kind::Text, "The other resource group.")];
const REQUESTS: Member = may("requests", Kind::Object(NODES), "How many nodes it is to have.");
const LIMITS: Member = may("limits", Kind::Object(NODES), "How many nodes it may have.");
const FROM: Member =
    may("transfer_from", Kind::Objects(TRANSFER), "Where missing nodes come from.");
const TO: Member = may("transfer_to", Kind::Objects(TRANSFER), "Where nodes go that are too many.");
const LABELS: &str = "Labels that nodes must have.";
const CONFIG: &[Member] = &[
    REQUESTS,
    LIMITS,
    FROM,
    TO,
    may("node_filter", Kind::Object(&[may("node_labels", Kind::Free, LABELS)]), "Which nodes."),
];
const DESCRIBED_CONFIG: &[Member] = &[
    REQUESTS,
    LIMITS,
    FROM,
    TO,
    may(
        "node_filter",
        Kind::Object(&[must("node_labels", Kind::Objects(PAIR), LABELS)]),
        "Which nodes.",
    ),
];
const NODE: &[Member] = &[
    must("node_id", Kind::Whole, "Its number."),
    must("address", Kind::Text, "Where it is."),
    must("hostname", Kind::Text, "The name of its machine."),
];
const GROUP_LIST: &[Member] = &[must(
    "privilegeGroups",
    Kind::Objects(&[
        must("privilegeGroupName", Kind::Text, "Its name."),
        must("privileges", Kind::Texts, "What it holds."),
    ]),
    "The groups.",
)];
const GRANTED: &[Member] = &[
    must("objectType", Kind::Text, "On what kind of thing."),
    must("objectName", Kind::Text, "On which."),
    must("privilege", Kind::Text, "The privilege."),
    must("dbName", Kind::Text, "In which database."),
    must("grantor", Kind::Text, "Who granted it."),
];
const DESCRIBED_GROUP: &[Member] = &[
    must("name", Kind::Text, "Its name."),
    must("capacity", Kind::Whole, "How many nodes it may have."),
    must("num_available_node", Kind::Whole, "Nodes that can be used."),
    must("num_loaded_replica", Kind::Free, "Replicas by collection."),
    must("num_outgoing_node", Kind::Free, "Nodes lent out, by collection."),
    must("num_incoming_node", Kind::Free, "Nodes borrowed, by collection."),
    must("config", Kind::Object(DESCRIBED_CONFIG), "What it is to be like."),
    must("nodes", Kind::Objects(NODE), "The nodes."),
];
const ADA: &[&str] = &[r#"{"userName":"ada"}"#];
const READER: &[&str] = &[r#"{"roleName":"reader"}"#];
const ADA_READER: &[&str] = &[r#"{"userName":"ada","roleName":"reader"}"#];
const GRANT_EXAMPLE: &[&str] = &[r#"{"roleName":"reader","objectType":"Collection",
  "objectName":"books","privilege":"Search"}"#];
const GRANT_V2_EXAMPLE: &[&str] = &[r#"{"roleName":"reader","privilege":"CollectionReadOnly",
  "dbName":"default","collectionName":"books"}"#];
const LOOKERS: &[&str] = &[r#"{"privilegeGroupName":"lookers"}"#];
const LOOKERS_QUERY: &[&str] = &[r#"{"privilegeGroupName":"lookers","privileges":["Query"]}"#];
const RG: &[&str] = &[r#"{"name":"rg"}"#];

/// The operations.
pub(super) const ALL: &[Operation] = &[
    does("users/list", "List the users", &[], &["{}"]).gives(Data::Names),
    does("users/describe", "List the roles of a user", OF_USER, ADA).gives(Data::Names),
    does(
        "users/create",
        "Make a user",
        &[USER, must("password", Kind::Text, "The password."), ABOUT_USER],
        &[r#"{"userName":"ada","password":"Lovelace-1815"}"#],
    ),
    does(
        "users/update_password",
        "Change the password of a user",
        &[
            USER,
            may("password", Kind::Text, "The password so far."),
            may("newPassword", Kind::Text, "The new one."),
            ABOUT_USER,
        ],
        &[r#"{"userName":"ada","password":"Lovelace-1815","newPassword":"Lovelace-1852"}"#],
    ),
    does("users/drop", "Drop a user", OF_USER, ADA),
    does("users/grant_role", "Give a user a role", USER_ROLE, ADA_READER),
    does("users/revoke_role", "Take a role from a user", USER_ROLE, ADA_READER),
    does("roles/list", "List the roles", &[], &["{}"]).gives(Data::Names),
    does("roles/describe", "List what a role may do", &[ROLE, DB], READER)
        .gives(Data::Objects(GRANTED)),
    does("roles/create", "Make a role", ABOUT, READER),
    does(
        "roles/alter",
        "Change what people say of a role",
        ABOUT,
        &[r#"{"roleName":"reader","description":"reads"}"#],
    ),
    does("roles/drop", "Drop a role", OF_ROLE, READER),
    does("roles/grant_privilege", "Let a role do something", GRANT, GRANT_EXAMPLE),
    does("roles/revoke_privilege", "Take that back", GRANT, GRANT_EXAMPLE),
    does("roles/grant_privilege_v2", "Let a role do something", GRANT_V2, GRANT_V2_EXAMPLE),
    does("roles/revoke_privilege_v2", "Take that back", GRANT_V2, GRANT_V2_EXAMPLE),
    does("privilege_groups/create", "Make a privilege group", &[GROUP], LOOKERS),
    does("privilege_groups/drop", "Drop a privilege group", &[GROUP], LOOKERS),
    does("privilege_groups/list", "List the privilege groups", &[], &["{}"])
        .gives(Data::Object(GROUP_LIST)),
    does(
        "privilege_groups/add_privileges_to_group",
        "Add privileges to a group",
        GROUP_PRIVILEGES,
        LOOKERS_QUERY,
    ),
    does(
        "privilege_groups/remove_privileges_from_group",
        "Remove privileges from a group",
        GROUP_PRIVILEGES,
        LOOKERS_QUERY,
    ),
    does(
        "resource_groups/create",
        "Make a resource group",
        &[NAME, may("config", Kind::Object(CONFIG), "What it is to be like.")],
        &[r#"{"name":"rg","config":{"requests":{"node_num":0},"limits":{"node_num":0}}}"#],
    ),
    does("resource_groups/drop", "Drop a resource group", &[NAME], RG),
    does(
        "resource_groups/alter",
        "Change resource groups",
        &[must("resource_groups", Kind::Named(CONFIG), "What each is to be like, by name.")],
        &[r#"{"resource_groups":{"rg":{"requests":{"node_num":0},"limits":{"node_num":0},
          "transfer_from":[{"resource_group":"other"}],
          "transfer_to":[{"resource_group":"other"}],
          "node_filter":{"node_labels":{"zone":"a"}}}}}"#],
    ),
    does("resource_groups/describe", "Describe a resource group", &[NAME], RG)
        .gives(Data::Object(DESCRIBED_GROUP)),
    does("resource_groups/list", "List the resource groups", &[], &["{}"]).gives(Data::Names),
    does(
        "resource_groups/transfer_replica",
        "Move replicas of a collection to another resource group",
        &[
            DB,
            must("collectionName", Kind::Text, "The collection."),
            must("sourceRgName", Kind::Text, "From where."),
            must("targetRgName", Kind::Text, "To where."),
            must("replicaNum", Kind::Whole, "How many."),
        ],
        &[r#"{"collectionName":"books","sourceRgName":"__default_resource_group",
          "targetRgName":"rg","replicaNum":1}"#],
    ),
    does(
        "file_resources/add",
        "Register a file, such as a dictionary",
        &[FILE, must("path", Kind::Text, "Where it is in the engine's storage.")],
        &[r#"{"name":"synonyms","path":"files/synonyms.txt"}"#],
    ),
    does(
        "file_resources/remove",
        "Remove a file that was registered",
        &[FILE],
        &[r#"{"name":"synonyms"}"#],
    ),
    does("file_resources/list", "List the files that are registered", &[], &["{}"])
        .gives(Data::Objects(FILES)),
];
