//! Pages of a list: which one is asked for, and what is answered.

use model::Error;

/// Which part of a list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    number: u32,
    size: u32,
}

impl Page {
    /// The most items one page may hold.
    pub const MAX_SIZE: u32 = 1000;

    /// Page `number` (the first is 1) of pages of `size` items.
    ///
    /// # Errors
    /// `Invalid` for page 0 and for sizes outside 1 to [`Self::MAX_SIZE`].
    pub fn new(number: u32, size: u32) -> Result<Self, Error> {
        if number == 0 {
            return Err(Error::invalid("must be 1 or more").in_field("currentPage"));
        }
        if size == 0 || size > Self::MAX_SIZE {
            let message = format!("must be 1 to {}", Self::MAX_SIZE);
            return Err(Error::invalid(message).in_field("pageSize"));
        }
        Ok(Self { number, size })
    }

    /// Number of the page, counted from 1.
    pub fn number(self) -> u32 {
        self.number
    }

    /// How many items a page holds.
    pub fn size(self) -> u32 {
        self.size
    }

    /// How many items lie before this page.
    pub(crate) fn offset(self) -> i64 {
        i64::from(self.number - 1) * i64::from(self.size)
    }
}

/// One page of a list, and how long the whole list is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<T> {
    /// The items of the page.
    pub items: Vec<T>,
    /// How many items all pages together hold.
    pub count: u64,
    /// The page these items are.
    pub page: Page,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_count_from_one_and_are_bounded() {
        assert_eq!(Page::new(3, 10).unwrap().offset(), 20);
        for (number, size) in [(0, 10), (1, 0), (1, Page::MAX_SIZE + 1)] {
            assert!(Page::new(number, size).is_err());
        }
        assert!(Page::new(u32::MAX, Page::MAX_SIZE).unwrap().offset() > 0);
    }
}
