//! The command line against a real server: the real program, every verb, as an owner and as
//! somebody who may not.
//!
//! A file a noun. What is printed is read as a program or a person would; the server is asked
//! through other verbs whether it is so. `verbs.rs` fails when a verb has no test.

#[cfg(test)]
mod account;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod cluster;
#[cfg(test)]
mod cluster_access;
#[cfg(test)]
mod completion;
#[cfg(test)]
mod exits;
#[cfg(test)]
mod key;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod letters;
#[cfg(test)]
mod member;
#[cfg(test)]
mod organization;
#[cfg(test)]
mod personal_key;
#[cfg(test)]
mod project;
#[cfg(test)]
mod support;
#[cfg(test)]
mod usage;
#[cfg(test)]
mod user;
#[cfg(test)]
mod verbs;
#[cfg(test)]
mod whitelist;
