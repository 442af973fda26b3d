//! Columns as rows of JSON.
//!
//! Written straight into the answer, row by row; [`super::value`] writes the values.

use super::highlight;
use super::structs::member_name;
use super::value::{SHORT, json, length, long, vectors_of, write_scalar, write_vector};
use crate::caller::Reply;
use crate::problem::Problem;
use crate::room::Room;
use milvus::message::data::{
    Column, FieldData, IdList, Ids, ScalarField, Scalars, VectorField, Vectors,
};
use milvus::message::highlight::HighlightResult;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Under which name a search shows primary keys.
const ID: &str = "id";
/// Under which name a search shows how near a row is.
const DISTANCE: &str = "distance";

/// What an engine has answered.
pub(super) struct Rows<'a> {
    /// The columns.
    pub(super) fields: &'a [FieldData],
    /// The fields that the request asked for.
    pub(super) wanted: &'a [String],
    /// The fields that the engine says it has answered with.
    pub(super) answered: &'a [String],
    /// Primary keys beside the columns.
    pub(super) ids: Option<&'a Ids>,
    /// How near each row is.
    pub(super) scores: &'a [f32],
    /// What was marked in them.
    pub(super) marked: &'a [HighlightResult],
    /// Whether whole numbers of 64 bits are shown as numbers and not as texts.
    pub(super) numbers: bool,
}

/// A reply with the rows as a JSON list.
pub(super) fn shown(rows: &Rows<'_>, room: &mut Room) -> Result<Reply, Problem> {
    let cells = rows.fields.iter().map(Cells::new).collect::<Result<Vec<_>, _>>();
    let cells = cells.map_err(Problem::answer)?;
    let ids = rows.ids.and_then(|ids| ids.id_field.as_ref());
    let count = match ids {
        Some(IdList::IntId(ids)) => ids.data.len(),
        Some(IdList::StrId(ids)) => ids.data.len(),
        None => cells.iter().map(Cells::len).max().unwrap_or_default(),
    };
    let mut out = Reply::begun();
    let mut names = Vec::new();
    out.push(b'[');
    for row in 0..count {
        if row > 0 {
            out.push(b',');
        }
        names.clear();
        let object = Object { out: &mut out, names: &mut names };
        write_row(rows, &cells, ids, row, object).map_err(Problem::answer)?;
        room.make(out.capacity())?;
    }
    out.push(b']');
    Ok(Reply::text(out))
}

fn write_row<'n>(
    rows: &Rows<'_>,
    cells: &[Cells<'n>],
    ids: Option<&IdList>,
    row: usize,
    mut object: Object<'_, 'n>,
) -> Result<(), String> {
    object.out.push(b'{');
    if let Some(ids) = ids {
        match ids {
            IdList::IntId(ids) => {
                let id = *ids.data.get(row).ok_or(SHORT)?;
                object.begin(ID)?;
                long(id, rows.numbers, object.out)?;
            }
            IdList::StrId(ids) => {
                object.begin(ID)?;
                json(ids.data.get(row).ok_or(SHORT)?, object.out)?;
            }
        }
        if let Some(score) = rows.scores.get(row) {
            object.begin(DISTANCE)?;
            json(score, object.out)?;
        }
        if let Some(marked) = highlight::of_row(rows.marked, row) {
            object.begin(highlight::SHOWN)?;
            json(&marked, object.out)?;
        }
    }
    for cells in cells.iter().filter(|cells| !cells.field.is_dynamic) {
        if object.begin(&cells.field.field_name)? {
            cells.write(row, rows.numbers, object.out)?;
        }
    }
    // There is one at most, so its members have other names than each other.
    if let Some(cells) = cells.iter().find(|cells| cells.field.is_dynamic) {
        write_dynamic(rows, cells, row, &mut object)?;
    }
    object.out.push(b'}');
    Ok(())
}

