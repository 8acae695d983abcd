//! Who is the same person at several connections, and whether their statuses disagree; kept right change by change.
//!
//! Customers are grouped by e-mail and, apart from that, by international phone number. Whoever is alone with a contact,
//! as nearly everybody is, costs one entry of a hash table, which keeps no text: it looks into the records.

use super::classes::Class;
use super::record::{email_of_person, phone_of_person};
use super::texts::Texts;
use hashbrown::HashTable;
use kyc::KycStatus;
use std::hash::{BuildHasher, RandomState};

/// No group.
const NONE: u32 = u32::MAX;
/// Marks a table entry that is a group's number rather than a row's.
const GROUP: u32 = 1 << 31;

/// Where a customer stands, as far as disagreement goes. Two different ones always disagree, because only one of them
/// can be undecided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Verified,
    Rejected,
    Undecided,
}

/// A connection's verdict on a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stand {
    connection: u32,
    verdict: Verdict,
}

impl Stand {
    /// The stand of customers of a class.
    pub fn of(class: &Class) -> Self {
        let verdict = match class.kyc {
            KycStatus::Verified => Verdict::Verified,
            KycStatus::Rejected => Verdict::Rejected,
            KycStatus::Pending | KycStatus::NotStarted | KycStatus::Unknown(_) => Verdict::Undecided,
        };
        Self { connection: class.connection_number, verdict }
    }

    fn disagrees_with(self, other: Self) -> bool {
        self.connection != other.connection && self.verdict != other.verdict
    }
}

/// At least two rows with the same contact.
#[derive(Debug, Default)]
struct Group {
    rows: Vec<u32>,
    /// The different stands in it and how many rows take each: at most three per connection.
    stands: Vec<(Stand, u32)>,
    /// Whether a stand came or went since the last [`Persons::settle`].
    shifted: bool,
}

/// Groups by one kind of contact.
#[derive(Debug)]
struct Contacts {
    contact: fn(&[u8]) -> Option<&[u8]>,
    table: HashTable<u32>,
    groups: Vec<Group>,
    vacant: Vec<u32>,
    shifted: Vec<u32>,
    /// The group of each row, and its place there.
    places: Vec<(u32, u32)>,
}

/// The groups by e-mail and by phone.
#[derive(Debug)]
pub(crate) struct Persons {
    kinds: [Contacts; 2],
    stands: Vec<Option<Stand>>,
    touched: Vec<u32>,
    hasher: RandomState,
}

impl Default for Persons {
    fn default() -> Self {
        Self {
            kinds: [Contacts::new(email_of_person), Contacts::new(phone_of_person)],
            stands: Vec::new(),
            touched: Vec::new(),
            hasher: RandomState::new(),
        }
    }
}

impl Persons {
    /// Takes a row in, whose record `texts` has.
    pub fn join(&mut self, row: u32, stand: Stand, texts: &Texts) {
        if self.stands.len() <= row as usize {
            self.stands.resize(row as usize + 1, None);
        }
        if let Some(place) = self.stands.get_mut(row as usize) {
            *place = Some(stand);
        }
        for kind in &mut self.kinds {
            kind.join(row, &self.stands, texts, &self.hasher, &mut self.touched);
        }
        self.touched.push(row);
    }

    /// Lets a row go; to be called while `texts` still has the record it joined with.
    pub fn leave(&mut self, row: u32, texts: &Texts) {
        for kind in &mut self.kinds {
            kind.leave(row, &self.stands, texts, &self.hasher, &mut self.touched);
        }
        if let Some(place) = self.stands.get_mut(row as usize) {
            *place = None;
        }
    }

    /// The stand with which a row joined.
    pub fn stand(&self, row: u32) -> Option<Stand> {
        self.stands.get(row as usize).copied().flatten()
    }

    /// Tells anew of each row that the changes since the last call can have touched whether it disagrees.
    pub fn settle(&mut self, mut tell: impl FnMut(u32, bool)) {
        let mut rows = std::mem::take(&mut self.touched);
        for kind in &mut self.kinds {
            for group in std::mem::take(&mut kind.shifted) {
                if let Some(group) = kind.groups.get_mut(group as usize).filter(|group| group.shifted) {
                    group.shifted = false;
                    rows.extend_from_slice(&group.rows);
                }
            }
        }
        rows.sort_unstable();
        rows.dedup();
        for row in &rows {
            tell(*row, self.disagrees(*row));
        }
        rows.clear();
        self.touched = rows;
    }

    /// Rows of other connections with the same e-mail or phone, each once, ascending.
    pub fn same_person(&self, row: u32) -> Vec<u32> {
        let Some(own) = self.stand(row) else { return Vec::new() };
        let mut rows: Vec<u32> =
            self.kinds.iter().filter_map(|kind| kind.group_of(row)).flat_map(|group| &group.rows).copied().collect();
        rows.retain(|other| self.stand(*other).is_some_and(|stand| stand.connection != own.connection));
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    fn disagrees(&self, row: u32) -> bool {
        let Some(own) = self.stand(row) else { return false };
        let mut groups = self.kinds.iter().filter_map(|kind| kind.group_of(row));
        groups.any(|group| group.stands.iter().any(|(stand, _)| own.disagrees_with(*stand)))
    }
}

impl Contacts {
    fn new(contact: fn(&[u8]) -> Option<&[u8]>) -> Self {
        Self {
            contact,
            table: HashTable::new(),
            groups: Vec::new(),
            vacant: Vec::new(),
            shifted: Vec::new(),
            places: Vec::new(),
        }
    }

