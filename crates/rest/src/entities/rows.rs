//! Rows in JSON, put into columns.
//!
//! Every row is read once, straight into the columns of the collection. What the schema does not
//! have goes into the dynamic field, if there is one, and is refused if there is none.

use super::column::Column;
use super::structs::Structs;
use super::vector::bare;
use crate::body::Tree;
use crate::json::{self, Json};
use milvus::message::data::{Column as Content, FieldData, JsonArray, ScalarField, Scalars};
use milvus::message::schema::{CollectionSchema, FieldSchema, data_type};
use std::collections::HashMap;

/// The field for what the schema does not have.
const DYNAMIC: &str = "$meta";

/// What is done with the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// They are new.
    Insert,
    /// They are new, or take the place of others.
    Upsert,
    /// They change some fields of rows that are there.
    Partial,
}

/// Columns of as many rows as there are.
pub(super) fn columns(
    rows: &[Json<'_>],
    schema: &CollectionSchema,
    purpose: Purpose,
) -> Result<Vec<FieldData>, String> {
    let mut table = Table::new(schema, purpose)?;
    for (number, row) in rows.iter().enumerate() {
        table.push(*row).map_err(|why| format!("row {number}: {why}"))?;
    }
    Ok(table.into_fields())
}

/// A column, or those of a field of structures.
enum Filling {
    One(Box<Column>),
    Structs(Structs),
}

impl Filling {
    fn push(&mut self, text: &str) -> Result<(), String> {
        match self {
            Self::One(column) => column.push(text),
            Self::Structs(structs) => structs.push(text),
        }
    }

    fn skip(&mut self) -> Result<(), String> {
        match self {
            Self::One(column) => column.skip(),
            Self::Structs(structs) => structs.skip(),
        }
    }

    fn into_field(self) -> FieldData {
        match self {
            Self::One(column) => column.into_field(),
            Self::Structs(structs) => structs.into_field(),
        }
    }
}

struct Table {
    columns: Vec<Filling>,
    by_name: HashMap<String, usize>,
    /// Names that must not be given, and why.
    closed: HashMap<String, &'static str>,
    /// Objects of what the schema does not have.
    dynamic: Option<Vec<Vec<u8>>>,
    purpose: Purpose,
    /// Which columns the first row of a partial update has.
    given: Option<Vec<bool>>,
}

impl Table {
    fn new(schema: &CollectionSchema, purpose: Purpose) -> Result<Self, String> {
        let mut table = Self {
            columns: Vec::new(),
            by_name: HashMap::new(),
            closed: HashMap::new(),
            dynamic: schema.enable_dynamic_field.then(Vec::new),
            purpose,
            given: None,
        };
        for field in schema.fields.iter().filter(|field| !field.is_dynamic) {
            if let Some(why) = closed(field, purpose) {
                table.closed.insert(field.name.clone(), why);
                continue;
            }
            table.by_name.insert(field.name.clone(), table.columns.len());
            table.columns.push(Filling::One(Box::new(Column::new(field)?)));
        }
        for field in &schema.struct_array_fields {
            table.by_name.insert(field.name.clone(), table.columns.len());
            table.columns.push(Filling::Structs(Structs::new(field)?));
        }
        Ok(table)
    }

    fn push(&mut self, row: Json<'_>) -> Result<(), String> {
        let members = row.members().map_err(|error| bare(&error))?;
        if let Some(name) = json::repeated(&members, |name, other| name == other, str::to_owned) {
            return Err(format!("`{name}` comes twice"));
        }
        let mut given = vec![false; self.columns.len()];
        let mut dynamic = Vec::new();
        for (name, value) in &members {
            if let Some(&index) = self.by_name.get(name.as_ref()) {
                self.columns[index].push(value.get())?;
                given[index] = true;
            } else if let Some(why) = self.closed.get(name.as_ref()) {
                return Err(format!("field `{name}` {why}"));
            } else if self.dynamic.is_none() || name == DYNAMIC {
                return Err(format!("the collection has no field `{name}`"));
            } else {
                add(&mut dynamic, name, value.get())?;
            }
        }
        self.complete(&given)?;
        if let Some(objects) = &mut self.dynamic {
            dynamic.extend_from_slice(if dynamic.is_empty() { b"{}" } else { b"}" });
            objects.push(dynamic);
        }
        Ok(())
    }

    /// Fills what a row does not have.
    fn complete(&mut self, given: &[bool]) -> Result<(), String> {
        if self.purpose == Purpose::Partial {
            let first = self.given.get_or_insert_with(|| given.to_vec());
            if first != given {
                return Err("all rows of a partial update must have the same fields".to_owned());
            }
            return Ok(());
        }
        for (column, is_given) in self.columns.iter_mut().zip(given) {
            if !is_given {
                column.skip()?;
            }
        }
        Ok(())
    }

    fn into_fields(self) -> Vec<FieldData> {
        let given = self.given;
        let is_given = |index| given.as_ref().is_none_or(|given: &Vec<bool>| given[index]);
        let columns = self.columns.into_iter().enumerate();
        let mut fields: Vec<FieldData> = columns
            .filter(|(index, _)| is_given(*index))
            .map(|(_, column)| column.into_field())
            .collect();
        // A partial update without dynamic fields leaves those of the row as they are.
        let dynamic = self.dynamic.filter(|objects| {
            self.purpose != Purpose::Partial || objects.iter().any(|object| object != b"{}")
        });
        fields.extend(dynamic.map(|data| FieldData {
            r#type: data_type::JSON,
            field_name: DYNAMIC.to_owned(),
            field: Some(Content::Scalars(ScalarField {
                data: Some(Scalars::Json(JsonArray { data })),
            })),
            is_dynamic: true,
            ..FieldData::default()
        }));
        fields
    }
}

/// Why a field must not be given.
fn closed(field: &FieldSchema, purpose: Purpose) -> Option<&'static str> {
    if field.is_function_output {
        return Some("is filled by a function");
    }
    let chosen = field.is_primary_key && field.auto_id && purpose == Purpose::Insert;
    chosen.then_some("is chosen by the engine: set primary key but autoID == true")
}

