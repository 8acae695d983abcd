//! Says why Vouch cannot start, where a person sees it: without a window there is only what the system offers. That is a
//! message box on Windows, where a program with windows has no terminal, and the terminal elsewhere.

use crate::ipc::Language;

/// Why there will be no window.
#[derive(Debug)]
pub enum Obstacle {
    /// The part of Windows that shows pages is not installed.
    #[cfg_attr(
        not(any(windows, test)),
        expect(dead_code, reason = "other systems have theirs, or nothing starts at all")
    )]
    NoWebView,
    /// Anything else, in the words of whoever met it.
    Other(String),
}

/// What shows pages, if it is there to show them.
///
/// # Errors
/// [`Obstacle::NoWebView`].
#[cfg(windows)]
pub fn require_webview() -> Result<(), Obstacle> {
    match tauri::webview_version() {
        Ok(_) => Ok(()),
        Err(error) => {
            tracing::error!(%error, "there is no WebView2");
            Err(Obstacle::NoWebView)
        }
    }
}

/// Elsewhere the program would not have been loaded without it.
///
/// # Errors
/// None.
#[cfg(not(windows))]
pub fn require_webview() -> Result<(), Obstacle> {
    Ok(())
}

/// Tells the person, in the language of this start, else in the system's.
pub fn tell(obstacle: &Obstacle, language: Option<Language>) {
    let text = text(obstacle, language.unwrap_or_else(system_language));
    tell_on_stderr(&text);
    #[cfg(windows)]
    message_box::show(&text);
}

#[expect(clippy::print_stderr, reason = "without a window there is no other place to say why")]
fn tell_on_stderr(text: &str) {
    eprintln!("{text}");
}

fn text(obstacle: &Obstacle, language: Language) -> String {
    match (obstacle, language) {
        (Obstacle::NoWebView, Language::En) => "Vouch cannot start: this computer does not have WebView2, the part of \
             Windows that shows its window.\n\nInstall “Microsoft Edge WebView2 Runtime” from Microsoft's site, or have \
             whoever looks after this computer do it, and start Vouch again. Nothing has been changed or lost."
            .to_owned(),
        (Obstacle::NoWebView, Language::Ru) => "Vouch не может запуститься: на этом компьютере нет WebView2, части \
             Windows, которая показывает его окно.\n\nУстановите «Среда выполнения Microsoft Edge WebView2» с сайта \
             Microsoft или попросите об этом того, кто обслуживает компьютер, и запустите Vouch снова. Ничего не изменено \
             и не потеряно."
            .to_owned(),
        (Obstacle::NoWebView, Language::Es) => "Vouch no puede iniciarse: este equipo no tiene WebView2, la parte de \
             Windows que muestra su ventana.\n\nInstale «Microsoft Edge WebView2 Runtime» desde el sitio de Microsoft, o \
             pídaselo a quien administra el equipo, y vuelva a iniciar Vouch. No se ha cambiado ni perdido nada."
            .to_owned(),
        (Obstacle::Other(why), Language::En) => format!("Vouch cannot start: {why}"),
        (Obstacle::Other(why), Language::Ru) => format!("Vouch не может запуститься: {why}"),
        (Obstacle::Other(why), Language::Es) => format!("Vouch no puede iniciarse: {why}"),
    }
}

#[cfg(windows)]
fn system_language() -> Language {
    message_box::system_language()
}

/// A terminal is read by whoever knows what a terminal is.
#[cfg(not(windows))]
fn system_language() -> Language {
    Language::En
}

#[cfg(windows)]
pub use message_box::use_the_terminal;

/// Nothing to do: standard error leads to the terminal by itself.
#[cfg(not(windows))]
pub fn use_the_terminal() {}

#[cfg(windows)]
mod message_box {
    //! What Windows itself can show.

    #![allow(unsafe_code, reason = "these calls have no safe interface; why each is sound is told beside it")]

    use crate::ipc::Language;
    use windows_sys::Win32::Globalization::GetUserDefaultUILanguage;
    use windows_sys::Win32::System::Console::{ATTACH_PARENT_PROCESS, AttachConsole};
    use windows_sys::Win32::UI::WindowsAndMessaging::{MB_ICONERROR, MB_OK, MB_SETFOREGROUND, MessageBoxW};

    /// Shows a text and waits until it has been read.
    pub(super) fn show(text: &str) {
        let (text, title) = (wide(text), wide("Vouch"));
        // SAFETY: both texts end with a zero and live until the call is over; there is no window that it would belong to.
        unsafe {
            MessageBoxW(std::ptr::null_mut(), text.as_ptr(), title.as_ptr(), MB_OK | MB_ICONERROR | MB_SETFOREGROUND)
        };
    }

    /// The language of Windows' own menus, where it is one of ours. The lower ten bits name it (winnt.h, `LANG_RUSSIAN` and
    /// `LANG_SPANISH`), the others the country.
    pub(super) fn system_language() -> Language {
        // SAFETY: it takes nothing and answers with a number.
        match unsafe { GetUserDefaultUILanguage() } & 0x3ff {
            0x19 => Language::Ru,
            0x0a => Language::Es,
            _ => Language::En,
        }
    }

    /// Has standard output and error lead to the terminal that Vouch was started from: a program with windows has none of
    /// its own, and `--help` would say nothing. Where there is no terminal, nothing happens.
    pub fn use_the_terminal() {
        // SAFETY: it takes a number; at worst it fails.
        unsafe { AttachConsole(ATTACH_PARENT_PROCESS) };
    }

    fn wide(text: &str) -> Vec<u16> {
        text.encode_utf16().chain([0]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_says_what_is_missing_and_why() {
        for language in [Language::En, Language::Ru, Language::Es] {
            let missing = text(&Obstacle::NoWebView, language);
            assert!(missing.contains("WebView2") && missing.contains("Microsoft"), "{missing}");
            assert!(!missing.contains("  "), "broken lines leave no gaps: {missing}");
            let other = text(&Obstacle::Other("the disk is full".to_owned()), language);
            assert!(other.starts_with("Vouch ") && other.ends_with("the disk is full"), "{other}");
        }
    }
}
