//! Who is the same person at several connections, and whether their statuses disagree; kept right change by change.
//!
//! Customers are grouped by e-mail and, apart from that, by international phone number. Whoever is alone with a contact,
//! as nearly everybody is, costs one entry of a hash table, which keeps no text: it looks into the rows. Rows are named by
//! their keys here.

use super::classes::Class;
use super::contact_table::ContactTable;
use foldhash::quality::RandomState;
use kyc::KycStatus;
use smallvec::SmallVec;
use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::BuildHasher;

/// A kind of contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Contact {
    /// E-mail.
    Email,
    /// International phone number.
    Phone,
}

/// Where contacts and stands are looked up.
pub(crate) trait Rows {
    /// Writes a row's contact into `out`; `false` when it has none.
    fn contact(&self, kind: Contact, row: u32, out: &mut Vec<u8>) -> bool;
    /// Where a row stands.
    fn stand(&self, row: u32) -> Option<Stand>;
}

/// Hashes of contacts.
#[derive(Debug, Default, Clone)]
pub(crate) struct Hashes(RandomState);

impl Hashes {
    /// Stands for a contact that is not there; no contact has this hash.
    pub const NONE: u64 = 0;

    /// The hash of a contact.
    pub fn of(&self, contact: &[u8]) -> u64 {
        self.0.hash_one(contact).max(Self::NONE + 1)
    }
}

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

/// At least two rows with the same contact. Most are two, which is why it has room for a few in itself.
#[derive(Debug, Default)]
struct Group {
    rows: SmallVec<[u32; 4]>,
    /// The different stands in it and how many rows take each: at most three per connection.
    stands: SmallVec<[(Stand, u32); 2]>,
    /// Whether a stand came or went since the last [`Persons::settle`].
    shifted: bool,
}

/// Groups by one kind of contact.
#[derive(Debug)]
struct Contacts {
    kind: Contact,
    table: ContactTable,
    groups: Vec<Group>,
    vacant: Vec<u32>,
    shifted: Vec<u32>,
    /// The group of each row that is in one, and its place there.
    places: HashMap<u32, (u32, u32)>,
    /// Room for contacts.
    room: [Vec<u8>; 2],
}

/// The groups by e-mail and by phone.
#[derive(Debug)]
pub(crate) struct Persons {
    kinds: [Contacts; 2],
    touched: Vec<u32>,
    hashes: Hashes,
}

impl Default for Persons {
    fn default() -> Self {
        Self {
            kinds: [Contacts::new(Contact::Email), Contacts::new(Contact::Phone)],
            touched: Vec::new(),
            hashes: Hashes::default(),
        }
    }
}

impl Persons {
    /// The groups of everybody. For each run of rows that follow each other, the first and the hashes of their contacts by
    /// e-mail and by phone are given, ascending by row. To be [settled](Self::settle).
    pub fn of_everybody<R: Rows + Sync>(hashes: Hashes, runs: &[(u32, [&[u64]; 2])], rows: &R) -> Self {
        let of_kind = |number: usize, kind| {
            let runs = runs.iter().filter_map(|(first, hashes)| Some((*first, *hashes.get(number)?)));
            let (mut contacts, mut touched) = (Contacts::new(kind), Vec::new());
            contacts.join_all(&runs.collect::<Vec<_>>(), rows, &mut touched);
            contacts.groups.shrink_to_fit();
            (contacts, touched)
        };
        let ((by_email, mut touched), (by_phone, more)) =
            rayon::join(|| of_kind(0, Contact::Email), || of_kind(1, Contact::Phone));
        touched.extend(more);
        Self { kinds: [by_email, by_phone], touched, hashes }
    }

    /// Takes a row in, which `rows` has already.
    pub fn join(&mut self, row: u32, rows: &impl Rows) {
        for kind in &mut self.kinds {
            kind.join(row, rows, &self.hashes, &mut self.touched);
        }
        self.touched.push(row);
    }

    /// Lets a row go; to be called while `rows` still has what it joined with.
    pub fn leave(&mut self, row: u32, rows: &impl Rows) {
        for kind in &mut self.kinds {
            kind.leave(row, rows, &self.hashes, &mut self.touched);
        }
    }

    /// Whether nobody else has an e-mail or a phone of a row, so that its stand touches nobody.
    pub fn is_alone(&self, row: u32) -> bool {
        self.kinds.iter().all(|kind| !kind.places.contains_key(&row))
    }

