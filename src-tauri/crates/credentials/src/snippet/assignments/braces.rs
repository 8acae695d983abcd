//! Text in braces: JSON, and what looks like it.

use super::{Assignment, Halves, Scopes, quoted};
use zeroize::Zeroizing;

/// JSON, JavaScript, and what else has braces.
pub(super) struct Braces<'a> {
    take: &'a mut dyn FnMut(Assignment),
    scopes: Scopes,
    /// What was read last, of which it is not known yet whether it is a name.
    pending: Option<Zeroizing<String>>,
    separated: bool,
    halves: Halves,
    line: usize,
}

impl<'a> Braces<'a> {
    pub(super) fn new(take: &'a mut dyn FnMut(Assignment)) -> Self {
        Self { take, scopes: Scopes::new(), pending: None, separated: false, halves: Halves::default(), line: 1 }
    }

    pub(super) fn read(mut self, text: &str) {
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let after = &rest[first.len_utf8()..];
            rest = match first {
                '\n' => {
                    self.line += 1;
                    after
                }
                '{' | '[' => {
                    let name = if self.separated { self.pending.take() } else { None };
                    self.flush();
                    self.scopes.enter(0, name.unwrap_or_default());
                    after
                }
                '}' | ']' => {
                    self.flush();
                    self.halves.release(self.take);
                    self.scopes.open.pop();
                    after
                }
                ',' | ';' => {
                    self.flush();
                    after
                }
                ':' | '=' => {
                    self.separated = self.pending.is_some();
                    after
                }
                '"' | '\'' | '`' => {
                    let (value, after) = quoted(rest);
                    self.word(value);
                    after
                }
                '#' => after_line(rest),
                '/' if after.starts_with('/') => after_line(rest),
                '/' if after.starts_with('*') => {
                    let end = rest.find("*/").map_or(rest.len(), |end| end + 2);
                    self.line += rest[..end].matches('\n').count();
                    &rest[end..]
                }
                blank if blank.is_whitespace() => after,
                _ => {
                    let end =
                        rest.find(|c: char| c.is_whitespace() || "{}[],:;=\"'`".contains(c)).unwrap_or(rest.len());
                    // A sign that begins nothing above is a word of itself.
                    let end = end.max(first.len_utf8());
                    self.word(Zeroizing::new(rest[..end].to_owned()));
                    &rest[end..]
                }
            };
        }
        self.flush();
        self.halves.release(self.take);
    }

    fn word(&mut self, word: Zeroizing<String>) {
        match (self.separated, self.pending.take()) {
            (true, Some(name)) => {
                self.separated = false;
                self.tell(name, word);
            }
            (_, before) => {
                // Two words without anything between: `const key`, or the first stood alone.
                if let Some(before) = before {
                    self.tell(Zeroizing::default(), before);
                }
                self.pending = Some(word);
            }
        }
    }

    fn flush(&mut self) {
        if let Some(alone) = self.pending.take()
            && !self.separated
        {
            self.tell(Zeroizing::default(), alone);
        }
        self.separated = false;
    }

    fn tell(&mut self, name: Zeroizing<String>, value: Zeroizing<String>) {
        let (scope, group) = (self.scopes.names(), self.scopes.group());
        let assignment = Assignment { scope, name, value, group, paragraph: 0, line: self.line };
        self.halves.take(assignment, self.take);
    }
}

fn after_line(rest: &str) -> &str {
    rest.find('\n').map_or("", |end| &rest[end..])
}
