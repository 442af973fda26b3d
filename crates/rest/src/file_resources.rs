//! Files that are registered for the whole cluster, such as dictionaries of analyzers.

use crate::body::Body;
use crate::caller::{Caller, Reply, answered};
use crate::problem::Problem;
use milvus::message::file_resource::{
    AddFileResourceRequest, FileResourceInfo, ListFileResourcesRequest, ListFileResourcesResponse,
    RemoveFileResourceRequest,
};
use serde_json::{Value, json};

answered!(ListFileResourcesResponse);

pub(crate) async fn add(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let request = AddFileResourceRequest { name: body.name("name")?, path: body.name("path")? };
    caller.order("AddFileResource", &request).await
}

pub(crate) async fn remove(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let request = RemoveFileResourceRequest { name: body.name("name")? };
    caller.order("RemoveFileResource", &request).await
}

pub(crate) async fn list(caller: &mut Caller<'_>, _: Body<'_>) -> Result<Reply, Problem> {
    let request = ListFileResourcesRequest {};
    let answer: ListFileResourcesResponse = caller.ask("ListFileResources", &request).await?;
    let numbers = caller.wants_numbers();
    let data: Value = answer.resources.iter().map(|file| shown(file, numbers)).collect();
    Ok(Reply::json(&data))
}

fn shown(file: &FileResourceInfo, numbers: bool) -> Value {
    let id = if numbers { file.id.into() } else { Value::from(file.id.to_string()) };
    json!({ "id": id, "name": file.name, "path": file.path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_as_numbers_or_as_texts() {
        let id = 9_007_199_254_740_993;
        let file = FileResourceInfo { id, name: "n".to_owned(), path: "p".to_owned() };
        assert_eq!(shown(&file, true), json!({ "id": id, "name": "n", "path": "p" }));
        assert_eq!(shown(&file, false)["id"], "9007199254740993");
    }
}
