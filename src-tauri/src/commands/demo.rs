//! The sample customers.

use crate::demo::SampleProviders;
use crate::ipc::{Problem, Scenario, ScenarioChoice};
use crate::state::{Shell, Slot};
use kyc::{ConnectionId, Trouble};
use std::sync::Arc;
use tauri::State;

/// Sample customers at each provider when the demo is entered from the welcome screen.
const DEMO_CUSTOMERS: usize = 2_000;

/// Opens the sample customers.
#[tauri::command]
#[specta::specta]
pub async fn start_demo(shell: State<'_, Shell>) -> Result<(), Problem> {
    Ok(shell.open_demo(DEMO_CUSTOMERS, 1).await?)
}

/// Leaves the sample customers for the person's own profile.
#[tauri::command]
#[specta::specta]
pub async fn leave_demo(shell: State<'_, Shell>) -> Result<(), Problem> {
    Ok(shell.open_profile().await?)
}

/// What can be made to happen at the sample provider behind a connection.
#[tauri::command]
#[specta::specta]
pub fn scenarios(shell: State<'_, Shell>, connection: String) -> Result<ScenarioChoice, Problem> {
    let (offered, playing) = sample(&shell)?.scenarios(&ConnectionId::new(connection))?;
    Ok(ScenarioChoice {
        offered: offered.into_iter().map(Scenario::from).collect(),
        playing: playing.map(Scenario::from),
    })
}

/// Makes something happen at the sample provider behind a connection, and asks it for its list; `null` makes all well.
#[tauri::command]
#[specta::specta]
pub fn play_scenario(shell: State<'_, Shell>, connection: String, scenario: Option<Scenario>) -> Result<(), Problem> {
    let connection = ConnectionId::new(connection);
    sample(&shell)?.play(&connection, scenario.map(sandbox::Scenario::from))?;
    Ok(shell.desk()?.sync_now(&connection)?)
}

fn sample(shell: &Shell) -> Result<Arc<SampleProviders>, Problem> {
    match shell.now() {
        Slot::Open { demo: Some(sample), .. } => Ok(sample),
        _ => Err(kyc::Problem::from(Trouble::NotFound).into()),
    }
}
