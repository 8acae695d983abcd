//! Gives each of the shell's own commands a permission, so that a window may call only what its capability file lists.

include!("src/command_names.rs");

fn main() {
    // With a pattern of our own tauri-build does not watch the capability files itself.
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    println!("cargo:rerun-if-changed=src-tauri/src/command_names.rs");
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("src-tauri/capabilities/**/*")
        .app_manifest(tauri_build::AppManifest::new().commands(COMMAND_NAMES));
    if let Err(error) = tauri_build::try_build(attributes) {
        // What Cargo shows as an error of the build, and the way to fail one.
        println!("cargo::error=the desktop package cannot be prepared: {error:#}");
    }
}
