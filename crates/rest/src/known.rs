//! A collection's schema as it was told, and what rows may be written by it later.
//!
//! Rows that were made for an old schema must never become something else than they say. Engines
//! since Milvus 2.6 compare the schema's stamp with their own and refuse. Older ones compare hardly
//! anything: Milvus 2.3.5 takes a column of texts for one of numbers, and ends when it reads it. Of
//! what is changed through this gateway the gateway tells ([`Known::state`]); against what others
//! change, rows are written by a remembered schema of an engine that compares nothing only if that
//! engine refuses them anyhow ([`Known::is_checked_anyhow`]), and only for a moment.
//!
//! To let rows of further schemas be written so: show on the oldest Milvus that is tested what it
//! makes of them in collections of every other schema.

use http::HeaderValue;
use milvus::message::schema::{CollectionSchema, FieldSchema, data_type};

/// A collection's schema as the engine told it.
#[derive(Debug)]
pub(crate) struct Known {
    /// The schema.
    pub(crate) schema: CollectionSchema,
    /// When it was changed last, in the engine's count; 0 if the engine does not say.
    pub(crate) stamp: u64,
    /// The gateway's word for the state it was told in; `None` if something was changing.
    pub(crate) state: Option<HeaderValue>,
}

/// What a schema is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// To ask for something: an engine refuses what does not fit it.
    Read,
    /// To write new rows.
    Insert,
    /// To write rows in the place of others.
    Upsert,
    /// To change some fields of rows.
    Change,
}

impl Known {
    /// Whether it says the same as another.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        (self.stamp, &self.schema) == (other.stamp, &other.schema)
    }

    /// Whether the engine compares what is made by it with what it has now.
    pub(crate) fn is_compared(&self) -> bool {
        self.stamp != 0
    }

    /// Whether an engine that compares no stamps refuses rows that were made by this schema, if the
    /// collection has another one by now and they would become something else in it.
    ///
    /// So it is with new rows of nothing but a vector, whose key the engine chooses. Every
    /// collection has a vector, so that the column can be no other field, and each kind and length
    /// of vectors is checked; so are columns that are missing, and members of the dynamic field
    /// that have the name of a field. It is with an upsert of a vector and a key of 64 bits as
    /// well: such a key is not taken for a text, nor for one that the engine chooses. As a new row
    /// it might be: the key may have become an ordinary field of another type beside such a one,
    /// and any other column than a vector is taken for anything, be it a key.
    pub(crate) fn is_checked_anyhow(&self, purpose: Use) -> bool {
        let schema = &self.schema;
        let plain = schema.struct_array_fields.is_empty() && schema.functions.is_empty();
        let is_own = |field: &&FieldSchema| !field.is_dynamic;
        let (keys, others): (Vec<_>, Vec<_>) =
            schema.fields.iter().filter(is_own).partition(|field| field.is_primary_key);
        let ([key], [vector]) = (keys.as_slice(), others.as_slice()) else { return false };
        let key_is_checked = match purpose {
            Use::Insert => key.auto_id,
            Use::Upsert => !key.auto_id && key.data_type == data_type::INT64,
            Use::Read | Use::Change => false,
        };
        plain && key_is_checked && is_vector(vector)
    }
}

/// Whether each row has a vector in this field.
fn is_vector(field: &FieldSchema) -> bool {
    let vectors = data_type::BINARY_VECTOR..=data_type::INT8_VECTOR;
    vectors.contains(&field.data_type) && !field.nullable && field.default_value.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, data_type: i32) -> FieldSchema {
        FieldSchema { name: name.to_owned(), data_type, ..FieldSchema::default() }
    }

    fn known(fields: Vec<FieldSchema>) -> Known {
        let schema =
            CollectionSchema { fields, enable_dynamic_field: true, ..CollectionSchema::default() };
        Known { schema, stamp: 0, state: None }
    }

    fn uses(fields: Vec<FieldSchema>) -> [bool; 4] {
        let known = known(fields);
        [Use::Insert, Use::Upsert, Use::Change, Use::Read]
            .map(|purpose| known.is_checked_anyhow(purpose))
    }

    #[test]
    fn rows_that_every_engine_checks_are_a_vector_and_no_other_column_it_takes() {
        let key = |data_type| FieldSchema { is_primary_key: true, ..field("k", data_type) };
        let (own, text) = (key(data_type::INT64), key(data_type::VAR_CHAR));
        let chosen = FieldSchema { auto_id: true, ..own.clone() };
        let chosen_text = FieldSchema { auto_id: true, ..text.clone() };
        let meta = FieldSchema { is_dynamic: true, ..field("$meta", data_type::JSON) };
        let vector = field("v", data_type::FLOAT_VECTOR);
        let sparse = field("s", data_type::SPARSE_FLOAT_VECTOR);
        let nullable = FieldSchema { nullable: true, ..vector.clone() };
        let never = [false; 4];
        for (fields, expected) in [
            (vec![own.clone(), vector.clone()], [false, true, false, false]),
            (vec![sparse.clone(), chosen.clone(), meta], [true, false, false, false]),
            (vec![chosen.clone(), vector.clone()], [true, false, false, false]),
            (vec![chosen_text, vector.clone()], [true, false, false, false]),
            (vec![text, vector.clone()], never),
            (vec![own.clone(), vector.clone(), field("n", data_type::INT8)], never),
            (vec![own.clone(), vector.clone(), sparse], never),
            (vec![own.clone(), nullable], never),
            (vec![own.clone(), field("n", data_type::INT64)], never),
            (vec![own], never),
            (vec![vector], never),
            (vec![], never),
        ] {
            let names: Vec<_> = fields.iter().map(|field| field.name.clone()).collect();
            assert_eq!(uses(fields), expected, "{names:?}");
        }
    }

    #[test]
    fn what_is_made_of_fields_is_no_plain_vector() {
        let key = field("k", data_type::INT64);
        let key = FieldSchema { is_primary_key: true, auto_id: true, ..key };
        let mut known = known(vec![key, field("v", data_type::SPARSE_FLOAT_VECTOR)]);
        assert!(known.is_checked_anyhow(Use::Insert));
        known.schema.functions.push(milvus::message::schema::FunctionSchema::default());
        assert!(!known.is_checked_anyhow(Use::Insert));
        known.schema.functions.clear();
        let structs = milvus::message::schema::StructArrayFieldSchema::default();
        known.schema.struct_array_fields.push(structs);
        assert!(!known.is_checked_anyhow(Use::Insert));
    }
}