/// Shows the members of the dynamic field that were asked for.
fn write_dynamic(
    rows: &Rows<'_>,
    cells: &Cells<'_>,
    row: usize,
    object: &mut Object<'_, '_>,
) -> Result<(), String> {
    let Some(Column::Scalars(scalars)) = &cells.field.field else { return Ok(()) };
    let (Some(Scalars::Json(column)), Some(place)) = (&scalars.data, cells.place(row)) else {
        return Ok(());
    };
    let text = column.data.get(place).ok_or(SHORT)?;
    if text.is_empty() {
        return Ok(());
    }
    let members: BTreeMap<String, &RawValue> =
        serde_json::from_slice(text).map_err(|error| error.to_string())?;
    let asked = |name: &str| rows.wanted.iter().any(|wanted| wanted == name);
    let all = asked("*")
        || asked(&cells.field.field_name)
        || rows.answered.contains(&cells.field.field_name) && rows.wanted.is_empty();
    for (name, value) in members {
        if (all || asked(&name)) && object.begin_other(&name)? {
            object.out.extend_from_slice(value.get().as_bytes());
        }
    }
    Ok(())
}

/// An object in the making.
struct Object<'o, 'n> {
    out: &'o mut Vec<u8>,
    /// Of the members so far, but for those of the dynamic field. There are few.
    names: &'o mut Vec<&'n str>,
}

impl<'n> Object<'_, 'n> {
    /// Begins a member; false if there is one of this name already.
    fn begin(&mut self, name: &'n str) -> Result<bool, String> {
        let begins = self.begin_other(name)?;
        if begins {
            self.names.push(name);
        }
        Ok(begins)
    }

    /// Begins a member of the dynamic field; false if there is another one of this name already.
    fn begin_other(&mut self, name: &str) -> Result<bool, String> {
        if self.names.contains(&name) {
            return Ok(false);
        }
        if !self.out.ends_with(b"{") {
            self.out.push(b',');
        }
        json(name, self.out)?;
        self.out.push(b':');
        Ok(true)
    }
}

/// A column, and where the value of each row is.
struct Cells<'a> {
    field: &'a FieldData,
    /// Place of each row's value; empty if every row has one.
    places: Vec<Option<usize>>,
    values: usize,
    /// The columns of the members, if the values are arrays of structures.
    members: Vec<Self>,
}

impl<'a> Cells<'a> {
    fn new(field: &'a FieldData) -> Result<Self, String> {
        let members = match &field.field {
            Some(Column::StructArrays(structs)) => {
                structs.fields.iter().map(Self::new).collect::<Result<_, _>>()?
            }
            _ => Vec::new(),
        };
        let values = members.iter().map(Self::len).max().map_or_else(|| values(field), Ok)?;
        let valid = &field.valid_data;
        // Engines leave out the values of rows that have none, or put something in their place.
        let packed = values != valid.len();
        let mut next = 0;
        let places = valid.iter().enumerate().map(|(row, &is_valid)| {
            let place = is_valid.then_some(if packed { next } else { row });
            next += usize::from(is_valid);
            place
        });
        let places = places.collect();
        Ok(Self { field, places, values, members })
    }

    fn len(&self) -> usize {
        if self.places.is_empty() { self.values } else { self.places.len() }
    }

    fn place(&self, row: usize) -> Option<usize> {
        if self.places.is_empty() { Some(row) } else { self.places.get(row).copied().flatten() }
    }

    fn write(&self, row: usize, numbers: bool, out: &mut Vec<u8>) -> Result<(), String> {
        let Some(place) = self.place(row) else {
            out.extend_from_slice(b"null");
            return Ok(());
        };
        match &self.field.field {
            Some(Column::Scalars(scalars)) => match &scalars.data {
                Some(scalars) => write_scalar(scalars, place, numbers, out),
                None => Err(SHORT.to_owned()),
            },
            Some(Column::Vectors(vectors)) => write_vector(vectors, place, out),
            Some(Column::StructArrays(_)) => self.write_structs(row, numbers, out),
            None => {
                out.extend_from_slice(b"\"\"");
                Ok(())
            }
        }
    }

    /// A value that is an array of structures: a list of objects.
    fn write_structs(&self, row: usize, numbers: bool, out: &mut Vec<u8>) -> Result<(), String> {
        let mut count = 0;
        for member in &self.members {
            let Some(place) = member.place(row) else {
                out.extend_from_slice(b"null");
                return Ok(());
            };
            count = count.max(member.items(place));
        }
        out.push(b'[');
        for item in 0..count {
            out.extend_from_slice(if item > 0 { b",{" } else { b"{" });
            for (number, member) in self.members.iter().enumerate() {
                if number > 0 {
                    out.push(b',');
                }
                json(member_name(&self.field.field_name, &member.field.field_name), out)?;
                out.push(b':');
                member.write_item(member.place(row).ok_or(SHORT)?, item, numbers, out)?;
            }
            out.push(b'}');
        }
        out.push(b']');
        Ok(())
    }

