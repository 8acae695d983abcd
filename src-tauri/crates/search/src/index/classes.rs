//! Classes: the combinations of connection, provider, KYC status, trust level and blocked that customers really have.
//!
//! There are some hundred of them whatever the number of customers, so a row keeps its class as one number, filters are
//! judged per class, and facets are summed from the number of rows per class.

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use kyc::{Blocked, BookCustomer, ConnectionId, KycStatus, ProviderId, TrustLevel};
use std::hash::BuildHasher;

/// One combination.
#[derive(Debug, Clone)]
pub(crate) struct Class {
    /// Connection.
    pub connection: ConnectionId,
    /// Small number of the connection.
    pub connection_number: u32,
    /// Provider.
    pub provider: ProviderId,
    /// KYC status.
    pub kyc: KycStatus,
    /// Trust level.
    pub trust: Option<TrustLevel>,
    /// Blocked or not.
    pub blocked: Blocked,
}

/// What makes a class, wherever it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Seen<'a> {
    connection: &'a ConnectionId,
    provider: &'a ProviderId,
    kyc: &'a KycStatus,
    trust: Option<&'a TrustLevel>,
    blocked: Blocked,
}

impl Class {
    fn seen(&self) -> Seen<'_> {
        Seen {
            connection: &self.connection,
            provider: &self.provider,
            kyc: &self.kyc,
            trust: self.trust.as_ref(),
            blocked: self.blocked,
        }
    }
}

/// Classes by number, with the number of customers in each. A class that nobody is in any more keeps its number, because
/// rows that are no longer current may still bear it.
#[derive(Debug, Default, Clone)]
pub(crate) struct Classes {
    classes: Vec<Class>,
    counts: Vec<u32>,
    numbers: HashTable<u32>,
    hasher: RandomState,
    /// By number; never forgotten, as there are a handful.
    connections: Vec<ConnectionId>,
}

impl Classes {
    /// An upper bound for the numbers in use.
    pub fn bound(&self) -> usize {
        self.classes.len()
    }

    /// A class by its number.
    pub fn get(&self, number: u32) -> Option<&Class> {
        self.classes.get(number as usize)
    }

    /// Every class that somebody is in, with its number and how many customers are in it.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Class, u32)> {
        self.all().filter(|(_, _, count)| *count > 0)
    }

    /// Every class that somebody is or was in.
    pub fn all(&self) -> impl Iterator<Item = (u32, &Class, u32)> {
        (0u32..).zip(&self.classes).zip(&self.counts).map(|((number, class), count)| (number, class, *count))
    }

    /// Counts one more customer; returns the number of its class.
    pub fn enter(&mut self, customer: &BookCustomer) -> u32 {
        let said = &customer.customer;
        let seen = Seen {
            connection: &customer.connection,
            provider: &customer.provider,
            kyc: &said.kyc,
            trust: said.trust.as_ref(),
            blocked: said.blocked,
        };
        self.count(seen, 1)
    }

    /// Counts customers of a class that may be one of other classes than these; returns its number here.
    pub fn enter_many(&mut self, class: &Class, customers: u32) -> u32 {
        self.count(class.seen(), customers)
    }

    fn count(&mut self, seen: Seen<'_>, customers: u32) -> u32 {
        let hash = self.hasher.hash_one(seen);
        let classes = &self.classes;
        let is_same = |number: &u32| classes.get(*number as usize).is_some_and(|class| class.seen() == seen);
        let number = match self.numbers.find(hash, is_same) {
            Some(number) => *number,
            None => self.found(seen, hash),
        };
        if let Some(count) = self.counts.get_mut(number as usize) {
            *count += customers;
        }
        number
    }

    /// Counts one customer less.
    pub fn leave(&mut self, number: u32) {
        if let Some(count) = self.counts.get_mut(number as usize) {
            *count = count.saturating_sub(1);
        }
    }

    fn found(&mut self, seen: Seen<'_>, hash: u64) -> u32 {
        let connection_number = match self.connections.iter().position(|known| known == seen.connection) {
            Some(position) => position,
            None => {
                self.connections.push(seen.connection.clone());
                self.connections.len() - 1
            }
        };
        let class = Class {
            connection: seen.connection.clone(),
            connection_number: u32::try_from(connection_number).unwrap_or(u32::MAX),
            provider: seen.provider.clone(),
            kyc: seen.kyc.clone(),
            trust: seen.trust.cloned(),
            blocked: seen.blocked,
        };
        self.classes.push(class);
        self.counts.push(0);
        let number = u32::try_from(self.classes.len() - 1).unwrap_or(u32::MAX);
        let (hasher, classes) = (&self.hasher, &self.classes);
        self.numbers.insert_unique(hash, number, |number| {
            classes.get(*number as usize).map_or(0, |class| hasher.hash_one(class.seen()))
        });
        number
    }
}
