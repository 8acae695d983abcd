//! E-mail addresses of the synthetic people, on the domains that RFC 2606 reserves for examples.

use super::{Name, romanise::plain};
use crate::random::Random;
use std::collections::HashSet;

/// Whose addresses: the domains differ, so that an address is at both providers only when the person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Circle {
    /// Customers of both providers.
    Shared,
    /// Customers of Love&Pay alone.
    LoveAndPay,
    /// Customers of Cryptopocket alone.
    Cryptopocket,
}

impl Circle {
    fn domains(self) -> &'static [&'static str] {
        match self {
            Self::Shared => &["mail.example.com", "example.org", "post.example.net"],
            Self::LoveAndPay => &["example.com", "pochta.example.com", "mail.example.org", "box.example.net"],
            Self::Cryptopocket => &["example.net", "correo.example.com", "inbox.example.org", "mail.example.net"],
        }
    }
}

/// Up to here an address is made unique by comparing it with those before. The others carry their number in it, so that
/// a population of a million need not be gone through before anybody in it is known.
pub const COMPARED: usize = 10_000;

/// The addresses that were made unique by comparing.
#[derive(Debug, Default)]
pub struct Addresses {
    taken: HashSet<String>,
}

impl Addresses {
    /// An address for a person of this name that nobody has yet.
    pub fn give(&mut self, circle: Circle, name: &Name, random: &mut Random) -> String {
        let local = local_part(name, random);
        let domain = random.pick(circle.domains());
        let mut address = format!("{local}@{domain}");
        let mut widest = 100;
        while !self.taken.insert(address.clone()) {
            address = format!("{local}{}@{domain}", random.within(2..widest));
            widest = widest.saturating_mul(4);
        }
        address
    }
}

/// The address of the person with this number in the circle.
pub fn numbered(circle: Circle, number: usize, name: &Name, random: &mut Random) -> String {
    format!("{}-{number}@{}", local_part(name, random), random.pick(circle.domains()))
}

/// The address of somebody who comes later.
pub fn of_newcomer(circle: Circle, number: u64, name: &Name, random: &mut Random) -> String {
    format!("{}-new{number}@{}", local_part(name, random), random.pick(circle.domains()))
}

/// The number of the person whose address this must be, if its address carries one.
pub fn number_of(address: &str) -> Option<usize> {
    let (_, number) = address.split_once('@')?.0.rsplit_once('-')?;
    number.parse().ok().filter(|number| *number >= COMPARED)
}

/// The part before the sign. No hyphen is in it: that one is kept for the numbers.
fn local_part(name: &Name, random: &mut Random) -> String {
    let (given, family) = (letters(&name.given), letters(&name.family));
    if family.is_empty() {
        return format!("{}.{given}", random.pick(&["info", "pagos", "tesoreria", "admin"]));
    }
    let initial = &given[..given.len().min(1)];
    let year = random.within(60..106) % 100;
    match random.within(0..9) {
        0..=2 => format!("{given}.{family}"),
        3 => format!("{family}.{given}"),
        4 => format!("{initial}.{family}"),
        5 => format!("{given}_{family}"),
        6 => format!("{given}{family}{year:02}"),
        7 => format!("{given}.{family}.{year:02}"),
        _ => format!("{family}{}", random.within(100..1000)),
    }
}

/// Small ASCII letters of the first word that is a name and no particle.
fn letters(name: &str) -> String {
    let plain = plain(name);
    let words = || plain.split([' ', '-']).filter(|word| !word.is_empty());
    let word = words().find(|word| word.starts_with(|letter: char| letter.is_uppercase())).or_else(|| words().next());
    word.unwrap_or_default()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_namesakes_get_different_addresses() {
        let mut addresses = Addresses::default();
        let mut random = Random::new(1, "namesakes", 0);
        let name = Name::new("María", "de la Cruz");
        let compared = (0..COMPARED).map(|_| addresses.give(Circle::Shared, &name, &mut random)).collect::<Vec<_>>();
        assert!(compared.iter().all(|address| number_of(address).is_none()));
        let numbered = (COMPARED..2 * COMPARED).map(|number| {
            let address = numbered(Circle::Shared, number, &name, &mut random);
            assert_eq!(number_of(&address), Some(number), "{address}");
            address
        });
        let given: HashSet<_> = compared.into_iter().chain(numbered).collect();
        assert_eq!(given.len(), 2 * COMPARED);
        assert!(given.iter().all(|address| address.is_ascii() && address.contains("cruz")));
    }

    #[test]
    fn numbers_are_read_from_numbered_addresses_only() {
        for address in
            ["", "@", "-", "ivan.petrov@example.com", "ivan-7@example.com", "ivan-x@example.com", "ivan@a-20000"]
        {
            assert_eq!(number_of(address), None, "{address}");
        }
    }
}
