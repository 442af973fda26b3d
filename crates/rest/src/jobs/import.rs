//! Importing files.

use super::{fact, job, state};
use crate::body::{Body, required};
use crate::caller::{Caller, Reply, answered};
use crate::collections::collection;
use crate::problem::Problem;
use crate::values::pairs;
use milvus::message::job::{
    GetImportStateRequest, GetImportStateResponse, ImportRequest, ImportResponse,
    ListImportTasksRequest, ListImportTasksResponse,
};
use serde_json::{Value, json};

answered!(GetImportStateResponse, ImportResponse, ListImportTasksResponse);

/// States of an import, as the RESTful API names them.
const STATES: &[(&str, i32)] = &[
    ("Pending", 0),
    ("Failed", 1),
    ("Importing", 2),
    ("Importing", 5),
    ("Completed", 6),
    ("Failed", 7),
    ("Importing", 8),
];
/// State of an import that has ended well.
const COMPLETED: i32 = 6;

pub(crate) async fn import_create(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    let files: Vec<Vec<String>> = body.read("files")?.unwrap_or_default();
    let mut files = files.into_iter().filter(|group| !group.is_empty());
    let group = files.next().ok_or_else(|| Problem::missing(required("files")))?;
    if files.next().is_some() {
        return Err(Problem::invalid("one job takes one list of files: make a job for each"));
    }
    let request = ImportRequest {
        collection_name: collection(&body)?,
        partition_name: body.text("partitionName")?,
        row_based: true,
        files: group,
        options: pairs(&body.map("options")?),
        db_name: caller.database(),
    };
    let answer: ImportResponse = caller.ask("Import", &request).await?;
    let job = answer.tasks.first().ok_or_else(|| Problem::broken("it names no job"))?;
    Ok(Reply::json(&json!({ "jobId": job.to_string() })))
}

pub(crate) async fn import_list(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let request = ListImportTasksRequest {
        collection_name: body.text("collectionName")?,
        limit: 0,
        db_name: caller.database(),
    };
    let answer: ListImportTasksResponse = caller.ask("ListImportTasks", &request).await?;
    let records: Value = answer.tasks.iter().map(shown).collect();
    Ok(Reply::json(&json!({ "records": records })))
}

pub(crate) async fn import_progress(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    let task = job(&body)?;
    let answer: GetImportStateResponse =
        caller.ask("GetImportState", &GetImportStateRequest { task }).await?;
    let mut data = shown(&answer);
    data["jobId"] = task.to_string().into();
    data["importedRows"] = answer.row_count.into();
    Ok(Reply::json(&data))
}

fn shown(task: &GetImportStateResponse) -> Value {
    let told = fact(&task.infos, "progress_percent").parse::<i64>();
    let progress = told.unwrap_or(if task.state == COMPLETED { 100 } else { 0 });
    let mut data = json!({
        "jobId": task.id.to_string(),
        "collectionName": fact(&task.infos, "collection"),
        "state": state(STATES, task.state),
        "progress": progress,
    });
    let reason = fact(&task.infos, "failed_reason");
    if !reason.is_empty() {
        data["reason"] = reason.into();
    }
    data
}
