//! Tests of the book as a whole, on real files in temporary folders.

mod backup;
mod compaction;
mod crash;
mod credentials;
mod encryption;
mod findings;
mod groups;
mod ids;
mod landing;
mod model;
mod reading;
mod set_aside;
mod support;
mod versions;
