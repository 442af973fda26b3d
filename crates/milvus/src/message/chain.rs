//! Chains of functions that a search runs over what it has found.

use std::collections::BTreeMap;

/// When a chain runs.
pub mod stage {
    /// Each with its number.
    pub const NAMES: &[(&str, i32)] = &[
        ("FunctionChainStageUnspecified", 0),
        ("FunctionChainStageIngestion", 1),
        ("FunctionChainStagePreProcess", 2),
        ("FunctionChainStageL0Rerank", 3),
        ("FunctionChainStageL1Rerank", 4),
        ("FunctionChainStageL2Rerank", 5),
        ("FunctionChainStagePostProcess", 6),
    ];
    /// `FunctionChainStageUnspecified`.
    pub const UNSPECIFIED: i32 = 0;
}

/// A chain.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FunctionChain {
    /// Its name.
    #[prost(string, tag = "1")]
    pub name: String,
    /// See [`stage`].
    #[prost(int32, tag = "2")]
    pub stage: i32,
    /// The steps.
    #[prost(message, repeated, tag = "3")]
    pub ops: Vec<FunctionChainOp>,
}

/// A step of a chain.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FunctionChainOp {
    /// What it does.
    #[prost(string, tag = "1")]
    pub op: String,
    /// What it reckons.
    #[prost(message, optional, tag = "2")]
    pub expr: Option<FunctionChainExpr>,
    /// The columns that it reads.
    #[prost(string, repeated, tag = "3")]
    pub inputs: Vec<String>,
    /// The columns that it fills.
    #[prost(string, repeated, tag = "4")]
    pub outputs: Vec<String>,
    /// Parameters, by name.
    #[prost(btree_map = "string, message", tag = "5")]
    pub params: BTreeMap<String, FunctionParamValue>,
}

/// What a step reckons.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FunctionChainExpr {
    /// The function.
    #[prost(string, tag = "1")]
    pub name: String,
    /// What it is given.
    #[prost(message, repeated, tag = "2")]
    pub args: Vec<FunctionChainExprArg>,
    /// Parameters, by name.
    #[prost(btree_map = "string, message", tag = "3")]
    pub params: BTreeMap<String, FunctionParamValue>,
}

/// What a function is given.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FunctionChainExprArg {
    /// A column or a value.
    #[prost(oneof = "Arg", tags = "1, 2")]
    pub arg: Option<Arg>,
}

/// What [`FunctionChainExprArg`] holds.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Arg {
    /// A column.
    #[prost(message, tag = "1")]
    Column(FunctionChainColumnArg),
    /// A value.
    #[prost(message, tag = "2")]
    Literal(FunctionParamValue),
}

/// A column.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FunctionChainColumnArg {
    /// Its name.
    #[prost(string, tag = "1")]
    pub name: String,
}

/// A value.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FunctionParamValue {
    /// The value.
    #[prost(oneof = "Param", tags = "1, 2, 3, 4, 5, 6, 7")]
    pub value: Option<Param>,
}

/// What [`FunctionParamValue`] holds.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Param {
    /// A boolean.
    #[prost(bool, tag = "1")]
    Bool(bool),
    /// A whole number.
    #[prost(int64, tag = "2")]
    Int64(i64),
    /// A number with a fraction.
    #[prost(double, tag = "3")]
    Double(f64),
    /// A text.
    #[prost(string, tag = "4")]
    String(String),
    /// A list.
    #[prost(message, tag = "5")]
    Array(FunctionParamArray),
    /// Values by name.
    #[prost(message, tag = "6")]
    Object(FunctionParamObject),
    /// Bytes.
    #[prost(bytes = "vec", tag = "7")]
    Bytes(Vec<u8>),
}

/// A list of values.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FunctionParamArray {
    /// The values.
    #[prost(message, repeated, tag = "1")]
    pub values: Vec<FunctionParamValue>,
}

/// Values by name.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FunctionParamObject {
    /// The values.
    #[prost(btree_map = "string, message", tag = "1")]
    pub fields: BTreeMap<String, FunctionParamValue>,
}
