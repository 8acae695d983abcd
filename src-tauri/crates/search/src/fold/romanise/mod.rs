//! Crossing between Cyrillic and Latin: whether a Latin word is one of the spellings of a Cyrillic one.
//!
//! One name has many spellings: Чайковский is *Tchaikovsky*, *Chaykovskiy*, *Chaikovskii*, *Čajkovskij*, and people mix the
//! habits. Writing all of them down multiplies with every letter, so they are kept as a [`Lattice`]: for each letter the
//! pieces of Latin text it may become, given its neighbours. A Latin word is a spelling when some way through the lattice
//! writes it. Pieces carry the [`Habits`] they belong to, and a way must stay within one habit, so that ш = s of ISO 9
//! does not meet я = ya of passports.
//!
//! It is deliberately no phonetic code: it never compares Latin with Latin, and every piece is a documented spelling of
//! its letter (see `pieces`).

mod pieces;

use super::is_cyrillic;
use std::collections::{BTreeMap, BTreeSet};

/// A set of ways to romanise, as bits.
pub(crate) type Habits = u8;

/// Passports (ICAO 9303) and the everyday spellings of English texts (BGN/PCGN, -sky, Tch-), which people mix freely.
pub(crate) const EVERYDAY: Habits = 1;
/// ISO 9 and scholarly transliteration with their carons and circumflexes dropped: ж = z, ч = c, ш = s, ю = u, я = a.
pub(crate) const SCHOLARLY: Habits = 2;
/// Spanish names back from Cyrillic: с = c before е and и, s, z; х = j; к = c, qu; ль = ll.
pub(crate) const SPANISH: Habits = 4;
/// Ukrainian and Belarusian: г = h, и = y.
pub(crate) const UKRAINIAN: Habits = 8;
/// Every habit.
pub(crate) const ANY: Habits = EVERYDAY | SCHOLARLY | SPANISH | UKRAINIAN;

/// What stands at the two ends of the Cyrillic letters of a lattice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ends {
    /// The word begins and ends there.
    Closed,
    /// A typed piece of a word: anything may stand before and after.
    Open,
}

/// The spellings of a run of letters.
#[derive(Debug, Default)]
pub(crate) struct Lattice {
    edges: Vec<Edge>,
    /// `edges[starts[i]..starts[i + 1]]` leave from letter `i`.
    starts: Vec<usize>,
}

/// One step through a lattice: some letters, and the Latin text they become.
#[derive(Debug, Clone)]
struct Edge {
    letters: u8,
    habits: Habits,
    text: Text,
}

#[derive(Debug, Clone)]
enum Text {
    /// A romanisation, ASCII.
    Latin(&'static str),
    /// A character that stands for itself.
    Itself(char),
}

impl Text {
    fn bytes<'a>(&'a self, buffer: &'a mut [u8; 4]) -> &'a [u8] {
        match self {
            Self::Latin(text) => text.as_bytes(),
            Self::Itself(letter) => letter.encode_utf8(buffer).as_bytes(),
        }
    }
}

/// Pairs of neighbouring bytes: of the letters a to z, and all other bytes as one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pairs([u64; 12]);

impl Pairs {
    /// The pairs of a text.
    pub fn of(text: &[u8]) -> Self {
        let mut pairs = Self::default();
        text.windows(2).for_each(|pair| pairs.insert(pair));
        pairs
    }

    fn insert(&mut self, pair: &[u8]) {
        let class = |byte: &u8| if byte.is_ascii_lowercase() { usize::from(byte - b'a') } else { 26 };
        if let [one, other] = pair {
            let at = class(one) * 27 + class(other);
            if let Some(word) = self.0.get_mut(at / 64) {
                *word |= 1 << (at % 64);
            }
        }
    }

    /// Whether all pairs of another set are in this.
    pub fn hold(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(word, other)| other & !word == 0)
    }
}

/// A first, quick look for the spellings of a lattice in a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Sieve {
    /// A spelling stands wherever one of these does, and nowhere else.
    Spellings(Vec<String>),
    /// Every spelling begins with one of these.
    Beginnings(Vec<String>),
    /// Every spelling has this within it.
    Within(String),
}

/// Up to how many texts are looked for at once; a vectorised search takes up to 64. Low in tests, so that the words of
/// few customers need every kind of sieve.
const FEW_SPELLINGS: usize = if cfg!(test) { 6 } else { 48 };
/// How many bytes that every spelling has are rare enough to look for them alone.
const CERTAIN_ENOUGH: usize = 3;

/// Room for the states of a walk, kept between walks: per letter ahead, how far the Latin text has got, in which habits.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    ahead: [Vec<(usize, Habits)>; 3],
}

impl Walk {
    fn reset(&mut self) {
        self.ahead.iter_mut().for_each(Vec::clear);
    }

    fn reach(&mut self, letters: usize, at: usize, habits: Habits) {
        let Some(states) = self.ahead.get_mut(letters) else { return };
        match states.iter_mut().find(|(other, _)| *other == at) {
            // The habits that lead here are independent walks, so their union loses nothing.
            Some((_, present)) => *present |= habits,
            None => states.push((at, habits)),
        }
    }

