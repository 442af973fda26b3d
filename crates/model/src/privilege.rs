//! Privileges on the data path, and which of them each data-plane role holds.
//!
//! A privilege is the right Milvus asks for before it runs an RPC; `milvus::rpc` says which RPC
//! asks for which. The table below gives for every privilege the least role that holds it; a
//! greater role holds everything a smaller one does. `Nobody` marks the privileges of RPCs that
//! never reach an engine: users, roles, privileges and row policies are Keyward's own, replication
//! is closed.
//!
//! This module must never decide by the name of an RPC. To add a privilege: a row below, in
//! alphabetical order, and the snapshot renewed and read.

use crate::role::AccessRole;
use std::fmt;

macro_rules! privileges {
    ($($name:ident = $least:ident: $doc:literal;)*) => {
        /// A right that Milvus asks for, spelled as Milvus does without its `Privilege` prefix.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Privilege { $(#[doc = $doc] $name),* }

        impl Privilege {
            /// Every privilege, in alphabetical order.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),* }
            }

            /// The name with Milvus' prefix, as its refusals show it.
            pub const fn milvus_name(self) -> &'static str {
                match self { $(Self::$name => concat!("Privilege", stringify!($name))),* }
            }

            /// Reads what [`Self::as_str`] writes.
            pub fn from_text(text: &str) -> Option<Self> {
                match text { $(stringify!($name) => Some(Self::$name),)* _ => None }
            }

            /// What the privilege allows, in a few words.
            pub const fn summary(self) -> &'static str {
                match self { $(Self::$name => $doc),* }
            }

            /// The least role that holds it; `None` if no role does.
            pub const fn least_role(self) -> Option<AccessRole> {
                match self { $(Self::$name => privileges!(@ $least)),* }
            }
        }
    };
    (@ Nobody) => { None };
    (@ $role:ident) => { Some(AccessRole::$role) };
}

privileges! {
    AddCollectionField = ReadWrite: "add a field to a collection";
    AddFileResource = Admin: "register a file (a dictionary) for the whole cluster";
    AlterCollectionSchema = ReadWrite: "change the schema of a collection";
    AlterDatabase = Admin: "change the properties of a database";
    BackupRBAC = Nobody: "export users, roles and grants";
    Compaction = ReadWrite: "compact a collection, and follow it";
    CreateAlias = ReadWrite: "make or move an alias";
    CreateCollection = ReadWrite: "make a collection, change its properties and functions";
    CreateDatabase = Admin: "make a database";
    CreateIndex = ReadWrite: "make or change an index";
    CreateOwnership = Nobody: "make users and roles";
    CreatePartition = ReadWrite: "make a partition or namespace";
    CreatePrivilegeGroup = Nobody: "make a privilege group";
    CreateResourceGroup = Admin: "make a resource group";
    CreateSnapshot = ReadWrite: "take a snapshot of a collection";
    Delete = ReadWrite: "delete rows";
    DescribeAlias = ReadOnly: "see an alias";
    DescribeCollection = ReadOnly: "see a collection's schema, and whether it exists";
    DescribeDatabase = ReadOnly: "see a database's properties";
    DescribeResourceGroup = Admin: "see a resource group, the nodes and their metrics";
    DescribeSnapshot = ReadOnly: "see a snapshot";
    DropAlias = ReadWrite: "drop an alias";
    DropCollection = ReadWrite: "drop or empty a collection";
    DropDatabase = Admin: "drop a database";
    DropIndex = ReadWrite: "drop an index";
    DropOwnership = Nobody: "drop users and roles";
    DropPartition = ReadWrite: "drop a partition or namespace";
    DropPrivilegeGroup = Nobody: "drop a privilege group";
    DropResourceGroup = Admin: "drop a resource group";
    DropSnapshot = ReadWrite: "drop a snapshot";
    ExportSnapshot = Admin: "write a snapshot to storage outside the cluster";
    Flush = ReadWrite: "flush a collection";
    FlushAll = ReadWrite: "flush every collection";
    GetFlushState = ReadOnly: "see whether a flush is done";
    GetImportProgress = ReadOnly: "see how far an import is";
    GetLoadState = ReadOnly: "see whether a collection is loaded, how far and on what";
    GetLoadingProgress = ReadOnly: "see how far loading is (Milvus asks for GetLoadState today)";
    GetReplicateConfiguration = Nobody: "see how clusters replicate, with their addresses";
    GetStatistics = ReadOnly: "see row counts and segments";
    HasPartition = ReadOnly: "ask whether a partition or namespace exists";
    Import = ReadWrite: "import files into a collection";
    IndexDetail = ReadOnly: "see an index, its state and statistics";
    Insert = ReadWrite: "insert rows";
    ListAliases = ReadOnly: "list aliases";
    ListDatabases = ReadOnly: "list databases";
    ListFileResources = ReadOnly: "list the registered files";
    ListImport = ReadOnly: "list imports";
    ListPrivilegeGroups = Nobody: "list privilege groups";
    ListResourceGroups = Admin: "list resource groups";
    ListSnapshots = ReadOnly: "list snapshots";
    Load = ReadWrite: "load a collection into memory";
    LoadBalance = ReadWrite: "spread a loaded collection over the nodes";
    ManageOwnership = Nobody: "give and take roles and privileges";
    ManageRLS = Nobody: "make, change and drop row policies";
    OperatePrivilegeGroup = Nobody: "change a privilege group";
    PinSnapshotData = Admin: "keep a snapshot's files from being collected";
    Query = ReadOnly: "read rows by a filter";
    RefreshExternalCollection = ReadWrite: "read an external collection's source again";
    Release = ReadWrite: "release a loaded collection";
    RemoveFileResource = Admin: "remove a registered file";
    RenameCollection = ReadWrite: "rename a collection";
    RestoreExternalSnapshot = Admin: "make a collection from a snapshot outside the cluster";
    RestoreRBAC = Nobody: "import users, roles and grants";
    RestoreSnapshot = Admin: "make a collection from a snapshot";
    Search = ReadOnly: "search by vector or text";
    SelectOwnership = Nobody: "list users, roles and grants";
    SelectUser = Nobody: "see a user";
    ShowCollections = ReadOnly: "list collections";
    ShowPartitions = ReadOnly: "list partitions and namespaces";
    TransferNode = Admin: "move nodes between resource groups";
    TransferReplica = Admin: "move replicas between resource groups";
    UnpinSnapshotData = Admin: "let a snapshot's files be collected again";
    UpdateReplicateConfiguration = Nobody: "change how clusters replicate";
    UpdateResourceGroups = Admin: "change resource groups";
    UpdateUser = Nobody: "change a user";
    Upsert = ReadWrite: "insert or replace rows";
    ViewRLS = Nobody: "see row policies";
}

