//! The control API through its door: the real router, real SQLite, every kind of caller.

#[cfg(test)]
mod access;
#[cfg(test)]
mod accounts;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod browsers;
#[cfg(test)]
mod cluster_access;
#[cfg(test)]
mod cluster_life;
#[cfg(test)]
mod clusters;
#[cfg(test)]
mod conditional;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod explain;
#[cfg(test)]
mod fence;
#[cfg(test)]
mod forgotten;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod input;
#[cfg(test)]
mod invitations;
#[cfg(test)]
mod key_family;
#[cfg(test)]
mod key_life;
#[cfg(test)]
mod key_report;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod log;
#[cfg(test)]
mod members;
#[cfg(test)]
mod notices;
#[cfg(test)]
mod organizations;
#[cfg(test)]
mod projects;
#[cfg(test)]
mod questions;
#[cfg(test)]
mod repeat;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod usage;
#[cfg(test)]
mod users;
#[cfg(test)]
mod whitelist;
#[cfg(test)]
mod wire;
