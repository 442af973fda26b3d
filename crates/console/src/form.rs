//! Reading a form: small, in UTF-8, no field twice unless it may be, none left unread.

use crate::csrf;
use crate::problem::Page;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use model::{Error, ErrorKind};

/// The longest form that is read, in bytes.
const MOST: usize = 64 << 10;

/// The fields of a form that one of our own pages sent.
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    fn parse(body: &[u8]) -> Result<Self, Error> {
        std::str::from_utf8(body).map_err(|_| Error::invalid("the form is not valid UTF-8"))?;
        let fields = form_urlencoded::parse(body);
        Ok(Self(fields.map(|(name, value)| (name.into_owned(), value.into_owned())).collect()))
    }

    /// The text of a field; empty if it was not sent.
    ///
    /// # Errors
    /// `Invalid` if the field was sent twice.
    pub(crate) fn text(&mut self, name: &str) -> Result<String, Error> {
        let mut all = self.all(name);
        match all.len() {
            0 => Ok(String::new()),
            1 => Ok(all.remove(0)),
            _ => Err(Error::invalid(format!("the field {name} was sent more than once"))),
        }
    }

    /// Every value of a field that may be sent more than once.
    pub(crate) fn all(&mut self, name: &str) -> Vec<String> {
        let taken = self.0.extract_if(.., |(field, _)| field == name);
        taken.map(|(_, value)| value).collect()
    }

    /// Makes sure that nothing was sent that nobody reads.
    ///
    /// # Errors
    /// `Invalid`, naming the field.
    pub(crate) fn finish(self) -> Result<(), Error> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => {
                let shown: String = name.chars().take(40).collect();
                Err(Error::invalid(format!("the form has no field {shown:?}")))
            }
        }
    }
}

impl<S: Sync> FromRequest<S> for Form {
    type Rejection = Page;

    async fn from_request(request: Request, _: &S) -> Result<Self, Page> {
        if !csrf::is_ours(request.headers()) {
            let sentence = "the form was sent from another site, so nothing was done";
            return Err(Page::of(&Error::new(ErrorKind::Forbidden, sentence)));
        }
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Page::of(&Error::invalid("a form of this console was expected")));
        }
        let body = axum::body::to_bytes(request.into_body(), MOST).await.map_err(|_| {
            Page::of(&Error::invalid(format!("the form is longer than {MOST} bytes or broke off")))
        })?;
        Self::parse(&body).map_err(|error| Page::of(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_taken_once_and_none_is_left() {
        let mut form = Form::parse(b"name=a+b&cluster=1&cluster=2&empty=").unwrap();
        assert_eq!(form.text("name").unwrap(), "a b");
        assert_eq!(form.all("cluster"), ["1", "2"]);
        assert_eq!(form.text("empty").unwrap(), "");
        assert_eq!(form.text("absent").unwrap(), "");
        form.finish().unwrap();
        assert!(Form::parse(b"a=1&a=2").unwrap().text("a").is_err());
        assert!(Form::parse(b"a=1").unwrap().finish().is_err());
        assert!(Form::parse(b"a=\xff").is_err());
    }
}
