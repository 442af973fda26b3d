//! Resource groups.

use std::collections::BTreeMap;

use super::common::Status;
use super::schema::KeyValuePair;

/// How many nodes a group is to have, and of which kind.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ResourceGroupConfig {
    /// The searches.
    #[prost(message, optional, tag = "1")]
    pub requests: Option<ResourceGroupLimit>,
    /// The most.
    #[prost(message, optional, tag = "2")]
    pub limits: Option<ResourceGroupLimit>,
    /// From which groups nodes may be taken.
    #[prost(message, repeated, tag = "3")]
    pub transfer_from: Vec<ResourceGroupTransfer>,
    /// To which groups nodes may be given.
    #[prost(message, repeated, tag = "4")]
    pub transfer_to: Vec<ResourceGroupTransfer>,
    /// Which nodes may be taken.
    #[prost(message, optional, tag = "5")]
    pub node_filter: Option<ResourceGroupNodeFilter>,
}

/// A number of nodes.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ResourceGroupLimit {
    /// The number of nodes.
    #[prost(int32, tag = "1")]
    pub node_num: i32,
}

/// A group to share nodes with.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ResourceGroupTransfer {
    /// The resource group.
    #[prost(string, tag = "1")]
    pub resource_group: String,
}

/// A kind of nodes.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ResourceGroupNodeFilter {
    /// Labels that nodes must have.
    #[prost(message, repeated, tag = "1")]
    pub node_labels: Vec<KeyValuePair>,
}

/// `CreateResourceGroup`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct CreateResourceGroupRequest {
    /// The resource group.
    #[prost(string, tag = "2")]
    pub resource_group: String,
    /// How many nodes it is to have, and of which kind.
    #[prost(message, optional, tag = "3")]
    pub config: Option<ResourceGroupConfig>,
}

/// `DropResourceGroup`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct DropResourceGroupRequest {
    /// The resource group.
    #[prost(string, tag = "2")]
    pub resource_group: String,
}

/// `UpdateResourceGroups`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct UpdateResourceGroupsRequest {
    /// The resource groups.
    #[prost(btree_map = "string, message", tag = "2")]
    pub resource_groups: BTreeMap<String, ResourceGroupConfig>,
}

/// `DescribeResourceGroup`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct DescribeResourceGroupRequest {
    /// The resource group.
    #[prost(string, tag = "2")]
    pub resource_group: String,
}

/// The answer to `DescribeResourceGroup`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct DescribeResourceGroupResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The resource group.
    #[prost(message, optional, tag = "2")]
    pub resource_group: Option<ResourceGroup>,
}

/// A resource group.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ResourceGroup {
    /// Its name.
    #[prost(string, tag = "1")]
    pub name: String,
    /// How many nodes it may have.
    #[prost(int32, tag = "2")]
    pub capacity: i32,
    /// How many nodes it has.
    #[prost(int32, tag = "3")]
    pub num_available_node: i32,
    /// Replicas loaded, by collection.
    #[prost(btree_map = "string, int32", tag = "4")]
    pub num_loaded_replica: BTreeMap<String, i32>,
    /// Nodes lent out, by collection.
    #[prost(btree_map = "string, int32", tag = "5")]
    pub num_outgoing_node: BTreeMap<String, i32>,
    /// Nodes borrowed, by collection.
    #[prost(btree_map = "string, int32", tag = "6")]
    pub num_incoming_node: BTreeMap<String, i32>,
    /// How many nodes it is to have, and of which kind.
    #[prost(message, optional, tag = "7")]
    pub config: Option<ResourceGroupConfig>,
    /// The nodes.
    #[prost(message, repeated, tag = "8")]
    pub nodes: Vec<NodeInfo>,
}

/// A node.
#[derive(Clone, PartialEq, prost::Message)]
pub struct NodeInfo {
    /// Its number.
    #[prost(int64, tag = "1")]
    pub node_id: i64,
    /// Its address.
    #[prost(string, tag = "2")]
    pub address: String,
    /// Its host's name.
    #[prost(string, tag = "3")]
    pub hostname: String,
}

/// `ListResourceGroups`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ListResourceGroupsRequest {}

/// The answer to `ListResourceGroups`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ListResourceGroupsResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The resource groups.
    #[prost(string, repeated, tag = "2")]
    pub resource_groups: Vec<String>,
}

/// `TransferReplica`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TransferReplicaRequest {
    /// The group to take from.
    #[prost(string, tag = "2")]
    pub source_resource_group: String,
    /// The group to give to.
    #[prost(string, tag = "3")]
    pub target_resource_group: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "4")]
    pub collection_name: String,
    /// How many replicas.
    #[prost(int64, tag = "5")]
    pub num_replica: i64,
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "6")]
    pub db_name: String,
}
