//! A provider of numbered customers that does as it is told, and a book to walk it into.

use async_trait::async_trait;
use directory::{Book, Reader, Writer};
use kyc::{
    AnswerFault, Blocked, Connection, ConnectionId, Customer, Environment, KycStatus, Problem, ProviderCustomerId,
    ProviderId, ProviderWords, RequestLimits, Standing, Trouble,
};
use providers::budget::Budget;
use providers::clock::{Clock, ManualClock};
use providers::{BlockState, Card, Cursor, Description, ListFilter, Page, Provider, Verified, registry};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use sync::{Progress, Walked, walk};
use tokio_util::sync::CancellationToken;

pub const PAGE: usize = 10;

pub type AfterPage = Box<dyn FnMut(usize, &mut Vec<u32>) + Send>;

/// A provider whose list is a vector of numbers, pages of ten by offset, and a script that changes it after each page.
pub struct Scripted {
    pub list: Mutex<Vec<u32>>,
    pub after_page: Mutex<AfterPage>,
    answered: Mutex<usize>,
    pub announced: Box<dyn Fn(usize) -> Option<u64> + Send + Sync>,
    pub troubles: Mutex<Vec<(usize, Trouble)>>,
    pub repeats_for_ever: bool,
    /// From this row on the provider's client calls the list endless.
    pub endless_from: Option<usize>,
    budget: Budget,
    /// Customers who were asked for one by one.
    pub asked: Mutex<Vec<String>>,
    /// A provider that cannot be asked for one customer.
    pub no_cards: bool,
    /// What is answered to that, whoever is asked for.
    pub card_trouble: Option<Trouble>,
    /// Stands before every name, e-mail and phone: another merchant's customers of the same numbers.
    pub people: &'static str,
}

impl std::fmt::Debug for Scripted {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Scripted")
    }
}

impl Scripted {
    pub fn of(count: u32, clock: &Arc<ManualClock>) -> Self {
        let clock: Arc<dyn Clock> = Arc::clone(clock) as Arc<dyn Clock>;
        Self {
            list: Mutex::new((1..=count).rev().collect()),
            after_page: Mutex::new(Box::new(|_, _| {})),
            answered: Mutex::new(0),
            announced: Box::new(|length| Some(length as u64)),
            troubles: Mutex::new(Vec::new()),
            repeats_for_ever: false,
            endless_from: None,
            asked: Mutex::default(),
            no_cards: false,
            card_trouble: None,
            people: "",
            budget: Budget::unlimited(clock),
        }
    }

    pub fn after_page(self, script: impl FnMut(usize, &mut Vec<u32>) + Send + 'static) -> Self {
        *self.after_page.lock().unwrap() = Box::new(script);
        self
    }

    /// Before the answer number `at` (from 0) is given, this trouble is answered once.
    pub fn trouble_at(self, at: usize, trouble: Trouble) -> Self {
        self.troubles.lock().unwrap().push((at, trouble));
        self
    }

    fn customer(&self, number: u32) -> Customer {
        let customer = customer(number);
        Customer { name: customer.name.map(|name| format!("{}{name}", self.people)), ..customer }
    }

    pub fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    pub fn answered(&self) -> usize {
        *self.answered.lock().unwrap()
    }
}

