//! Chains of functions that a search runs over what it has found.
//!
//! Pure: JSON in, messages out. Which functions there are, at which stage they may run and what
//! they want is the engine's to say. To take one more member: read it here, describe it.

use crate::body::Body;
use crate::problem::Problem;
use crate::values::number_of;
use milvus::message::chain::{
    Arg, FunctionChain, FunctionChainColumnArg, FunctionChainExpr, FunctionChainExprArg,
    FunctionChainOp, FunctionParamArray, FunctionParamObject, FunctionParamValue, Param, stage,
};
use serde_json::{Map, Number, Value};
use std::collections::BTreeMap;

/// The member that holds them.
pub(super) const MEMBER: &str = "functionChains";
/// Chains of one search, and steps of one chain.
const MOST: usize = 64;

/// The chains of a request.
pub(super) fn chains(body: &Body<'_>) -> Result<Vec<FunctionChain>, Problem> {
    let given = body.list(MEMBER)?;
    bounded(MEMBER, given.len())?;
    let one = |(number, given): (usize, &Body<'_>)| chain(given, &format!("{MEMBER}[{number}]"));
    given.iter().enumerate().map(one).collect()
}

fn bounded(at: &str, count: usize) -> Result<(), Problem> {
    if count > MOST { Err(wrong(at, &format!("has more than {MOST} items"))) } else { Ok(()) }
}

fn wrong(at: &str, why: &str) -> Problem {
    Problem::invalid(format!("`{at}` {why}"))
}

fn chain(given: &Body<'_>, at: &str) -> Result<FunctionChain, Problem> {
    let name = given.text("stage")?;
    let stage = number_of(stage::NAMES, name.trim()).filter(|&stage| stage != stage::UNSPECIFIED);
    let stage = stage.ok_or_else(|| {
        wrong(at, &format!("has the stage `{name}`: it can be FunctionChainStageL2Rerank, …"))
    })?;
    let ops = given.list("ops")?;
    bounded(&format!("{at}.ops"), ops.len())?;
    let one = |(number, given): (usize, &Body<'_>)| step(given, &format!("{at}.ops[{number}]"));
    let ops = ops.iter().enumerate().map(one).collect::<Result<_, _>>()?;
    Ok(FunctionChain { name: given.text("name")?.trim().to_owned(), stage, ops })
}

fn step(given: &Body<'_>, at: &str) -> Result<FunctionChainOp, Problem> {
    let expr = match given.raw("expr") {
        None => None,
        Some(_) => Some(expression(&given.inner("expr")?, &format!("{at}.expr"))?),
    };
    let trimmed = |texts: Vec<String>| texts.iter().map(|text| text.trim().to_owned()).collect();
    Ok(FunctionChainOp {
        op: filled(given, "op", at)?,
        expr,
        inputs: trimmed(given.texts("inputs")?),
        outputs: trimmed(given.texts("outputs")?),
        params: params(given, at)?,
    })
}

fn expression(given: &Body<'_>, at: &str) -> Result<FunctionChainExpr, Problem> {
    let args = given.list("args")?;
    bounded(&format!("{at}.args"), args.len())?;
    let one =
        |(number, given): (usize, &Body<'_>)| argument(given, &format!("{at}.args[{number}]"));
    Ok(FunctionChainExpr {
        name: filled(given, "name", at)?,
        args: args.iter().enumerate().map(one).collect::<Result<_, _>>()?,
        params: params(given, at)?,
    })
}

fn argument(given: &Body<'_>, at: &str) -> Result<FunctionChainExprArg, Problem> {
    let arg = match (given.raw("column").is_some(), given.tree("literal")?) {
        (true, Value::Null) => {
            Arg::Column(FunctionChainColumnArg { name: filled(given, "column", at)? })
        }
        (false, literal) if !literal.is_null() => Arg::Literal(value(&literal, at)?),
        _ => return Err(wrong(at, "has either a `column` or a `literal`")),
    };
    Ok(FunctionChainExprArg { arg: Some(arg) })
}

/// A text that is not blank, without the blanks around it.
fn filled(given: &Body<'_>, name: &str, at: &str) -> Result<String, Problem> {
    let text = given.text(name)?;
    let text = text.trim();
    if text.is_empty() { Err(wrong(at, &format!("has no `{name}`"))) } else { Ok(text.to_owned()) }
}

fn params(given: &Body<'_>, at: &str) -> Result<BTreeMap<String, FunctionParamValue>, Problem> {
    by_name(&given.map("params")?, &format!("{at}.params"))
}

fn by_name(
    map: &Map<String, Value>,
    at: &str,
) -> Result<BTreeMap<String, FunctionParamValue>, Problem> {
    let mut values = BTreeMap::new();
    for (name, given) in map {
        let trimmed = name.trim();
        if trimmed.is_empty() {
            return Err(wrong(at, "has a member without a name"));
        }
        let read = value(given, &format!("{at}.{trimmed}"))?;
        if values.insert(trimmed.to_owned(), read).is_some() {
            return Err(wrong(at, &format!("has `{trimmed}` twice")));
        }
    }
    Ok(values)
}

fn value(given: &Value, at: &str) -> Result<FunctionParamValue, Problem> {
    let param = match given {
        Value::Null => return Err(wrong(at, "cannot be null")),
        Value::Bool(truth) => Param::Bool(*truth),
        Value::Number(number) => numeric(number),
        Value::String(text) => Param::String(text.clone()),
        Value::Array(items) => {
            let items = items.iter().map(|item| value(item, at));
            Param::Array(FunctionParamArray { values: items.collect::<Result<_, _>>()? })
        }
        Value::Object(map) => Param::Object(FunctionParamObject { fields: by_name(map, at)? }),
    };
    Ok(FunctionParamValue { value: Some(param) })
}

/// A whole number is one however it is written, as Milvus takes it.
fn numeric(number: &Number) -> Param {
    /// Every whole number below has a place among those of 64 bits.
    const EDGE: f64 = 9_223_372_036_854_775_808.0;
    if let Some(whole) = number.as_i64() {
        return Param::Int64(whole);
    }
    let float = number.as_f64().unwrap_or_default();
    if float.trunc().to_bits() == float.to_bits() && (-EDGE..EDGE).contains(&float) {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and within the bounds")]
        return Param::Int64(float as i64);
    }
    Param::Double(float)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<FunctionChain>, Problem> {
        chains(&Body::parse(text.as_bytes()).unwrap())
    }

    fn param(param: Param) -> FunctionParamValue {
        FunctionParamValue { value: Some(param) }
    }

    #[test]
    fn a_chain_has_a_stage_and_steps() {
        let read = read(
            r#"{"functionChains":[{"name":" c ","stage":"FunctionChainStageL2Rerank","ops":[
              {"op":"map","outputs":["$score"],"expr":{"name":"num_combine",
                "args":[{"column":"$score"},{"literal":2}],"params":{"mode":"sum"}}},
              {"op":"limit","inputs":["a"],"params":{"limit":2.0,"of":[0.5,{"x":true}]}}]}]}"#,
        );
        let column = FunctionChainColumnArg { name: "$score".to_owned() };
        let expr = FunctionChainExpr {
            name: "num_combine".to_owned(),
            args: vec![
                FunctionChainExprArg { arg: Some(Arg::Column(column)) },
                FunctionChainExprArg { arg: Some(Arg::Literal(param(Param::Int64(2)))) },
            ],
            params: [("mode".to_owned(), param(Param::String("sum".to_owned())))].into(),
        };
        let x = [("x".to_owned(), param(Param::Bool(true)))].into();
        let of = vec![
            param(Param::Double(0.5)),
            param(Param::Object(FunctionParamObject { fields: x })),
        ];
        let of = param(Param::Array(FunctionParamArray { values: of }));
        let map = FunctionChainOp {
            op: "map".to_owned(),
            expr: Some(expr),
            outputs: vec!["$score".to_owned()],
            ..FunctionChainOp::default()
        };
        let limit = FunctionChainOp {
            op: "limit".to_owned(),
            inputs: vec!["a".to_owned()],
            params: [("limit".to_owned(), param(Param::Int64(2))), ("of".to_owned(), of)].into(),
            ..FunctionChainOp::default()
        };
        let expected = FunctionChain { name: "c".to_owned(), stage: 5, ops: vec![map, limit] };
        assert_eq!(read.unwrap(), [expected]);
    }

    #[test]
    fn what_is_no_chain_is_refused_with_its_place() {
        let stage = r#""stage":"FunctionChainStageL2Rerank""#;
        for (chain, part) in [
            ("{}".to_owned(), "functionChains[0]"),
            (r#"{"stage":"x"}"#.to_owned(), "stage `x`"),
            (r#"{"stage":"FunctionChainStageUnspecified"}"#.to_owned(), "stage"),
            (format!(r#"{{{stage},"ops":[{{}}]}}"#), "ops[0]` has no `op`"),
            (format!(r#"{{{stage},"ops":[{{"op":"m","expr":{{}}}}]}}"#), "expr` has no `name`"),
            (format!(r#"{{{stage},"ops":[{{"op":"m","params":{{"a":null}}}}]}}"#), "params.a"),
            (format!(r#"{{{stage},"ops":[{{"op":"m","params":{{"a":1," a":1}}}}]}}"#), "twice"),
        ] {
            let problem = read(&format!(r#"{{"functionChains":[{chain}]}}"#)).unwrap_err();
            assert_eq!(problem.code, 1100, "{chain}");
            assert!(problem.message.contains(part), "{chain}: {}", problem.message);
        }
        for arg in ["{}", r#"{"column":"a","literal":1}"#, r#"{"column":" "}"#] {
            let text = format!(
                r#"{{"functionChains":[{{{stage},"ops":[{{"op":"m",
                  "expr":{{"name":"f","args":[{arg}]}}}}]}}]}}"#
            );
            assert!(read(&text).unwrap_err().message.contains("args[0]"), "{arg}");
        }
        let many = vec!["{}"; MOST + 1].join(",");
        assert!(read(&format!(r#"{{"functionChains":[{many}]}}"#)).is_err());
    }

    #[test]
    fn whole_numbers_are_whole_however_they_are_written() {
        for (text, expected) in [
            ("9007199254740993", Param::Int64(9_007_199_254_740_993)),
            ("5.0", Param::Int64(5)),
            ("1e3", Param::Int64(1000)),
            ("1.5", Param::Double(1.5)),
            ("1e19", Param::Double(1e19)),
        ] {
            let number: Number = serde_json::from_str(text).unwrap();
            assert_eq!(numeric(&number), expected, "{text}");
        }
    }
}
