//! Takes text apart into names and values, in whatever form people keep them.
//!
//! Two readers: one for text in braces (JSON and what looks like it), one for text in lines (everything else). Neither
//! knows what a name means.

use super::names;
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

/// JSON, JavaScript, and what else has braces.
struct Braces<'a> {
    take: &'a mut dyn FnMut(Assignment),
    scopes: Scopes,
    /// What was read last, of which it is not known yet whether it is a name.
    pending: Option<Zeroizing<String>>,
    separated: bool,
    halves: Halves,
    line: usize,
}

impl<'a> Braces<'a> {
    fn new(take: &'a mut dyn FnMut(Assignment)) -> Self {
        Self { take, scopes: Scopes::new(), pending: None, separated: false, halves: Halves::default(), line: 1 }
    }

    fn read(mut self, text: &str) {
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

fn after_line(rest: &str) -> &str {
    rest.find('\n').map_or("", |end| &rest[end..])
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

/// Everything that stands in lines.
struct Lines<'a> {
    take: &'a mut dyn FnMut(Assignment),
    scopes: Scopes,
    paragraph: usize,
    /// The line before, when it may be what a cabinet shows above a value: "API key".
    heading: Option<Zeroizing<String>>,
    halves: Halves,
    line: usize,
}

/// What shells, container files and programs put in front of a name.
const FRONTS: [&str; 14] = [
    "export ",
    "set ",
    "setx ",
    "declare -x ",
    "$env:",
    "const ",
    "let ",
    "var ",
    "val ",
    "ENV ",
    "-e ",
    "--env ",
    "Environment=",
    "curl ",
];

impl<'a> Lines<'a> {
    fn new(take: &'a mut dyn FnMut(Assignment)) -> Self {
        Self { take, scopes: Scopes::new(), paragraph: 0, heading: None, halves: Halves::default(), line: 0 }
    }

    fn read(mut self, text: &str) {
        // A lone carriage return ends lines of old programs; the empty line that it makes of CR LF is not counted.
        for line in text.split('\n') {
            self.line += 1;
            for part in line.trim_end_matches('\r').split('\r') {
                self.read_line(part);
            }
        }
        self.halves.release(self.take);
    }

    fn read_line(&mut self, line: &str) {
        let content = line.trim();
        if content.is_empty() {
            self.paragraph += 1;
            return;
        }
        if content.starts_with("---") || ["#", "//", ";", "REM "].iter().any(|mark| content.starts_with(mark)) {
            return;
        }
        if let Some(section) = content.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            self.scopes.open.clear();
            self.scopes.enter(0, Zeroizing::new(section.to_owned()));
            return;
        }
        let mut indent = line.chars().take_while(|character| character.is_whitespace()).count();
        let mut content = content;
        if let Some(item) = content.strip_prefix("- ") {
            self.leave(indent);
            self.scopes.enter(indent, Zeroizing::default());
            indent += 2;
            content = item.trim_start();
        } else if !self.scopes.open.iter().all(|(at, _, _)| *at == 0) || indent > 0 {
            self.leave(indent);
        }
        if content.contains("-H ") || content.contains("--header ") {
            content.split("-H ").flat_map(|part| part.split("--header ")).for_each(|part| self.read_header(part));
            return;
        }
        self.read_content(indent, content);
    }

    /// Leaves the blocks that a line indented so far is not part of. Sections of INI files end by the next one only.
    fn leave(&mut self, indent: usize) {
        while self
            .scopes
            .open
            .last()
            .is_some_and(|(at, name, _)| *at >= indent && (*at > 0 || !is_section(name, self.scopes.open.len())))
        {
            self.scopes.open.pop();
        }
    }

    fn read_header(&mut self, part: &str) {
        let part = part.trim().trim_end_matches('\\').trim_end();
        if part.starts_with(['"', '\'']) {
            let (header, _) = quoted(part);
            self.read_content(0, &header);
        } else {
            self.read_content(0, part);
        }
    }

    fn read_content(&mut self, indent: usize, content: &str) {
        let mut content = content;
        let mut spaced = false;
        while let Some(front) = FRONTS.iter().find(|front| starts_with_front(content, front)) {
            spaced |= matches!(*front, "setx " | "ENV ");
            content = content[front.len()..].trim_start().trim_start_matches('"');
        }
        let (name, rest) = match split(content, spaced) {
            Some((name, rest)) => (Zeroizing::new(name.to_owned()), rest),
            None => {
                self.alone(content);
                return;
            }
        };
        let heading = self.heading.take();
        let value = value_of(rest);
        if value.is_empty() {
            if !rest.trim().is_empty() {
                return;
            }
            // A block begins, or the value is on the next line.
            self.scopes.enter(indent, name.clone());
            self.heading = Some(name);
            return;
        }
        drop(heading);
        self.tell(name, value);
    }

    fn alone(&mut self, content: &str) {
        let value = value_of(content);
        let name = self.heading.take().unwrap_or_default();
        let words = names::words(content);
        if name.is_empty() && names::role(&words).is_some() && names::distinction(&words).is_empty() {
            self.heading = Some(Zeroizing::new(content.to_owned()));
        }
        self.tell(name, value);
    }

    fn tell(&mut self, name: Zeroizing<String>, value: Zeroizing<String>) {
        let (scope, group) = (self.scopes.names(), self.scopes.group());
        let assignment = Assignment { scope, name, value, group, paragraph: self.paragraph, line: self.line };
        self.halves.take(assignment, self.take);
    }
}

/// Whether the outermost scope is a section of an INI file, which no indentation ends.
fn is_section(name: &str, depth: usize) -> bool {
    depth == 1 && !name.is_empty()
}

fn starts_with_front(content: &str, front: &str) -> bool {
    content.get(..front.len()).is_some_and(|head| head.eq_ignore_ascii_case(front))
}

/// Name and value of a line, where it has both.
fn split(content: &str, spaced: bool) -> Option<(&str, &str)> {
    let place = content.find(|character| "=:\t".contains(character) || (spaced && character == ' '))?;
    let (name, rest) = content.split_at(place);
    let name = name.trim().trim_matches(['"', '\'', '`', '$', '@']).trim();
    let rest = rest.trim_start_matches(['=', ':', '>']).trim_start_matches(['=', '>']);
    // An address stands alone; `https` is not its name.
    let is_address = rest.starts_with("//");
    // Nobody gives a value a name of a hundred characters, and no name begins with what only values have.
    let is_name = !name.is_empty() && name.chars().count() <= 100 && !name.contains(['{', '}', '<', '(']);
    (is_name && !is_address).then_some((name, rest))
}

/// A value without quotes, comments, commas and what else stands around it.
fn value_of(raw: &str) -> Zeroizing<String> {
    let raw = raw.trim();
    if raw.starts_with(['"', '\'', '`']) {
        let (value, _) = quoted(raw);
        return Zeroizing::new(value.trim().to_owned());
    }
    let end = raw
        .char_indices()
        .zip(raw.chars().skip(1))
        .find(|((_, blank), mark)| blank.is_whitespace() && *mark == '#')
        .map_or(raw.len(), |((end, _), _)| end);
    let comment = raw.find(" //").unwrap_or(raw.len());
    let value = raw[..end.min(comment)].trim().trim_end_matches([',', ';', '\\']).trim_end();
    Zeroizing::new(value.trim_end_matches(['"', '\'']).to_owned())
}
