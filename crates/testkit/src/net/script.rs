//! Which faults of the script hit a request.

use super::fault::{Act, Edit, Fault, Tweaks};
use super::request::{Kind, Request};

/// The script and how many matching requests each of its lines has seen.
#[derive(Debug)]
pub(super) struct Script {
    faults: Vec<(Fault, u64)>,
    requests: u64,
}

/// What the script has in store for one request.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) tweaks: Tweaks,
    pub(super) edits: Vec<Edit>,
    /// The first fault that replaces or spoils the answer.
    pub(super) act: Option<Act>,
    faults: usize,
}

impl Script {
    pub(super) fn new(faults: Vec<Fault>) -> Self {
        Self { faults: faults.into_iter().map(|fault| (fault, 0)).collect(), requests: 0 }
    }

    pub(super) fn add(&mut self, fault: Fault) {
        self.faults.push((fault, 0));
    }

    pub(super) fn clear(&mut self) {
        self.faults.clear();
    }

    /// Counts a request and says what happens to it.
    pub(super) fn plan(&mut self, kind: Kind, request: &Request) -> Plan {
        self.requests += 1;
        let mut plan = Plan::default();
        plan.tweaks.request = self.requests;
        for (fault, seen) in &mut self.faults {
            if !fault.on.matches(kind, request) {
                continue;
            }
            *seen += 1;
            let due = *seen >= fault.on.nth && (fault.times == 0 || *seen < fault.on.nth + fault.times);
            if due {
                plan.add(fault.act.clone());
            }
        }
        plan
    }
}

impl Plan {
    /// Whether no line of the script hit the request.
    pub(super) fn is_nothing(&self) -> bool {
        self.faults == 0
    }

    fn add(&mut self, act: Act) {
        self.faults += 1;
        let tweaks = &mut self.tweaks;
        match act {
            Act::DropRows { ids } => tweaks.drop_rows.extend(ids),
            Act::DuplicateRows { rows } => tweaks.duplicate_rows = rows,
            Act::CountOff { by } => tweaks.count_off += by,
            Act::CapAt { rows } => tweaks.cap_at = Some(rows),
            Act::EmptyFlagged => tweaks.empty_flagged = true,
            Act::OutOfDate => tweaks.out_of_date = true,
            Act::NoSodaHeaders => tweaks.no_soda_headers = true,
            Act::Then(edit) => self.edits.push(edit),
            act => {
                self.act.get_or_insert(act);
            }
        }
    }

    /// Whether the fault stands in place of the answer, so that the portal is not asked.
    pub(super) fn replaces(&self) -> bool {
        !matches!(
            self.act,
            None | Some(
                Act::CutBodyAfter { .. }
                    | Act::TruncatedJson { .. }
                    | Act::Slow { .. }
                    | Act::RefuseText { .. }
            )
        )
    }
}