/// Adds a member to an object in the making.
fn add(object: &mut Vec<u8>, name: &str, value: &str) -> Result<(), String> {
    // Read to make sure that every reader reads the same in it.
    serde_json::from_str::<Tree>(value).map_err(|error| format!("`{name}`: {}", bare(&error)))?;
    object.push(if object.is_empty() { b'{' } else { b',' });
    let name = serde_json::to_string(name).map_err(|error| bare(&error))?;
    object.extend_from_slice(name.as_bytes());
    object.push(b':');
    object.extend_from_slice(value.as_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::pair;

    fn schema(dynamic: bool, auto_id: bool) -> CollectionSchema {
        let field = |name: &str, data_type| FieldSchema {
            name: name.to_owned(),
            data_type,
            ..FieldSchema::default()
        };
        let pk = FieldSchema { is_primary_key: true, auto_id, ..field("pk", data_type::INT64) };
        let vector = FieldSchema {
            type_params: vec![pair("dim", "2")],
            ..field("v", data_type::FLOAT_VECTOR)
        };
        let optional = FieldSchema { nullable: true, ..field("o", data_type::VAR_CHAR) };
        CollectionSchema {
            fields: vec![pk, vector, optional],
            enable_dynamic_field: dynamic,
            ..CollectionSchema::default()
        }
    }

    fn read(
        rows: &str,
        schema: &CollectionSchema,
        purpose: Purpose,
    ) -> Result<Vec<String>, String> {
        let rows = Json::parse(rows).and_then(Json::items).unwrap();
        let columns = columns(&rows, schema, purpose)?;
        Ok(columns.into_iter().map(|column| column.field_name).collect())
    }

    #[test]
    fn rows_become_columns() {
        let (plain, dynamic) = (schema(false, false), schema(true, true));
        let names = read(r#"[{"pk":1,"v":[1,2]}]"#, &plain, Purpose::Insert);
        assert_eq!(names.unwrap(), ["pk", "v", "o"]);
        let names = read(r#"[{"v":[1,2],"x":{"y":1}},{"v":[1,2]}]"#, &dynamic, Purpose::Insert);
        assert_eq!(names.unwrap(), ["v", "o", "$meta"]);
        let names = read(r#"[{"pk":1,"o":"a"},{"pk":2,"o":null}]"#, &plain, Purpose::Partial);
        assert_eq!(names.unwrap(), ["pk", "o"]);
    }

    #[test]
    fn rows_that_do_not_fit_are_refused_with_their_number() {
        let (plain, dynamic) = (schema(false, false), schema(true, true));
        for (rows, schema, purpose, part) in [
            (r#"[{"pk":1,"v":[1,2],"x":1}]"#, &plain, Purpose::Insert, "no field `x`"),
            (r#"[{"pk":1}]"#, &plain, Purpose::Insert, "field `v` has no value"),
            (r#"[{"pk":1,"v":[1,2]},{"pk":2,"v":[1]}]"#, &plain, Purpose::Insert, "row 1"),
            (r#"[{"pk":1,"pk":2,"v":[1,2]}]"#, &plain, Purpose::Insert, "comes twice"),
            (r#"[{"pk":1,"v":[1,2]}]"#, &dynamic, Purpose::Insert, "autoID"),
            (r#"[{"v":[1,2]}]"#, &dynamic, Purpose::Upsert, "field `pk` has no value"),
            (r#"[{"v":[1,2],"$meta":{}}]"#, &dynamic, Purpose::Insert, "$meta"),
            (r#"[{"v":[1,2],"x":{"a":1,"a":2}}]"#, &dynamic, Purpose::Insert, "comes twice"),
            (r#"[{"pk":1,"o":"a"},{"pk":2}]"#, &plain, Purpose::Partial, "same fields"),
            ("[1]", &plain, Purpose::Insert, "row 0"),
            ("[null]", &plain, Purpose::Insert, "row 0"),
        ] {
            let error = read(rows, schema, purpose).unwrap_err();
            assert!(error.contains(part), "{rows}: {error}");
        }
    }
}
