//! A page of something other than customers: KYC sessions, invoices.

use crate::provider::Cursor;
use kyc::{AnswerFault, Problem, RejectedRecord, Trouble};

/// The code of a list that goes on beyond any honest one. It is this program's word and no provider's.
pub(crate) const ENDLESS_LIST: &str = "ENDLESS_LIST";

/// Whether a problem is that a list goes on beyond any honest one. Asking again at the same place leads to the same
/// problem: whoever keeps the place has to begin anew.
pub fn is_endless(problem: &Problem) -> bool {
    let code = problem.words.as_ref().and_then(|words| words.code.as_deref());
    problem.trouble == Trouble::BadAnswer { fault: AnswerFault::Shape } && code == Some(ENDLESS_LIST)
}

/// One page of a provider's list. As with customers, the announced total is a hint, and a record that cannot be read
/// costs itself only.
#[derive(Debug, Clone)]
pub struct Listing<T> {
    /// The records that could be read, in the provider's order.
    pub items: Vec<T>,
    /// The records that could not.
    pub rejected: Vec<RejectedRecord>,
    /// How many the provider says there are, under the same filter.
    pub total: Option<u64>,
    /// Where to go on; `None` when the list is over.
    pub next: Option<Cursor>,
}

impl<T> Listing<T> {
    /// Records in the page, readable or not.
    pub fn records(&self) -> usize {
        self.items.len() + self.rejected.len()
    }
}
