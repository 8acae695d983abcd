//! Numbers, and the table that they are printed in.

use std::fmt::Write as _;

/// Some measured numbers.
#[derive(Debug, Clone, Default)]
pub struct Figures(Vec<f64>);

impl Figures {
    pub fn new(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self(values)
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The value that this part of them does not exceed; zero of none.
    pub fn at(&self, part: f64) -> f64 {
        let last = self.0.len().saturating_sub(1);
        let place = ((self.0.len() as f64 * part).ceil() as usize).saturating_sub(1).min(last);
        self.0.get(place).copied().unwrap_or_default()
    }

    pub fn middle(&self) -> f64 {
        self.at(0.5)
    }

    pub fn worst(&self) -> f64 {
        self.at(1.0)
    }

    pub fn over(&self, limit: f64) -> usize {
        self.0.iter().filter(|value| **value > limit).count()
    }
}

/// What is printed at the end: a table for the documentation.
#[derive(Debug, Default)]
pub struct Report {
    text: String,
}

impl Report {
    pub fn heading(&mut self, title: &str, columns: &[&str]) {
        let _infallible = write!(self.text, "\n{title}\n\n| |");
        for column in columns {
            let _infallible = write!(self.text, " {column} |");
        }
        let _infallible = writeln!(self.text, "\n| --- |{}", " ---: |".repeat(columns.len()));
    }

    pub fn row(&mut self, what: &str, values: &[String]) {
        let _infallible = writeln!(self.text, "| {what} | {} |", values.join(" | "));
    }

    pub fn line(&mut self, text: &str) {
        let _infallible = writeln!(self.text, "{text}");
    }

    /// Says whether a goal is met.
    pub fn goal(&mut self, what: &str, measured: f64, at_most: f64, unit: &str) {
        let verdict = if measured <= at_most { "met" } else { "MISSED" };
        self.line(&format!("goal: {what} at most {at_most}{unit}: {verdict}, {measured:.2}{unit}"));
    }

    pub fn text(&self) -> &str {
        &self.text
    }
}
