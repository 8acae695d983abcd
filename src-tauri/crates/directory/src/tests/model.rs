//! The book against a naive model of it, over random walks: pages of random customers in random states, complete and
//! incomplete ends, interruptions, pages that land twice.

use super::support::{Desk, bare, complete, id, look, minute, page};
use crate::{ChangedField, Findings, IncompleteReason, RunEnd, RunId, RunOutcome, SeenBy};
use jiff::Timestamp;
use kyc::{Blocked, BookCustomer, Currency, Customer, CustomerKey, KycStatus, Money, ProviderCustomerId, TrustLevel};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone)]
enum Step {
    /// A page of the running walk.
    Page(Vec<Customer>),
    /// Pages of the running walk in one transaction.
    Pages(Vec<Vec<Customer>>),
    /// The last page again.
    SamePageAgain,
    /// A look apart from the walk; by an action when true.
    Look(Vec<Customer>, bool),
    /// The walk ends.
    End(RunOutcome),
    /// The process ends and starts again.
    Restart,
}

fn any_customer() -> impl Strategy<Value = Customer> {
    let word = "[A-Z_]{0,6}";
    let kyc = prop_oneof![
        Just(KycStatus::Verified),
        Just(KycStatus::Pending),
        Just(KycStatus::Rejected),
        Just(KycStatus::NotStarted),
        word.prop_map(KycStatus::Unknown),
    ];
    let trust = proptest::option::of(prop_oneof![
        Just(TrustLevel::New),
        Just(TrustLevel::Level3),
        word.prop_map(TrustLevel::Unknown),
    ]);
    let blocked = prop_oneof![Just(Blocked::Yes), Just(Blocked::No), Just(Blocked::Unknown)];
    // Few values each, so that states often return to what they were.
    let text = proptest::option::of(prop_oneof![Just("Иван".to_owned()), Just("García".to_owned()), ".{0,3}"]);
    let amount = prop_oneof![Just("1.5"), Just("1.50"), Just("0.1"), Just("79228162514264337593543950335")];
    let paid = proptest::option::of(
        amount.prop_map(|amount| Money { amount: amount.parse().unwrap(), currency: Currency::rub() }),
    );
    let times = (proptest::option::of(0..3_i64), proptest::option::of(0..3_i64));
    let identity = (0..8_u8, text.clone(), text.clone(), text, ".{0,3}");
    (identity, kyc, trust, blocked, proptest::option::of(0..3_u32), paid, times).prop_map(
        |((number, name, email, phone, raw), kyc, trust, blocked, payments, paid, (last_payment, created))| Customer {
            id: ProviderCustomerId::new(number.to_string()).unwrap(),
            name,
            email,
            phone,
            kyc,
            trust,
            blocked,
            payments,
            paid,
            last_payment: last_payment.map(minute),
            created: created.map(minute),
            raw,
        },
    )
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => vec(any_customer(), 0..5).prop_map(Step::Page),
        2 => vec(vec(any_customer(), 0..5), 1..4).prop_map(Step::Pages),
        1 => Just(Step::SamePageAgain),
        2 => (vec(any_customer(), 0..3), any::<bool>()).prop_map(|(customers, action)| Step::Look(customers, action)),
        2 => prop_oneof![Just(RunOutcome::Complete), Just(RunOutcome::Incomplete)].prop_map(Step::End),
        1 => Just(Step::Restart),
    ]
}

/// Field, before, after, seen at, previous look.
type Told = (String, Option<String>, Option<String>, Timestamp, Timestamp);

/// A customer in the model, with the history oldest first.
#[derive(Debug, Clone)]
struct Remembered {
    key: u32,
    customer: Customer,
    first_seen: Timestamp,
    last_seen: Timestamp,
    kyc_changed: Option<Timestamp>,
    unlisted_since: Option<Timestamp>,
    missed: bool,
    history: Vec<Told>,
    at_first: Customer,
}

/// What the book should hold, kept in the plainest way.
#[derive(Debug, Default)]
struct Model {
    customers: BTreeMap<String, Remembered>,
    seen_in_run: BTreeSet<String>,
}

