//! A window with an empty page, made by the same toolkit and built in the same way as the app: what every start of a Tauri
//! window costs, and how smoothly this display scrolls a page on which there is nothing. `cargo xtask bench window` compares the
//! app with it; it is no part of the product.

use tauri::utils::config::AppDirectoriesOverride;
use tauri::{WebviewUrl, WebviewWindowBuilder};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args_os().nth(1).ok_or("Usage: empty_window FOLDER")?;
    let mut context = tauri::generate_context!();
    context.config_mut().app.app_directories_override = Some(AppDirectoriesOverride::Root(folder.into()));
    let app = tauri::Builder::default()
        .setup(|app| {
            let page = WebviewUrl::App("index.html".into());
            WebviewWindowBuilder::new(app, "empty", page).title("Empty").inner_size(1440.0, 860.0).build()?;
            Ok(())
        })
        .build(context)?;
    app.run(|_, _| ());
    Ok(())
}
