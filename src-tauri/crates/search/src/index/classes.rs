//! Classes: the combinations of connection, provider, KYC status, trust level and blocked that customers really have.
//!
//! There are some hundred of them whatever the number of customers, so a row keeps its class as one number, filters are
//! judged per class, and facets are summed from the number of rows per class.

use hashbrown::HashTable;
use kyc::{Blocked, BookCustomer, ConnectionId, KycStatus, ProviderId, TrustLevel};
use std::hash::{BuildHasher, RandomState};

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

impl Class {
    fn is_of(&self, customer: &BookCustomer) -> bool {
        self.kyc == customer.customer.kyc
            && self.trust == customer.customer.trust
            && self.blocked == customer.customer.blocked
            && self.connection == customer.connection
            && self.provider == customer.provider
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
        let hash = hash_of(&self.hasher, customer);
        let classes = &self.classes;
        let known =
            self.numbers.find(hash, |number| classes.get(*number as usize).is_some_and(|class| class.is_of(customer)));
        let number = match known {
            Some(number) => *number,
            None => self.found(customer, hash),
        };
        if let Some(count) = self.counts.get_mut(number as usize) {
            *count += 1;
        }
        number
    }

    /// Counts one customer less.
    pub fn leave(&mut self, number: u32) {
        if let Some(count) = self.counts.get_mut(number as usize) {
            *count = count.saturating_sub(1);
        }
    }

    fn found(&mut self, customer: &BookCustomer, hash: u64) -> u32 {
        let connection_number = match self.connections.iter().position(|known| *known == customer.connection) {
            Some(position) => position,
            None => {
                self.connections.push(customer.connection.clone());
                self.connections.len() - 1
            }
        };
        let class = Class {
            connection: customer.connection.clone(),
            connection_number: u32::try_from(connection_number).unwrap_or(u32::MAX),
            provider: customer.provider.clone(),
            kyc: customer.customer.kyc.clone(),
            trust: customer.customer.trust.clone(),
            blocked: customer.customer.blocked,
        };
        self.classes.push(class);
        self.counts.push(0);
        let number = u32::try_from(self.classes.len() - 1).unwrap_or(u32::MAX);
        let (hasher, classes) = (&self.hasher, &self.classes);
        self.numbers.insert_unique(hash, number, |number| {
            classes.get(*number as usize).map_or(0, |class| hash_of_class(hasher, class))
        });
        number
    }
}

fn hash_of(hasher: &RandomState, customer: &BookCustomer) -> u64 {
    let said = &customer.customer;
    hasher.hash_one((&customer.connection, &customer.provider, &said.kyc, &said.trust, said.blocked))
}

fn hash_of_class(hasher: &RandomState, class: &Class) -> u64 {
    hasher.hash_one((&class.connection, &class.provider, &class.kyc, &class.trust, class.blocked))
}
