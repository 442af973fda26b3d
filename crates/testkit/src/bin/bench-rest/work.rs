//! What is asked of both doors, and what it cost.

use crate::Result;
use crate::client::{Client, good};
use crate::ground::{FILLED, Ground, SEARCHED, vector};
use serde_json::{Value, json};
use std::fmt;
use std::time::Duration;
use testkit::clock::instant;

/// Requests before anything is counted.
const WARM: usize = 5;
/// How long one door is asked before the other one is.
const TURN: Duration = Duration::from_millis(100);

/// The same work in the words of both APIs.
pub(crate) struct Work {
    pub(crate) name: &'static str,
    direct: Request,
    through: Request,
}

/// A path and a body.
struct Request {
    path: &'static str,
    body: String,
}

/// What one request cost in one measurement, in milliseconds of processor time.
pub(crate) struct Pair {
    /// The engine, asked directly.
    direct: f64,
    /// The engine behind the gateway.
    engine: f64,
    /// The gateway.
    gateway: f64,
    /// How long an answer took, directly and through the gateway.
    took: (f64, f64),
    requests: (u32, u32),
}

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { direct, engine, gateway, .. } = self;
        write!(f, "direct {direct:.2} ms; through {engine:.2} + {gateway:.2} ms")
    }
}

impl Pair {
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "direct": self.direct,
            "engine": self.engine,
            "gateway": self.gateway,
            "tookDirect": self.took.0,
            "tookThrough": self.took.1,
            "requestsDirect": self.requests.0,
            "requestsThrough": self.requests.1,
        })
    }
}

/// All of it.
pub(crate) fn all(dimension: usize) -> Vec<Work> {
    let search = vector(7, dimension);
    let rows = |count: usize| -> Value {
        (0..count).map(|row| json!({ "vector": vector(row + 1_000_000, dimension) })).collect()
    };
    let insert = |name, count| {
        let body = json!({ "collectionName": FILLED, "data": rows(count) }).to_string();
        Work {
            name,
            direct: Request { path: "/v1/vector/insert", body: body.clone() },
            through: Request { path: "/v2/vectordb/entities/insert", body },
        }
    };
    let one = json!({ "collectionName": SEARCHED, "vector": search, "limit": 10 });
    let ours = json!({ "collectionName": SEARCHED, "data": [search], "limit": 10 });
    vec![
        Work {
            name: "search",
            direct: Request { path: "/v1/vector/search", body: one.to_string() },
            through: Request { path: "/v2/vectordb/entities/search", body: ours.to_string() },
        },
        insert("insert 1", 1),
        insert("insert 500", 500),
    ]
}

/// Makes sure that both doors do the work.
pub(crate) fn warm(ground: &Ground, work: &Work) -> Result<()> {
    for _ in 0..WARM {
        ask(&ground.direct, &work.direct)?;
        ask(&ground.through, &work.through)?;
    }
    Ok(())
}

/// Measures both doors for twice so long, in short turns: what the server does by the way, and how
/// its costs drift, is shared by both. Who begins goes first and last in every four turns.
pub(crate) fn measure(
    ground: &Ground,
    work: &Work,
    time: Duration,
    through_first: bool,
) -> Result<Pair> {
    let (mut direct, mut through) = (Door::default(), Door::default());
    let mut is_through = through_first;
    while direct.took + through.took < 2 * time {
        for _ in 0..2 {
            if is_through {
                through.turn(ground, &ground.through, &work.through)?;
            } else {
                direct.turn(ground, &ground.direct, &work.direct)?;
            }
            is_through = !is_through;
        }
        is_through = !is_through;
    }
    Ok(Pair {
        direct: direct.each(direct.engine),
        engine: through.each(through.engine),
        gateway: through.each(through.gateway),
        took: (direct.each(direct.took), through.each(through.took)),
        requests: (direct.requests, through.requests),
    })
}

/// What all turns of one door came to.
#[derive(Default)]
struct Door {
    engine: Duration,
    gateway: Duration,
    took: Duration,
    requests: u32,
}

impl Door {
    fn turn(&mut self, ground: &Ground, client: &Client, request: &Request) -> Result<()> {
        let (engine, gateway) = ground.spent()?;
        let started = instant();
        while started.elapsed() < TURN {
            ask(client, request)?;
            self.requests += 1;
        }
        self.took += started.elapsed();
        let (engine_then, gateway_then) = ground.spent()?;
        self.engine += engine_then.saturating_sub(engine);
        self.gateway += gateway_then.saturating_sub(gateway);
        Ok(())
    }

    /// For each request, in milliseconds.
    fn each(&self, time: Duration) -> f64 {
        time.as_secs_f64() * 1e3 / f64::from(self.requests)
    }
}

fn ask(client: &Client, request: &Request) -> Result<()> {
    let text = client.post(request.path, &request.body)?;
    if good(&text) { Ok(()) } else { Err(format!("{}: {text:.300}", request.path).into()) }
}
