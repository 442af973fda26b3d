//! Rows as each earlier version wrote them: what the tests of migrations bring to this version.
//!
//! A new migration adds its rows here, in the words of its own schema; those of earlier versions
//! are never edited.

use crate::connection::Connection;
use crate::sql::{Value, text};
use crate::vault::{Place, Vault};
use model::entropy::SequenceEntropy;
use model::{
    ApiKey, ClusterId, ClusterRoleId, ClusterUserId, GatewayId, InvitationId, KeyId,
    OrganizationId, ProjectId, SessionId, UserId, WhitelistEntryId,
};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Everything the rows are about.
pub(super) struct Home {
    vault: Vault,
    entropy: SequenceEntropy,
    pub(super) organization: OrganizationId,
    pub(super) project: ProjectId,
    pub(super) user: UserId,
    pub(super) cluster: ClusterId,
    /// Made by version 1: one of the project and one of the person.
    pub(super) keys: [ApiKey; 2],
    /// Made by version 2, narrowed and switched off.
    pub(super) narrowed: ApiKey,
}

impl Home {
    pub(super) fn new(vault: Vault) -> Self {
        let entropy = SequenceEntropy::new(7);
        let key = || ApiKey::generate(KeyId::generate(&entropy), &entropy);
        Self {
            organization: OrganizationId::generate(&entropy),
            project: ProjectId::generate(&entropy),
            user: UserId::generate(&entropy),
            cluster: ClusterId::generate(&entropy),
            keys: [key(), key()],
            narrowed: key(),
            vault,
            entropy,
        }
    }

    /// Writes what an installation of this version would have written since the one before.
    pub(super) fn furnish(&self, connection: &Connection, version: usize) {
        match version {
            1 => self.start(connection),
            2 => self.keys(connection),
            3 => self.users(connection),
            4 => self.organizations(connection),
            5 => self.clusters(connection),
            6 => self.usage(connection),
            7 => self.requests(connection),
            8 => self.cluster_access(connection),
            9 => self.notices(connection),
            10 => self.revisions(connection),
            11 => self.key_lists(connection),
            12 => self.usage_of_users(connection),
            // Indexes, what is made from the rows of others, and a setting with a default.
            13..=15 => {}
            16 => self.gateways(connection),
            17 => Self::history(connection),
            other => panic!("schema {other} has no rows here yet: add what it writes"),
        }
    }

    fn gateways(&self, connection: &Connection) {
        let row = "gateways VALUES ($1, '192.0.2.1:19530', '0.1.0', 10000, 1, 2, 3, 4, 5, 0)";
        insert(connection, row, &[text(GatewayId::generate(&self.entropy))]);
    }

    fn history(connection: &Connection) {
        let mark = "UPDATE store_state SET mark_number = audit_number, mark_hash = audit_hash";
        assert_eq!(connection.execute(mark, &[]).unwrap(), 1);
    }

    fn seal(&self, noun: &str, id: &str, secret: &[u8]) -> Value {
        self.vault.seal(Place { noun, id }, secret, &self.entropy).unwrap().into()
    }

    fn start(&self, connection: &Connection) {
        let run = |sql: &str, values: &[Value]| insert(connection, sql, values);
        run(
            "organizations VALUES ($1, $2, $3)",
            &[text(self.organization), text("Acme"), 1_i64.into()],
        );
        let person =
            [text(self.user), text("ada@example.com"), text("Ada"), Value::Null, 1_i64.into()];
        run("users VALUES ($1, $2, $3, $4, $5)", &person);
        let owner = |place: Value| [place, text(self.user), text("Owner"), 1_i64.into()];
        run("organization_members VALUES ($1, $2, $3, $4)", &owner(text(self.organization)));
        let project = [text(self.project), text(self.organization), text("web"), 1_i64.into()];
        run("projects VALUES ($1, $2, $3, $4)", &project);
        run("project_members VALUES ($1, $2, $3, $4)", &owner(text(self.project)));
        let id = self.cluster.to_string();
        let credential = self.seal("cluster credential", &id, b"root:Milvus");
        let cluster = [text(&id), text(self.project), text("prod"), text("http://m:1"), credential];
        run(
            "clusters (id, project_id, name, uri, credential, description, engine, created_at) \
             VALUES ($1, $2, $3, $4, $5, '', 'attached', 1)",
            &cluster,
        );
        self.key(connection, &self.keys[0], "default", true);
        self.key(connection, &self.keys[1], "mine", false);
        let opens = [text(self.keys[0].id()), text(&id)];
        run("key_clusters VALUES ($1, $2)", &opens);
        let session = [vec![1_u8; 32].into(), text(self.user), 1_i64.into(), DAY.into()];
        run("sessions VALUES ($1, $2, $3, $4)", &session);
        let line = [1_i64.into(), 0_i64.into(), text("key"), text(self.keys[0].id())];
        run("change_log VALUES ($1, $2, $3, $4)", &line);
    }

