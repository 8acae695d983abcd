//! Carries the desk's news to the window, a few times a second at most.

use crate::events::{ConnectionsChanged, DeskChanged, DirectoryChanged};
use crate::ipc::ConnectionView;
use crate::state::Shell;
use desk::{Desk, News};
use std::time::Duration;
use tauri::{AppHandle, Manager};
use tauri_specta::Event;

/// Shortest time between two events of a kind. A walk lands several pages a second; the eye needs no more than this,
/// and every event costs memory in the webview (tauri issue 12724).
const BETWEEN_EVENTS: Duration = Duration::from_millis(250);

/// Runs for as long as the app does.
pub async fn run(app: AppHandle) {
    let mut desks = app.state::<Shell>().changes();
    loop {
        // Only the desk: whoever held the demo too would keep its folder from being removed.
        let desk = app.state::<Shell>().desk();
        let told = DeskChanged {}.emit(&app);
        if let Err(error) = told {
            tracing::warn!(%error, "the window cannot be told of the desk");
        }
        let ended = match desk {
            Ok(desk) => {
                let news = desk.news();
                tokio::select! {
                    ended = desks.changed() => ended,
                    () = tell_customers(&app, news.clone()) => Ok(()),
                    () = tell_connections(&app, &desk, news) => Ok(()),
                    problem = desk.until_unreadable() => {
                        app.state::<Shell>().close_unreadable(&desk, problem).await;
                        Ok(())
                    }
                }
            }
            Err(_) => desks.changed().await,
        };
        if ended.is_err() {
            return;
        }
    }
}

async fn tell_customers(app: &AppHandle, mut news: News) {
    while news.customers.changed().await.is_ok() {
        let version = *news.customers.borrow_and_update();
        if let Err(error) = (DirectoryChanged { version }).emit(app) {
            tracing::warn!(%error, "the window cannot be told of customers");
        }
        tokio::time::sleep(BETWEEN_EVENTS).await;
    }
    std::future::pending().await
}

async fn tell_connections(app: &AppHandle, desk: &Desk, mut news: News) {
    while news.connections.changed().await.is_ok() {
        news.connections.borrow_and_update();
        let connections = desk.connections().into_iter().map(ConnectionView::from).collect();
        if let Err(error) = (ConnectionsChanged { connections }).emit(app) {
            tracing::warn!(%error, "the window cannot be told of connections");
        }
        tokio::time::sleep(BETWEEN_EVENTS).await;
    }
    std::future::pending().await
}
