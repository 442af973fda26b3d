//! Rules for Rust source: the header, the length of lines, of functions and of files.

use std::collections::HashSet;
use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

use super::{File, Size, Violation, text};

const FUNCTION_MAX: usize = 70;
const FILE_MAX: usize = 400;

pub(super) fn check(file: &File) -> Vec<Violation> {
    let mut found: Vec<Violation> = header(file).into_iter().collect();
    let parsed = match syn::parse_file(&file.text) {
        Ok(parsed) => parsed,
        Err(error) => {
            let line = error.span().start().line;
            found.push(violation(file, line, format!("this is not Rust: {error}")));
            return found;
        }
    };
    found.extend(lines(file));
    let mut sizes = Sizes::default();
    sizes.visit_file(&parsed);
    found.extend(functions(file, &sizes));
    found.extend(length(file, &sizes));
    found
}

fn header(file: &File) -> Option<Violation> {
    let said = "the file does not begin with `//!`: say what it is for";
    (!file.text.starts_with("//!")).then(|| violation(file, 1, said.to_owned()))
}

/// A line of code or of a comment that is too long. One with a string in it may be: wrapping could
/// change the string, or make a snapshot differ from what it shows.
fn lines(file: &File) -> Vec<Violation> {
    let mut strings = HashSet::new();
    if let Ok(tokens) = file.text.parse() {
        literals(tokens, &mut strings);
    }
    let numbered = file.text.lines().enumerate().map(|(index, line)| (index + 1, line));
    let long = numbered.filter(|(number, line)| {
        // A comment of documentation is a string to the compiler.
        let is_comment = line.trim_start().starts_with("//");
        text::is_too_long(line) && (is_comment || !strings.contains(number))
    });
    long.map(|(number, _)| violation(file, number, text::too_long())).collect()
}

fn literals(tokens: TokenStream, lines: &mut HashSet<usize>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => literals(group.stream(), lines),
            TokenTree::Literal(literal) if literal.to_string().ends_with(['"', '#']) => {
                lines.extend(literal.span().start().line..=literal.span().end().line);
            }
            _ => {}
        }
    }
}

fn functions(file: &File, sizes: &Sizes) -> Vec<Violation> {
    let over = sizes.functions.iter().filter(|(_, lines)| lines.len() > FUNCTION_MAX);
    over.map(|(name, lines)| {
        let measured = lines.len();
        let said = format!("`{name}` has {measured} lines, more than {FUNCTION_MAX}: split it");
        let size = Size { rule: "function", name: name.clone(), measured };
        Violation { size: Some(size), ..violation(file, lines.start, said) }
    })
    .collect()
}

/// A file of tests may be long, and so may the tests at the end of a file.
fn length(file: &File, sizes: &Sizes) -> Option<Violation> {
    let tests: usize = sizes.tests.iter().map(ExactSizeIterator::len).sum();
    let measured = file.text.lines().count().saturating_sub(tests);
    if is_test(file) || measured <= FILE_MAX {
        return None;
    }
    let said = format!("{measured} lines without its tests, more than {FILE_MAX}: split it");
    let size = Size { rule: "file", name: file.name().to_owned(), measured };
    Some(Violation { size: Some(size), ..violation(file, 0, said) })
}

fn is_test(file: &File) -> bool {
    file.path.split('/').any(|part| matches!(part, "tests" | "tests.rs" | "benches"))
        || file.path.ends_with("_tests.rs")
}

fn violation(file: &File, line: usize, said: String) -> Violation {
    Violation { path: file.path.clone(), line, said, size: None }
}

/// The lines of each function and of each test module.
#[derive(Default)]
struct Sizes {
    functions: Vec<(String, Range<usize>)>,
    tests: Vec<Range<usize>>,
}

impl Sizes {
    fn function(&mut self, signature: &syn::Signature, body: &syn::Block) {
        let lines = signature.fn_token.span.start().line..end(&body.brace_token) + 1;
        self.functions.push((signature.ident.to_string(), lines));
    }
}

