//! The event loop of the load generator.

use super::plan::Plan;
use super::report::Report;
use super::session::Session;
use super::traffic::{PATIENCE, Traffic};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use std::io::{ErrorKind, Result};

/// Makes the load the plan asks for. `counting` is called when the warm-up is over, `drained` when
/// the last call has ended.
///
/// # Errors
/// If a connection cannot be made or nothing happens for ten seconds.
pub fn run(plan: &Plan, counting: impl FnOnce(), drained: impl FnOnce()) -> Result<Report> {
    let mut poll = Poll::new()?;
    let mut traffic = Traffic::new(plan);
    let mut sessions = connect(plan, &poll)?;
    let mut counting = Some(counting);
    traffic.count_if_due(&mut counting);
    for session in sessions.iter_mut().flatten() {
        session.turn(&mut traffic);
    }
    let mut events = Events::with_capacity(1024);
    loop {
        match poll.poll(&mut events, Some(traffic.wait())) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            polled => polled?,
        }
        traffic.tick(!events.is_empty())?;
        traffic.count_if_due(&mut counting);
        traffic.finish_if_due();
        for event in &events {
            let Some(slot) = sessions.get_mut(event.token().0) else {
                continue;
            };
            if slot.as_mut().is_some_and(|session| !session.turn(&mut traffic)) {
                *slot = None;
                traffic.lose_connection();
            }
        }
        let idle = sessions.iter().flatten().all(|session| session.in_flight() == 0);
        if idle && (traffic.is_draining() || sessions.iter().all(Option::is_none)) {
            drained();
            return Ok(traffic.into_report());
        }
    }
}

fn connect(plan: &Plan, poll: &Poll) -> Result<Vec<Option<Session>>> {
    (0..plan.connections)
        .map(|index| {
            let socket = std::net::TcpStream::connect_timeout(&plan.target, PATIENCE)?;
            socket.set_nodelay(true)?;
            socket.set_nonblocking(true)?;
            let mut socket = TcpStream::from_std(socket);
            let interest = Interest::READABLE | Interest::WRITABLE;
            poll.registry().register(&mut socket, Token(index), interest)?;
            Ok(Some(Session::new(socket)))
        })
        .collect()
}