#[async_trait]
impl Provider for Scripted {
    fn description(&self) -> &'static Description {
        let key = if self.no_cards { "cryptopocket" } else { "loveandpay" };
        registry::find(&ProviderId::new(key)).unwrap()
    }

    fn budget(&self) -> &Budget {
        &self.budget
    }

    async fn verify(&self) -> Result<Verified, Problem> {
        Ok(Verified { customers: None })
    }

    async fn customers(&self, _: &ListFilter, cursor: &Cursor) -> Result<Page, Problem> {
        let number = self.answered();
        {
            let mut troubles = self.troubles.lock().unwrap();
            if let Some(place) = troubles.iter().position(|(at, _)| *at == number) {
                return Err(troubles.swap_remove(place).1.into());
            }
        }
        let offset = cursor.to_text().parse().unwrap_or(0_usize);
        if self.endless_from.is_some_and(|row| offset >= row) {
            let words = ProviderWords { code: Some("ENDLESS_LIST".to_owned()), ..ProviderWords::default() };
            return Err(Problem::from(Trouble::BadAnswer { fault: AnswerFault::Shape }).with_words(words));
        }
        let mut list = self.list.lock().unwrap();
        let from = if self.repeats_for_ever { 0 } else { offset };
        let rows = list.iter().skip(from).take(PAGE);
        let customers: Vec<_> = rows.map(|number| self.customer(*number)).collect();
        let next = (!customers.is_empty()).then(|| Cursor::from_text((offset + PAGE).to_string()));
        let total = (self.announced)(list.len());
        *self.answered.lock().unwrap() = number + 1;
        (self.after_page.lock().unwrap())(number, &mut list);
        Ok(Page { customers, rejected: Vec::new(), total, next, search_doubtful: false })
    }

    async fn card(&self, id: &ProviderCustomerId) -> Result<Card, Problem> {
        self.asked.lock().unwrap().push(id.to_string());
        if let Some(trouble) = &self.card_trouble {
            return Err(trouble.clone().into());
        }
        let number = id.as_str().parse().unwrap();
        if !self.list.lock().unwrap().contains(&number) {
            return Err(Trouble::NotFound.into());
        }
        Ok(Card {
            customer: self.customer(number),
            kyc_verified: None,
            average: None,
            block: BlockState { blocked: Blocked::Unknown, since: None, reason: None },
            recent_payments: Vec::new(),
        })
    }
}

fn customer(number: u32) -> Customer {
    Customer {
        id: ProviderCustomerId::new(number.to_string()).unwrap(),
        name: Some(format!("Customer {number}")),
        email: None,
        phone: None,
        kyc: KycStatus::Pending,
        trust: None,
        blocked: Blocked::Unknown,
        payments: None,
        paid: None,
        last_payment: None,
        created: None,
        raw: "{}".to_owned(),
    }
}

pub struct Desk {
    _folder: tempfile::TempDir,
    _book: Book,
    pub writer: Writer,
    pub reader: Reader,
    pub connection: ConnectionId,
    pub clock: Arc<ManualClock>,
}

impl Desk {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let book = Book::create(&folder.path().join("book.db"), &"ab".repeat(32).into()).unwrap();
        let (writer, reader) = (book.writer(), book.reader());
        let clock = Arc::new(ManualClock::at("2026-11-01T08:00:00Z".parse().unwrap()));
        let connection = ConnectionId::new("one");
        let saved = Connection {
            id: connection.clone(),
            provider: ProviderId::new("loveandpay"),
            environment: Environment::Custom,
            label: String::new(),
            base_url: "http://127.0.0.1:1".to_owned(),
            key_tail: String::new(),
            limits: RequestLimits::default(),
            standing: Standing::Active,
            created: clock.now(),
        };
        writer.add_connection(saved).await.unwrap();
        Self { _folder: folder, _book: book, writer, reader, connection, clock }
    }

    pub async fn walk(&self, provider: &Scripted) -> Result<Walked, Problem> {
        self.walk_with(provider, &CancellationToken::new(), |_| {}).await
    }

    pub async fn walk_with(
        &self,
        provider: &Scripted,
        cancel: &CancellationToken,
        report: impl FnMut(Progress) + Send,
    ) -> Result<Walked, Problem> {
        walk(provider, &self.writer, &self.connection, self.clock.as_ref(), cancel, report).await
    }

    /// Ids in the book, listed or not.
    pub fn ids(&self, listed: bool) -> BTreeSet<u32> {
        let mut ids = BTreeSet::new();
        self.reader
            .for_each_chunk(100, |customers| {
                let chosen = customers.iter().filter(|customer| customer.unlisted_since.is_none() == listed);
                ids.extend(chosen.map(|customer| customer.customer.id.as_str().parse::<u32>().unwrap()));
            })
            .unwrap();
        ids
    }
}
