//! Going through the window without a mouse.

use stage::{Fault, Key, Window};

/// Moves the focus by Tab until it is on an element, as somebody without a mouse does.
pub async fn tab_to(window: &Window, css: &str) -> Result<(), Fault> {
    go_to(window, &[], css).await
}

/// The same backwards, by Shift and Tab.
pub async fn tab_back_to(window: &Window, css: &str) -> Result<(), Fault> {
    go_to(window, &[Key::Shift], css).await
}

async fn go_to(window: &Window, held: &[Key], css: &str) -> Result<(), Fault> {
    for _ in 0..60 {
        if has_focus(window, css).await? {
            return Ok(());
        }
        window.press_keys(held, char::from(Key::Tab)).await?;
    }
    let focused: String = window.run("return document.activeElement?.outerHTML ?? 'nothing'", vec![]).await?;
    Err(Fault::Answer { what: format!("the focus on {css}"), reason: format!("it went round, and is on {focused}") })
}

/// Whether the focus is on such an element.
pub async fn has_focus(window: &Window, css: &str) -> Result<bool, Fault> {
    window.run("return document.activeElement?.matches(arguments[0]) ?? false", vec![css.into()]).await
}

/// Moves the focus with an arrow key until it is on an element.
pub async fn arrow_to(window: &Window, arrow: Key, css: &str) -> Result<(), Fault> {
    for _ in 0..20 {
        if has_focus(window, css).await? {
            return Ok(());
        }
        window.press_keys(&[], char::from(arrow)).await?;
    }
    Err(Fault::Answer { what: format!("the focus on {css}"), reason: "no arrow leads there".to_owned() })
}

/// Types wherever the focus is.
pub async fn type_keys(window: &Window, text: &str) -> Result<(), Fault> {
    for character in text.chars() {
        window.press_keys(&[], character).await?;
    }
    Ok(())
}
