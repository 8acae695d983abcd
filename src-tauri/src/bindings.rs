//! The typed commands and events, and the TypeScript that is made from them.
//!
//! `ui/src/lib/backend/bindings.ts` is checked in; a test compares it with what is made here. `cargo xtask bindings`
//! writes it anew.

use crate::commands;
use crate::events::{ConnectionsChanged, DeskChanged, DirectoryChanged, FileDropped, FileOver, LockSoon};
use tauri::Wry;
use tauri_specta::{Builder, collect_commands, collect_events};

/// Commands and events of the shell.
pub fn builder() -> Builder<Wry> {
    Builder::<Wry>::new()
        .commands(collect_commands![
            commands::app::app_state,
            commands::app::window_ready,
            commands::app::retry_open,
            commands::app::save_preferences,
            commands::connections::test_connection,
            commands::connections::save_connection,
            commands::connections::remove_connection,
            commands::connections::connections,
            commands::connections::sync_now,
            commands::connections::stop_sync,
            commands::credentials::credentials,
            commands::credentials::test_credential,
            commands::credentials::rotate_credential,
            commands::credentials::try_next_credential,
            commands::credentials::discard_next_credential,
            commands::credentials::set_connection_enabled,
            commands::customers::search,
            commands::customers::rows,
            commands::customers::view_counts,
            commands::customers::customer,
            commands::customers::rows_as_text,
            commands::customers::select_again,
            commands::views::saved_views,
            commands::views::saved_view_counts,
            commands::views::save_view,
            commands::views::order_views,
            commands::views::remove_view,
            commands::views::share_view,
            commands::views::take_view_in,
            commands::demo::start_demo,
            commands::demo::leave_demo,
            commands::demo::scenarios,
            commands::demo::play_scenario,
            commands::files::suggested_path,
            commands::files::choose_file,
            commands::protection::protection,
            commands::protection::unlock,
            commands::protection::recover,
            commands::protection::lock_now,
            commands::protection::person_active,
            commands::protection::set_lock,
            commands::protection::remove_lock,
            commands::protection::change_passphrase,
            commands::protection::new_recovery_code,
            commands::protection::make_vault,
            commands::protection::move_secrets,
            commands::protection::copy_for_a_minute,
            commands::transfer::export_connections,
            commands::transfer::read_export,
            commands::transfer::read_snippet,
            commands::transfer::import_connections,
            commands::transfer::discard_import,
            commands::upkeep::sync_runs,
            commands::upkeep::found_since,
            commands::upkeep::met_problems,
            commands::upkeep::unreadable_records,
            commands::upkeep::same_merchant,
            commands::upkeep::watch,
            commands::upkeep::network_changed,
            commands::upkeep::book_size,
            commands::upkeep::compact_book,
            commands::upkeep::stop_compacting,
            commands::upkeep::check_book,
            commands::upkeep::back_up,
            commands::upkeep::verify_backup,
            commands::upkeep::restore,
            commands::upkeep::set_book_aside,
        ])
        .events(collect_events![DirectoryChanged, ConnectionsChanged, DeskChanged, LockSoon, FileOver, FileDropped])
        .disable_serde_phases()
}

#[cfg(test)]
mod tests {
    use super::*;
    use specta_typescript::Typescript;

    const CHECKED_IN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/src/lib/backend/bindings.ts");

    /// With `VOUCH_WRITE_BINDINGS` set this writes the file instead; that is how `cargo xtask bindings` does it.
    #[test]
    fn the_checked_in_bindings_are_those_of_the_commands() {
        let folder = tempfile::tempdir().unwrap();
        let made_at = folder.path().join("bindings.ts");
        let header = "// Made from the shell's commands by `cargo xtask bindings`; not edited by hand.";
        builder().export(Typescript::default().header(header), &made_at).unwrap();
        let made = std::fs::read_to_string(made_at).unwrap();
        if std::env::var_os("VOUCH_WRITE_BINDINGS").is_some() {
            std::fs::write(CHECKED_IN, made).unwrap();
            return;
        }
        let checked_in = std::fs::read_to_string(CHECKED_IN).unwrap();
        let first_difference = made.lines().zip(checked_in.lines()).position(|(made, old)| made != old);
        assert!(
            made == checked_in,
            "ui/src/lib/backend/bindings.ts is stale (first difference in line {:?}); run `cargo xtask bindings`",
            first_difference.map(|line| line + 1)
        );
    }
}
