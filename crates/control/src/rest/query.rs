//! The query of a URL, read as strictly as a body: no unknown name, no name twice.
//!
//! What is not in the endpoint's description is refused before its handler runs, whether that reads
//! a query or not.

use super::problem::Problem;
use super::value::shortened;
use crate::describe::Field;
use model::Error;
use std::ops::RangeInclusive;
use store::Page;

/// How many parameters a query may have.
const MOST_PARAMETERS: usize = 16;
/// The longest text that is searched for.
const MOST_SEARCHED: usize = 255;
/// The page size when none is asked for.
const USUAL_PAGE_SIZE: u32 = 100;

/// The parameters of a query, taken out one by one.
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads what stands behind the `?`.
    pub(crate) fn parse(text: Option<&str>) -> Result<Self, Problem> {
        let mut parameters: Vec<(String, String)> = Vec::new();
        for pair in text.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decoded(name).ok_or_else(malformed)?;
            let value = decoded(value).ok_or_else(|| {
                Problem::invalid_field(&shortened(&name), "is not percent-encoded UTF-8")
            })?;
            if parameters.iter().any(|(other, _)| *other == name) {
                return Err(Problem::invalid_field(&shortened(&name), "is given twice"));
            }
            if parameters.len() == MOST_PARAMETERS {
                return Err(Problem::invalid("the query has too many parameters"));
            }
            parameters.push((name, value));
        }
        Ok(Self(parameters))
    }

    /// Refuses every parameter that is not described.
    pub(crate) fn check(&self, described: &[Field]) -> Result<(), Problem> {
        let unknown = |(name, _): &&(String, String)| described.iter().all(|f| f.name != *name);
        self.0.iter().find(unknown).map_or(Ok(()), |(name, _)| Err(not_a_parameter(name)))
    }

    /// Whether a parameter is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(other, _)| other == name)
    }

    /// One parameter, if it is there.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        let index = self.0.iter().position(|(other, _)| other == name)?;
        Some(self.0.swap_remove(index).1)
    }

    /// One parameter read into what it means, if it is there.
    pub(crate) fn parsed<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, Error>,
    ) -> Result<Option<T>, Problem> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        read(&text).map(Some).map_err(|error| Problem::invalid_field(name, &error.message()))
    }

    /// One parameter that must be there, read into what it means.
    pub(crate) fn required<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, Error>,
    ) -> Result<T, Problem> {
        let Some(text) = self.text(name) else {
            return Err(Problem::invalid_field(name, "is required"));
        };
        read(&text).map_err(|error| match error.field() {
            Some(_) => Problem::from(error),
            None => Problem::invalid_field(name, &error.message()),
        })
    }

    /// `true` or `false`; `false` if it is not there.
    pub(crate) fn flag(&mut self, name: &str) -> Result<bool, Problem> {
        match self.text(name).as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Problem::invalid_field(name, "must be true or false")),
        }
    }

    /// `search`: a text to look for; none if it is blank.
    pub(crate) fn search(&mut self) -> Result<Option<String>, Problem> {
        let search = self.text("search").filter(|text| !text.trim().is_empty());
        if search.as_ref().is_some_and(|text| text.chars().count() > MOST_SEARCHED) {
            let sentence = format!("must be at most {MOST_SEARCHED} characters long");
            return Err(Problem::invalid_field("search", &sentence));
        }
        Ok(search)
    }

    /// `pageSize` and `currentPage`.
    pub(crate) fn page(&mut self, sizes: RangeInclusive<u32>) -> Result<Page, Problem> {
        let (least, most) = sizes.into_inner();
        let size = match self.text("pageSize") {
            None => USUAL_PAGE_SIZE,
            Some(text) => {
                decimal(&text).filter(|size| (least..=most).contains(size)).ok_or_else(|| {
                    let sentence = format!("must be a number from {least} to {most}");
                    Problem::invalid_field("pageSize", &sentence)
                })?
            }
        };
        let number = match self.text("currentPage") {
            None => 1,
            Some(text) => decimal(&text)
                .filter(|&number| number > 0)
                .ok_or_else(|| Problem::invalid_field("currentPage", "must be a number from 1"))?,
        };
        Ok(Page::new(number, size)?)
    }

    /// Refuses every parameter that was not taken.
    pub(crate) fn finish(self) -> Result<(), Problem> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(not_a_parameter(name)),
        }
    }
}

fn not_a_parameter(name: &str) -> Problem {
    Problem::invalid_field(&shortened(name), "is not a parameter of this request")
}

/// A number in plain digits, no sign and no blanks.
fn decimal(text: &str) -> Option<u32> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| plain)
}

/// Undoes `%41` and `+`; `None` if what comes out is no text.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes().iter();
    while let Some(&byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let mut digit = || rest.next().and_then(|&byte| char::from(byte).to_digit(16));
                let code = digit().zip(digit()).map(|(high, low)| high * 16 + low);
                let code = code.and_then(|code| u8::try_from(code).ok());
                bytes.push(code?);
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).ok()
}

fn malformed() -> Problem {
    Problem::invalid("the query is not percent-encoded UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal<T>(answer: Result<T, Problem>) -> String {
        match answer {
            Ok(_) => "accepted".to_owned(),
            Err(problem) => problem.message().to_owned(),
        }
    }

    fn query(text: &str) -> Query {
        Query::parse(Some(text)).unwrap_or_else(|problem| panic!("{}", problem.message()))
    }

    #[test]
    fn parameters_are_decoded_and_taken_once() {
        let mut query = query("search=a%20b%2B+c&x=&search%32=%C3%A9");
        assert_eq!(query.text("search").as_deref(), Some("a b+ c"));
        assert_eq!(query.text("search2").as_deref(), Some("é"));
        assert_eq!(query.text("search"), None);
        assert_eq!(refusal(query.finish()), "x: is not a parameter of this request");
    }

    #[test]
    fn broken_queries_are_refused() {
        for bad in ["a=%", "a=%4", "a=%zz", "a=%ff", "a=%+1"] {
            assert_eq!(
                refusal(Query::parse(Some(bad))),
                "a: is not percent-encoded UTF-8",
                "{bad}"
            );
        }
        let refused = refusal(Query::parse(Some("%ff=1")));
        assert_eq!(refused, "the query is not percent-encoded UTF-8");
        assert_eq!(refusal(Query::parse(Some("a=1&%61=2"))), "a: is given twice");
        let many: Vec<_> = (0..17).map(|n| format!("p{n}=1")).collect();
        assert!(Query::parse(Some(&many.join("&"))).is_err());
    }

    #[test]
    fn pages_are_bounded() {
        for (text, sentence) in [
            ("pageSize=4", "pageSize: must be a number from 5 to 100"),
            ("pageSize=101", "pageSize: must be a number from 5 to 100"),
            ("pageSize=+7", "pageSize: must be a number from 5 to 100"),
            ("pageSize=", "pageSize: must be a number from 5 to 100"),
            ("currentPage=0", "currentPage: must be a number from 1"),
            ("currentPage=99999999999", "currentPage: must be a number from 1"),
        ] {
            assert_eq!(refusal(query(text).page(5..=100)), sentence, "{text}");
        }
        let page = query("pageSize=5&currentPage=3").page(5..=100);
        assert_eq!(page.ok(), Page::new(3, 5).ok());
        assert_eq!(query("").page(5..=100).ok(), Page::new(1, 100).ok());
    }
}
