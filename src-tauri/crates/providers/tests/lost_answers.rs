//! Every action at the sandbox with its answer reset after the work was done: what is in force is found out, where the
//! provider can be asked, and nothing is sent a second time.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in the functions that it shares too")]

use kyc::{Blocked, Credential, KycStatus, RequestLimits};
use providers::{
    Clock, Contact, Cursor, Document, ListFilter, ManualClock, Outcome, Provider, Registration, address, registry,
};
use sandbox::{Fault, FaultRule, Operation, Options, Sandbox};
use secrecy::ExposeSecret;
use std::sync::Arc;

async fn connected(provider: sandbox::Provider) -> (Sandbox, Arc<dyn Provider>) {
    let now = jiff::Timestamp::now();
    let sandbox = Sandbox::start(Options { customers: 300, seed: 7, ..Options::new(provider, now) }).await.unwrap();
    let client = registry::connect(
        &kyc::ProviderId::new(sandbox.control().provider().name()),
        &address::parse(&sandbox.base_url).unwrap(),
        RequestLimits { per_minute: Some(0), per_hour: Some(0) },
        Credential::parse(&sandbox.api_key, &sandbox.api_secret).unwrap(),
        // Nothing here waits for a clock.
        Arc::new(ManualClock::at(now)) as Arc<dyn Clock>,
        None,
    );
    (sandbox, client.unwrap())
}

fn lose(sandbox: &Sandbox, operation: Operation) {
    sandbox.control().set_faults([FaultRule::new(Fault::Reset {}).on(operation).times(1)]).unwrap();
}

fn sent(sandbox: &Sandbox, operation: &str) -> u64 {
    sandbox.control().requests().get(operation).copied().unwrap_or(0)
}

#[tokio::test]
async fn a_block_and_its_end_are_found_in_the_card() {
    let (sandbox, provider) = connected(sandbox::Provider::LoveAndPay).await;
    let page = provider.customers(&ListFilter::default(), &Cursor::start()).await.unwrap();
    let open = page.customers.iter().find(|one| one.blocked == Blocked::No).unwrap();
    lose(&sandbox, Operation::Block);
    let Outcome::Done(state) = provider.block(&open.id, Some("Проверка")).await else { panic!("in force") };
    assert_eq!(state.blocked, Blocked::Yes);
    lose(&sandbox, Operation::Unblock);
    let Outcome::Done(state) = provider.unblock(&open.id).await else { panic!("in force") };
    assert_eq!(state.blocked, Blocked::No);
    assert_eq!((sent(&sandbox, "block"), sent(&sandbox, "unblock"), sent(&sandbox, "card")), (1, 1, 2));
}

/// Where a read loses its answer, nothing is in doubt and it is read again.
#[tokio::test]
async fn a_look_up_of_a_payer_is_repeated() {
    let (sandbox, provider) = connected(sandbox::Provider::LoveAndPay).await;
    let page = provider.customers(&ListFilter::default(), &Cursor::start()).await.unwrap();
    let somebody = page.customers.iter().find(|one| one.email.is_some()).unwrap();
    lose(&sandbox, Operation::Check);
    let known = provider.check(&Contact::Email(somebody.email.clone().unwrap())).await.unwrap();
    assert_eq!(known.customer.map(|found| found.id), Some(somebody.id.clone()));
    assert_eq!(sent(&sandbox, "check"), 2);
}

#[tokio::test]
async fn a_verification_link_is_found_among_the_sessions() {
    let (sandbox, provider) = connected(sandbox::Provider::LoveAndPay).await;
    let page = provider.customers(&ListFilter::default(), &Cursor::start()).await.unwrap();
    let pending = page.customers.iter().find(|one| one.kyc == KycStatus::Pending).unwrap();
    lose(&sandbox, Operation::CreateSession);
    let outcome = provider.verification_link(pending, "ru").await;
    let Outcome::Done(link) = outcome else { panic!("{outcome:?}") };
    assert!(link.url.expose_secret().starts_with("https://") && link.expires.is_some());
    let made = sandbox.control().records("sessions").unwrap();
    let made: Vec<_> = made.as_array().unwrap().iter().filter(|made| made["status"] == "NOT_STARTED").collect();
    let [made] = made.as_slice() else { panic!("one session, not {}", made.len()) };
    assert_eq!(made["customerEmail"].as_str(), pending.email.as_deref());
    assert_eq!(made["verificationUrl"].as_str(), Some(link.url.expose_secret()));
    assert_eq!(sent(&sandbox, "create_session"), 1);
}