impl Model {
    /// Takes a page in and says whom it made new and whom it changed.
    fn land(&mut self, page: &[Customer], at: Timestamp) -> (BTreeSet<String>, BTreeSet<String>) {
        let (mut new, mut changed) = (BTreeSet::new(), BTreeSet::new());
        let last_places: BTreeMap<&str, &Customer> =
            page.iter().map(|customer| (customer.id.as_str(), customer)).collect();
        // Keys are given out in the order of the page.
        let mut order: Vec<&str> = Vec::new();
        for customer in page.iter().rev() {
            if !order.contains(&customer.id.as_str()) {
                order.insert(0, customer.id.as_str());
            }
        }
        for id in order {
            let customer = last_places[id];
            self.seen_in_run.insert(id.to_owned());
            let next_key = u32::try_from(self.customers.len()).unwrap() + 1;
            match self.customers.get_mut(id) {
                None => {
                    new.insert(id.to_owned());
                    self.customers.insert(
                        id.to_owned(),
                        Remembered {
                            key: next_key,
                            customer: customer.clone(),
                            first_seen: at,
                            last_seen: at,
                            kyc_changed: None,
                            unlisted_since: None,
                            missed: false,
                            history: Vec::new(),
                            at_first: customer.clone(),
                        },
                    );
                }
                Some(known) => {
                    if known.see(customer, at) {
                        changed.insert(id.to_owned());
                    }
                }
            }
        }
        (new, changed)
    }

    fn end(&mut self, outcome: RunOutcome, at: Timestamp) -> BTreeSet<String> {
        let seen = std::mem::take(&mut self.seen_in_run);
        let mut unlisted = BTreeSet::new();
        if outcome == RunOutcome::Complete {
            for (id, known) in &mut self.customers {
                if !seen.contains(id) && known.unlisted_since.is_none() && !std::mem::replace(&mut known.missed, true) {
                    continue;
                }
                if !seen.contains(id) && known.unlisted_since.is_none() {
                    known.history.push(("unlisted".to_owned(), None, Some(at.to_string()), at, known.last_seen));
                    known.unlisted_since = Some(at);
                    unlisted.insert(id.clone());
                }
            }
        }
        unlisted
    }
}

impl Remembered {
    fn when_first_seen(&self) -> Self {
        Self { customer: self.at_first.clone(), unlisted_since: None, ..self.clone() }
    }

    fn see(&mut self, now: &Customer, at: Timestamp) -> bool {
        let before = self.customer.clone();
        let amount = |customer: &Customer| customer.paid.as_ref().map(|paid| format!("{} RUB", paid.amount));
        let texts = |customer: &Customer| {
            [
                ("name", customer.name.clone()),
                ("email", customer.email.clone()),
                ("phone", customer.phone.clone()),
                ("kyc", Some(customer.kyc.facet_value())),
                ("trust", customer.trust.as_ref().map(TrustLevel::facet_value)),
                ("blocked", Some(customer.blocked.name().to_owned())),
                ("payments", customer.payments.map(|payments| payments.to_string())),
                ("paid", amount(customer)),
            ]
        };
        for ((field, was), (_, is)) in texts(&before).into_iter().zip(texts(now)) {
            // The same amount in other digits is the same amount.
            let same = if field == "paid" { before.paid == now.paid } else { was == is };
            if !same {
                self.history.push((field.to_owned(), was, is, at, self.last_seen));
            }
        }
        if let Some(since) = self.unlisted_since {
            self.history.push(("unlisted".to_owned(), Some(since.to_string()), None, at, self.last_seen));
        }
        if before.kyc != now.kyc {
            self.kyc_changed = Some(at);
        }
        let without_raw = |customer: &Customer| Customer { raw: String::new(), ..customer.clone() };
        let changed = without_raw(&before) != without_raw(now) || self.unlisted_since.is_some();
        self.unlisted_since = None;
        self.missed = false;
        self.last_seen = at;
        self.customer = now.clone();
        if !changed {
            // The book keeps the digits of an amount until something changes.
            self.customer.paid = before.paid;
        }
        changed
    }
}

fn end_of(outcome: RunOutcome) -> RunEnd {
    match outcome {
        RunOutcome::Complete => complete(),
        RunOutcome::Incomplete => RunEnd::Incomplete(IncompleteReason::TotalNotReached),
    }
}

fn ids(customers: &[BookCustomer]) -> BTreeSet<String> {
    customers.iter().map(|book| book.customer.id.to_string()).collect()
}