    /// Tells anew of each row that the changes since the last call can have touched whether it disagrees.
    pub fn settle(&mut self, rows: &impl Rows, mut tell: impl FnMut(u32, bool)) {
        let mut touched = std::mem::take(&mut self.touched);
        for kind in &mut self.kinds {
            for group in std::mem::take(&mut kind.shifted) {
                if let Some(group) = kind.groups.get_mut(group as usize).filter(|group| group.shifted) {
                    group.shifted = false;
                    touched.extend_from_slice(&group.rows);
                }
            }
        }
        touched.sort_unstable();
        touched.dedup();
        for row in &touched {
            tell(*row, self.disagrees(*row, rows));
        }
        touched.clear();
        touched.shrink_to(1 << 12);
        self.touched = touched;
    }

    /// Rows of other connections with the same e-mail or phone, each once, ascending.
    pub fn same_person(&self, row: u32, rows: &impl Rows) -> Vec<u32> {
        let Some(own) = rows.stand(row) else { return Vec::new() };
        let mut others: Vec<u32> =
            self.kinds.iter().filter_map(|kind| kind.group_of(row)).flat_map(|group| &group.rows).copied().collect();
        others.retain(|other| rows.stand(*other).is_some_and(|stand| stand.connection != own.connection));
        others.sort_unstable();
        others.dedup();
        others
    }

    /// The bytes it holds, about.
    pub fn held(&self) -> usize {
        let of_kind = |kind: &Contacts| {
            let of_groups = kind.groups.iter().map(|group| {
                let rows = if group.rows.spilled() { group.rows.capacity() } else { 0 };
                let stands = if group.stands.spilled() { group.stands.capacity() } else { 0 };
                rows * size_of::<u32>() + stands * size_of::<(Stand, u32)>()
            });
            // A place has a byte beside it in its table.
            let places = kind.places.capacity() * (size_of::<(u32, (u32, u32))>() + 1);
            let groups = kind.groups.capacity() * size_of::<Group>() + of_groups.sum::<usize>();
            kind.table.held() + groups + places
        };
        self.kinds.iter().map(of_kind).sum()
    }

    fn disagrees(&self, row: u32, rows: &impl Rows) -> bool {
        let mut groups = self.kinds.iter().filter_map(|kind| kind.group_of(row)).peekable();
        if groups.peek().is_none() {
            return false;
        }
        let Some(own) = rows.stand(row) else { return false };
        groups.any(|group| group.stands.iter().any(|(stand, _)| own.disagrees_with(*stand)))
    }
}

impl Contacts {
    fn new(kind: Contact) -> Self {
        Self {
            kind,
            table: ContactTable::with_room(0),
            groups: Vec::new(),
            vacant: Vec::new(),
            shifted: Vec::new(),
            places: HashMap::new(),
            room: Default::default(),
        }
    }

    fn group_of(&self, row: u32) -> Option<&Group> {
        let (group, _) = self.places.get(&row)?;
        self.groups.get(*group as usize)
    }

    fn join(&mut self, row: u32, rows: &impl Rows, hashes: &Hashes, touched: &mut Vec<u32>) {
        let mut room = std::mem::take(&mut self.room);
        let [own, other] = &mut room;
        if rows.contact(self.kind, row, own) {
            let kind = self.kind;
            let other = RefCell::new(other);
            let same = |row: u32| {
                let mut other = other.borrow_mut();
                rows.contact(kind, row, &mut other) && **other == *own
            };
            let hash_of = |row: u32| {
                let mut other = other.borrow_mut();
                if rows.contact(kind, row, &mut other) { hashes.of(&other) } else { Hashes::NONE }
            };
            self.join_hashed(row, hashes.of(own), rows, same, hash_of, touched);
        }
        self.room = room;
    }

    /// Takes a row in whose contact has a hash. `same` tells whether a row has the same contact, `hash_of` the hash of a
    /// row's.
    fn join_hashed(
        &mut self,
        row: u32,
        hash: u64,
        rows: &impl Rows,
        same: impl Fn(u32) -> bool,
        hash_of: impl Fn(u32) -> u64,
        touched: &mut Vec<u32>,
    ) {
        let groups = &self.groups;
        let same = |entry: u32| entry_row(entry, groups).is_some_and(&same);
        let Some(entry) = self.table.find_mut(hash, same) else {
            // A key that looks like a group's number gets a group of its own.
            let mut entry = row;
            if row & GROUP != 0 {
                let number = open_group(&mut self.groups, &mut self.vacant);
                self.add(number, row, rows);
                entry = number | GROUP;
            }
            let groups = &self.groups;
            self.table.insert(hash, entry, |entry| entry_row(entry, groups).map_or(Hashes::NONE, &hash_of));
            return;
        };
        if *entry & GROUP == 0 {
            let first = *entry;
            let number = open_group(&mut self.groups, &mut self.vacant);
            *entry = number | GROUP;
            self.add(number, first, rows);
            touched.push(first);
            self.add(number, row, rows);
        } else {
            let number = *entry & !GROUP;
            self.add(number, row, rows);
        }
        touched.push(row);
    }

