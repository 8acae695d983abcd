//! What only Cryptopocket has: quotes, purchases, sales, webhook subscriptions, the link to an enhanced verification.
//! Each that changes something is sent once.

use super::trade::{
    self, NewPayment, NewSale, PaymentStarted, PaymentState, Quote, QuoteRequest, Sale, SaleStarted, WebhookEvent,
};
use super::{Cryptopocket, DESCRIPTION, assumptions, customer, other_shape, routes};
use crate::action::{Outcome, VerificationLink};
use crate::http::Call;
use crate::provider::not_offered;
use crate::route::Route;
use kyc::{Problem, ProviderCustomerId, Trouble};
use serde::Serialize;
use serde_json::Value;
use zeroize::Zeroizing;

/// How an attempt to start a purchase ended, and the link under which the customer must verify themselves first, where
/// the provider refused for that.
#[derive(Debug, Clone)]
pub struct Attempt<T> {
    /// Started, refused, or unknown.
    pub outcome: Outcome<T>,
    /// C7: the link of `require_kyc` and `kyc_reinforced_required`.
    pub verify_first: Option<VerificationLink>,
}

impl Cryptopocket {
    /// What a purchase would bring.
    ///
    /// # Errors
    /// [`Trouble::BadInput`] naming a field of the request, and as [`Provider::verify`](crate::Provider::verify).
    pub async fn quote(&self, request: &QuoteRequest) -> Result<Quote, Problem> {
        let call = Call::to(&routes::QUOTE).query(trade::quote_query(request)?);
        let answer = self.send(&call).await?;
        trade::quote(answer.json()).ok_or_else(|| other_shape(&answer))
    }

    /// Starts a purchase.
    pub async fn create_payment(&self, payment: &NewPayment) -> Attempt<PaymentStarted> {
        self.attempt(&routes::PAYMENT_CREATE, trade::payment_body(payment, false), trade::started).await
    }

    /// Starts a purchase that the provider's own pages lead through. Euros only.
    pub async fn create_guided_payment(&self, payment: &NewPayment) -> Attempt<PaymentStarted> {
        self.attempt(&routes::PAYMENT_GUIDED_CREATE, trade::payment_body(payment, true), trade::started).await
    }

    /// A purchase.
    ///
    /// # Errors
    /// [`Trouble::BadInput`] for an id that could name another path, and as [`Provider::verify`](crate::Provider::verify).
    /// How the provider says that there is none is not documented: [`Trouble::NotFound`] where it answers 404,
    /// [`Trouble::Refused`] with its own words where it answers 200 as it mostly does.
    pub async fn payment(&self, id: &str) -> Result<PaymentState, Problem> {
        if !assumptions::is_path_id(id) {
            return Err(Trouble::BadInput { field: "id" }.into());
        }
        let answer = self.send(&Call::about(&routes::PAYMENT_GET, id)).await?;
        trade::payment(answer.json(), id).ok_or_else(|| other_shape(&answer))
    }

    /// Starts a sale.
    pub async fn create_sale(&self, sale: &NewSale) -> Attempt<SaleStarted> {
        self.attempt(&routes::RAMPOFF_CREATE, trade::sale_body(sale), trade::sale_started).await
    }

    /// A sale. C16: whether a token is needed is not documented; it is always sent.
    ///
    /// # Errors
    /// As [`payment`](Self::payment).
    pub async fn sale(&self, id: &str) -> Result<Sale, Problem> {
        if !assumptions::is_path_id(id) {
            return Err(Trouble::BadInput { field: "id" }.into());
        }
        let call = Call::to(&routes::RAMPOFF_GET).query(vec![("id", id.to_owned())]).of_subject();
        let answer = self.send(&call).await?;
        trade::sale(answer.json(), id).ok_or_else(|| other_shape(&answer))
    }

    /// Has an event sent to a firm's server.
    pub async fn subscribe(&self, event: WebhookEvent, url: &str) -> Outcome<()> {
        self.subscription(&routes::WEBHOOK_SUBSCRIBE, event, url).await
    }

    /// Has an event sent to another address than before.
    pub async fn update_subscription(&self, event: WebhookEvent, url: &str) -> Outcome<()> {
        self.subscription(&routes::WEBHOOK_UPDATE, event, url).await
    }

    /// Makes the link to an enhanced verification, by which a customer's limits are raised. C14: refused without a request
    /// unless [`Features::enhanced_verification`](crate::Features) is on.
    pub async fn enhanced_verification(&self, customer: &ProviderCustomerId) -> Outcome<VerificationLink> {
        #[derive(Serialize)]
        struct Body {
            user_id: Value,
        }
        if !self.features.enhanced_verification {
            return Outcome::Refused(not_offered(&DESCRIPTION, "enhanced_verification"));
        }
        let body = customer::body(&Body { user_id: assumptions::user_id(customer) });
        self.attempt(&routes::ONBOARDING_FORM, body, assumptions::link).await.outcome
    }

    async fn subscription(&self, route: &Route, event: WebhookEvent, url: &str) -> Outcome<()> {
        if VerificationLink::new(url.to_owned(), None).is_none() {
            return Outcome::Refused(Trouble::BadInput { field: "url" }.into());
        }
        let call = Call::to(route).form(&[("type", event.word()), ("url", url.trim())]);
        Outcome::of_sending(self.send(&call).await.map(|_| ()))
    }

    /// Sends a body once. An answer that says success and does not tell what was made leaves the outcome unknown.
    async fn attempt<T>(
        &self,
        route: &Route,
        body: Result<Zeroizing<Vec<u8>>, Problem>,
        read: impl Fn(&str) -> Option<T>,
    ) -> Attempt<T> {
        let body = match body {
            Ok(body) => body,
            Err(problem) => return Attempt { outcome: Outcome::Refused(problem), verify_first: None },
        };
        match self.send(&Call::to(route).json(body).confidential()).await {
            Ok(answer) => {
                let made = read(answer.json()).ok_or_else(|| other_shape(&answer));
                Attempt { outcome: Outcome::of(made), verify_first: None }
            }
            Err(failure) => {
                let verify_first = failure.link.as_deref().cloned();
                Attempt { outcome: Outcome::of_sending(Err(failure)), verify_first }
            }
        }
    }
}