    /// A key as version 1 wrote it.
    fn key(&self, connection: &Connection, key: &ApiKey, name: &str, of_project: bool) {
        let id = key.id().to_string();
        let digest = key.digest(&self.vault.digest_key());
        let values = [
            text(&id),
            text(self.organization),
            of_project.then(|| self.project.to_string()).into(),
            (!of_project).then(|| self.user.to_string()).into(),
            of_project.then_some("Read-Write").into(),
            digest.as_bytes().as_slice().into(),
            self.seal("API key", &id, key.expose().as_bytes()),
            text(name),
            text(self.user),
        ];
        insert(
            connection,
            "keys (id, organization_id, project_id, user_id, role, all_clusters, is_default, \
             digest, sealed, name, description, creator_id, creator_name, created_at, revision) \
             VALUES ($1, $2, $3, $4, $5, 0, 0, $6, $7, $8, '', $9, 'Ada', 1, 1)",
            &values,
        );
    }

    fn keys(&self, connection: &Connection) {
        self.key(connection, &self.narrowed, "narrowed", true);
        let id = text(self.narrowed.id());
        let values = [id.clone(), text(self.keys[0].id()), (400 * DAY).into()];
        let sql = "UPDATE keys SET expires_at = $3, switch = 'off', switched_at = 5, \
                   parent_id = $2, rate_limit = 7, all_addresses = 0, all_databases = 0, \
                   all_collections = 0, all_privileges = 0, reported_at = 6, \
                   report_source = 'scanner' WHERE id = $1";
        assert_eq!(connection.execute(sql, &values).unwrap(), 1);
        let one = [id];
        insert(connection, "key_names VALUES ($1, 'database', 'books')", &one);
        insert(connection, "key_names VALUES ($1, 'collection', 'team_*')", &one);
        insert(connection, "key_privileges VALUES ($1, 'Search')", &one);
        insert(connection, "key_addresses VALUES ($1, '10.0.0.0/8')", &one);
        let chain = [text(KeyId::generate(&self.entropy)), text(self.keys[0].id())];
        insert(connection, "deleted_parents VALUES ($1, $2)", &chain);
    }

    fn users(&self, connection: &Connection) {
        let user = text(self.user);
        let digest = |byte: u8| Value::from(vec![byte; 32]);
        let session = [text(SessionId::generate(&self.entropy)), digest(2), user.clone()];
        insert(connection, "sessions VALUES ($1, $2, $3, NULL, 'curl', 1, 2, 3)", &session);
        let factor = self.seal("second factor", &self.user.to_string(), b"12345678901234567890");
        insert(connection, "second_factors VALUES ($1, $2, 0, 1, 2)", &[user.clone(), factor]);
        insert(connection, "recovery_codes VALUES ($1, $2)", &[user.clone(), digest(3)]);
        insert(connection, "password_resets VALUES ($1, $2, 1, 1, 2)", &[user, digest(4)]);
    }

    fn organizations(&self, connection: &Connection) {
        let sql = "UPDATE organizations SET default_key_days = 90, require_second_factor = 1 \
                   WHERE id = $1";
        assert_eq!(connection.execute(sql, &[text(self.organization)]).unwrap(), 1);
        let id = text(InvitationId::generate(&self.entropy));
        let sent = [id.clone(), text(self.organization), vec![5_u8; 32].into(), text(self.user)];
        insert(
            connection,
            "invitations VALUES ($1, $2, 'eve@example.com', 'Member', $3, $4, 'Ada', 1, 2)",
            &sent,
        );
        let values = [id, text(self.project)];
        insert(connection, "invitation_projects VALUES ($1, $2, 'Member')", &values);
    }

