//! The words after the command.

use crate::Failure;

/// The options that have not been asked for yet.
#[derive(Debug)]
pub struct Options(Vec<String>);

impl Options {
    /// Takes the words as they were typed.
    pub fn new(words: impl Iterator<Item = String>) -> Self {
        Self(words.collect())
    }

    /// Whether a flag was given.
    pub fn flag(&mut self, name: &str) -> bool {
        match self.0.iter().position(|word| word == name) {
            Some(position) => {
                self.0.remove(position);
                true
            }
            None => false,
        }
    }

    /// The number after `name` or `name=`.
    pub fn number(&mut self, name: &str) -> Result<Option<u64>, Failure> {
        let Some(position) = self.0.iter().position(|word| word.split('=').next() == Some(name)) else {
            return Ok(None);
        };
        let word = self.0.remove(position);
        let value = match word.split_once('=') {
            Some((_, value)) => value.to_owned(),
            None if position < self.0.len() => self.0.remove(position),
            None => return Err(format!("{name} needs a number")),
        };
        value.parse().map(Some).map_err(|_| format!("{name} needs a number, not `{value}`"))
    }

    /// The first word that is no option.
    pub fn word(&mut self) -> Option<String> {
        let position = self.0.iter().position(|word| !word.starts_with('-'))?;
        Some(self.0.remove(position))
    }

    /// Fails when something is left that nobody asked for.
    pub fn finish(self) -> Result<(), Failure> {
        match self.0.first() {
            Some(word) => Err(format!("`{word}` is not understood\n\n{}", crate::USAGE)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(line: &str) -> Options {
        Options::new(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn numbers_stand_after_a_blank_or_an_equals_sign() {
        let mut given = options("--customers 50 --release --seed=7");
        assert_eq!(given.number("--seed"), Ok(Some(7)));
        assert_eq!(given.number("--customers"), Ok(Some(50)));
        assert_eq!(given.number("--customers"), Ok(None));
        assert!(given.flag("--release"));
        assert!(!given.flag("--release"));
        assert_eq!(given.finish(), Ok(()));
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(options("--seed").number("--seed").is_err());
        assert!(options("--seed many").number("--seed").is_err());
        assert!(options("--relase").finish().is_err());
    }
}