async fn same_as(desk: &Desk, model: &Model) {
    let reader = desk.book.reader();
    let listed = model.customers.values().filter(|known| known.unlisted_since.is_none()).count();
    assert_eq!(reader.count(&id("one")).await.unwrap() as usize, listed);
    let keys = model.customers.values().map(|known| CustomerKey(known.key)).collect();
    let books = reader.customers(keys).await.unwrap();
    assert_eq!(books.len(), model.customers.len());
    for (book, known) in books.iter().zip(model.customers.values()) {
        assert_eq!(book.customer, known.customer);
        let amounts = [&book.customer, &known.customer]
            .map(|customer| customer.paid.as_ref().map(|paid| paid.amount.to_string()));
        assert_eq!(amounts[0], amounts[1], "also in its digits");
        assert_eq!((book.first_seen, book.last_seen), (known.first_seen, known.last_seen));
        assert_eq!((book.kyc_changed, book.unlisted_since), (known.kyc_changed, known.unlisted_since));
        let history = reader.history(book.key).await.unwrap();
        let told: Vec<_> = history
            .into_iter()
            .rev()
            .map(|change| {
                let field: ChangedField = change.field;
                (field.name().to_owned(), change.before, change.after, change.seen_at, change.previous_look)
            })
            .collect();
        assert_eq!(told, known.history, "history of customer {}", book.customer.id);
    }
}

/// Asks the book what it knew at a moment, customer by customer and all at once, and holds it against what it was.
async fn knew_then(desk: &Desk, at: Timestamp, then: &BTreeMap<String, Remembered>) {
    let reader = desk.book.reader();
    let everybody = (0..30).map(CustomerKey);
    let mut one_by_one = Vec::new();
    for key in everybody {
        one_by_one.extend(reader.customer_as_of(key, at).await.unwrap());
    }
    assert_eq!(one_by_one.len(), then.len(), "known at {at}");
    for told in &one_by_one {
        let known = &then[told.id.as_str()];
        let was = &known.customer;
        assert_eq!((told.key.0, told.first_seen), (known.key, known.first_seen));
        assert_eq!((&told.name, &told.email, &told.phone), (&was.name, &was.email, &was.phone));
        assert_eq!((&told.kyc, &told.trust, told.blocked), (&was.kyc, &was.trust, was.blocked));
        assert_eq!((told.payments, &told.paid), (was.payments, &was.paid));
        assert_eq!(told.unlisted_since, known.unlisted_since);
        assert!(
            told.first_seen <= told.confirmed && told.confirmed <= known.last_seen,
            "confirmed by a look up to then"
        );
    }
    let all_at_once = tokio::task::spawn_blocking(move || {
        let mut told = Vec::new();
        reader.for_each_chunk_as_of(at, 3, |chunk| told.extend(chunk)).map(|()| told)
    });
    assert_eq!(all_at_once.await.unwrap().unwrap(), one_by_one);
}

/// What is different between two states, counted in the plainest way.
fn found_between(then: &BTreeMap<String, Remembered>, now: &BTreeMap<String, Remembered>) -> Findings {
    let mut found = Findings::default();
    for (id, now) in now {
        // Of somebody new, what changed since the first look.
        let first = then.get(id).cloned().unwrap_or_else(|| now.when_first_seen());
        found.new += u32::from(!then.contains_key(id));
        let (was, is) = (&first.customer, &now.customer);
        if was.kyc != is.kyc {
            *match is.kyc {
                KycStatus::Verified => &mut found.verified,
                KycStatus::Pending => &mut found.pending,
                KycStatus::Rejected => &mut found.rejected,
                _ => &mut found.other_status,
            } += 1;
        }
        found.blocked += u32::from(was.blocked != is.blocked && is.blocked == Blocked::Yes);
        found.unblocked += u32::from(was.blocked != is.blocked && was.blocked == Blocked::Yes);
        found.unlisted += u32::from(first.unlisted_since.is_none() && now.unlisted_since.is_some());
        found.relisted += u32::from(first.unlisted_since.is_some() && now.unlisted_since.is_none());
        let identity = |customer: &Customer| (customer.name.clone(), customer.email.clone(), customer.phone.clone());
        let rest = |customer: &Customer| {
            let blocked_otherwise = [was.blocked, is.blocked].contains(&Blocked::Yes);
            let blocked = if blocked_otherwise { None } else { Some(customer.blocked) };
            (identity(customer), customer.trust.clone(), customer.payments, customer.paid.clone(), blocked)
        };
        found.otherwise += u32::from(rest(was) != rest(is));
    }
    found
}

