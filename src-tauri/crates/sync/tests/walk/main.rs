//! Walks of a scripted list into a real book: nobody is lost while rows move, nothing goes on for ever, a stopped walk goes
//! on where it stopped.
#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]
#![allow(missing_docs, reason = "a test has no interface")]

mod ending;
mod gone;
mod landing;
mod merchant;
mod moving;
mod scripted;