    /// Takes in every row that has a hash, into tables that are made as large as they have to be. Hashes are given for the
    /// keys from a first one on, as [`Hashes`] gives them.
    fn join_all(&mut self, hashes: &[(u32, &[u64])], rows: &impl Rows, touched: &mut Vec<u32>) {
        let count = hashes.iter().flat_map(|(_, hashes)| *hashes).filter(|hash| **hash != Hashes::NONE).count();
        let hash_of = |row: u32| {
            let (first, hashes) = hashes.get(hashes.partition_point(|(first, _)| *first <= row).checked_sub(1)?)?;
            hashes.get((row - first) as usize).copied()
        };
        self.table = ContactTable::with_room(count);
        let (kind, room) = (self.kind, RefCell::new(<[Vec<u8>; 2]>::default()));
        for (first, of_block) in hashes {
            for (row, hash) in (*first..).zip(*of_block).filter(|(_, hash)| **hash != Hashes::NONE) {
                let same = |known: u32| {
                    // Hashes as long as these tell contacts apart nearly always, without reading them.
                    hash_of(known) == Some(*hash) && {
                        let [own, other] = &mut *room.borrow_mut();
                        rows.contact(kind, row, own) && rows.contact(kind, known, other) && own == other
                    }
                };
                self.join_hashed(row, *hash, rows, same, |row| hash_of(row).unwrap_or_default(), touched);
            }
        }
    }

    fn leave(&mut self, row: u32, rows: &impl Rows, hashes: &Hashes, touched: &mut Vec<u32>) {
        let [own, _] = &mut self.room;
        if !rows.contact(self.kind, row, own) {
            return;
        }
        let hash = hashes.of(own);
        let Some((number, _)) = self.places.get(&row).copied() else {
            self.table.remove(hash, row);
            return;
        };
        self.take_out(number, row, rows);
        let Some(group) = self.groups.get_mut(number as usize) else { return };
        match group.rows[..] {
            [last] if last & GROUP == 0 => {
                *group = Group::default();
                self.vacant.push(number);
                self.places.remove(&last);
                touched.push(last);
                if let Some(entry) = self.table.find_mut(hash, |entry| entry == number | GROUP) {
                    *entry = last;
                }
            }
            [] => {
                *group = Group::default();
                self.vacant.push(number);
                self.table.remove(hash, number | GROUP);
            }
            _ => {}
        }
    }

    fn add(&mut self, number: u32, row: u32, rows: &impl Rows) {
        let Some(group) = self.groups.get_mut(number as usize) else { return };
        let place = u32::try_from(group.rows.len()).unwrap_or(u32::MAX);
        group.rows.push(row);
        if let Some(own) = rows.stand(row) {
            match group.stands.iter_mut().find(|(stand, _)| *stand == own) {
                Some((_, count)) => *count += 1,
                None => {
                    group.stands.push((own, 1));
                    shift(group, number, &mut self.shifted);
                }
            }
        }
        self.places.insert(row, (number, place));
    }

    fn take_out(&mut self, number: u32, row: u32, rows: &impl Rows) {
        let Some((_, place)) = self.places.remove(&row) else { return };
        let Some(group) = self.groups.get_mut(number as usize) else { return };
        group.rows.swap_remove(place as usize);
        if let Some(own) = rows.stand(row)
            && let Some(at) = group.stands.iter().position(|(stand, _)| *stand == own)
        {
            group.stands[at].1 -= 1;
            if group.stands[at].1 == 0 {
                group.stands.swap_remove(at);
                shift(group, number, &mut self.shifted);
            }
        }
        if let Some(moved) = group.rows.get(place as usize).copied() {
            self.places.insert(moved, (number, place));
        }
    }
}

fn open_group(groups: &mut Vec<Group>, vacant: &mut Vec<u32>) -> u32 {
    vacant.pop().unwrap_or_else(|| {
        groups.push(Group::default());
        u32::try_from(groups.len() - 1).unwrap_or(u32::MAX)
    })
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
