//! How many tests passed and failed, read from what Cargo and Vitest say.

use std::ops::AddAssign;

/// Passed and failed tests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many passed.
    pub passed: u64,
    /// How many failed.
    pub failed: u64,
}

impl Tally {
    /// Reads a line such as `test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; …`.
    pub fn of_cargo_line(line: &str) -> Option<Self> {
        let (_, counts) = line.trim().strip_prefix("test result:")?.split_once(". ")?;
        let count = |what: &str| counts.split(';').find_map(|part| part.trim().strip_suffix(what)?.trim().parse().ok());
        Some(Self { passed: count("passed")?, failed: count("failed")? })
    }

    /// Reads Vitest's JSON report. Its counts stand at the top level, before any test's own text.
    pub fn of_vitest_report(report: &str) -> Option<Self> {
        let count = |name: &str| {
            let (_, after) = report.split_once(&format!("\"{name}\":"))?;
            let after = after.trim_start();
            let end = after.find(|character: char| !character.is_ascii_digit())?;
            after.get(..end)?.parse().ok()
        };
        Some(Self { passed: count("numPassedTests")?, failed: count("numFailedTests")? })
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// The line by which a caller knows how it went.
impl std::fmt::Display for Tally {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_lines_are_read() {
        let line = "test result: FAILED. 31 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.19s";
        assert_eq!(Tally::of_cargo_line(line), Some(Tally { passed: 31, failed: 2 }));
        for other in ["running 3 tests", "test it ... ok", "test result: ok.", ""] {
            assert_eq!(Tally::of_cargo_line(other), None, "{other:?} says nothing about counts");
        }
    }

    #[test]
    fn vitests_report_is_read() {
        let report = r#"{"numTotalTestSuites":4,"numPassedTestSuites":3,"numFailedTestSuites":1,"numTotalTests":9,"numPassedTests": 8,"numFailedTests":1,"testResults":[{"name":"\"numFailedTests\":77"}]}"#;
        assert_eq!(Tally::of_vitest_report(report), Some(Tally { passed: 8, failed: 1 }));
        assert_eq!(Tally::of_vitest_report("{}"), None);
    }

    #[test]
    fn tallies_add_up_to_one_line() {
        let mut all = Tally::default();
        all += Tally { passed: 8, failed: 1 };
        all += Tally { passed: 31, failed: 2 };
        assert_eq!(all.to_string(), "39 passed, 3 failed");
    }
}