impl fmt::Display for Privilege {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Any number of privileges, one bit each.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct PrivilegeSet(u128);

// Every privilege has a bit.
const _: () = assert!(Privilege::ALL.len() <= 128);

impl PrivilegeSet {
    /// None.
    pub const EMPTY: Self = Self(0);

    /// Every privilege there is.
    pub const ALL: Self = Self(u128::MAX >> (128 - Privilege::ALL.len()));

    /// The set with one more.
    #[must_use]
    pub const fn with(self, privilege: Privilege) -> Self {
        Self(self.0 | 1 << privilege as u8)
    }

    /// Whether the privilege is in the set.
    pub const fn contains(self, privilege: Privilege) -> bool {
        self.0 & 1 << privilege as u8 != 0
    }

    /// All of both.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that the other does not hold.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether it holds none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many it holds.
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The privileges in the set, in alphabetical order.
    pub fn iter(self) -> impl Iterator<Item = Privilege> {
        Privilege::ALL.iter().copied().filter(move |&privilege| self.contains(privilege))
    }

    /// Those whose least role is exactly this one.
    const fn starting_at(role: AccessRole) -> Self {
        let mut set = Self::EMPTY;
        let mut index = 0;
        while index < Privilege::ALL.len() {
            let privilege = Privilege::ALL[index];
            if let Some(least) = privilege.least_role()
                && least as u8 == role as u8
            {
                set = set.with(privilege);
            }
            index += 1;
        }
        set
    }
}

impl FromIterator<Privilege> for PrivilegeSet {
    fn from_iter<T: IntoIterator<Item = Privilege>>(privileges: T) -> Self {
        privileges.into_iter().fold(Self::EMPTY, Self::with)
    }
}

impl fmt::Debug for PrivilegeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

const READ_ONLY: PrivilegeSet = PrivilegeSet::starting_at(AccessRole::ReadOnly);
const READ_WRITE: PrivilegeSet = READ_ONLY.union(PrivilegeSet::starting_at(AccessRole::ReadWrite));
const ADMIN: PrivilegeSet = READ_WRITE.union(PrivilegeSet::starting_at(AccessRole::Admin));

impl AccessRole {
    /// What the role holds.
    pub const fn privileges(self) -> PrivilegeSet {
        match self {
            Self::ReadOnly => READ_ONLY,
            Self::ReadWrite => READ_WRITE,
            Self::Admin => ADMIN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    /// The whole table, readable by anybody.
    #[test]
    fn what_each_role_may_do() {
        let mut table = format!("{:<30}", "");
        for role in AccessRole::ALL {
            let _ = write!(table, "{:<12}", role.as_str());
        }
        for &privilege in Privilege::ALL {
            let _ = write!(table, "\n{:<30}", privilege.as_str());
            for role in AccessRole::ALL {
                let answer = if role.privileges().contains(privilege) { "yes" } else { "-" };
                let _ = write!(table, "{answer:<12}");
            }
            let _ = write!(table, "{}", privilege.summary());
        }
        let table: Vec<_> = table.lines().map(str::trim_end).collect();
        insta::assert_snapshot!("privilege", table.join("\n"));
    }

    #[test]
    fn names_are_sorted_and_read_back() {
        assert!(Privilege::ALL.is_sorted_by(|a, b| a.as_str() < b.as_str()));
        for &privilege in Privilege::ALL {
            assert_eq!(Privilege::from_text(privilege.as_str()), Some(privilege));
            assert_eq!(privilege.milvus_name().strip_prefix("Privilege"), Some(privilege.as_str()));
        }
        assert_eq!(Privilege::from_text("PrivilegeSearch"), None);
    }

    #[test]
    fn a_set_holds_what_was_put_in_and_nothing_else() {
        for &one in Privilege::ALL {
            let set = PrivilegeSet::EMPTY.with(one);
            assert_eq!(set.iter().collect::<Vec<_>>(), [one]);
            assert!(!PrivilegeSet::EMPTY.contains(one));
        }
        let both = PrivilegeSet::EMPTY
            .with(Privilege::Search)
            .union(PrivilegeSet::EMPTY.with(Privilege::Query));
        assert_eq!(format!("{both:?}"), "{Query, Search}");
        assert_eq!(both.without(PrivilegeSet::EMPTY.with(Privilege::Query)).len(), 1);
        assert!(both.without(PrivilegeSet::ALL).is_empty());
        let all: PrivilegeSet = Privilege::ALL.iter().copied().collect();
        assert_eq!(all, PrivilegeSet::ALL);
        assert_eq!(PrivilegeSet::ALL.iter().count(), Privilege::ALL.len());
    }
}
