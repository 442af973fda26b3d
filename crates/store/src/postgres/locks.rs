//! The locks of those who serve a database. They are the server's, of sessions: each ends with the
//! connection that took it.

use super::Connection;
use crate::serving::Sharing;
use crate::sql::Value;
use model::Error;

/// The advisory lock of whoever serves.
const SERVING_LOCK: i64 = 0x4b57_5244_0000_0002;

/// The advisory lock of whoever does what one of those who serve has to do.
const FIRST_PLACE_LOCK: i64 = 0x4b57_5244_0000_0003;

/// Whether this connection holds a lock; `$1` and `$2` are the halves of its number.
const HOLDS: &str = "
    SELECT count(*) FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND granted
    AND classid::bigint = $1 AND objid::bigint = $2 AND pid = pg_catalog.pg_backend_pid()
    AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())";

/// Ends the connection that holds the lock, if it is an earlier one of ours: it broke, and the
/// server has not noticed yet. `$1` is our name, `$2` and `$3` are the halves of the lock's number.
const END_OWN_HOLDER: &str = "
    SELECT count(pg_catalog.pg_terminate_backend(l.pid, 5000))
    FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
    WHERE l.locktype = 'advisory' AND l.granted AND l.classid::bigint = $2
    AND l.objid::bigint = $3 AND a.datname = current_database() AND a.application_name = $1";

impl Connection {
    /// Takes the right to serve this database.
    pub(crate) fn take_serving_lock(&self, sharing: Sharing, name: &str) -> Result<bool, Error> {
        let number = |sql: &str, values: &[Value]| self.first(sql, values, |row| row.integer(0));
        number("SELECT length(set_config('application_name', $1, false))", &[name.into()])?;
        if sharing == Sharing::Shared {
            let take = "SELECT pg_catalog.pg_try_advisory_lock_shared($1)";
            return Ok(number(take, &[SERVING_LOCK.into()])? == Some(1));
        }
        let take = "SELECT pg_catalog.pg_try_advisory_lock($1)";
        if number(take, &[SERVING_LOCK.into()])? == Some(1) {
            return Ok(true);
        }
        let halves = [SERVING_LOCK >> 32, SERVING_LOCK & 0xffff_ffff].map(Value::from);
        let [high, low] = halves;
        number(END_OWN_HOLDER, &[name.into(), high, low])?;
        Ok(number(take, &[SERVING_LOCK.into()])? == Some(1))
    }

    /// Takes the first place among those who share this database, if nobody has it.
    pub(crate) fn take_first_place(&self) -> Result<bool, Error> {
        let number = |sql: &str, values: &[Value]| self.first(sql, values, |row| row.integer(0));
        let [high, low] = [FIRST_PLACE_LOCK >> 32, FIRST_PLACE_LOCK & 0xffff_ffff].map(Value::from);
        if number(HOLDS, &[high, low])? == Some(1) {
            return Ok(true);
        }
        let take = "SELECT pg_catalog.pg_try_advisory_lock($1)";
        Ok(number(take, &[FIRST_PLACE_LOCK.into()])? == Some(1))
    }
}
