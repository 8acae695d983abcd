// The names of all commands, in the order of the command files. Shared by the build script (permissions) and the shell;
// a test holds this list, the typed commands and the capability file equal.
/// Every command that the window may call.
pub const COMMAND_NAMES: &[&str] = &[
    "app_state",
    "window_ready",
    "retry_open",
    "save_preferences",
    "test_connection",
    "save_connection",
    "remove_connection",
    "connections",
    "sync_now",
    "stop_sync",
    "search",
    "rows",
    "view_counts",
    "customer",
    "start_demo",
    "leave_demo",
    "scenarios",
    "play_scenario",
];
