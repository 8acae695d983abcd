//! Status codes of Apple's Security framework (SecBase.h), apart from the calls so that they are tested on every
//! system.

use kyc::Trouble;

/// What a status means; `None` when it says nothing that a person could act on.
pub(super) fn trouble_of_status(status: i32) -> Option<Trouble> {
    Some(match status {
        // errSecInteractionNotAllowed: the keychain is locked and no dialog may be shown.
        -25308 => Trouble::KeyringLocked,
        // errSecNotAvailable, errSecNoSuchKeychain, errSecInvalidKeychain, errSecNoDefaultKeychain.
        -25291 | -25294 | -25295 | -25307 => Trouble::KeyringMissing,
        // userCanceledErr, errSecAuthFailed, errSecReadOnly, errSecInvalidOwnerEdit, wrPermErr.
        -128 | -25293 | -25292 | -25244 | -61 => Trouble::KeyringDenied,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dialog_that_was_cancelled_is_a_refusal_and_a_closed_keychain_is_locked() {
        assert_eq!(trouble_of_status(-128), Some(Trouble::KeyringDenied));
        assert_eq!(trouble_of_status(-25308), Some(Trouble::KeyringLocked));
        assert_eq!(trouble_of_status(-25294), Some(Trouble::KeyringMissing));
        assert_eq!(trouble_of_status(0), None);
    }
}
