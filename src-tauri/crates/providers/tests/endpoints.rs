//! Every endpoint of both clients against the sandbox over HTTP: each with what it is for, and with the refusal that an
//! officer meets most. Clients and emulators are written from the references independently of each other, so that they
//! agree here by being right, or show that one is wrong.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in the functions that it shares too")]

use jiff::Timestamp;
use kyc::{Blocked, Credential, Currency, KycStatus, Money, Problem, ProviderCustomerId, RequestLimits, Trouble};
use providers::cryptopocket::{Cryptopocket, NewPayment, NewSale, PaymentStatus, QuoteRequest, WebhookEvent};
use providers::loveandpay::{InvoiceStatus, LoveAndPay, SessionStatus};
use providers::{
    Contact, Cursor, Document, Features, ListFilter, Outcome, Page, Provider, Registration, Specific, SystemClock,
    address, registry,
};
use sandbox::{Options, Sandbox, TokenShape};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Arc;

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

async fn sandbox(provider: sandbox::Provider) -> Sandbox {
    let now = "2026-03-15T12:00:00Z".parse().unwrap();
    Sandbox::start(Options { customers: 600, seed: 7, ..Options::new(provider, now) }).await.unwrap()
}

fn client(sandbox: &Sandbox, secret: &str) -> Arc<dyn Provider> {
    let connected = registry::connect_with(
        &kyc::ProviderId::new(sandbox.control().provider().name()),
        &address::parse(&sandbox.base_url).unwrap(),
        RequestLimits { per_minute: Some(0), per_hour: Some(0) },
        Credential::parse(&sandbox.api_key, secret).unwrap(),
        Arc::new(SystemClock::new()),
        None,
        Features { enhanced_verification: true, ..Features::default() },
    );
    connected.unwrap()
}

/// Which endpoints did what they are for, and which refused.
#[derive(Default)]
struct Tried {
    well: BTreeSet<&'static str>,
    refused: BTreeSet<&'static str>,
}

impl Tried {
    #[track_caller]
    fn well<T, E: Debug>(&mut self, route: &'static str, result: Result<T, E>) -> T {
        self.well.insert(route);
        result.unwrap_or_else(|problem| panic!("{route}: {problem:?}"))
    }

    #[track_caller]
    fn done<T: Debug>(&mut self, route: &'static str, outcome: Outcome<T>) -> T {
        self.well.insert(route);
        match outcome {
            Outcome::Done(done) => done,
            other => panic!("{route}: {other:?}"),
        }
    }

    /// Refused for this reason, in these words of the provider.
    #[track_caller]
    fn refused<T: Debug>(&mut self, route: &'static str, result: Result<T, Problem>, trouble: &Trouble, code: &str) {
        self.refused.insert(route);
        let problem = result.unwrap_err();
        let said = problem.words.as_ref().and_then(|words| words.code.as_deref());
        assert_eq!((&problem.trouble, said), (trouble, Some(code)), "{route}: {problem:?}");
    }

    #[track_caller]
    fn turned_down<T: Debug>(&mut self, route: &'static str, outcome: Outcome<T>, trouble: &Trouble, code: &str) {
        match outcome {
            Outcome::Refused(problem) => self.refused::<T>(route, Err(problem), trouble, code),
            other => panic!("{route}: {other:?}"),
        }
    }

    /// Every endpoint of the client was tried in both ways.
    fn is_complete(&self, provider: &dyn Provider) {
        let all: BTreeSet<_> = provider.description().routes.iter().map(|route| route.name).collect();
        assert_eq!((&self.well, &self.refused), (&all, &all));
    }
}

async fn everybody(provider: &dyn Provider) -> Vec<kyc::Customer> {
    let (mut customers, mut next) = (Vec::new(), Some(Cursor::start()));
    while let Some(cursor) = next {
        let Page { customers: read, rejected, next: more, .. } =
            provider.customers(&ListFilter::default(), &cursor).await.unwrap();
        assert_eq!(rejected, []);
        customers.extend(read);
        next = more;
    }
    customers
}

fn own_love(provider: &dyn Provider) -> &LoveAndPay {
    match provider.specific() {
        Specific::LoveAndPay(own) => own,
        other => panic!("{other:?}"),
    }
}

