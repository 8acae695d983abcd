//! The window: made hidden, shown once its first screen is drawn, and kept on the app's own pages.

use crate::ipc::Theme;
use std::time::Duration;
use tauri::utils::config::Color;
use tauri::{App, AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

/// The label by which the capability file and the events know the window.
pub const LABEL: &str = "main";

/// After this time the window is shown even if its page has not said that it is drawn: a blank window that can be closed
/// is better than none.
const LONGEST_HIDDEN: Duration = Duration::from_secs(3);

/// Background before the page is drawn, the same as the page's own, so that nothing flashes.
const LIGHT: Color = Color(0xf6, 0xf7, 0xf9, 0xff);
const DARK: Color = Color(0x0f, 0x12, 0x16, 0xff);

/// Makes the window.
///
/// # Errors
/// What the windowing system met.
pub fn create(app: &App, theme: Theme) -> tauri::Result<()> {
    let dark = theme == Theme::Dark;
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
        .title("Vouch")
        .inner_size(1440.0, 860.0)
        .min_inner_size(900.0, 600.0)
        .visible(false)
        .theme(native_theme(theme))
        .background_color(if dark { DARK } else { LIGHT })
        // WebView2 would keep what is typed into fields in its own folder, in clear, to suggest it again.
        .general_autofill_enabled(false)
        // Data from providers is shown as text and never as a link; no page but the app's own has any business here.
        .on_navigation(|url| is_own_page(url, tauri::is_dev()))
        .build()?;
    without_browser_keys(&window)?;
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(LONGEST_HIDDEN).await;
        show(&window);
    });
    Ok(())
}

/// WebView2 has a browser's keys, which would reload the page (F5), print it or search in it: what is drawn of a million rows
/// is a screenful. Copying and pasting are no browser's keys and stay. The other webviews have none of them.
#[cfg(windows)]
#[expect(unsafe_code, reason = "WebView2 has no safe interface; why each call is sound is told beside it")]
fn without_browser_keys(window: &WebviewWindow) -> tauri::Result<()> {
    use webview2_com::Microsoft::Web::WebView2::Win32::ICoreWebView2Settings3;
    use windows_core::Interface;
    window.with_webview(|webview| {
        // SAFETY: Tauri calls this on the thread that made the webview, as WebView2 demands, and while the webview is there.
        let off = unsafe {
            let settings = webview.controller().CoreWebView2().and_then(|webview| webview.Settings());
            settings.and_then(|settings| {
                settings.cast::<ICoreWebView2Settings3>()?.SetAreBrowserAcceleratorKeysEnabled(false)
            })
        };
        if let Err(error) = off {
            tracing::warn!(%error, "the browser's keys cannot be switched off");
        }
    })
}

#[cfg(not(windows))]
fn without_browser_keys(_window: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

/// Whether an address is the app's own: the embedded pages, or while developing those that Vite serves on this computer.
fn is_own_page(url: &Url, developing: bool) -> bool {
    let embedded = url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost");
    embedded || (developing && url.host_str() == Some("127.0.0.1"))
}

/// Shows the window and gives it the keyboard, unless it is shown already.
pub fn show(window: &WebviewWindow) {
    if !window.is_visible().unwrap_or(false)
        && let Err(error) = window.show().and_then(|()| window.set_focus())
    {
        tracing::warn!(%error, "the window cannot be shown");
    }
}

/// Brings the window to the front, for a second start of the same profile.
pub fn bring_to_front(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else { return };
    if let Err(error) = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus()) {
        tracing::warn!(%error, "the window cannot be brought to the front");
    }
}

/// Gives the window's frame the person's colours.
pub fn follow_theme(window: &WebviewWindow, theme: Theme) {
    if let Err(error) = window.set_theme(native_theme(theme)) {
        tracing::warn!(%error, "the window's theme cannot be set");
    }
}

fn native_theme(theme: Theme) -> Option<tauri::Theme> {
    match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_page_but_the_apps_own_is_opened() {
        let own = |text: &str, developing| is_own_page(&text.parse().unwrap(), developing);
        assert!(own("tauri://localhost/index.html", false));
        assert!(own("http://tauri.localhost/", false), "Windows");
        assert!(own("http://127.0.0.1:1420/", true));
        for other in ["http://127.0.0.1:1420/", "https://example.com/", "file:///etc/passwd", "javascript:alert(1)"] {
            assert!(!own(other, false), "{other} is not the app's own");
        }
    }
}
