//! What a newcomer needs, once everything runs: for programs and for people.

use super::output;
use model::cluster_user::{ClusterPassword, ClusterUserName};
use model::{ApiKey, ClusterId, Error, ProjectId, SecretText};
use serde_json::json;

/// Everything there is to know to connect.
pub(super) struct Ready {
    pub(super) endpoint: String,
    /// The project's default key, unless it works no more or no copy is kept.
    pub(super) api_key: Option<ApiKey>,
    /// The owner's own key; likewise.
    pub(super) personal_api_key: Option<ApiKey>,
    pub(super) project: ProjectId,
    pub(super) cluster: ClusterId,
    /// The password of the cluster's own user `db_admin`, only when it was made just now.
    pub(super) cluster_password: Option<ClusterPassword>,
    pub(super) control_url: String,
    pub(super) owner_email: String,
    /// Only until it has been shown once.
    pub(super) owner_password: Option<SecretText>,
    /// Where the owner chooses a password of their own, once; likewise.
    pub(super) first_sign_in: Option<SecretText>,
    /// The interpreter that has the Python SDK installed.
    pub(super) python: String,
    /// What other commands need to find the data folder: nothing, if it is where they look.
    pub(super) data_option: String,
}

impl Ready {
    /// Prints one JSON object.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub(super) fn print_json(&self) -> Result<(), Error> {
        let mut object = json!({
            "endpoint": self.endpoint,
            "apiKey": self.api_key.as_ref().map(ApiKey::expose),
            "apiKeyId": self.api_key.as_ref().map(|key| key.id().to_string()),
            "projectId": self.project.to_string(),
            "clusterId": self.cluster.to_string(),
            "controlUrl": self.control_url,
            "ownerEmail": self.owner_email,
        });
        if let Some(key) = &self.personal_api_key {
            object["personalApiKey"] = key.expose().into();
        }
        if let Some(password) = &self.owner_password {
            object["ownerPassword"] = password.expose().into();
        }
        if let Some(password) = &self.cluster_password {
            object["clusterUser"] = ClusterUserName::DB_ADMIN.into();
            object["clusterPassword"] = password.expose().into();
        }
        if let Some(link) = &self.first_sign_in {
            object["firstSignIn"] = link.expose().into();
        }
        // On one line, for programs that read line by line.
        output::only_once(&format!("{object}\n"))
    }

    /// Prints what a person does next.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub(super) fn print_text(&self) -> Result<(), Error> {
        let key = self
            .api_key
            .as_ref()
            .map_or("not here any more; make another: keyward key create NAME", ApiKey::expose);
        let owner = self.owner_password.as_ref().map_or_else(String::new, |password| {
            format!(
                "\n  Owner        {}\n  Password     {}   (shown this once)\n",
                self.owner_email,
                password.expose()
            )
        });
        let first = self.first_sign_in.as_ref().map_or_else(String::new, |link| {
            format!(
                "  First sign-in, with a password of your own (the link works once, for a day):\n  \
                 {}\n",
                link.expose()
            )
        });
        let user = self.cluster_password.as_ref().map_or_else(String::new, |password| {
            format!(
                "  Cluster user {}:{}   (shown this once; makes other users)\n",
                ClusterUserName::DB_ADMIN,
                password.expose()
            )
        });
        let without = if self.personal_api_key.is_none() {
            format!("\n{}\n", super::client::no_key())
        } else {
            String::new()
        };
        output::only_once(&format!(
            "\nKeyward runs.\n\n  Endpoint     {}\n  API key      {key}\n  \
             Console      {}/console/\n  Control API  {}\n\
             {user}{owner}{first}{without}{}\n\
             Delete the key and it is dead at once:  keyward key delete default{}\n\
             Stop everything:  Ctrl-C\n",
            self.endpoint,
            self.control_url,
            self.control_url,
            self.snippets(),
            self.data_option,
        ))
    }

    fn snippets(&self) -> String {
        let (endpoint, url) = (&self.endpoint, &self.control_url);
        let key = self.api_key.as_ref().map_or("YOUR-KEY", ApiKey::expose);
        let personal = self.personal_api_key.as_ref().map_or("YOUR-OWN-KEY", ApiKey::expose);
        let python = &self.python;
        format!(
            r#"
Python (pip install pymilvus, or use {python})

  from pymilvus import MilvusClient
  client = MilvusClient(uri="{endpoint}", token="{key}")
  if not client.has_collection("demo"):
      client.create_collection("demo", dimension=4)
  client.upsert("demo", [{{"id": 1, "vector": [0.1, 0.2, 0.3, 0.4]}}])
  print(client.search("demo", data=[[0.1, 0.2, 0.3, 0.4]], limit=1))

Node (npm install @zilliz/milvus2-sdk-node)

  const {{ MilvusClient }} = require("@zilliz/milvus2-sdk-node");
  const client = new MilvusClient({{ address: "{endpoint}", token: "{key}" }});
  client.listCollections().then(console.log);

curl, for data

  curl -H "Authorization: Bearer {key}" -d '{{}}' {endpoint}/v2/vectordb/collections/list

curl, for the control API (here with your own key, which may manage keys)

  curl -H "Authorization: Bearer {personal}" {url}/v2/apiKeys
"#
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::KeyId;
    use model::entropy::SequenceEntropy;

    #[test]
    fn the_snippets_carry_endpoint_and_keys() {
        let entropy = SequenceEntropy::new(1);
        let key = || ApiKey::generate(KeyId::generate(&entropy), &entropy);
        let ready = Ready {
            endpoint: "http://127.0.0.1:7".to_owned(),
            api_key: Some(key()),
            personal_api_key: Some(key()),
            project: ProjectId::generate(&entropy),
            cluster: ClusterId::generate(&entropy),
            control_url: "http://127.0.0.1:8".to_owned(),
            owner_email: "o@example.com".to_owned(),
            owner_password: None,
            cluster_password: None,
            first_sign_in: None,
            python: "python".to_owned(),
            data_option: String::new(),
        };
        let text = ready.snippets();
        let default = ready.api_key.as_ref().unwrap().expose();
        assert_eq!(text.matches(default).count(), 3, "{text}");
        assert!(text.contains(ready.personal_api_key.as_ref().unwrap().expose()));
        assert!(text.contains("{\"id\": 1"), "{text}");
        let without = Ready { api_key: None, personal_api_key: None, ..ready }.snippets();
        assert!(without.contains("YOUR-KEY") && without.contains("YOUR-OWN-KEY"), "{without}");
    }
}