fn own_pocket(provider: &dyn Provider) -> &Cryptopocket {
    match provider.specific() {
        Specific::Cryptopocket(own) => own,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_endpoint_of_loveandpay() {
    let sandbox = sandbox(sandbox::Provider::LoveAndPay).await;
    let (right, wrong) = (client(&sandbox, &sandbox.api_secret), client(&sandbox, "sk_test_of_somebody_else"));
    let (own, mut tried) = (own_love(&*right), Tried::default());
    let nobody = ProviderCustomerId::new(NOBODY).unwrap();
    let (absent, no_keys) = (Trouble::NotFound, Trouble::CredentialsRejected);

    assert_eq!(tried.well("customers_list", right.verify().await).customers, Some(600));
    tried.refused("customers_list", wrong.verify().await, &no_keys, "INVALID_SIGNATURE");
    let customers = everybody(&*right).await;
    let truth = sandbox.control().customers();
    assert_eq!(customers.len(), 600);
    for (customer, row) in customers.iter().zip(&truth) {
        assert_eq!(Some(customer.id.as_str()), row["id"].as_str());
        assert_eq!(customer.name.as_deref(), row["fullName"].as_str());
        assert_eq!(customer.phone.as_deref(), row["phone"].as_str());
        let total = customer.paid.as_ref().map(|money| money.amount.normalize().to_string());
        assert_eq!(total, Some(row["totalAmount"].to_string()), "{row}");
        assert_eq!(customer.created.map(|at| at.as_millisecond()), moment(&row["createdAt"]));
        assert_eq!(customer.last_payment.map(|at| at.as_millisecond()), moment(&row["lastPaymentAt"]));
    }

    let paying = customers.iter().find(|one| one.payments.is_some_and(|count| count > 3)).unwrap();
    let card = tried.well("customer_get", right.card(&paying.id).await);
    assert_eq!((&card.customer.name, card.customer.payments), (&paying.name, paying.payments));
    assert!(!card.recent_payments.is_empty() && card.average.is_some());
    tried.refused("customer_get", right.card(&nobody).await, &absent, "NOT_FOUND");

    for contact in [Contact::Phone(paying.phone.clone().unwrap()), Contact::Email(paying.email.clone().unwrap())] {
        let known = tried.well("customer_check", right.check(&contact).await);
        assert!(known.exists && known.customer.is_some_and(|customer| customer.id == paying.id), "{contact:?}");
    }
    let unknown = right.check(&Contact::Email("nobody@example.com".into())).await.unwrap();
    assert!(!unknown.exists && unknown.customer.is_none());
    let contact = Contact::Email("nobody@example.com".into());
    tried.refused("customer_check", wrong.check(&contact).await, &no_keys, "INVALID_SIGNATURE");

    let open = customers.iter().find(|one| one.blocked == Blocked::No).unwrap();
    let blocked = tried.done("customer_block", right.block(&open.id, Some("Проверка источника")).await);
    assert_eq!((blocked.blocked, blocked.reason.as_deref()), (Blocked::Yes, Some("Проверка источника")));
    assert!(blocked.since.is_some());
    assert_eq!(right.card(&open.id).await.unwrap().block, blocked, "the card says the same");
    tried.turned_down("customer_block", right.block(&nobody, None).await, &absent, "NOT_FOUND");
    let unblocked = tried.done("customer_unblock", right.unblock(&open.id).await);
    assert_eq!((unblocked.blocked, unblocked.reason), (Blocked::No, None));
    tried.turned_down("customer_unblock", right.unblock(&nobody).await, &absent, "NOT_FOUND");

    let pending = customers.iter().find(|one| one.kyc == KycStatus::Pending).unwrap();
    let link = tried.done("kyc_session_create", right.verification_link(pending, "es").await);
    assert!(link.expires.is_some_and(|until| until > Timestamp::now()));
    assert!(link.url.expose_secret().starts_with("https://"));
    let no_address = kyc::Customer { email: Some("no address".into()), ..pending.clone() };
    let refused = right.verification_link(&no_address, "en").await;
    tried.turned_down("kyc_session_create", refused, &Trouble::Refused, "VALIDATION_ERROR");

    let sessions = tried.well("kyc_sessions_list", own.kyc_sessions(None, &Cursor::start()).await);
    assert!(sessions.total.is_some_and(|total| total > 100) && sessions.next.is_some());
    assert_eq!((sessions.items.len(), sessions.rejected.len()), (100, 0));
    let approved = own.kyc_sessions(Some(&SessionStatus::Approved), &Cursor::start()).await.unwrap();
    assert!(approved.items.iter().all(|session| session.status == SessionStatus::Approved));
    let refused = own_love(&*wrong).kyc_sessions(None, &Cursor::start()).await;
    tried.refused("kyc_sessions_list", refused, &no_keys, "INVALID_SIGNATURE");
    let session = tried.well("kyc_session_get", own.kyc_session(&approved.items[0].id).await);
    assert_eq!(session.id, approved.items[0].id);
    assert!(session.verification.is_some());
    tried.refused("kyc_session_get", own.kyc_session(NOBODY).await, &absent, "NOT_FOUND");

    let invoices = tried.well("invoices_list", own.invoices(Some(&InvoiceStatus::Paid), &Cursor::start()).await);
    assert!(invoices.items.iter().all(|invoice| invoice.status == InvoiceStatus::Paid && invoice.amount.is_some()));
    assert_eq!(invoices.rejected.len(), 0);
    let refused = own_love(&*wrong).invoices(None, &Cursor::start()).await;
    tried.refused("invoices_list", refused, &no_keys, "INVALID_SIGNATURE");
    let invoice = tried.well("invoice_get", own.invoice(&invoices.items[0].id).await);
    assert_eq!((&invoice.id, &invoice.amount), (&invoices.items[0].id, &invoices.items[0].amount));
    tried.refused("invoice_get", own.invoice(NOBODY).await, &absent, "NOT_FOUND");

    let usdt = Currency::parse("USDT").unwrap();
    let rate = tried.well("rate_get", own.rate(&usdt, &Currency::rub()).await);
    assert!(rate.rate > 50.into() && rate.rate < 200.into());
    tried.refused("rate_get", own.rate(&Currency::rub(), &usdt).await, &absent, "RATE_NOT_FOUND");

    tried.is_complete(&*right);
    assert_eq!(sandbox.control().requests().get("unknown"), None, "the emulator knows every path");
}

fn moment(value: &Value) -> Option<i64> {
    value.as_str().map(|text| text.parse::<Timestamp>().unwrap().as_millisecond())
}

#[tokio::test]
async fn every_endpoint_of_cryptopocket() {
    let sandbox = sandbox(sandbox::Provider::Cryptopocket).await;
    let (right, wrong) = (client(&sandbox, &sandbox.api_secret), client(&sandbox, "of somebody else"));
    let (own, mut tried) = (own_pocket(&*right), Tried::default());
    let (absent, no_keys, refused) = (Trouble::NotFound, Trouble::CredentialsRejected, Trouble::Refused);
    let nobody = ProviderCustomerId::new("999999999").unwrap();

    let customers = everybody(&*right).await;
    tried.well("authenticate", Ok::<_, Problem>(()));
    tried.well("customers_list", right.verify().await);
    tried.refused("authenticate", wrong.verify().await, &no_keys, "authorization_incorrect");
    let truth = sandbox.control().customers();
    assert_eq!(customers.len(), 600);
    for (customer, row) in customers.iter().zip(&truth) {
        let id = row["id"].as_str().map_or_else(|| row["id"].to_string(), str::to_owned);
        assert_eq!((customer.id.as_str(), customer.email.as_deref()), (id.as_str(), row["email"].as_str()));
    }
    let backwards = ListFilter {
        from: Some("2026-02-02".parse().unwrap()),
        to: Some("2026-01-01".parse().unwrap()),
        ..ListFilter::default()
    };
    let none = right.customers(&backwards, &Cursor::start()).await.unwrap();
    assert_eq!(none.customers.len(), 0);
    let unknown = ListFilter { email: Some("x".repeat(10_000)), ..ListFilter::default() };
    assert_eq!(right.customers(&unknown, &Cursor::start()).await.unwrap().customers.len(), 0);
    sandbox.control().set_faults([refusal("user_not_in_integration", 403).on(sandbox::Operation::List)]).unwrap();
    tried.refused("customers_list", right.verify().await, &refused, "user_not_in_integration");
    sandbox.control().clear_faults();

    let verified = customers.iter().find(|one| one.kyc == KycStatus::Verified).unwrap();
    assert_eq!(tried.well("kyc_check", right.kyc_status(&verified.id).await), KycStatus::Verified);
    tried.refused("kyc_check", right.kyc_status(&nobody).await, &absent, "user_not_found");

    let (name, email) = ("Анна García".to_owned(), "new.customer@example.com".to_owned());
    let person = Registration::Person { name, email, return_to: Some("https://example.com/back".into()) };
    let registered = tried.done("register_user", right.register(&person).await);
    assert!(registered.link.is_some() && registered.password.is_none());
    assert_eq!(right.kyc_status(&registered.id).await, Ok(KycStatus::NotStarted));
    tried.turned_down("register_user", right.register(&person).await, &refused, "user_already_exists");
    let company = |email: &str| Registration::Company { name: "Ejemplo, S.L.".into(), email: email.into() };
    let company_made = tried.done("register_company", right.register(&company("firm@example.com")).await);
    assert!(company_made.link.is_some() && company_made.public_id.is_some());
    assert_eq!(company_made.password.map(|password| password.expose_secret().len()), Some(12));
    let disposable = right.register(&company("a@disposable.example.com")).await;
    tried.turned_down("register_company", disposable, &refused, "email_not_allowed");

    let paper = |kind: &str| Document {
        kind: kind.into(),
        media_type: "application/pdf".into(),
        content: b"%PDF-1.7 a payslip".to_vec().into(),
    };
    for kind in right.description().capabilities.document_kinds {
        tried.done("document_upload", right.upload_document(&verified.id, &paper(kind)).await);
    }
    let kept = sandbox.control().records("documents").unwrap();
    assert_eq!(kept.as_array().unwrap().len(), 23, "every kind is taken");
    assert_eq!((&kept[0]["mime"], &kept[0]["bytes"]), (&json!("application/pdf"), &json!(18)));
    let upload = right.upload_document(&nobody, &paper("payslip")).await;
    tried.turned_down("document_upload", upload, &absent, "user_not_found");

    tried.done("onboarding_form", own.enhanced_verification(&verified.id).await);
    let nobodys = own.enhanced_verification(&nobody).await;
    tried.turned_down("onboarding_form", nobodys, &absent, "user_not_found");

    let quote = |symbol: &str| QuoteRequest {
        amount: "25.50".parse().unwrap(),
        symbol: symbol.into(),
        chain: None,
        payment_type: "card".into(),
    };
    assert!(tried.well("quote", own.quote(&quote("USDC")).await).tokens.is_some());
    tried.refused("quote", own.quote(&quote("DOGE")).await, &refused, "coin_not_supported");

    let payment = |customer: &ProviderCustomerId, euros: i64, guided: bool| NewPayment {
        customer: customer.clone(),
        external_id: Some("reference-1".into()),
        payment_type: Some("transfer".into()).filter(|_| !guided),
        fiat: Money::from_minor_units(euros * 100, 2, Currency::parse("EUR").unwrap()),
        coin_symbol: "USDC".into(),
        coin_chain: Some("polygon".into()),
        wallet: Some("0x52908400098527886E0F7030069857D2E4169EE7".into()).filter(|_| !guided),
        return_to: None,
    };
    let started = tried.done("payment_create", own.create_payment(&payment(&verified.id, 100, false)).await.outcome);
    assert!(started.transfer.is_some_and(|transfer| transfer.iban.starts_with("ES") && transfer.concept.is_some()));
    let small = own.create_payment(&payment(&verified.id, 1, false)).await;
    tried.turned_down("payment_create", small.outcome, &refused, "min_purchase");
    let unverified = own.create_payment(&payment(&registered.id, 100, false)).await;
    assert!(unverified.verify_first.is_some(), "the link comes with the refusal");
    tried.turned_down("payment_create", unverified.outcome, &refused, "require_kyc");

    let guided = own.create_guided_payment(&payment(&verified.id, 100, true)).await;
    assert!(tried.done("payment_guided_create", guided.outcome).link.is_some());
    let unverified = own.create_guided_payment(&payment(&registered.id, 100, true)).await;
    assert!(unverified.verify_first.is_some(), "the link comes with the refusal");
    tried.turned_down("payment_guided_create", unverified.outcome, &refused, "require_kyc");

    let state = tried.well("payment_get", own.payment(&started.id).await);
    assert_eq!((state.status, state.external_id.as_deref()), (PaymentStatus::Started, Some("reference-1")));
    assert_eq!(state.fiat, Some(Money::from_minor_units(10_000, 2, Currency::parse("EUR").unwrap())));
    assert_eq!(state.customer.as_ref(), Some(&verified.id));
    let fields = json!({"status": "coins_sent"}).as_object().unwrap().clone();
    sandbox.control().drive("payments", &started.id, fields).unwrap();
    let sent = own.payment(&started.id).await.unwrap();
    assert!(sent.status == PaymentStatus::CoinsSent && sent.transaction.is_some());
    // No code is documented for it, so the emulator has one of its own, which the client shows as it is.
    tried.refused("payment_get", own.payment("NOSUCHPAYMENT").await, &refused, "payment_not_found");

    let sale = |symbol: &str| NewSale {
        customer: verified.id.clone(),
        tokens: "20.000001".parse().unwrap(),
        symbol: symbol.into(),
        blockchain: Some("polygon".into()),
        iban: Some("ES9121000418450200051332".into()),
        bank_name: None,
    };
    let begun = tried.done("rampoff_create", own.create_sale(&sale("USDC")).await.outcome);
    assert!(begun.wallet.is_some());
    let doge = own.create_sale(&sale("DOGE")).await;
    tried.turned_down("rampoff_create", doge.outcome, &refused, "coin_not_supported");
    let seen = tried.well("rampoff_get", own.sale(&begun.id).await);
    assert_eq!(seen.tokens.map(|tokens| tokens.to_string()).as_deref(), Some("20.000001"));
    tried.refused("rampoff_get", own.sale("NOSUCHSALE").await, &refused, "rampoff_not_found");

    let hook = "https://example.com/hook?a=1&b=ñ";
    let none_yet = own.update_subscription(WebhookEvent::PayIn, hook).await;
    tried.turned_down("webhook_update", none_yet, &refused, "subscription_not_found");
    for event in WebhookEvent::ALL {
        tried.done("webhook_subscribe", own.subscribe(event, hook).await);
    }
    tried.done("webhook_update", own.update_subscription(WebhookEvent::PayIn, hook).await);
    let subscribed = sandbox.control().records("subscriptions").unwrap();
    assert_eq!(subscribed.as_array().unwrap().len(), WebhookEvent::ALL.len());
    let wrong_own = own_pocket(&*wrong).subscribe(WebhookEvent::PayIn, hook).await;
    tried.turned_down("webhook_subscribe", wrong_own, &no_keys, "authorization_incorrect");

    tried.is_complete(&*right);
    assert_eq!(sandbox.control().requests().get("unknown"), None, "the emulator knows every path");
}

fn refusal(code: &str, status: u16) -> sandbox::FaultRule {
    sandbox::Fault::Refusal { status, code: code.into(), message: String::new(), other_form: false }.into()
}

/// C2: whichever shape the sign-in has.
#[tokio::test]
async fn every_shape_of_the_token_is_understood() {
    for token_shape in [TokenShape::DataToken, TokenShape::DataText, TokenShape::Token, TokenShape::Auth] {
        let now = "2026-03-15T12:00:00Z".parse().unwrap();
        let options = Options { customers: 30, token_shape, ..Options::new(sandbox::Provider::Cryptopocket, now) };
        let sandbox = Sandbox::start(options).await.unwrap();
        let provider = client(&sandbox, &sandbox.api_secret);
        assert_eq!(provider.verify().await.unwrap().customers, Some(30), "{token_shape:?}");
    }
}
