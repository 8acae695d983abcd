//! Whether a registration whose answer was lost is in force all the same: the customer is looked for in the list. Nothing
//! is made here, and nothing is asked for a second time.

use super::check::{self, Listed};
use super::{Cryptopocket, PAGE_SIZE, Place, other_shape, wire};
use crate::action::{Outcome, Registered, Registration, may_have_succeeded};
use crate::json::Raw;
use crate::provider::ListFilter;
use kyc::Problem;

/// Pages that are looked through. The list is narrowed to one e-mail, so a longer one was not narrowed at all.
const MOST_PAGES: usize = 5;

/// Who was to be registered, and who of that name and e-mail is in the list.
struct Search {
    name: String,
    email: String,
    found: Vec<Registered>,
    /// Somebody in the list may be them or may not.
    unclear: bool,
}

impl Cryptopocket {
    /// What became of a registration whose answer was `lost`. Whoever is found has the link that the list carries, if any;
    /// what a company is told once is lost with the answer.
    pub(super) async fn look_for(&self, registration: &Registration, lost: Problem) -> Outcome<Registered> {
        self.core.settle().await;
        let mut search = Search::of(registration);
        match (self.look_through(registration, &mut search).await, search.found.pop()) {
            // Of several, nobody can say which is the one.
            (_, Some(registered)) if search.found.is_empty() => Outcome::Done(registered),
            (Ok(true), None) if !search.unclear && !may_have_succeeded(&lost) => Outcome::Refused(lost),
            _ => Outcome::Unknown(lost),
        }
    }

    /// Looks through the list narrowed to the e-mail, and says whether that was the whole of it.
    async fn look_through(&self, registration: &Registration, search: &mut Search) -> Result<bool, Problem> {
        let (Registration::Person { email, .. } | Registration::Company { email, .. }) = registration;
        let filter = ListFilter { email: Some(email.clone()), ..ListFilter::default() };
        let mut place = Place::START;
        for _ in 0..MOST_PAGES {
            let answer = self.list(&filter, PAGE_SIZE, place.page).await?;
            let wire::List { rows, total } = answer.record().ok_or_else(|| other_shape(&answer))?;
            search.take_in(&rows);
            match place.after(rows.len() as u64, total, &answer)? {
                Some(next) => place = next,
                None => return Ok(true),
            }
        }
        Ok(false)
    }
}

impl Search {
    fn of(registration: &Registration) -> Self {
        let (Registration::Person { name, email, .. } | Registration::Company { name, email }) = registration;
        Self { name: plain(name), email: plain(email), found: Vec::new(), unclear: false }
    }

    /// Looks at a page's rows. C8: whether the list's e-mail filter is exact is not documented, so the e-mail is compared
    /// here; and under one e-mail there may be somebody else, so the name is.
    fn take_in(&mut self, rows: &[Raw<'_>]) {
        for row in rows {
            let Ok(customer) = wire::customer(*row) else {
                self.unclear = true;
                continue;
            };
            let is = |text: &Option<String>, sought: &str| text.as_deref().map(|text| plain(text) == sought);
            match (is(&customer.email, &self.email), is(&customer.name, &self.name)) {
                (Some(false), _) => {}
                (Some(true), Some(true)) if self.found.iter().all(|found| found.id != customer.id) => {
                    let link = match check::listed_link(rows, &customer.id) {
                        Listed::Link(link) => Some(link),
                        Listed::WithoutLink | Listed::Absent => None,
                    };
                    self.found.push(Registered { id: customer.id, public_id: None, link, password: None });
                }
                (Some(true), Some(true)) => {}
                _ => self.unclear = true,
            }
        }
    }
}

/// A name or an e-mail as it is compared: blanks and case do not count.
fn plain(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn after(rows: &Value) -> Search {
        let registration =
            Registration::Person { name: " Ana  García ".into(), email: "Ana@example.com ".into(), return_to: None };
        let mut search = Search::of(&registration);
        let rows = rows.to_string();
        search.take_in(&Raw::parse(&rows).unwrap().items().unwrap().collect::<Vec<_>>());
        search
    }

    #[test]
    fn a_row_is_the_one_by_e_mail_and_name() {
        for (row, found, unclear) in [
            (json!({"id": 1, "name": "Ana", "last_name": "García", "email": "ana@example.com"}), 1, false),
            (json!({"id": "1", "name": "ANA GARCÍA", "email": "ANA@example.com"}), 1, false),
            (json!({"id": 1, "name": "Ana García", "email": "ana@example.com.mx"}), 0, false),
            (json!({"id": 1, "name": "Somebody Else", "email": "ana@example.com"}), 0, true),
            (json!({"id": 1, "name": null, "email": "ana@example.com"}), 0, true),
            (json!({"id": 1, "name": "Ana García"}), 0, true),
            (json!({"name": "Ana García", "email": "ana@example.com"}), 0, true),
        ] {
            let search = after(&json!([row]));
            assert_eq!((search.found.len(), search.unclear), (found, unclear), "{row}");
        }
    }

    #[test]
    fn a_row_that_comes_twice_is_one_customer_and_two_of_a_name_are_two() {
        let row = |id| json!({"id": id, "name": "Ana García", "email": "ana@example.com"});
        assert_eq!(after(&json!([row(1), row(1)])).found.len(), 1);
        assert_eq!(after(&json!([row(1), row(2)])).found.len(), 2);
    }
}
