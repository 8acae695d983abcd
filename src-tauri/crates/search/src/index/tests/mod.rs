//! The index against an independent reading of the same customers, and its single promises by example.

mod examples;
mod oracle;
mod people;
