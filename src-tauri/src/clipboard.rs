//! The clipboard, for a secret that a person wants to carry elsewhere: there for a minute and then gone.

use arboard::Clipboard;
use kyc::{Problem, Trouble};
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

/// How long a secret stays.
const STAY: Duration = Duration::from_secs(60);

/// Puts a secret on the clipboard and takes it away after a minute, unless something else is there by then.
///
/// # Errors
/// [`Trouble::Internal`] when the system gives no clipboard.
pub fn copy_for_a_minute(secret: SecretString) -> Result<(), Problem> {
    let mut clipboard = Clipboard::new().map_err(unavailable)?;
    put(&mut clipboard, &secret).map_err(unavailable)?;
    // A thread of its own: under X11 and Wayland whoever holds the clipboard has to stay there to hand it out.
    std::thread::Builder::new()
        .name("clipboard".to_owned())
        .spawn(move || {
            std::thread::sleep(STAY);
            let still_there = clipboard.get_text().is_ok_and(|text| text == secret.expose_secret());
            if still_there && let Err(error) = clipboard.clear() {
                tracing::warn!(%error, "the clipboard cannot be cleared");
            }
        })
        .map_err(|_| Trouble::Internal)?;
    Ok(())
}

/// Without a trace in the clipboard histories of systems that can be asked for that.
fn put(clipboard: &mut Clipboard, secret: &SecretString) -> Result<(), arboard::Error> {
    #[cfg(target_os = "linux")]
    let set = {
        use arboard::SetExtLinux;
        clipboard.set().exclude_from_history()
    };
    #[cfg(target_os = "macos")]
    let set = {
        use arboard::SetExtApple;
        clipboard.set().exclude_from_history()
    };
    #[cfg(windows)]
    let set = {
        use arboard::SetExtWindows;
        clipboard.set().exclude_from_cloud().exclude_from_history()
    };
    set.text(secret.expose_secret())
}

fn unavailable(error: arboard::Error) -> Problem {
    tracing::warn!(%error, "the clipboard cannot be used");
    Trouble::Internal.into()
}