impl<'ast> Visit<'ast> for Sizes {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(body) = &item.default {
            self.function(&item.sig, body);
        }
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if let Some((braces, _)) = &item.content
            && let Some(first) = item.attrs.first()
            && item.attrs.iter().any(is_cfg_test)
        {
            self.tests.push(first.pound_token.span.start().line..end(braces) + 1);
        }
        visit::visit_item_mod(self, item);
    }
}

/// The line of the closing brace.
fn end(braces: &syn::token::Brace) -> usize {
    braces.span.close().end().line
}

fn is_cfg_test(attribute: &syn::Attribute) -> bool {
    attribute.path().is_ident("cfg")
        && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(path: &str, text: &str) -> Vec<String> {
        let file = File { path: path.to_owned(), text: text.to_owned() };
        check(&file).iter().map(ToString::to_string).collect()
    }

    fn function(name: &str, lines: usize) -> String {
        format!("fn {name}() {{\n{}}}\n", "    step();\n".repeat(lines - 2))
    }

    #[test]
    fn a_file_without_a_header_is_found() {
        let expected = ["a.rs:1: the file does not begin with `//!`: say what it is for"];
        assert_eq!(said("a.rs", "fn main() {}\n"), expected);
        assert!(said("a.rs", "//! Starts.\nfn main() {}\n").is_empty());
    }

    #[test]
    fn a_long_line_is_found_in_code_and_comments_but_not_in_strings() {
        let long = "x".repeat(101);
        let expected = ["a.rs:3: the line is longer than 100 characters"];
        assert_eq!(said("a.rs", &format!("//! x\n\n/// {long}\nfn f() {{}}\n")), expected);
        assert_eq!(said("a.rs", &format!("//! x\n\n// {long}\nfn f() {{}}\n")), expected);
        assert_eq!(said("a.rs", &format!("//! x\n\nfn {long}() {{}}\n")), expected);
        assert!(said("a.rs", &format!("//! x\n\nconst A: &str = \"{long}\";\n")).is_empty());
        let snapshot = format!("//! x\n\nfn f() {{ check!(r#\"a\n{long}\nb\"#); }}\n");
        assert!(said("a.rs", &snapshot).is_empty());
    }

    #[test]
    fn a_function_over_the_limit_is_found_wherever_it_stands() {
        let long = function("long", 71);
        for text in [
            format!("//! x\n{long}"),
            format!("//! x\nimpl X {{\n{long}}}\n"),
            format!("//! x\ntrait X {{\n{long}}}\n"),
            format!("//! x\nmod inner {{\n{long}}}\n"),
            format!("//! x\nfn outer() {{\n{long}}}\n"),
        ] {
            let found = said("a.rs", &text);
            let hit = found.iter().any(|line| line.contains("`long` has 71 lines, more than 70"));
            assert!(hit, "{text}{found:?}");
        }
        assert!(said("a.rs", &format!("//! x\n{}", function("just", 70))).is_empty());
    }

    #[test]
    fn attributes_and_comments_above_a_function_do_not_count() {
        let text = format!("//! x\n/// Why.\n#[inline]\n{}", function("just", 70));
        assert!(said("a.rs", &text).is_empty());
    }

    #[test]
    fn a_file_over_the_limit_is_found_without_counting_its_tests() {
        let code = format!("//! x\n{}", "const X: u8 = 1;\n".repeat(399));
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "// t\n".repeat(50));
        assert!(said("a.rs", &format!("{code}{tests}")).is_empty());
        let expected = ["a.rs: 401 lines without its tests, more than 400: split it"];
        assert_eq!(said("a.rs", &format!("{code}const Y: u8 = 1;\n{tests}")), expected);
    }

    #[test]
    fn a_file_of_tests_may_be_long() {
        let text = format!("//! x\n{}", "const X: u8 = 1;\n".repeat(500));
        assert_eq!(said("crates/x/src/a.rs", &text).len(), 1);
        for path in ["crates/x/tests/a.rs", "crates/x/src/a/tests.rs", "crates/x/src/a_tests.rs"] {
            assert!(said(path, &text).is_empty(), "{path}");
        }
    }

    #[test]
    fn what_is_not_rust_is_said() {
        assert_eq!(said("a.rs", "//! x\nfn {\n").len(), 1);
    }
}
