//! Files and folders of a profile, as each system has them: made for their owner alone, named and removed in one step, and
//! brought to the disk.
//!
//! What differs between systems is here, so that nobody else has to ask which system it is: permissions are modes on Unix
//! and access lists on Windows; a folder can be brought to the disk on Unix only; and on Windows a file that another program
//! looks into for a moment, such as a virus scanner, can be neither renamed nor removed until it has looked.
//!
//! What the files mean, and what an error means for a person, is the business of whoever keeps them. Everything here blocks.

#[cfg(windows)]
mod access_list;
mod folder;
mod name;

pub use folder::{make_folder, sync_folder_of};
pub use name::{create, publish, remove, remove_folder, rename, rename_if_there, with_suffix};
