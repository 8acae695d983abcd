//! Windows: a folder with an access list of its own, which names its owner, the system and the administrators, takes nothing
//! from the folder above, and is passed on to everything below.
//!
//! Below the account's own folders this changes nothing; elsewhere, on a second disk say, folders are everybody's by default.

#![allow(unsafe_code, reason = "access lists have no safe interface; why each call is sound is told beside it")]

use std::ffi::c_void;
use std::io::{self, ErrorKind};
use std::os::windows::ffi::OsStrExt;
use std::path::Path;
use std::ptr::null_mut;
use windows_sys::Win32::Foundation::{CloseHandle, HANDLE, LocalFree};
use windows_sys::Win32::Security::Authorization::{
    ConvertSidToStringSidW, ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1,
};
use windows_sys::Win32::Security::{
    GetTokenInformation, PSECURITY_DESCRIPTOR, SECURITY_ATTRIBUTES, TOKEN_QUERY, TOKEN_USER, TokenUser,
};
use windows_sys::Win32::Storage::FileSystem::CreateDirectoryW;
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};
use windows_sys::core::BOOL;

/// Makes a folder for the account that this process runs as, and those above it that are missing.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent().filter(|above| !above.as_os_str().is_empty()) {
        make_folder(above)?;
    }
    match make_one(folder) {
        // Somebody else was quicker.
        Err(error) if error.kind() == ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        other => other,
    }
}

fn make_one(folder: &Path) -> io::Result<()> {
    // Full access for the account, the system and the administrators, passed on to files and folders below; protected from
    // what the folder above passes on.
    let account = own_account()?;
    let list = Descriptor::parse(&format!("D:P(A;OICI;FA;;;{account})(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"))?;
    let attributes = SECURITY_ATTRIBUTES {
        nLength: size_of::<SECURITY_ATTRIBUTES>() as u32,
        lpSecurityDescriptor: list.0,
        bInheritHandle: 0,
    };
    let path = wide(folder.as_os_str().encode_wide());
    // SAFETY: the path ends with a zero, and both structures live until the call is over.
    done(unsafe { CreateDirectoryW(path.as_ptr(), &attributes) })
}

/// A security descriptor that the system made.
struct Descriptor(PSECURITY_DESCRIPTOR);

impl Descriptor {
    fn parse(text: &str) -> io::Result<Self> {
        let text = wide(text.encode_utf16());
        let mut descriptor = null_mut();
        // SAFETY: the text ends with a zero; the system writes one pointer, to memory that is then ours to free.
        done(unsafe {
            ConvertStringSecurityDescriptorToSecurityDescriptorW(
                text.as_ptr(),
                SDDL_REVISION_1,
                &mut descriptor,
                null_mut(),
            )
        })?;
        Ok(Self(descriptor))
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        // SAFETY: `parse` got it from a call that says to free it like this, and nobody else has it.
        unsafe { LocalFree(self.0) };
    }
}

/// The account that this process runs as, by its identifier (`S-1-5-21-…`).
pub(crate) fn own_account() -> io::Result<String> {
    let mut token: HANDLE = null_mut();
    // SAFETY: the system writes one handle, which is closed below and used by nobody else.
    done(unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &mut token) })?;
    // A `TOKEN_USER` and the longest identifier behind it take 84 bytes; of this type, so that both are aligned.
    let mut user = [0_u64; 16];
    let mut length = 0;
    // SAFETY: the buffer is as long as is said, and is read only when the call has filled it.
    let filled = done(unsafe {
        GetTokenInformation(
            token,
            TokenUser,
            user.as_mut_ptr().cast::<c_void>(),
            size_of_val(&user) as u32,
            &mut length,
        )
    });
    // SAFETY: the handle is ours, and this is its last use.
    unsafe { CloseHandle(token) };
    filled?;
    let mut text = null_mut();
    // SAFETY: the buffer begins with a `TOKEN_USER`, whose identifier lies in the same buffer; the system writes one pointer,
    // to a text that ends with a zero and is ours to free.
    unsafe {
        done(ConvertSidToStringSidW((*user.as_ptr().cast::<TOKEN_USER>()).User.Sid, &mut text))?;
        let units = (0..).take_while(|&place| *text.add(place) != 0).count();
        let account = String::from_utf16_lossy(std::slice::from_raw_parts(text, units));
        LocalFree(text.cast());
        Ok(account)
    }
}

/// Text as Windows takes it, with a zero at its end.
fn wide(units: impl Iterator<Item = u16>) -> Vec<u16> {
    units.chain([0]).collect()
}

fn done(outcome: BOOL) -> io::Result<()> {
    if outcome == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use windows_sys::Win32::Security::Authorization::{
        ConvertSecurityDescriptorToStringSecurityDescriptorW, GetNamedSecurityInfoW, SE_FILE_OBJECT,
    };
    use windows_sys::Win32::Security::DACL_SECURITY_INFORMATION;

    /// The access list of a file or folder, in the system's own notation.
    fn list_of(path: &Path) -> String {
        let path = wide(path.as_os_str().encode_wide());
        let (mut descriptor, mut text) = (null_mut(), null_mut());
        // SAFETY: the path ends with a zero; the system writes two pointers, to memory that is ours to free.
        unsafe {
            let none = null_mut;
            let failed = GetNamedSecurityInfoW(
                path.as_ptr(),
                SE_FILE_OBJECT,
                DACL_SECURITY_INFORMATION,
                none(),
                none(),
                null_mut(),
                null_mut(),
                &mut descriptor,
            );
            assert_eq!(failed, 0);
            done(ConvertSecurityDescriptorToStringSecurityDescriptorW(
                descriptor,
                SDDL_REVISION_1,
                DACL_SECURITY_INFORMATION,
                &mut text,
                null_mut(),
            ))
            .unwrap();
            let units = (0..).take_while(|&place| *text.add(place) != 0).count();
            let list = String::from_utf16_lossy(std::slice::from_raw_parts(text, units));
            LocalFree(text.cast());
            LocalFree(descriptor);
            list
        }
    }

    #[test]
    fn a_folder_belongs_to_one_account_and_passes_that_on() {
        let top = tempfile::tempdir().unwrap();
        let folder = top.path().join("one/two");
        make_folder(&folder).unwrap();
        let account = own_account().unwrap();
        assert!(account.starts_with("S-1-"), "{account}");
        let list = list_of(&folder);
        // With the marks by which the system passes it on to what is made inside.
        assert!(list.contains(&format!("(A;OICI;FA;;;{account})")), "{list}");
        // Everybody, all users, authenticated users.
        for group in [";;;WD)", ";;;BU)", ";;;AU)"] {
            assert!(!list.contains(group), "{group} in {list}");
        }
        std::fs::read_dir(&folder).unwrap();
    }
}
