//! What differs from portal to portal.

use serde::{Deserialize, Serialize};

/// How the portal behaves. The defaults are the strict reading of the documentation.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is one independent habit of a portal")]
pub struct Switches {
    /// The most rows of one answer, cut without a word; `None` is as many as asked.
    pub cap_limit: Option<usize>,
    /// A `*` that is not first in the select list is taken, as on some portals still.
    pub star_anywhere: bool,
    /// Rows nobody ordered keep one order from request to request.
    pub stable_unordered: bool,
    /// SODA 2.0: text compares without case, `location` has `needs_recoding`, 50,000 rows at most.
    pub legacy: bool,
    /// Every dataset has a computed region column.
    pub computed_region: bool,
    /// An order drops computed regions from `*`.
    pub order_drops_regions: bool,
    /// App tokens that are known; any other is refused.
    pub tokens: Vec<String>,
    /// API keys that are known, id and secret; any other is refused. Whoever shows one sees what is private.
    pub keys: Vec<(String, String)>,
    /// SODA 3.0 needs a token, as documented.
    pub v3_needs_token: bool,
    /// The status with which SODA 2 is refused; descriptions and SODA 3.0 go on.
    pub soda2_refused: Option<u16>,
    /// Nothing is shown to anybody.
    pub private: bool,
    /// What `X-SODA2-Warning` says.
    pub warning: Option<String>,
    /// `:id` is refused in select, where and order.
    pub refuse_id: bool,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            cap_limit: None,
            star_anywhere: false,
            stable_unordered: false,
            legacy: false,
            computed_region: false,
            order_drops_regions: true,
            tokens: Vec::new(),
            keys: Vec::new(),
            v3_needs_token: true,
            soda2_refused: None,
            private: false,
            warning: None,
            refuse_id: false,
        }
    }
}
