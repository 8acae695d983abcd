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

/// The addresses given out so far.
#[derive(Debug)]
pub struct Addresses {
    circle: Circle,
    taken: HashSet<String>,
}

impl Addresses {
    /// None given out yet.
    pub fn of(circle: Circle) -> Self {
        Self { circle, taken: HashSet::new() }
    }

    /// An address for a person of this name that nobody has yet.
    pub fn give(&mut self, name: &Name, random: &mut Random) -> String {
        let (given, family) = (letters(&name.given), letters(&name.family));
        let local = if family.is_empty() {
            format!("{}.{given}", random.pick(&["info", "pagos", "tesoreria", "admin"]))
        } else {
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
        };
        let domain = random.pick(self.circle.domains());
        let mut address = format!("{local}@{domain}");
        let mut widest = 100;
        while !self.taken.insert(address.clone()) {
            address = format!("{local}{}@{domain}", random.within(2..widest));
            widest = widest.saturating_mul(4);
        }
        address
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
        let mut addresses = Addresses::of(Circle::Shared);
        let mut random = Random::new(1, "namesakes", 0);
        let name = Name::new("María", "de la Cruz");
        let given: HashSet<_> = (0..20_000).map(|_| addresses.give(&name, &mut random)).collect();
        assert_eq!(given.len(), 20_000);
        assert!(given.iter().all(|address| address.is_ascii() && address.contains("cruz")));
    }
}
