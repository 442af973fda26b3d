//! How keys are used: sums of calls, for whoever may see what they are summed over.

mod list;

pub use list::{ListUsage, UsageOf, list};
