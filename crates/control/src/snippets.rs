//! Programs that connect to a cluster, one for each SDK.
//!
//! None carries a key: each reads it from an environment variable. To add one: an entry of [`SDKS`]
//! with `ENDPOINT` where the cluster's address goes, and its name in the description of the query.

/// The environment variable the programs read the API key from.
pub const TOKEN_VARIABLE: &str = "MILVUS_TOKEN";

/// One SDK.
pub struct Sdk {
    /// What a query calls it.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// How to install it.
    pub install: &'static str,
    /// What to know before running the program.
    pub note: &'static str,
    code: &'static str,
}

impl Sdk {
    /// The program for a cluster with this address.
    pub fn program(&self, endpoint: &str) -> String {
        self.code.replace("ENDPOINT", endpoint)
    }
}

/// Every SDK.
pub const SDKS: [Sdk; 5] = [
    Sdk {
        name: "python",
        title: "Python",
        install: "pip install pymilvus",
        note: "",
        code: r#"import os

from pymilvus import MilvusClient

client = MilvusClient(uri="ENDPOINT", token=os.environ["MILVUS_TOKEN"])
print(client.list_collections())
"#,
    },
    Sdk {
        name: "node",
        title: "Node.js",
        install: "npm install @zilliz/milvus2-sdk-node",
        note: "",
        code: r#"const { MilvusClient } = require("@zilliz/milvus2-sdk-node");

const client = new MilvusClient({ address: "ENDPOINT", token: process.env.MILVUS_TOKEN });
client.listCollections().then(console.log);
"#,
    },
    Sdk {
        name: "java",
        title: "Java",
        install: "implementation(\"io.milvus:milvus-sdk-java:2.6.0\")",
        note: "",
        code: r#"import io.milvus.v2.client.ConnectConfig;
import io.milvus.v2.client.MilvusClientV2;

public class Connect {
    public static void main(String[] arguments) {
        ConnectConfig config = ConnectConfig.builder()
                .uri("ENDPOINT")
                .token(System.getenv("MILVUS_TOKEN"))
                .build();
        MilvusClientV2 client = new MilvusClientV2(config);
        System.out.println(client.listCollections().getCollectionNames());
        client.close();
    }
}
"#,
    },
    Sdk {
        name: "go",
        title: "Go",
        install: "go get github.com/milvus-io/milvus/client/v2",
        note: "",
        code: r#"package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/milvus-io/milvus/client/v2/milvusclient"
)

func main() {
	ctx := context.Background()
	client, err := milvusclient.New(ctx, &milvusclient.ClientConfig{
		Address: "ENDPOINT",
		APIKey:  os.Getenv("MILVUS_TOKEN"),
	})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	names, err := client.ListCollections(ctx, milvusclient.NewListCollectionOption())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(names)
}
"#,
    },
    Sdk {
        name: "rest",
        title: "REST",
        install: "",
        note: "",
        code: r#"curl "ENDPOINT/v2/vectordb/collections/list" \
  -H "Authorization: Bearer $MILVUS_TOKEN" \
  -H "Content-Type: application/json" \
  -d '{}'
"#,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_program_has_the_address_and_reads_the_key() {
        for sdk in SDKS {
            let program = sdk.program("http://m.example:7");
            assert!(program.contains("\"http://m.example:7"), "{}", sdk.name);
            assert!(program.contains(TOKEN_VARIABLE) && !program.contains("ENDPOINT"));
        }
    }
}
