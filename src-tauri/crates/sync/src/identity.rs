//! Whether a connection whose address or key was replaced still leads to the same merchant's customers.
//!
//! Ids alone do not tell: Cryptopocket numbers its customers, so number 17 is somebody at every merchant. A customer of the
//! book must be found with the same id and with the same e-mail, phone, name or time of creation. One is enough: another
//! merchant has none.

use directory::Writer;
use kyc::{ConnectionId, Customer, Problem, Trouble};
use providers::{Cursor, Filter, ListFilter, Provider};

/// Customers who are looked for, at most: some may have been removed at the provider meanwhile.
const MOST_ASKED: u32 = 5;

/// Whether it does. A connection of which the book has nobody leads to whomever it leads to.
pub(crate) async fn is_same_merchant(
    provider: &dyn Provider,
    book: &Writer,
    connection: &ConnectionId,
) -> Result<bool, Problem> {
    let known = book.newest(connection.clone(), MOST_ASKED).await?;
    if known.is_empty() {
        return Ok(true);
    }
    let capabilities = &provider.description().capabilities;
    for known in known.iter().map(|known| &known.customer) {
        let found = if capabilities.actions.card {
            match provider.card(&known.id).await {
                Ok(card) => vec![card.customer],
                Err(Problem { trouble: Trouble::NotFound, .. }) => Vec::new(),
                Err(problem) => return Err(problem),
            }
        } else if capabilities.filters.contains(&Filter::Email) && known.email.is_some() {
            let filter = ListFilter { email: known.email.clone(), ..ListFilter::default() };
            provider.customers(&filter, &Cursor::start()).await?.customers
        } else {
            Vec::new()
        };
        if found.iter().any(|found| is_same_person(known, found)) {
            return Ok(true);
        }
    }
    // Where nobody could be asked for, and where all of them are gone: most whom the head of the list has are known.
    let head = provider.customers(&ListFilter::default(), &Cursor::start()).await?.customers;
    let ids = head.iter().map(|found| found.id.clone()).collect();
    let known = book.customers_of(connection.clone(), ids).await?;
    Ok(known.iter().any(|known| head.iter().any(|found| is_same_person(&known.customer, found))))
}

/// The same id, and something else that two people do not share.
fn is_same_person(known: &Customer, found: &Customer) -> bool {
    let same = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
    known.id == found.id
        && (same(&known.email, &found.email)
            || same(&known.phone, &found.phone)
            || same(&known.name, &found.name)
            || (known.created.is_some() && known.created == found.created))
}