    fn advance(&mut self) {
        self.ahead[0].clear();
        self.ahead.rotate_left(1);
    }
}

impl Lattice {
    /// The lattice of letters as [`letters`](super::letters) gives them, of one word.
    pub fn new(letters: &[char], ends: Ends) -> Self {
        let mut lattice = Self::default();
        lattice.rebuild(letters, ends);
        lattice
    }

    /// Makes this the lattice of other letters, keeping its room.
    pub fn rebuild(&mut self, letters: &[char], ends: Ends) {
        self.edges.clear();
        self.starts.clear();
        for at in 0..letters.len() {
            self.starts.push(self.edges.len());
            pieces::leaving(letters, at, ends, |letters, text, habits| {
                self.edges.push(Edge { letters, habits, text });
            });
        }
        self.starts.push(self.edges.len());
    }

    fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    fn leaving(&self, letter: usize) -> &[Edge] {
        match (self.starts.get(letter), self.starts.get(letter + 1)) {
            (Some(&from), Some(&to)) => self.edges.get(from..to).unwrap_or_default(),
            _ => &[],
        }
    }

    /// The Latin letters that occur in any spelling, as bits 0 (a) to 25 (z).
    pub fn alphabet(&self) -> u32 {
        let mut buffer = [0; 4];
        self.edges.iter().fold(0, |known, edge| known | alphabet(edge.text.bytes(&mut buffer)))
    }

    /// Which pairs of neighbouring bytes occur in any spelling.
    pub fn pairs(&self) -> Pairs {
        let (mut pairs, mut buffer) = (Pairs::default(), [0; 4]);
        for letter in 0..self.len() {
            for edge in self.leaving(letter) {
                let text = edge.text.bytes(&mut buffer);
                text.windows(2).for_each(|pair| pairs.insert(pair));
                if let Some(last) = text.last() {
                    self.add_pairs(*last, letter + usize::from(edge.letters), edge.habits, &mut pairs);
                }
            }
        }
        pairs
    }

    /// Adds the pairs of a byte with what can follow it from a letter on.
    fn add_pairs(&self, byte: u8, letter: usize, habits: Habits, pairs: &mut Pairs) {
        let mut buffer = [0; 4];
        for edge in self.leaving(letter).iter().filter(|edge| edge.habits & habits != 0) {
            match edge.text.bytes(&mut buffer).first() {
                Some(first) => pairs.insert(&[byte, *first]),
                None => self.add_pairs(byte, letter + usize::from(edge.letters), edge.habits & habits, pairs),
            }
        }
    }

    /// Whether all the letters may be written with no Latin text at all.
    pub fn may_be_silent(&self) -> bool {
        let mut buffer = [0; 4];
        (0..self.len()).all(|letter| self.leaving(letter).iter().any(|edge| edge.text.bytes(&mut buffer).is_empty()))
    }

    /// Whether Latin text is a piece of one of the spellings, and if so of which letters: the longest run that begins at
    /// letter `start`. The text may begin and end inside a romanisation ("chaik", "haikovsk").
    pub fn spells(&self, start: usize, text: &[u8], walk: &mut Walk) -> Option<usize> {
        if text.is_empty() {
            return None;
        }
        walk.reset();
        let (mut end, mut buffer) = (None, [0; 4]);
        for edge in self.leaving(start) {
            let piece = edge.text.bytes(&mut buffer);
            let inner_starts = if matches!(edge.text, Text::Latin(_)) { piece.len() } else { 1 };
            for from in 0..inner_starts {
                let piece = &piece[from..];
                if piece.is_empty() {
                    continue; // a dropped sign begins nothing
                }
                step(text, 0, piece, start, edge, edge.habits, walk, &mut end);
            }
        }
        let mut letter = start;
        loop {
            walk.advance();
            letter += 1;
            if walk.ahead.iter().all(Vec::is_empty) || letter >= self.len() {
                return end;
            }
            let mut states = std::mem::take(&mut walk.ahead[0]);
            for (at, habits) in states.drain(..) {
                for edge in self.leaving(letter) {
                    let habits = habits & edge.habits;
                    if habits != 0 {
                        step(text, at, edge.text.bytes(&mut buffer), letter, edge, habits, walk, &mut end);
                    }
                }
            }
            walk.ahead[0] = states;
        }
    }

    /// Whether a spelling of all the letters stands in `text` at byte `from`, and if so where the longest ends.
    pub fn stands_at(&self, text: &[u8], from: usize, walk: &mut Walk) -> Option<usize> {
        walk.reset();
        walk.reach(0, from, ANY);
        let mut buffer = [0; 4];
        for letter in 0..self.len() {
            let mut states = std::mem::take(&mut walk.ahead[0]);
            for (at, habits) in states.drain(..) {
                for edge in self.leaving(letter) {
                    let (habits, piece) = (habits & edge.habits, edge.text.bytes(&mut buffer));
                    if habits != 0 && text.get(at..).is_some_and(|rest| rest.starts_with(piece)) {
                        walk.reach(usize::from(edge.letters), at + piece.len(), habits);
                    }
                }
            }
            walk.ahead[0] = states;
            walk.advance();
            if walk.ahead.iter().all(Vec::is_empty) {
                return None;
            }
        }
        walk.ahead[0].iter().map(|(at, _)| *at).max().filter(|end| *end > from)
    }