    fn group_of(&self, row: u32) -> Option<&Group> {
        let (group, _) = self.places.get(row as usize).filter(|(group, _)| *group != NONE)?;
        self.groups.get(*group as usize)
    }

    fn join(
        &mut self,
        row: u32,
        stands: &[Option<Stand>],
        texts: &Texts,
        hasher: &RandomState,
        touched: &mut Vec<u32>,
    ) {
        let of = self.contact;
        let Some(contact) = of(texts.get(row)) else { return };
        let hash = hasher.hash_one(contact);
        let groups = &mut self.groups;
        let same = |entry: &u32| entry_row(*entry, groups).and_then(|row| of(texts.get(row))) == Some(contact);
        let Some(entry) = self.table.find_mut(hash, same) else {
            let groups = &self.groups;
            self.table.insert_unique(hash, row, |entry| {
                entry_row(*entry, groups)
                    .and_then(|row| of(texts.get(row)))
                    .map_or(0, |contact| hasher.hash_one(contact))
            });
            return;
        };
        if *entry & GROUP == 0 {
            let first = *entry;
            let number = self.vacant.pop().unwrap_or_else(|| {
                groups.push(Group::default());
                u32::try_from(groups.len() - 1).unwrap_or(NONE)
            });
            *entry = number | GROUP;
            self.add(number, first, stands);
            touched.push(first);
            self.add(number, row, stands);
        } else {
            let number = *entry & !GROUP;
            self.add(number, row, stands);
        }
    }

    fn leave(
        &mut self,
        row: u32,
        stands: &[Option<Stand>],
        texts: &Texts,
        hasher: &RandomState,
        touched: &mut Vec<u32>,
    ) {
        let of = self.contact;
        let Some(contact) = of(texts.get(row)) else { return };
        let hash = hasher.hash_one(contact);
        let number = self.places.get(row as usize).map_or(NONE, |(group, _)| *group);
        if number == NONE {
            if let Ok(entry) = self.table.find_entry(hash, |entry| *entry == row) {
                entry.remove();
            }
            return;
        }
        self.take_out(number, row, stands);
        let Some(group) = self.groups.get_mut(number as usize) else { return };
        if let [last] = group.rows[..] {
            *group = Group::default();
            self.vacant.push(number);
            self.set_place(last, (NONE, 0));
            touched.push(last);
            if let Some(entry) = self.table.find_mut(hash, |entry| *entry == number | GROUP) {
                *entry = last;
            }
        }
    }

    fn add(&mut self, number: u32, row: u32, stands: &[Option<Stand>]) {
        let Some(group) = self.groups.get_mut(number as usize) else { return };
        let place = u32::try_from(group.rows.len()).unwrap_or(NONE);
        group.rows.push(row);
        if let Some(own) = stands.get(row as usize).copied().flatten() {
            match group.stands.iter_mut().find(|(stand, _)| *stand == own) {
                Some((_, count)) => *count += 1,
                None => {
                    group.stands.push((own, 1));
                    shift(group, number, &mut self.shifted);
                }
            }
        }
        self.set_place(row, (number, place));
    }

    fn take_out(&mut self, number: u32, row: u32, stands: &[Option<Stand>]) {
        let place = self.places.get(row as usize).map_or(0, |(_, place)| *place);
        self.set_place(row, (NONE, 0));
        let Some(group) = self.groups.get_mut(number as usize) else { return };
        group.rows.swap_remove(place as usize);
        if let Some(own) = stands.get(row as usize).copied().flatten()
            && let Some(at) = group.stands.iter().position(|(stand, _)| *stand == own)
        {
            group.stands[at].1 -= 1;
            if group.stands[at].1 == 0 {
                group.stands.swap_remove(at);
                shift(group, number, &mut self.shifted);
            }
        }
        if let Some(moved) = group.rows.get(place as usize).copied() {
            self.set_place(moved, (number, place));
        }
    }

    fn set_place(&mut self, row: u32, place: (u32, u32)) {
        if self.places.len() <= row as usize {
            self.places.resize(row as usize + 1, (NONE, 0));
        }
        if let Some(slot) = self.places.get_mut(row as usize) {
            *slot = place;
        }
    }
}

fn shift(group: &mut Group, number: u32, shifted: &mut Vec<u32>) {
    if !std::mem::replace(&mut group.shifted, true) {
        shifted.push(number);
    }
}

/// A row that has the contact of a table entry.
fn entry_row(entry: u32, groups: &[Group]) -> Option<u32> {
    if entry & GROUP == 0 { Some(entry) } else { groups.get((entry & !GROUP) as usize)?.rows.first().copied() }
}
