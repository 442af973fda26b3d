//! What the log says of a request, and what it never says.

use crate::harness::{Machine, Who, log};

#[tokio::test]
async fn a_request_is_one_line_without_a_secret() {
    let machine = Machine::new();
    let key = machine.default_key.id();
    let reply = machine.post(Who::OwnerKey, &format!("/v2/apiKeys/{key}/view"), "").await;
    let owner = model::ApiKey::parse(machine.credential(Who::OwnerKey).unwrap().as_bytes());
    let line = format!(
        "answered a request method=\"POST\" route=\"/v2/apiKeys/{{id}}/view\" status=200 \
         actor=\"{}\" id=\"{}\" millis=0",
        owner.unwrap().id(),
        reply.header("requestid")
    );
    assert!(log().text().contains(&line), "{}", log().text());

    // Secrets in the right places, and in every wrong one.
    let password = machine.password.expose();
    let plain = machine.default_key.expose();
    let attempt = format!(r#"{{"email":"ada@example.com","password":"{password}"}}"#);
    let session = machine.post(Who::Anonymous, "/v2/sessions", &attempt).await;
    let token = session.data()["token"].as_str().unwrap().to_owned();
    let misplaced =
        [format!("/v2/apiKeys/{plain}"), format!("/v2/apiKeys?{plain}=1"), format!("/{plain}")];
    for path in misplaced {
        machine.get(Who::OwnerKey, &path).await;
    }
    let attachment = format!(
        r#"{{"projectId":"{}","clusterName":"c","uri":"m:1","token":"root:Milvus"}}"#,
        machine.project
    );
    machine.post(Who::OwnerKey, "/v2/clusters/attach", &attachment).await;
    let text = log().text();
    for secret in [password, &plain[21..], &token, "root:Milvus"] {
        assert!(!text.contains(secret), "{secret} is in the log: {text}");
    }
    assert!(text.lines().count() >= 6, "{text}");
}
