//! The whole product as an officer meets it: the built app in a real window, on a screen, a session bus and a keyring of its
//! own, against both providers' emulators as processes of their own.
//!
//! Nothing is faked and nothing of the product is linked in: only what its interface promises is touched, and what it
//! shows is compared with the emulators' own lists, scanned by code that shares nothing with the product's.
#![cfg(target_os = "linux")]

mod accessibility;
mod backup;
mod bad_input;
mod beginning;
mod book_at_rest;
mod bus;
mod chooser;
mod compaction;
mod credentials;
mod damage;
mod demo;
mod disk;
mod filters;
mod first_day;
mod grid;
mod grid_pattern;
mod keyboard;
mod keyring_trouble;
mod leak;
mod lock;
mod many;
mod memory;
mod merchant;
mod network;
mod office;
mod provider;
mod scan;
mod starts;
mod sync_page;
mod untrue_lists;
mod vault;
mod views;
mod walk;
mod workbench;

/// A failure ends the test with its words; see `stage::Fault`.
type Outcome = Result<(), Box<dyn std::error::Error>>;
