//! Where secrets are, what stands before them, and that moving them never leaves none or two. Over a keyring in memory
//! that refuses on demand; the real ones are in the crate's `tests/`.

mod moves;
mod opening;
mod places;
mod profile;