    fn clusters(&self, connection: &Connection) {
        let sql = "UPDATE clusters SET service = 'suspended' WHERE id = $1";
        assert_eq!(connection.execute(sql, &[text(self.cluster)]).unwrap(), 1);
        let entry = [text(WhitelistEntryId::generate(&self.entropy)), text(self.project)];
        insert(connection, "whitelist VALUES ($1, $2, '10.0.0.0/8', 'office', 1)", &entry);
    }

    fn usage(&self, connection: &Connection) {
        let key = text(self.keys[0].id());
        let counted =
            [key.clone(), text(self.cluster), text(self.organization), text(self.project)];
        insert(connection, "usage_hours VALUES (0, $1, $2, 'read', 'ok', $3, $4, 9)", &counted);
        insert(connection, "key_usage VALUES ($1, 8, '192.0.2.1', 'pymilvus')", &[key]);
        insert(
            connection,
            "usage_sources VALUES ($1, 3, 4)",
            &[text(GatewayId::generate(&self.entropy))],
        );
    }

    fn requests(&self, connection: &Connection) {
        let request = [text(self.user), vec![6_u8; 32].into()];
        insert(connection, "idempotency_keys VALUES ($1, 'try-1', $2, 1)", &request);
        let answer = [text(self.user), text(self.keys[0].id()), Vec::<u8>::new().into()];
        insert(connection, "idempotency_answers VALUES ($1, 'try-1', 200, $2, $3)", &answer);
    }

    fn cluster_access(&self, connection: &Connection) {
        let cluster = text(self.cluster);
        let user = text(ClusterUserId::generate(&self.entropy));
        let role = text(ClusterRoleId::generate(&self.entropy));
        let verifier = text("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g");
        let run = |sql: &str, values: &[&Value]| {
            let values: Vec<Value> = values.iter().map(|&value| value.clone()).collect();
            insert(connection, sql, &values);
        };
        run("cluster_users VALUES ($1, $2, 'ada', $3, 1, 1)", &[&user, &cluster, &verifier]);
        run("cluster_roles VALUES ($1, $2, 'readers', '', 1)", &[&role, &cluster]);
        run("cluster_privilege_groups VALUES ($1, 'lookers', 1)", &[&cluster]);
        run("cluster_group_privileges VALUES ($1, 'lookers', 'Search')", &[&cluster]);
        run("cluster_user_roles VALUES ($1, $2, NULL)", &[&user, &role]);
        run("cluster_grants VALUES ($1, 'group', 'lookers', '*', '*', 'ada')", &[&role]);
    }

    fn revisions(&self, connection: &Connection) {
        for (table, column, id) in [
            ("clusters", "revision", text(self.cluster)),
            ("projects", "whitelist_revision", text(self.project)),
        ] {
            let sql = format!("UPDATE {table} SET {column} = 1 WHERE id = $1");
            assert_eq!(connection.execute(&sql, &[id]).unwrap(), 1);
        }
    }

    fn notices(&self, connection: &Connection) {
        let told = [text(self.narrowed.id())];
        insert(connection, "key_notices VALUES ($1, 'leak', 6, 7)", &told);
    }

    fn key_lists(&self, connection: &Connection) {
        let sql = "UPDATE key_usage SET last_used_at = 9, last_used_from = '192.0.2.2', \
                   last_used_client = 'curl' WHERE key_id = $1";
        assert_eq!(connection.execute(sql, &[text(self.narrowed.id())]).unwrap(), 1);
    }

    fn usage_of_users(&self, connection: &Connection) {
        let user = text(ClusterUserId::generate(&self.entropy));
        let counted = [user, text(self.cluster), text(self.organization), text(self.project)];
        insert(connection, "usage_hours VALUES (0, '', $1, $2, 'read', 'ok', $3, $4, 5)", &counted);
    }
}

fn insert(connection: &Connection, into: &str, values: &[Value]) {
    let done = connection.execute(&format!("INSERT INTO {into}"), values);
    assert_eq!(done.unwrap_or_else(|error| panic!("{into}: {error:?}")), 1);
}