    /// How many items the list at a place has.
    fn items(&self, place: usize) -> usize {
        match &self.field.field {
            Some(Column::Scalars(ScalarField { data: Some(Scalars::Array(column)) })) => {
                let list = column.data.get(place).and_then(|list| list.data.as_ref());
                list.map_or(0, length)
            }
            Some(Column::Vectors(VectorField {
                data: Some(Vectors::VectorArray(column)), ..
            })) => column.data.get(place).map_or(0, |list| vectors_of(list).unwrap_or_default()),
            _ => 0,
        }
    }

    fn write_item(
        &self,
        place: usize,
        item: usize,
        numbers: bool,
        out: &mut Vec<u8>,
    ) -> Result<(), String> {
        match &self.field.field {
            Some(Column::Scalars(ScalarField { data: Some(Scalars::Array(column)) })) => {
                let list = column.data.get(place).and_then(|list| list.data.as_ref());
                write_scalar(list.ok_or(SHORT)?, item, numbers, out)
            }
            Some(Column::Vectors(VectorField {
                data: Some(Vectors::VectorArray(column)), ..
            })) => write_vector(column.data.get(place).ok_or(SHORT)?, item, out),
            _ => Err(SHORT.to_owned()),
        }
    }
}

/// How many values a column has.
fn values(field: &FieldData) -> Result<usize, String> {
    Ok(match &field.field {
        Some(Column::Scalars(scalars)) => scalars.data.as_ref().map_or(0, length),
        Some(Column::Vectors(vectors)) => vectors_of(vectors)?,
        Some(Column::StructArrays(_)) | None => 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::room::Rooms;
    use milvus::message::data::{JsonArray, LongArray, StructArrayField};
    use milvus::message::highlight::HighlightData;
    use milvus::message::schema::data_type;

    fn field(name: &str, data: Scalars) -> FieldData {
        let field = Some(Column::Scalars(ScalarField { data: Some(data) }));
        FieldData { field_name: name.to_owned(), field, ..FieldData::default() }
    }

    fn longs(data: &[i64]) -> Scalars {
        Scalars::Long(LongArray { data: data.to_vec() })
    }

    /// The list alone.
    fn written(rows: &Rows<'_>) -> Result<String, Problem> {
        let rooms = Rooms::new(1 << 20);
        let reply = shown(rows, &mut rooms.open())?;
        let body = reply.into_body(rooms.open());
        let body = String::from_utf8(body.to_vec()).unwrap();
        let list = body.strip_prefix("{\"code\":0,\"data\":").unwrap().strip_suffix('}');
        Ok(list.unwrap().to_owned())
    }

    #[test]
    fn an_answer_for_which_there_is_no_room_is_not_made() {
        let many = vec![i64::MAX; 4096];
        let fields = [field("a", longs(&many))];
        let rows = Rows {
            fields: &fields,
            wanted: &[],
            answered: &[],
            ids: None,
            scores: &[],
            marked: &[],
            numbers: true,
        };
        let problem = shown(&rows, &mut Rooms::new(16 << 10).open()).unwrap_err();
        assert_eq!(problem.status, 503);
        assert!(shown(&rows, &mut Rooms::new(1 << 20).open()).is_ok());
    }

    fn text(fields: &[FieldData], wanted: &[&str], numbers: bool) -> String {
        let wanted: Vec<String> = wanted.iter().map(|name| (*name).to_owned()).collect();
        let rows = Rows {
            fields,
            wanted: &wanted,
            answered: &[],
            ids: None,
            scores: &[],
            marked: &[],
            numbers,
        };
        written(&rows).unwrap()
    }

    #[test]
    fn whole_numbers_are_shown_as_asked() {
        let fields = [field("a", longs(&[9_007_199_254_740_993]))];
        assert_eq!(text(&fields, &[], true), r#"[{"a":9007199254740993}]"#);
        assert_eq!(text(&fields, &[], false), r#"[{"a":"9007199254740993"}]"#);
    }

    #[test]
    fn rows_without_a_value_are_null_in_either_form() {
        for data in [&[1, 0, 3][..], &[1, 3]] {
            let mut column = field("a", longs(data));
            column.valid_data = vec![true, false, true];
            assert_eq!(text(&[column], &[], true), r#"[{"a":1},{"a":null},{"a":3}]"#);
        }
    }

    #[test]
    fn dynamic_fields_are_shown_as_asked_and_hide_no_other() {
        let data = vec![br#"{"a":7,"b":{"c":1.50},"d":null}"#.to_vec()];
        let dynamic =
            FieldData { is_dynamic: true, ..field("$meta", Scalars::Json(JsonArray { data })) };
        let fields = [field("a", longs(&[1])), dynamic];
        assert_eq!(text(&fields, &["*"], true), r#"[{"a":1,"b":{"c":1.50},"d":null}]"#);
        assert_eq!(text(&fields, &["a", "b"], true), r#"[{"a":1,"b":{"c":1.50}}]"#);
        assert_eq!(text(&fields, &["a"], true), r#"[{"a":1}]"#);
    }

    #[test]
    fn arrays_of_structures_are_lists_of_objects() {
        use milvus::message::data::{ArrayArray, FloatArray, VectorArray};
        let list = |data: &[i64]| ScalarField { data: Some(longs(data)) };
        let data = vec![list(&[7, 8]), list(&[])];
        let pages = Scalars::Array(ArrayArray { data, element_type: data_type::NONE });
        let vectors = |data: &[f32]| VectorField {
            dim: 2,
            data: Some(Vectors::Float(FloatArray { data: data.to_vec() })),
        };
        let data = vec![vectors(&[0.5, 1.0, 2.0, 4.0]), vectors(&[])];
        let data = VectorArray { data, dim: 2, element_type: data_type::FLOAT_VECTOR };
        let data = Some(Vectors::VectorArray(data));
        let embs = FieldData {
            field_name: "parts[emb]".to_owned(),
            field: Some(Column::Vectors(VectorField { dim: 0, data })),
            valid_data: vec![true, false, true],
            ..FieldData::default()
        };
        let pages = FieldData { valid_data: vec![true, false, true], ..field("page", pages) };
        let structs = StructArrayField { fields: vec![pages, embs] };
        let parts = FieldData {
            field_name: "parts".to_owned(),
            field: Some(Column::StructArrays(structs)),
            ..FieldData::default()
        };
        let expected = concat!(
            r#"[{"parts":[{"page":7,"emb":[0.5,1.0]},{"page":8,"emb":[2.0,4.0]}]},"#,
            r#"{"parts":null},{"parts":[]}]"#
        );
        assert_eq!(text(&[parts], &[], true), expected);
    }

    #[test]
    fn an_answer_with_too_few_values_is_no_answer() {
        let ids = Ids { id_field: Some(IdList::IntId(LongArray { data: vec![1, 2] })) };
        let fields = [field("a", longs(&[1]))];
        let rows = Rows {
            fields: &fields,
            wanted: &[],
            answered: &[],
            ids: Some(&ids),
            scores: &[0.5, 0.25],
            marked: &[],
            numbers: true,
        };
        assert!(written(&rows).is_err());
        let rows = Rows { fields: &[], ..rows };
        let expected = r#"[{"id":1,"distance":0.5},{"id":2,"distance":0.25}]"#;
        assert_eq!(written(&rows).unwrap(), expected);
    }

    #[test]
    fn what_was_marked_is_shown_with_its_row() {
        let ids = Ids { id_field: Some(IdList::IntId(LongArray { data: vec![1, 2] })) };
        let data = |fragment: &str| HighlightData {
            fragments: vec![fragment.to_owned()],
            scores: Vec::new(),
        };
        let datas = vec![data("<b>a</b>"), data("<b>b</b>")];
        let marked = [HighlightResult { field_name: "t".to_owned(), datas }];
        let rows = Rows {
            fields: &[],
            wanted: &[],
            answered: &[],
            ids: Some(&ids),
            scores: &[],
            marked: &marked,
            numbers: true,
        };
        let expected = r#"[{"id":1,"highlight":{"t":{"fragments":["<b>a</b>"],"scores":[]}}},"#;
        assert!(written(&rows).unwrap().starts_with(expected));
    }
}
