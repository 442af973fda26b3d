//! What stands behind the `?` of an address: read leniently, because people edit addresses, and
//! written again for links to other pages of a list.

/// The longest text that is taken from an address, in characters.
const MOST: usize = 255;

/// The fields of a query.
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads it.
    pub(crate) fn parse(query: Option<&str>) -> Self {
        let fields = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        let fields = fields.map(|(name, value)| {
            (name.into_owned(), value.trim().chars().take(MOST).collect::<String>())
        });
        Self(fields.collect())
    }

    /// The first value of a field; empty if there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value)
    }

    /// The first value of a field, unless it is empty.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// The number of the page of a list that is asked for; anything else is the first.
    pub(crate) fn page(&self) -> u32 {
        self.text("page").parse().ok().filter(|&number| number > 0).unwrap_or(1)
    }

    /// These fields as they stand in an address, those that are empty left out; it ends so that
    /// another field can follow.
    pub(crate) fn again(&self, names: &[&str]) -> String {
        let mut written = form_urlencoded::Serializer::new(String::new());
        for name in names {
            if let Some(value) = self.given(name) {
                written.append_pair(name, value);
            }
        }
        let mut text = written.finish();
        if !text.is_empty() {
            text.push('&');
        }
        text
    }
}

/// The part of a list that a page shows, and the way to the others.
pub(crate) struct Pages {
    pub(crate) number: u32,
    pub(crate) of: u64,
    pub(crate) count: u64,
    /// Address of a page of the list, up to its number.
    pub(crate) to: String,
}

impl Pages {
    /// Page `number` of a list with so many entries, `size` a page.
    pub(crate) fn new(number: u32, size: u32, count: u64, to: String) -> Self {
        Self { number, of: count.div_ceil(u64::from(size)).max(1), count, to }
    }

    /// Whether there is a later one.
    pub(crate) fn more(&self) -> bool {
        u64::from(self.number) < self.of
    }
}

/// The part of a list that goes on behind an entry, and the ways to the others.
pub(crate) struct Walk {
    /// Address of the list with its filters; another field can follow.
    pub(crate) to: String,
    /// How many entries all parts hold, if that is known.
    pub(crate) count: String,
    pub(crate) shown: usize,
    /// Where to go back from, and on from; empty if there is nothing.
    pub(crate) before: String,
    pub(crate) after: String,
}

/// A number as people read it: `100,000`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_leniently_and_written_again() {
        let query = Query::parse(Some("search=a+%26b&page=3&role=&x=%ff"));
        assert_eq!((query.text("search"), query.page()), ("a &b", 3));
        assert_eq!(query.given("role"), None);
        assert_eq!(query.again(&["search", "role"]), "search=a+%26b&");
        assert_eq!(query.again(&["role"]), "");
        for odd in [None, Some("page=0"), Some("page=-1"), Some("page=99999999999"), Some("&&=")] {
            assert_eq!(Query::parse(odd).page(), 1, "{odd:?}");
        }
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn a_list_has_at_least_one_page() {
        let pages = |number, count| Pages::new(number, 50, count, String::new());
        assert_eq!((pages(1, 0).of, pages(1, 0).more()), (1, false));
        assert_eq!((pages(1, 51).of, pages(1, 51).more(), pages(2, 51).more()), (2, true, false));
    }
}
