//! The desktop shell.
/// Runs the app.
pub fn run() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
