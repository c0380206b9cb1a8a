//! What of a layer is wanted.

use geohub_core::Bbox;
use geohub_core::expr::Expr;

/// A selection. What of it a server can be trusted with goes down; the rest is the executor's.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Only rows for which this is true. Conjuncts every server understands alike go down; the executor tests all
    /// of it again.
    pub filter: Option<Expr>,
    /// A condition in the server's own language, sent as it is.
    pub server_where: Option<String>,
    /// Only rows whose geometry meets this box, in longitude and latitude; west above east is across 180. It goes
    /// down a little larger; the executor tests again.
    pub bbox: Option<Bbox>,
    /// Only these attribute columns (and those that `filter` needs).
    pub fields: Option<Vec<String>>,
    /// Only so many rows. Goes down when nothing but exact conditions does.
    pub limit: Option<u64>,
}
