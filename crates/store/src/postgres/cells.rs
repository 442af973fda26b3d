//! Values on their way into a query and columns on their way out of a row.
//!
//! Keyward writes four kinds of values: numbers, texts, bytes and nothing. What PostgreSQL computes
//! may have other types for the same things (a sum is NUMERIC, a comparison BOOLEAN); they are read
//! as the numbers they are.

use crate::connection;
use crate::sql::Value;
use std::error::Error;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

/// The type a value has where the query does not say.
pub(super) fn type_of(value: &Value) -> Type {
    match value {
        Value::Null => Type::UNKNOWN,
        Value::Integer(_) => Type::INT8,
        Value::Text(_) => Type::TEXT,
        Value::Blob(_) => Type::BYTEA,
    }
}

/// The values as the client library takes them.
pub(super) fn parameters(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

/// The same with their types.
pub(super) fn typed(values: &[Value]) -> Vec<(&(dyn ToSql + Sync), Type)> {
    values.iter().map(|value| (value as &(dyn ToSql + Sync), type_of(value))).collect()
}

impl ToSql for Value {
    fn to_sql(
        &self,
        expected: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match (self, expected) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Integer(number), &Type::INT8) => number.to_sql(expected, out),
            (Self::Integer(number), &Type::INT4) => i32::try_from(*number)?.to_sql(expected, out),
            (Self::Text(text), &Type::TEXT | &Type::VARCHAR | &Type::NAME) => {
                text.to_sql(expected, out)
            }
            (Self::Blob(bytes), &Type::BYTEA) => bytes.to_sql(expected, out),
            _ => Err(format!("a value of another kind where the query wants {expected}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// The bytes of a column, not yet understood.
struct Raw<'a>(&'a [u8]);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(raw))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// What a column of a row holds.
pub(crate) fn cell(row: &tokio_postgres::Row, column: usize) -> Option<connection::Cell<'_>> {
    use connection::Cell;
    let kind = row.columns().get(column)?.type_();
    let Some(Raw(bytes)) = row.try_get::<_, Option<Raw<'_>>>(column).ok()? else {
        return Some(Cell::Null);
    };
    match *kind {
        Type::INT8 => Some(Cell::Integer(i64::from_be_bytes(bytes.try_into().ok()?))),
        Type::INT4 => Some(Cell::Integer(i32::from_be_bytes(bytes.try_into().ok()?).into())),
        Type::INT2 => Some(Cell::Integer(i16::from_be_bytes(bytes.try_into().ok()?).into())),
        Type::BOOL => Some(Cell::Integer(i64::from(bytes != [0]))),
        Type::NUMERIC => whole(bytes).map(Cell::Integer),
        Type::TEXT | Type::VARCHAR | Type::NAME => std::str::from_utf8(bytes).ok().map(Cell::Text),
        Type::BYTEA => Some(Cell::Blob(bytes)),
        _ => None,
    }
}

/// A NUMERIC that is a whole number: how many digits, the weight of the first, sign, scale, and the
/// digits, all of two bytes, a digit being 0 to 9999.
fn whole(bytes: &[u8]) -> Option<i64> {
    let mut words = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    let (count, weight) = (words.next()?, words.next()?.cast_signed());
    let (sign, _scale) = (words.next()?, words.next()?);
    let mut magnitude: i64 = 0;
    let mut digits = words;
    for place in 0..=weight.max(-1) {
        let digit = if place < count.cast_signed() { digits.next()? } else { 0 };
        magnitude = magnitude.checked_mul(10_000)?.checked_add(i64::from(digit))?;
    }
    if digits.any(|digit| digit != 0) {
        return None;
    }
    match sign {
        0 => Some(magnitude),
        0x4000 => Some(-magnitude),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numeric(weight: i16, sign: u16, digits: &[u16]) -> Option<i64> {
        let count = u16::try_from(digits.len()).unwrap();
        let mut words = vec![count, weight.cast_unsigned(), sign, 0];
        words.extend(digits);
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
        whole(&bytes)
    }

    #[test]
    fn sums_are_read_as_numbers() {
        assert_eq!(numeric(0, 0, &[]), Some(0));
        assert_eq!(numeric(0, 0, &[7]), Some(7));
        assert_eq!(numeric(1, 0x4000, &[12, 3456]), Some(-123_456));
        assert_eq!(numeric(2, 0, &[1]), Some(100_000_000), "zeros at the end are not sent");
        assert_eq!(numeric(4, 0, &[922, 3372, 368, 5477, 5807]), Some(i64::MAX));
        assert_eq!(numeric(4, 0, &[922, 3372, 368, 5477, 5808]), None, "too large");
        assert_eq!(numeric(0, 0, &[1, 5000]), None, "one and a half");
        assert_eq!(numeric(0, 0xc000, &[]), None, "not a number");
    }
}
