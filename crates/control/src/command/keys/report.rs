//! Taking the word of somebody who found a key.
//!
//! Nobody knows who reports, so nothing is answered that depends on the key: whoever tries keys
//! here must not learn which of them are real. The text of a report is kept without any key in it.

use super::snapshot;
use crate::desk::Desk;
use model::actor::Standing;
use model::name::{LeakLocation, LeakSource};
use model::{Action, Actor, ApiKey, AuditEvent, Error, KeyId, Resource, policy};
use std::net::IpAddr;
use store::keys::{Key, KeyUpdate};
use store::{Committed, Work, keys, organizations};

/// What was found.
#[derive(Clone, Debug)]
pub struct ReportKey {
    /// The key, if what was sent is one.
    pub found: Option<ApiKey>,
    /// Who or what found it.
    pub source: Option<LeakSource>,
    /// Where.
    pub url: Option<LeakLocation>,
    /// Where the report came from.
    pub address: Option<IpAddr>,
}

/// Marks the key as reported and, unless its organization wants otherwise, ends it for good. `None`
/// if there is nothing to do; whoever reports must not be told.
///
/// # Errors
/// `LimitReached` after too many reports from one address; `Unavailable` if the database does not
/// answer.
pub fn report(desk: &Desk, request: &ReportKey) -> Result<Option<Committed<()>>, Error> {
    desk.count_report(request.address)?;
    // What is no key is looked for as one that nobody has, so that it takes as long.
    let nobody = || ApiKey::generate(KeyId::generate(desk.entropy()), desk.entropy());
    let found = request.found.clone().unwrap_or_else(nobody);
    let news = desk.store().read(|reader| match keys::verify(reader, &found)? {
        Some(key) => Ok(!settled(
            &key,
            organizations::settings(reader, key.organization)?.revoke_reported_keys,
        )),
        None => Ok(false),
    })?;
    if !news {
        return Ok(None);
    }
    let committed = desk.store().write(|work| {
        // Looked at again: it may have been deleted or replaced in the meantime.
        let id = found.id();
        let key = keys::verify(work, &found)?.ok_or_else(|| Error::not_found("API key", id))?;
        Ok(((), mark(work, request, &key)?.from_address(request.address)))
    });
    match committed {
        Ok(committed) => Ok(Some(committed)),
        Err(error) if error.kind() == model::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether the key has been reported before, and all that follows from it was done.
fn settled(key: &Key, revokes: bool) -> bool {
    let revoked = matches!(key.life.switch, model::life::Switch::Revoked { .. });
    key.report.is_some() && (revoked || !revokes)
}

fn mark(work: &mut Work<'_>, request: &ReportKey, key: &Key) -> Result<AuditEvent, Error> {
    let resource = Resource::Key(key.id);
    let permit = policy::decide(&Actor::Report, Standing::NONE, Action::ReportKey, resource)
        .map_err(|denial| denial.to_error())?;
    let mut after = keys::reported(work, key.id, request.source.as_ref(), request.url.as_ref())?;
    let mut detail = format!("key \"{}\" was reported as leaked", key.name);
    if organizations::settings(work, key.organization)?.revoke_reported_keys {
        let life = key.life.revoked(work.now());
        after = keys::update(work, key.id, KeyUpdate { life, ..KeyUpdate::of(key) })?;
        detail.push_str(" and revoked");
    }
    Ok(AuditEvent::done(permit, detail).changed(snapshot(key), snapshot(&after)))
}

/// A text without the keys in it.
pub fn without_keys(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(model::key::PREFIX) {
        let (before, from) = rest.split_at(at);
        let tail = &from[model::key::PREFIX.len()..];
        // Up to the end of the word: another key may follow without a gap.
        let in_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let secret = tail.bytes().take_while(in_word).count();
        clean.push_str(before);
        clean.push_str(if secret < 20 {
            &from[..model::key::PREFIX.len() + secret]
        } else {
            "[API key]"
        });
        rest = &tail[secret..];
    }
    clean.push_str(rest);
    clean
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::entropy::SequenceEntropy;

    #[test]
    fn no_key_stays_in_a_report() {
        let entropy = SequenceEntropy::new(1);
        let key = ApiKey::generate(KeyId::generate(&entropy), &entropy);
        let text = format!("https://x.example/?token={}&a=kw_b", key.expose());
        assert_eq!(without_keys(&text), "https://x.example/?token=[API key]&a=kw_b");
        // Not even a part of one.
        let part = &key.expose()[..40];
        assert_eq!(without_keys(&format!("{part}{part} é")), "[API key] é");
        assert_eq!(without_keys("nothing"), "nothing");
    }
}