async fn walk(steps: Vec<Step>) {
    let mut desk = Desk::new().await;
    let mut model = Model::default();
    let mut last_page: Vec<Customer> = Vec::new();
    let mut past: Vec<(Timestamp, BTreeMap<String, Remembered>)> = Vec::new();
    let mut run: RunId = desk.begin(minute(0)).await.id;
    for (number, step) in steps.into_iter().enumerate() {
        let at = minute(i64::try_from(number).unwrap() + 1);
        match step {
            Step::Page(customers) => {
                let landed = desk.book.writer().land_page(page(run, &customers, at)).await.unwrap();
                let (new, changed) = model.land(&customers, at);
                assert_eq!((landed.new as usize, landed.changed as usize), (new.len(), changed.len()));
                assert_eq!(ids(&landed.customers), new.union(&changed).cloned().collect::<BTreeSet<_>>());
                assert_eq!(landed.seen_in_run as usize, model.seen_in_run.len());
                last_page = customers;
            }
            Step::Pages(pages) => {
                let landings = pages.iter().map(|customers| page(run, customers, at)).collect();
                let landed = desk.book.writer().land_pages(landings).await.unwrap();
                assert_eq!(landed.len(), pages.len());
                for (landed, customers) in landed.iter().zip(pages) {
                    let (new, changed) = model.land(&customers, at);
                    assert_eq!((landed.new as usize, landed.changed as usize), (new.len(), changed.len()));
                    assert_eq!(landed.seen_in_run as usize, model.seen_in_run.len());
                    last_page = customers;
                }
            }
            Step::SamePageAgain => {
                let again = desk.book.writer().land_page(page(run, &last_page, at)).await.unwrap();
                let first = model.seen_in_run.len();
                let (new, changed) = model.land(&last_page, at);
                assert_eq!((again.new as usize, again.changed as usize), (new.len(), changed.len()));
                assert_eq!(again.first_seen_in_run as usize, model.seen_in_run.len() - first);
            }
            Step::Look(customers, action) => {
                let seen_by = if action { SeenBy::Action { actor: Some("officer".to_owned()) } } else { SeenBy::Sync };
                let looked = desk.book.writer().land_look(look(&customers, seen_by, at)).await.unwrap();
                let (new, changed) = model.land(&customers, at);
                assert_eq!((looked.new as usize, looked.changed as usize), (new.len(), changed.len()));
                assert_eq!(ids(&looked.customers), new.union(&changed).cloned().collect::<BTreeSet<_>>());
                assert_eq!(looked.refresh.is_some(), !action && looked.new + looked.changed > 0);
                let walk = desk.begin(at).await;
                assert_eq!(walk.id, run, "a look is no walk");
                assert_eq!(walk.seen as usize, model.seen_in_run.len());
            }
            Step::End(outcome) => {
                let unlisted = desk.book.writer().finish_run(run, end_of(outcome), at).await.unwrap();
                assert_eq!(ids(&unlisted), model.end(outcome, at));
                run = desk.begin(at).await.id;
            }
            Step::Restart => {
                desk = desk.reopened().await;
                assert_eq!(desk.begin(at).await.id, run, "the walk that was interrupted goes on");
            }
        }
        past.push((at, model.customers.clone()));
    }
    same_as(&desk, &model).await;
    for (at, then) in &past {
        knew_then(&desk, *at, then).await;
        let found = desk.book.reader().found_since(Some(id("one")), *at).await.unwrap();
        assert_eq!(found, found_between(then, &model.customers), "what was found since {at}");
    }
    desk.book.reader().check_integrity().await.unwrap();
}

/// Landing a page again right after it landed changes nothing but when its customers were last seen.
async fn land_twice(first: Vec<Customer>, second: Vec<Customer>) {
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await;
    desk.land(run.id, &first, minute(1)).await;
    desk.land(run.id, &second, minute(2)).await;
    let state = async || {
        let keys = (1..=20).map(CustomerKey).collect::<Vec<_>>();
        let mut state = Vec::new();
        for book in desk.book.reader().customers(keys).await.unwrap() {
            let history = desk.book.reader().history(book.key).await.unwrap();
            state.push((BookCustomer { last_seen: minute(0), ..book }, history));
        }
        state
    };
    let before = state().await;
    let again = desk.land(run.id, &second, minute(3)).await;
    assert_eq!((again.new, again.changed, again.first_seen_in_run), (0, 0, 0));
    assert_eq!(again.customers, []);
    assert_eq!(state().await, before);
}

fn block_on(future: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future);
}

proptest! {
    // Each case opens a file, so there are fewer than usual.
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_book_is_what_a_naive_model_of_it_is(steps in vec(any_step(), 1..40)) {
        block_on(walk(steps));
    }

    #[test]
    fn landing_again_changes_nothing(first in vec(any_customer(), 0..6), second in vec(any_customer(), 0..6)) {
        block_on(land_twice(first, second));
    }
}

#[test]
fn the_model_knows_a_bare_customer() {
    block_on(walk(vec![
        Step::Page(vec![bare("1")]),
        Step::End(RunOutcome::Complete),
        Step::End(RunOutcome::Complete),
        Step::Page(vec![bare("1")]),
        Step::Restart,
    ]));
}