/// A customer's older session is not the one that was asked for.
#[tokio::test]
async fn a_verification_link_that_was_never_made_may_be_asked_for_again() {
    let (sandbox, provider) = connected(sandbox::Provider::LoveAndPay).await;
    let page = provider.customers(&ListFilter::default(), &Cursor::start()).await.unwrap();
    let verified = page.customers.iter().find(|one| one.kyc == KycStatus::Verified).unwrap();
    let down = FaultRule::new(Fault::Status { status: 502 }).on(Operation::CreateSession).times(1);
    sandbox.control().set_faults([down]).unwrap();
    let outcome = provider.verification_link(verified, "ru").await;
    assert!(matches!(outcome, Outcome::Refused(_)), "{outcome:?}");
    assert!(matches!(provider.verification_link(verified, "ru").await, Outcome::Done(_)));
}

#[tokio::test]
async fn people_and_companies_are_found_in_the_list() {
    let (sandbox, provider) = connected(sandbox::Provider::Cryptopocket).await;
    let (name, email) = ("Анна García".to_owned(), "new.customer@example.com".to_owned());
    let person = Registration::Person { name, email, return_to: None };
    lose(&sandbox, Operation::RegisterUser);
    let outcome = provider.register(&person).await;
    let Outcome::Done(found) = outcome else { panic!("{outcome:?}") };
    assert_eq!(provider.kyc_status(&found.id).await, Ok(KycStatus::NotStarted));
    assert!(found.link.is_some());
    let company = Registration::Company { name: "Ejemplo, S.L.".into(), email: "firm@example.com".into() };
    lose(&sandbox, Operation::RegisterCompany);
    let outcome = provider.register(&company).await;
    let Outcome::Done(found) = outcome else { panic!("{outcome:?}") };
    // What a company is told once was in the answer that was lost.
    assert!(found.password.is_none() && found.link.is_none() && found.public_id.is_none());
    assert_eq!((sent(&sandbox, "register_user"), sent(&sandbox, "register_company")), (1, 1));
    let page = provider.customers(&ListFilter::default(), &Cursor::start()).await.unwrap();
    assert_eq!(page.total, Some(302));
}

#[tokio::test]
async fn a_registration_that_never_happened_may_be_tried_again() {
    let (sandbox, provider) = connected(sandbox::Provider::Cryptopocket).await;
    let person = Registration::Person { name: "Ana".into(), email: "ana.new@example.com".into(), return_to: None };
    let down = FaultRule::new(Fault::Status { status: 502 }).on(Operation::RegisterUser).times(1);
    sandbox.control().set_faults([down]).unwrap();
    let outcome = provider.register(&person).await;
    assert!(matches!(outcome, Outcome::Refused(_)), "{outcome:?}");
    assert!(matches!(provider.register(&person).await, Outcome::Done(_)));
}

/// No provider tells which papers it has.
#[tokio::test]
async fn a_paper_stays_unknown() {
    let (sandbox, provider) = connected(sandbox::Provider::Cryptopocket).await;
    let page = provider.customers(&ListFilter::default(), &Cursor::start()).await.unwrap();
    let paper = Document {
        kind: "payslip".into(),
        media_type: "application/pdf".into(),
        content: b"%PDF-1.7 a payslip".to_vec().into(),
    };
    lose(&sandbox, Operation::UploadDocument);
    let outcome = provider.upload_document(&page.customers[0].id, &paper).await;
    assert!(matches!(outcome, Outcome::Unknown(_)), "{outcome:?}");
    assert_eq!(sent(&sandbox, "upload_document"), 1);
    assert_eq!(sandbox.control().records("documents").unwrap().as_array().unwrap().len(), 1, "and it came");
}

/// The link to an identity check at Cryptopocket is read and makes nothing, so a lost answer is asked for again.
#[tokio::test]
async fn a_link_that_is_read_is_read_again() {
    let (sandbox, provider) = connected(sandbox::Provider::Cryptopocket).await;
    let page = provider.customers(&ListFilter::default(), &Cursor::start()).await.unwrap();
    let unverified = page.customers.iter().find(|one| one.kyc == KycStatus::NotStarted).unwrap();
    lose(&sandbox, Operation::List);
    let outcome = provider.verification_link(unverified, "es").await;
    assert!(matches!(outcome, Outcome::Done(_)), "{outcome:?}");
}
