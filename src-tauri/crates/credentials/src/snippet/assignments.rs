//! Takes text apart into names and values, in whatever form people keep them.
//!
//! Two readers: one for text in braces (JSON and what looks like it), one for text in lines (everything else). Neither
//! knows what a name means.

mod braces;
mod lines;

use braces::Braces;
use lines::Lines;
use zeroize::Zeroizing;

/// A value under its name; the name is empty for a value that stands alone.
pub(super) struct Assignment {
    /// The names of what it is nested in, outermost first, with blanks between.
    pub scope: Zeroizing<String>,
    pub name: Zeroizing<String>,
    pub value: Zeroizing<String>,
    /// The object, section or block that it stands in; what belongs together stands in one.
    pub group: usize,
    /// The paragraph within the group, by blank lines.
    pub paragraph: usize,
    pub line: usize,
}

/// Nested deeper than this the names around a value say nothing more.
const MOST_SCOPES: usize = 6;
const LONGEST_SCOPE: usize = 80;

pub(super) fn read(text: &str, take: &mut dyn FnMut(Assignment)) {
    let mut inside = text.trim_start().chars();
    let braces = match inside.next() {
        Some('{') => true,
        // Or a section of an INI file.
        Some('[') => inside.find(|character| !character.is_whitespace()).is_some_and(|first| "{[\"'".contains(first)),
        _ => false,
    };
    if braces { Braces::new(take).read(text) } else { Lines::new(take).read(text) }
}

/// Names around a value, and groups.
struct Scopes {
    /// How far it is indented, its name, its group.
    open: Vec<(usize, Zeroizing<String>, usize)>,
    groups: usize,
}

impl Scopes {
    fn new() -> Self {
        Self { open: Vec::new(), groups: 0 }
    }

    fn enter(&mut self, indent: usize, name: Zeroizing<String>) {
        self.groups += 1;
        // Real names are short, and each is looked at with every value in it.
        let name = if name.len() <= LONGEST_SCOPE { name } else { Zeroizing::default() };
        self.open.push((indent, name, self.groups));
    }

    fn group(&self) -> usize {
        self.open.last().map_or(0, |(_, _, group)| *group)
    }

    fn names(&self) -> Zeroizing<String> {
        let names = self.open.iter().rev().take(MOST_SCOPES).rev().map(|(_, name, _)| name.as_str());
        let mut joined = Zeroizing::new(String::with_capacity(names.clone().map(|name| name.len() + 1).sum()));
        for name in names {
            joined.push_str(name);
            joined.push(' ');
        }
        joined
    }
}

/// Puts `{"name": "LNP_API_KEY", "value": …}` together, in which the name is a value too.
#[derive(Default)]
struct Halves {
    first: Option<Assignment>,
}

impl Halves {
    fn take(&mut self, assignment: Assignment, take: &mut dyn FnMut(Assignment)) {
        match assignment.name.as_str() {
            "name" | "key" => {
                self.release(take);
                self.first = Some(assignment);
            }
            "value" if self.first.as_ref().is_some_and(|first| first.group == assignment.group) => {
                if let Some(first) = self.first.take() {
                    // One of a list; its neighbours in the list belong to it.
                    take(Assignment { name: first.value, group: 0, paragraph: 0, ..assignment });
                }
            }
            _ => take(assignment),
        }
    }

    /// A first half without a second was a name and a value as any other.
    fn release(&mut self, take: &mut dyn FnMut(Assignment)) {
        if let Some(first) = self.first.take() {
            take(first);
        }
    }
}

/// The text in quotes that `text` begins with, and what comes after. Without an end it goes to the end of the line.
fn quoted(text: &str) -> (Zeroizing<String>, &str) {
    let quote = text.chars().next().unwrap_or('"');
    let inside = &text[quote.len_utf8().min(text.len())..];
    let escapes = quote != '`';
    let mut escaped = false;
    let end = inside.find(|character: char| {
        let ends = matches!(character, '\r' | '\n') || (character == quote && !escaped);
        escaped = escapes && character == '\\' && !escaped;
        ends
    });
    let (content, rest) = inside.split_at(end.unwrap_or(inside.len()));
    let rest = rest.strip_prefix(quote).unwrap_or(rest);
    if escapes { (unescaped(content), rest) } else { (Zeroizing::new(content.to_owned()), rest) }
}

fn unescaped(content: &str) -> Zeroizing<String> {
    // What an escape stands for is never longer than the escape.
    let mut value = Zeroizing::new(String::with_capacity(content.len()));
    let mut rest = content;
    while let Some((before, after)) = rest.split_once('\\') {
        value.push_str(before);
        let mut characters = after.chars();
        match characters.next() {
            Some('n' | 'r' | 't') => value.push(' '),
            Some('u') => {
                let digits = characters.as_str().get(..4).unwrap_or_default();
                if let Some(character) = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32) {
                    value.push(character);
                    characters = characters.as_str()[4..].chars();
                }
            }
            Some(other) => value.push(other),
            None => {}
        }
        rest = characters.as_str();
    }
    value.push_str(rest);
    value
}
