//! Envoy: the presented key itself, found by its API key filter.

use super::{Ground, Kind, Subject};
use crate::Result;
use crate::bench::install;
use crate::bench::process::{Process, free_address, pinned};
use crate::bench::rig::{CREDENTIAL_BASE64, PROXY_CORE};
use crate::command::{program, read};
use serde_json::{Value, json};
use std::net::SocketAddr;

pub(super) fn start(ground: &Ground<'_>) -> Result<Subject> {
    let file = install::envoy()?;
    let told = read(program(&file).arg("--version"))?;
    let version = told.split('/').nth(1).unwrap_or("unknown").to_owned();
    let address = free_address()?;
    let config = json!({ "static_resources": {
        "listeners": [listener(address, ground)],
        "clusters": [cluster(ground.upstream)],
    }});
    let config = ground.rig.write("envoy.json", &config.to_string())?;
    let log = ground.rig.file("envoy.log");
    let mut command = pinned(PROXY_CORE, &file);
    command.args(["--concurrency", "1", "--disable-hot-restart", "--log-level", "error"]);
    command.arg("--config-path").arg(config);
    let mut process = Process::start("Envoy", &mut command, &log)?;
    process.wait_for(address, &log)?;
    Ok(Subject {
        kind: Kind::Envoy,
        version,
        does: "The plain key, found by its API key filter; swaps the credential. JSON access log \
               to a file through its buffer.",
        address,
        process: Some(process),
    })
}

fn listener(address: SocketAddr, ground: &Ground<'_>) -> Value {
    json!({
        "name": "gateway",
        "address": socket(address),
        "filter_chains": [{ "filters": [typed(
            "envoy.filters.network.http_connection_manager",
            "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
            json!({
                "stat_prefix": "gateway",
                "codec_type": "HTTP2",
                "http2_protocol_options": windows(),
                "stream_idle_timeout": "3600s",
                "request_headers_timeout": "10s",
                "access_log": [access_log(ground)],
                "http_filters": [key_filter(ground.keys), typed(
                    "envoy.filters.http.router",
                    "envoy.extensions.filters.http.router.v3.Router",
                    json!({}),
                )],
                "route_config": { "virtual_hosts": [{
                    "name": "engine",
                    "domains": ["*"],
                    "routes": [{
                        "match": { "prefix": "/" },
                        "route": { "cluster": "engine", "timeout": "3600s" },
                        "request_headers_to_add": [{
                            "header": { "key": "authorization", "value": CREDENTIAL_BASE64 },
                            "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
                        }],
                    }],
                }]},
            }),
        )]}],
    })
}

fn key_filter(keys: &[(String, String)]) -> Value {
    let credentials = keys
        .iter()
        .enumerate()
        .map(|(number, (form, _))| json!({ "key": form, "client": format!("client-{number}") }));
    typed(
        "envoy.filters.http.api_key_auth",
        "envoy.extensions.filters.http.api_key_auth.v3.ApiKeyAuth",
        json!({
            "credentials": credentials.collect::<Vec<_>>(),
            "key_sources": [{ "header": "authorization" }],
        }),
    )
}

fn access_log(ground: &Ground<'_>) -> Value {
    typed(
        "envoy.access_loggers.file",
        "envoy.extensions.access_loggers.file.v3.FileAccessLog",
        json!({
            "path": ground.rig.file("envoy-access.jsonl"),
            "log_format": { "json_format": {
                "time": "%START_TIME%",
                "path": "%REQ(:PATH)%",
                "status": "%RESPONSE_CODE%",
                "grpc": "%GRPC_STATUS_NUMBER%",
                "ms": "%DURATION%",
                "in": "%BYTES_RECEIVED%",
                "out": "%BYTES_SENT%",
                "client": "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%",
            }},
        }),
    )
}

fn cluster(upstream: SocketAddr) -> Value {
    let most = json!({ "max_requests": 100_000, "max_pending_requests": 100_000 });
    json!({
        "name": "engine",
        "type": "STATIC",
        "connect_timeout": "5s",
        "circuit_breakers": { "thresholds": [most] },
        "typed_extension_protocol_options": {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                "@type": "type.googleapis.com/\
                          envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                "explicit_http_config": { "http2_protocol_options": windows() },
            },
        },
        "load_assignment": {
            "cluster_name": "engine",
            "endpoints": [{ "lb_endpoints": [{ "endpoint": { "address": socket(upstream) }}]}],
        },
    })
}

fn windows() -> Value {
    json!({
        "max_concurrent_streams": 256,
        "initial_stream_window_size": 1 << 20,
        "initial_connection_window_size": 8 << 20,
    })
}

fn socket(address: SocketAddr) -> Value {
    let (ip, port) = (address.ip().to_string(), address.port());
    json!({ "socket_address": { "address": ip, "port_value": port } })
}

/// A named extension with its configuration.
fn typed(name: &str, kind: &str, mut config: Value) -> Value {
    config["@type"] = json!(format!("type.googleapis.com/{kind}"));
    json!({ "name": name, "typed_config": config })
}
