//! Lines to paste into a program, with the endpoint filled in. The key comes from the environment,
//! so that it does not end in a source file.

/// Lines for one language.
pub(crate) struct Snippet {
    pub(crate) language: &'static str,
    pub(crate) code: String,
}

/// Lines for every language.
pub(crate) fn of(endpoint: &str) -> Vec<Snippet> {
    let host = endpoint.split_once("://").map_or(endpoint, |(_, host)| host);
    vec![
        Snippet {
            language: "Python",
            code: format!(
                "# pip install pymilvus\nimport os\nfrom pymilvus import MilvusClient\n\n\
                 client = MilvusClient(uri=\"{endpoint}\", token=os.environ[\"MILVUS_TOKEN\"])\n\
                 print(client.list_collections())"
            ),
        },
        Snippet {
            language: "Node",
            code: format!(
                "// npm install @zilliz/milvus2-sdk-node\n\
                 import {{ MilvusClient }} from '@zilliz/milvus2-sdk-node';\n\n\
                 const client = new MilvusClient({{\n  address: '{endpoint}',\n  \
                 token: process.env.MILVUS_TOKEN,\n}});\n\
                 console.log(await client.showCollections());"
            ),
        },
        Snippet {
            language: "Java",
            code: format!(
                "// io.milvus:milvus-sdk-java\n\
                 MilvusClientV2 client = new MilvusClientV2(ConnectConfig.builder()\n    \
                 .uri(\"{endpoint}\")\n    .token(System.getenv(\"MILVUS_TOKEN\"))\n    .build());\n\
                 System.out.println(client.listCollections());"
            ),
        },
        Snippet {
            language: "Go",
            code: format!(
                "// github.com/milvus-io/milvus/client/v2/milvusclient\n\
                 client, err := milvusclient.New(ctx, &milvusclient.ClientConfig{{\n\t\
                 Address: \"{host}\",\n\tAPIKey:  os.Getenv(\"MILVUS_TOKEN\"),\n}})"
            ),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_snippet_names_the_endpoint_and_no_key() {
        for snippet in of("http://localhost:19530") {
            assert!(snippet.code.contains("localhost:19530"), "{}", snippet.language);
            assert!(snippet.code.contains("MILVUS_TOKEN"), "{}", snippet.language);
            assert!(!snippet.code.contains("kw_"));
        }
    }
}
