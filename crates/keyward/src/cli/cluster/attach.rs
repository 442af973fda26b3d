//! `keyward cluster attach`

use crate::cli::output::{self, text};
use crate::cli::{Remote, environment, find};
use clap::Args;
use model::cluster::UpstreamAddress;
use model::{Error, ErrorKind, SecretText};
use serde_json::{Value, json};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Longer than any token.
const TOKEN_BYTES: u64 = 16 * 1024;

#[derive(Debug, Args)]
#[command(after_help = "What Keyward signs in to the Milvus with (a token or user:password) is \
read from --token-file, or from the variable KEYWARD_CLUSTER_TOKEN, or from --token. Other users of \
this machine can read --token in the list of processes while the command runs, and it may stay in \
your shell's history.")]
pub(in crate::cli) struct Arguments {
    /// What to call it: letters, digits and hyphens; unique in the project
    name: String,
    /// Where the Milvus is, such as `http://milvus.example.com:19530`
    #[arg(long, value_parser = uri)]
    uri: UpstreamAddress,
    /// What Keyward signs in with; visible to other users of this machine, see below
    #[arg(long, value_parser = secret, conflicts_with = "token_file")]
    token: Option<SecretText>,
    /// A file with what Keyward signs in with
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// What it is for
    #[arg(long, default_value = "")]
    description: String,
    /// The project it is for, by name or id [default: the only project]
    #[arg(long)]
    project: Option<String>,
    /// A gateway port of its own [default: a free one, if another cluster of the project has the
    /// gateway's address and there is no domain]
    #[arg(long)]
    port: Option<u16>,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let token = token(arguments)?;
    let mut body = json!({
        "projectId": find::project(&client, arguments.project.as_deref())?,
        "clusterName": arguments.name,
        "description": arguments.description,
        "uri": arguments.uri.to_string(),
    });
    if let Some(token) = &token {
        body["token"] = token.expose().into();
    }
    if let Some(port) = arguments.port {
        body["port"] = port.into();
    }
    let attached = client.post("/v2/clusters/attach", &body)?;
    if let Some(warning) = warning(&attached) {
        output::note(&warning);
    }
    if arguments.remote.json {
        return output::json(&attached);
    }
    super::tell_user(&attached)?;
    super::details(&attached)
}

/// What the operator should know before applications do.
fn warning(attached: &Value) -> Option<String> {
    let problem = text(attached, "/statusMessage");
    if problem.is_empty() {
        return None;
    }
    Some(format!("keyward: warning: the cluster is attached, but it cannot serve yet: {problem}"))
}

fn token(arguments: &Arguments) -> Result<Option<SecretText>, Error> {
    if let Some(path) = &arguments.token_file {
        return read(path).map(Some);
    }
    let given = arguments.token.clone();
    Ok(given.or_else(|| environment::secret(environment::CLUSTER_TOKEN)))
}

fn read(path: &Path) -> Result<SecretText, Error> {
    let mut text = String::new();
    let content = File::open(path)
        .and_then(|file| file.take(TOKEN_BYTES).read_to_string(&mut text))
        .map_err(|error| {
            let sentence = format!("cannot read the token from {}: {error}", path.display());
            Error::new(ErrorKind::Invalid, sentence)
        });
    let token = SecretText::new(text);
    content?;
    let trimmed = token.expose().trim();
    if trimmed.is_empty() {
        let sentence = format!("{} is empty: it must hold the token", path.display());
        return Err(Error::invalid(sentence));
    }
    Ok(SecretText::new(trimmed.to_owned()))
}

fn uri(text: &str) -> Result<UpstreamAddress, String> {
    UpstreamAddress::parse(text).map_err(|error| error.message())
}

#[expect(clippy::unnecessary_wraps, reason = "clap takes parsers that can fail")]
fn secret(text: &str) -> Result<SecretText, String> {
    Ok(SecretText::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_that_cannot_serve_is_warned_about() {
        let problem = "the engine refuses Keyward's credential";
        let warned = warning(&json!({"status": "ABNORMAL", "statusMessage": problem})).unwrap();
        assert!(warned.contains(problem), "{warned}");
        assert_eq!(warning(&json!({"status": "RUNNING"})), None);
    }

    #[test]
    fn a_token_file_is_read_without_its_line_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, "root:Milvus\n").unwrap();
        assert_eq!(read(&path).unwrap().expose(), "root:Milvus");
        std::fs::write(&path, "\n").unwrap();
        assert!(read(&path).unwrap_err().message().contains("is empty"));
        assert!(read(&folder.path().join("none")).is_err());
    }
}
