//! How the upstream answers.

use crate::message;

/// The answer to one RPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// One message of about this many bytes, and status OK.
    Message(usize),
    /// These bytes as the whole body, whatever they are, and status OK.
    Exactly(&'static [u8]),
    /// The head of the response and then nothing, until the client gives up.
    Hold,
    /// These bytes of the body and then nothing, until the client gives up.
    Begun(&'static [u8]),
    /// Messages of about this many bytes without end, as fast as the client takes them.
    Endless(usize),
}

/// What to answer, and what to insist on.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Answers by the end of the path, such as `/Search`; the first match wins.
    pub answers: Vec<(String, Answer)>,
    /// The answer to everything else.
    pub otherwise: Answer,
    /// The `authorization` every call must carry; calls without it get UNAUTHENTICATED.
    pub authorization: Option<String>,
    /// How many calls are recorded for a test to look at; later ones are counted only.
    pub record: usize,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            answers: Vec::new(),
            otherwise: Answer::Message(100),
            authorization: None,
            record: 0,
        }
    }
}

/// An answer made ready: its body once, sent many times.
pub(super) struct Ready {
    pub(super) answer: Answer,
    pub(super) body: Vec<u8>,
}

/// All answers of a plan; the last one is for everything else.
pub(super) fn prepare(plan: &Plan) -> Vec<Ready> {
    let all = plan.answers.iter().map(|(_, answer)| *answer).chain([plan.otherwise]);
    all.map(|answer| {
        let body = match answer {
            Answer::Message(size) | Answer::Endless(size) => {
                message::framed(&message::answer(size))
            }
            Answer::Exactly(body) | Answer::Begun(body) => body.to_vec(),
            Answer::Hold => Vec::new(),
        };
        Ready { answer, body }
    })
    .collect()
}
