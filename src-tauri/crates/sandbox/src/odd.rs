//! Names that a desk must survive. Which record holds them is each provider's own matter.

/// A name of exactly 10,000 characters.
pub fn long_name() -> String {
    "Анна-Мария де ла Крус и Гарсия ".chars().cycle().take(9_999).chain(['!']).collect()
}

/// A name with markup in it, which nobody may interpret.
pub const MARKUP: &str = "<b onmouseover=\"document.title='x'\">Eve</b><script>document.title='x'</script>";

#[cfg(test)]
mod tests {
    #[test]
    fn the_long_name_is_as_long_as_promised() {
        assert_eq!(super::long_name().chars().count(), 10_000);
    }
}
