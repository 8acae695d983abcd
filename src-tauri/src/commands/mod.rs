//! What the window may ask for, one file per area, each command a few lines: take the desk, ask it, turn the answer into
//! what crosses.

pub mod app;
pub mod connections;
pub mod credentials;
pub mod customers;
pub mod demo;
pub mod files;
pub mod protection;
pub mod transfer;
pub mod upkeep;
pub mod views;
