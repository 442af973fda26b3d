//! Groups of query nodes.

use crate::body::{Body, required};
use crate::caller::{Caller, Reply, answered};
use crate::problem::Problem;
use crate::values::{pairs, shown};
use milvus::message::resource_group::{
    CreateResourceGroupRequest, DescribeResourceGroupRequest, DescribeResourceGroupResponse,
    DropResourceGroupRequest, ListResourceGroupsRequest, ListResourceGroupsResponse, ResourceGroup,
    ResourceGroupConfig, ResourceGroupLimit, ResourceGroupNodeFilter, ResourceGroupTransfer,
    TransferReplicaRequest, UpdateResourceGroupsRequest,
};
use serde_json::{Value, json};

answered!(DescribeResourceGroupResponse, ListResourceGroupsResponse);

fn limit(body: &Body<'_>, name: &str) -> Result<Option<ResourceGroupLimit>, Problem> {
    if body.raw(name).is_none() {
        return Ok(None);
    }
    let node_num: i32 = body.inner(name)?.read("node_num")?.unwrap_or_default();
    Ok(Some(ResourceGroupLimit { node_num }))
}

fn transfers(body: &Body<'_>, name: &str) -> Result<Vec<ResourceGroupTransfer>, Problem> {
    let given = body.list(name)?;
    let one = |given: &Body<'_>| {
        Ok(ResourceGroupTransfer { resource_group: given.name("resource_group")? })
    };
    given.iter().map(one).collect()
}

fn config(body: &Body<'_>) -> Result<ResourceGroupConfig, Problem> {
    let filter = body.inner("node_filter")?;
    let node_labels = pairs(&filter.map("node_labels")?);
    Ok(ResourceGroupConfig {
        requests: limit(body, "requests")?,
        limits: limit(body, "limits")?,
        transfer_from: transfers(body, "transfer_from")?,
        transfer_to: transfers(body, "transfer_to")?,
        node_filter: (!node_labels.is_empty()).then_some(ResourceGroupNodeFilter { node_labels }),
    })
}

pub(crate) async fn create(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let given = body.raw("config").is_some();
    let config = given.then(|| config(&body.inner("config")?)).transpose()?;
    let request = CreateResourceGroupRequest { resource_group: body.name("name")?, config };
    caller.order("CreateResourceGroup", &request).await
}

pub(crate) async fn drop(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let request = DropResourceGroupRequest { resource_group: body.name("name")? };
    caller.order("DropResourceGroup", &request).await
}

pub(crate) async fn alter(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let given = body.inner("resource_groups")?;
    let mut request = UpdateResourceGroupsRequest::default();
    for name in given.names() {
        request.resource_groups.insert(name.to_owned(), config(&given.inner(name)?)?);
    }
    if request.resource_groups.is_empty() {
        return Err(Problem::missing(required("resource_groups")));
    }
    caller.order("UpdateResourceGroups", &request).await
}

pub(crate) async fn describe(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let request = DescribeResourceGroupRequest { resource_group: body.name("name")? };
    let answer: DescribeResourceGroupResponse =
        caller.ask("DescribeResourceGroup", &request).await?;
    Ok(Reply::json(&shown_group(&answer.resource_group.unwrap_or_default())))
}

fn shown_group(group: &ResourceGroup) -> Value {
    let config = group.config.clone().unwrap_or_default();
    let names = |transfers: &[ResourceGroupTransfer]| -> Value {
        let one =
            |transfer: &ResourceGroupTransfer| json!({ "resource_group": transfer.resource_group });
        transfers.iter().map(one).collect()
    };
    let nodes = group.nodes.iter().map(|node| {
        json!({ "node_id": node.node_id, "address": node.address, "hostname": node.hostname })
    });
    json!({
        "name": group.name,
        "capacity": group.capacity,
        "num_available_node": group.num_available_node,
        "num_loaded_replica": group.num_loaded_replica,
        "num_outgoing_node": group.num_outgoing_node,
        "num_incoming_node": group.num_incoming_node,
        "config": {
            "requests": { "node_num": config.requests.map_or(0, |limit| limit.node_num) },
            "limits": { "node_num": config.limits.map_or(0, |limit| limit.node_num) },
            "transfer_from": names(&config.transfer_from),
            "transfer_to": names(&config.transfer_to),
            "node_filter": {
                "node_labels": config.node_filter.map_or(json!([]), |f| shown(&f.node_labels)),
            },
        },
        "nodes": nodes.collect::<Value>(),
    })
}

pub(crate) async fn list(caller: &mut Caller<'_>, _: Body<'_>) -> Result<Reply, Problem> {
    let answer: ListResourceGroupsResponse =
        caller.ask("ListResourceGroups", &ListResourceGroupsRequest {}).await?;
    Ok(Reply::json(&json!(answer.resource_groups)))
}

pub(crate) async fn transfer_replica(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    let replicas = body.number("replicaNum")?;
    let request = TransferReplicaRequest {
        source_resource_group: body.name("sourceRgName")?,
        target_resource_group: body.name("targetRgName")?,
        collection_name: body.name("collectionName")?,
        num_replica: replicas.ok_or_else(|| Problem::missing(required("replicaNum")))?,
        db_name: caller.database(),
    };
    caller.order("TransferReplica", &request).await
}
