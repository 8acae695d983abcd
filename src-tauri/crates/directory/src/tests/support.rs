//! A book in a temporary folder, and customers to put into it.

use crate::{Book, Landed, Look, PageLanding, Run, RunEnd, RunId, SeenBy};
use jiff::{Timestamp, ToSpan};
use kyc::{
    Blocked, BookCustomer, Connection, ConnectionId, Currency, Customer, Environment, KycStatus, Money,
    ProviderCustomerId, ProviderId, RequestLimits, Standing, Trouble, TrustLevel,
};
use secrecy::SecretString;
use std::path::PathBuf;
use tempfile::TempDir;

/// A key of 64 equal hexadecimal digits.
pub(super) fn key(digit: char) -> SecretString {
    SecretString::from(digit.to_string().repeat(64))
}

/// The trouble that an outcome ended in.
pub(super) fn trouble<T: std::fmt::Debug>(outcome: Result<T, kyc::Problem>) -> Trouble {
    outcome.unwrap_err().trouble
}

/// A moment, in minutes after a fixed one.
pub(super) fn minute(minute: i64) -> Timestamp {
    let start: Timestamp = "2026-11-20T09:00:00Z".parse().unwrap();
    start + minute.minutes()
}

/// An open book with one connection, `one`.
pub(super) struct Desk {
    pub folder: TempDir,
    pub book: Book,
}

impl Desk {
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let book = Book::create(&folder.path().join("book.db"), &key('a')).unwrap();
        let desk = Self { folder, book };
        desk.book.writer().add_connection(connection("one")).await.unwrap();
        desk
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("book.db")
    }

    pub(super) async fn reopened(self) -> Self {
        let path = self.path();
        self.book.close().await;
        Self { folder: self.folder, book: Book::open(&path, &key('a')).unwrap() }
    }

    pub(super) async fn begin(&self, at: Timestamp) -> Run {
        self.book.writer().begin_run(id("one"), at).await.unwrap()
    }

    pub(super) async fn land(&self, run: RunId, customers: &[Customer], at: Timestamp) -> Landed {
        self.book.writer().land_page(page(run, customers, at)).await.unwrap()
    }

    /// Ends a walk that saw the whole list and asked about nobody.
    pub(super) async fn complete(&self, run: RunId, at: Timestamp) -> Vec<BookCustomer> {
        self.book.writer().finish_run(run, complete(), at).await.unwrap()
    }

    /// A walk that sees these customers and nobody else.
    pub(super) async fn walk(&self, customers: &[Customer], at: Timestamp) -> Vec<BookCustomer> {
        let run = self.begin(at).await;
        self.land(run.id, customers, at).await;
        self.complete(run.id, at).await
    }

    /// Does something to the writing connection itself.
    pub(super) async fn sabotage(&self, sql: &'static str) {
        self.book.writer().threads.run(move |connection| Ok(connection.execute_batch(sql)?)).await.unwrap();
    }
}

/// The end of a walk that saw the whole list and asked about nobody.
pub(super) fn complete() -> RunEnd {
    RunEnd::Complete { gone: Vec::new() }
}

pub(super) fn id(id: &str) -> ConnectionId {
    ConnectionId::new(id)
}

pub(super) fn connection(id: &str) -> Connection {
    Connection {
        id: ConnectionId::new(id),
        provider: ProviderId::new("loveandpay"),
        environment: Environment::Custom,
        label: "Магазин №1".to_owned(),
        base_url: "https://api.example.com/api/v2".to_owned(),
        key_tail: "1234".to_owned(),
        limits: RequestLimits { per_minute: Some(90), per_hour: None },
        standing: Standing::Active,
        created: minute(0),
    }
}

pub(super) fn page(run: RunId, customers: &[Customer], at: Timestamp) -> PageLanding {
    PageLanding {
        run,
        connection: id("one"),
        customers: customers.to_vec(),
        rejected: Vec::new(),
        announced_total: None,
        checkpoint: None,
        fell: false,
        budget: None,
        seen_at: at,
    }
}

pub(super) fn look(customers: &[Customer], seen_by: SeenBy, at: Timestamp) -> Look {
    Look {
        connection: id("one"),
        customers: customers.to_vec(),
        says_all: true,
        seen_by,
        refresh: None,
        budget: None,
        seen_at: at,
    }
}

/// A customer with everything said.
pub(super) fn customer(id: &str) -> Customer {
    Customer {
        id: ProviderCustomerId::new(id).unwrap(),
        name: Some(format!("Мария Гарсия-{id}")),
        email: Some(format!("maria.{id}@example.com")),
        phone: Some("+79161234567".to_owned()),
        kyc: KycStatus::Pending,
        trust: Some(TrustLevel::Level1),
        blocked: Blocked::No,
        payments: Some(3),
        paid: Some(Money { amount: "1204.50".parse().unwrap(), currency: Currency::rub() }),
        last_payment: Some(minute(-60)),
        created: Some(minute(-600)),
        raw: format!(r#"{{"id":"{id}","note":"Секрет записи"}}"#),
    }
}

/// A customer of whom nothing is said but the id.
pub(super) fn bare(id: &str) -> Customer {
    Customer {
        id: ProviderCustomerId::new(id).unwrap(),
        name: None,
        email: None,
        phone: None,
        kyc: KycStatus::Unknown(String::new()),
        trust: None,
        blocked: Blocked::Unknown,
        payments: None,
        paid: None,
        last_payment: None,
        created: None,
        raw: "{}".to_owned(),
    }
}