    /// What to look for in Latin text before any closer comparison.
    pub fn sieve(&self) -> Sieve {
        let (beginnings, whole) = self.beginnings();
        if whole {
            let shortest =
                |text: &String| !beginnings.iter().any(|other| other != text && text.contains(other.as_str()));
            return Sieve::Spellings(beginnings.iter().filter(|text| shortest(text)).cloned().collect());
        }
        let certain = self.certain();
        if certain.len() < CERTAIN_ENOUGH { Sieve::Beginnings(beginnings) } else { Sieve::Within(certain) }
    }

    /// The spellings of as many letters as have few of them, and whether those are all the letters.
    fn beginnings(&self) -> (Vec<String>, bool) {
        let mut ways = BTreeMap::from([((0, String::new()), ANY)]);
        for letter in 0..self.len() {
            let mut longer: BTreeMap<(usize, String), Habits> = BTreeMap::new();
            for ((at, text), habits) in &ways {
                if *at > letter {
                    *longer.entry((*at, text.clone())).or_default() |= habits;
                    continue;
                }
                for edge in self.leaving(letter).iter().filter(|edge| edge.habits & habits != 0) {
                    let mut buffer = [0; 4];
                    let piece = String::from_utf8_lossy(edge.text.bytes(&mut buffer));
                    *longer.entry((letter + usize::from(edge.letters), format!("{text}{piece}"))).or_default() |=
                        habits & edge.habits;
                }
            }
            // As long as a way has no text yet, all have too little to look for.
            if longer.len() > FEW_SPELLINGS && ways.keys().all(|(_, text)| !text.is_empty()) {
                return (texts(ways), false);
            }
            ways = longer;
        }
        (texts(ways), true)
    }

    /// The longest text that every spelling holds. Empty when there is none.
    fn certain(&self) -> String {
        let (mut best, mut run) = (String::new(), String::new());
        let mut spanned = false; // by a step of two letters from the letter before
        for letter in 0..self.len() {
            let edges = self.leaving(letter);
            let spans = edges.iter().any(|edge| edge.letters > 1);
            match edges {
                [Edge { text, .. }] if !spans && !spanned => match text {
                    Text::Latin(text) => run.push_str(text),
                    Text::Itself(letter) => run.push(*letter),
                },
                _ => run.clear(),
            }
            if run.len() > best.len() {
                best.clone_from(&run);
            }
            spanned = spans;
        }
        best
    }

    /// Every whole spelling; for tests, which compare the walks with it.
    #[cfg(test)]
    pub fn spellings(&self) -> BTreeSet<String> {
        fn go(lattice: &Lattice, letter: usize, text: &str, habits: Habits, all: &mut BTreeSet<String>) {
            if letter == lattice.len() {
                all.insert(text.to_owned());
            }
            for edge in lattice.leaving(letter) {
                if habits & edge.habits != 0 {
                    let mut buffer = [0; 4];
                    let longer = text.to_owned() + std::str::from_utf8(edge.text.bytes(&mut buffer)).unwrap();
                    go(lattice, letter + usize::from(edge.letters), &longer, habits & edge.habits, all);
                }
            }
        }
        let mut all = BTreeSet::new();
        go(self, 0, "", ANY, &mut all);
        all
    }
}

/// The texts of some ways, each once.
fn texts(ways: BTreeMap<(usize, String), Habits>) -> Vec<String> {
    ways.into_keys().map(|(_, text)| text).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Takes one step of [`Lattice::spells`]: either the rest of `text` ends within `piece`, or `piece` is used up.
#[expect(clippy::too_many_arguments, reason = "the state of one loop, shared by its two places")]
fn step(
    text: &[u8],
    at: usize,
    piece: &[u8],
    letter: usize,
    edge: &Edge,
    habits: Habits,
    walk: &mut Walk,
    end: &mut Option<usize>,
) {
    let rest = &text[at..];
    let after = letter + usize::from(edge.letters);
    if rest.len() <= piece.len() {
        if piece.starts_with(rest) {
            *end = (*end).max(Some(after));
        }
    } else if rest.starts_with(piece) {
        walk.reach(usize::from(edge.letters), at + piece.len(), habits);
    }
}

/// The Latin letters of folded text, as bits 0 (a) to 25 (z).
pub(crate) fn alphabet(text: &[u8]) -> u32 {
    text.iter().filter(|byte| byte.is_ascii_lowercase()).fold(0, |known, byte| known | 1 << (byte - b'a'))
}

/// Whether a word needs a lattice at all.
pub(crate) fn has_cyrillic(letters: &[char]) -> bool {
    letters.iter().copied().any(is_cyrillic)
}

#[cfg(test)]
mod tests;
