//! Prepares what the window's configuration needs, as for any Tauri program.

fn main() {
    tauri_build::build();
}
