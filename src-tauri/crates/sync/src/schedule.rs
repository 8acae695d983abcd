//! When to walk again, as a pure function of how the last walk ended.

use kyc::{Problem, Trouble};
use std::time::Duration;

/// Between two walks that went well. Providers push nothing to a desktop, and Love&Pay's budget of 900 requests an hour
/// covers 90,000 customers; a quarter of an hour leaves most of it to the officer.
const BETWEEN_WALKS: Duration = Duration::from_secs(15 * 60);

/// First pause after the network was gone; doubled each time up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_secs(15);

/// Longest pause after failures.
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);

/// What to do after a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Walk again after this time.
    After(Duration),
    /// Wait until a person asks for it: trying again by itself would only repeat the failure, or lock an account.
    WhenAsked,
}

/// Decides from the problem that ended the walk (`None`: it went well) and how many walks in a row have failed.
pub(crate) fn next(problem: Option<&Problem>, failures: u32) -> Next {
    let Some(problem) = problem else { return Next::After(BETWEEN_WALKS) };
    match problem.trouble {
        Trouble::Offline | Trouble::ProviderDown | Trouble::RateLimited { .. } | Trouble::KeyringSilent => {
            let doublings = failures.saturating_sub(1).min(10);
            Next::After((FIRST_PAUSE * 2_u32.pow(doublings)).min(LONGEST_PAUSE))
        }
        Trouble::BadAnswer { .. }
        | Trouble::Refused
        | Trouble::Disk
        | Trouble::DiskFull
        | Trouble::DiskReadOnly
        | Trouble::Internal => Next::After(LONGEST_PAUSE),
        _ => Next::WhenAsked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_that_pass_by_themselves_are_tried_again_with_growing_pauses() {
        let offline = Problem::from(Trouble::Offline);
        let pauses: Vec<_> = (1..=7).map(|failures| next(Some(&offline), failures)).collect();
        let seconds = [15, 30, 60, 120, 240, 300, 300];
        assert_eq!(pauses, seconds.map(|seconds| Next::After(Duration::from_secs(seconds))));
    }

    #[test]
    fn a_disk_that_takes_nothing_is_tried_again_by_and_by() {
        for trouble in [Trouble::Disk, Trouble::DiskFull, Trouble::DiskReadOnly] {
            assert_eq!(next(Some(&trouble.into()), 1), Next::After(LONGEST_PAUSE));
        }
    }

    #[test]
    fn refused_credentials_are_never_sent_again_by_themselves() {
        for trouble in [Trouble::CredentialsRejected, Trouble::AccountInactive, Trouble::CredentialMissing] {
            assert_eq!(next(Some(&trouble.into()), 1), Next::WhenAsked);
        }
    }

    #[test]
    fn a_good_walk_is_followed_by_another() {
        assert_eq!(next(None, 0), Next::After(BETWEEN_WALKS));
    }

    #[test]
    fn many_failures_do_not_overflow() {
        assert_eq!(next(Some(&Trouble::ProviderDown.into()), u32::MAX), Next::After(LONGEST_PAUSE));
    }
}
