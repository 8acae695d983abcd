//! systemd-logind's word that the computer is about to sleep, and the right to finish something before it does
//! (freedesktop.org, inhibitor locks).

use zbus::zvariant::OwnedFd;

#[zbus::proxy(
    interface = "org.freedesktop.login1.Manager",
    default_service = "org.freedesktop.login1",
    default_path = "/org/freedesktop/login1",
    gen_blocking = false
)]
trait Manager {
    fn inhibit(&self, what: &str, who: &str, why: &str, mode: &str) -> zbus::Result<OwnedFd>;

    #[zbus(signal)]
    fn prepare_for_sleep(&self, start: bool) -> zbus::Result<()>;
}

/// Runs until the system's bus is gone; at once over where there is no logind.
pub(super) async fn watch<T: Future<Output = ()>>(asleep: &impl Fn() -> T) {
    if let Err(error) = listen(asleep).await {
        tracing::info!(%error, "logind does not say when the computer goes to sleep");
    }
}

async fn listen<T: Future<Output = ()>>(asleep: &impl Fn() -> T) -> zbus::Result<()> {
    use futures_util::StreamExt;
    let manager = ManagerProxy::new(&zbus::Connection::system().await?).await?;
    let mut signals = manager.receive_prepare_for_sleep().await?;
    loop {
        // As long as this is held, sleep waits for us, a few seconds at most. Not having it is no reason not to listen.
        let holding = manager.inhibit("sleep", "Vouch", "Locking the customers", "delay").await.ok();
        loop {
            let Some(signal) = signals.next().await else { return Ok(()) };
            if signal.args()?.start {
                asleep().await;
                break;
            }
        }
        drop(holding);
    }
}
