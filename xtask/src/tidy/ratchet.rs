//! Exceptions to the size rules, which only shrink.
//!
//! Each line of the ratchet file allows one thing exactly the size it has today. When it grows, it
//! is a violation again; when it shrinks, the line is out of date and must be lowered or removed.
//! The file begins empty; a new line in it needs a reason that convinces a reviewer.

use super::{Size, Violation};

pub(super) const PATH: &str = "xtask/tidy-ratchet.txt";

/// One allowed exception: `rule path name size`.
struct Exception<'text> {
    line: usize,
    rule: &'text str,
    path: &'text str,
    name: &'text str,
    allowed: usize,
}

/// Takes away what the ratchet allows and adds what is wrong with the ratchet.
pub(super) fn apply(text: &str, found: Vec<Violation>) -> Vec<Violation> {
    let mut left = Vec::new();
    let mut allowed = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match parse(index + 1, line) {
            Some(exception) => allowed.push(exception),
            None => left.push(say(index + 1, "expected `rule path name size`".to_owned())),
        }
    }
    let mut used = vec![false; allowed.len()];
    for violation in found {
        let of = |exception: &Exception<'_>| is_about(exception, &violation);
        match (allowed.iter().position(of), &violation.size) {
            (Some(at), Some(size)) if size.measured <= allowed[at].allowed => {
                used[at] = true;
                left.extend(slack(&allowed[at], size));
            }
            (Some(at), _) => {
                used[at] = true;
                left.push(violation);
            }
            (None, _) => left.push(violation),
        }
    }
    let unused = allowed.iter().zip(used).filter(|(_, used)| !used);
    left.extend(unused.map(|(exception, _)| say(exception.line, "remove the line".to_owned())));
    left
}

fn parse(line: usize, text: &str) -> Option<Exception<'_>> {
    let mut words = text.split_whitespace();
    let exception = Exception {
        line,
        rule: words.next()?,
        path: words.next()?,
        name: words.next()?,
        allowed: words.next()?.parse().ok()?,
    };
    words.next().is_none().then_some(exception)
}

fn is_about(exception: &Exception<'_>, violation: &Violation) -> bool {
    violation.path == exception.path
        && violation
            .size
            .as_ref()
            .is_some_and(|size| size.rule == exception.rule && size.name == exception.name)
}

fn slack(exception: &Exception<'_>, size: &Size) -> Option<Violation> {
    let said = format!("lower {} to {}", exception.allowed, size.measured);
    (size.measured < exception.allowed).then(|| say(exception.line, said))
}

fn say(line: usize, said: String) -> Violation {
    Violation { path: PATH.to_owned(), line, said, size: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long_function(measured: usize) -> Violation {
        let size = Size { rule: "function", name: "walk".to_owned(), measured };
        let said = "too long".to_owned();
        Violation { path: "a.rs".to_owned(), line: 3, said, size: Some(size) }
    }

    fn said(ratchet: &str, measured: usize) -> Vec<String> {
        apply(ratchet, vec![long_function(measured)]).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_exception_holds_at_exactly_its_size() {
        assert!(said("# why\nfunction a.rs walk 90\n", 90).is_empty());
        assert_eq!(said("function a.rs walk 90\n", 91), ["a.rs:3: too long"]);
        assert_eq!(said("function a.rs walk 90\n", 80).len(), 1, "slack must be taken in");
        assert_eq!(said("", 90), ["a.rs:3: too long"]);
    }

    #[test]
    fn an_exception_for_nothing_must_go() {
        let left = apply("file b.rs b.rs 500\n", Vec::new());
        let expected = ["xtask/tidy-ratchet.txt:1: remove the line"];
        assert_eq!(left.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn an_exception_is_for_one_rule_in_one_file() {
        assert_eq!(said("file a.rs walk 90\n", 90).len(), 2);
        assert_eq!(said("function b.rs walk 90\n", 90).len(), 2);
        assert_eq!(said("function a.rs walk\n", 90).len(), 2);
    }
}
