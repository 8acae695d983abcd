//! Text in lines: a name, a sign, a value. With sections, blocks by indentation, and headings above values.

use super::{Assignment, Halves, Scopes, quoted};
use crate::snippet::names;
use zeroize::Zeroizing;

/// Everything that stands in lines.
pub(super) struct Lines<'a> {
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
    pub(super) fn new(take: &'a mut dyn FnMut(Assignment)) -> Self {
        Self { take, scopes: Scopes::new(), paragraph: 0, heading: None, halves: Halves::default(), line: 0 }
    }

    pub(super) fn read(mut self, text: &str) {
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
