//! Customers whom a complete walk did not see: the provider is asked for them one by one.
//!
//! "Not found" is believed only from a provider that finds somebody whom the walk has just met: otherwise it says something
//! about the provider and nothing about customers. Where nobody can be asked for alone, and for those beyond
//! [`MOST_ASKED`], the next complete walk decides.

use crate::walk::SENT_AHEAD;
use directory::{Look, RunId, SeenBy, Writer};
use kyc::{BookCustomer, ConnectionId, CustomerKey, Problem, ProviderCustomerId, Trouble};
use providers::Provider;
use providers::clock::Clock;

/// Customers who are asked for after one walk. A tenth of what Love&Pay allows in an hour.
const MOST_ASKED: u32 = 100;

/// What was answered.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// Whom the provider does not have.
    pub gone: Vec<CustomerKey>,
    /// Those it has and of whom something changed, as they now stand in the book.
    pub present: Vec<BookCustomer>,
}

/// Asks about those whom `run` did not see. `somebody` is a customer whom it did.
pub(crate) async fn ask(
    provider: &dyn Provider,
    book: &Writer,
    connection: &ConnectionId,
    clock: &dyn Clock,
    run: RunId,
    somebody: Option<&ProviderCustomerId>,
) -> Result<Asked, Problem> {
    let mut asked = Asked::default();
    if !provider.description().capabilities.actions.card {
        return Ok(asked);
    }
    let missing = book.not_seen_by(run, MOST_ASKED).await?;
    let Some(somebody) = somebody.filter(|_| !missing.is_empty()) else { return Ok(asked) };
    if let Err(problem) = provider.card(somebody).await {
        tracing::info!(%connection, %problem, "customers cannot be asked for one by one now");
        return Ok(asked);
    }
    for customer in missing {
        match provider.card(&customer.customer.id).await {
            Err(Problem { trouble: Trouble::NotFound, .. }) => asked.gone.push(customer.key),
            Ok(card) => {
                let look = Look {
                    connection: connection.clone(),
                    customers: vec![card.customer],
                    says_all: false,
                    seen_by: SeenBy::Sync,
                    refresh: None,
                    budget: provider.budget().state_ahead(SENT_AHEAD),
                    seen_at: clock.now(),
                };
                asked.present.extend(book.land_look(look).await?.customers);
            }
            Err(problem) => {
                // The next walk decides about the others.
                tracing::info!(%connection, %problem, "asking for customers one by one ended early");
                break;
            }
        }
    }
    Ok(asked)
}
