//! Every screen judged by axe in the engine that its users have: names, roles and states, and the contrast of what is painted,
//! in both themes.

use crate::keyboard::type_keys;
use crate::lock::{PASSPHRASE, keep_recovery_code, lock, open_credentials, type_new_passphrase, unlock};
use crate::office::{Office, VOUCH, connect, wait_until_synced};
use crate::provider::Provider;
use crate::{Outcome, grid};
use stage::{App, Fault, Key, Keyring, Window};

const SEARCH: &str = "input[data-testid=search]";

/// Judges what is on screen, as a list of rules with the elements that break them.
struct Judge {
    script: String,
    found: Vec<String>,
}

impl Judge {
    fn new() -> Result<Self, std::io::Error> {
        let axe = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/node_modules/axe-core/axe.min.js");
        // The source is run once in a page; it leaves `axe` behind.
        let script = std::fs::read_to_string(axe)?;
        Ok(Self { script, found: Vec::new() })
    }

    /// Notes what is wrong with the screen in each theme.
    async fn look(&mut self, window: &Window, screen: &str) -> Result<(), Fault> {
        // What is set in motion by another theme is brought to its end at once: behind a closed fold it would never get there.
        const RUN: &str = "document.documentElement.dataset.theme = arguments[0];
            const options = { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } };
            // Names and nesting are the same in the dark; colours are not.
            if (arguments[0] === 'dark') options.runOnly = ['color-contrast'];
            const frame = () => new Promise(requestAnimationFrame);
            const finish = () => document.getAnimations().forEach((one) => Number.isFinite(one.effect?.getComputedTiming().endTime ?? 0) && one.finish());
            const said = ({ any, all, none }) => [...any, ...all, ...none].map(({ message }) => message).join('; ');
            return frame().then(frame).then(finish).then(frame).then(() => axe.run(document, options)).then(({ violations }) =>
                violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)} (${said(node)})`)))";
        let loaded: bool = window.run("return typeof axe !== 'undefined'", vec![]).await?;
        if !loaded {
            window.run::<()>(&self.script, vec![]).await?;
        }
        for theme in ["light", "dark"] {
            let violations: Vec<String> = window.run(RUN, vec![theme.into()]).await?;
            self.found.extend(violations.into_iter().map(|violation| format!("{screen}, {theme}: {violation}")));
        }
        Ok(())
    }

    fn nothing(self) {
        assert!(self.found.is_empty(), "axe finds nothing, but: {:#?}", self.found);
    }
}

async fn palette(window: &Window, command: &str) -> Result<(), Fault> {
    window.press_keys(&[Key::Control, Key::Shift], 'p').await?;
    window.fill("[data-testid=palette-input]", command).await?;
    window.press("[data-testid=palette-input]", Key::Enter).await?;
    window.wait_until_gone("[data-testid=palette]").await
}

/// Leaves a menu or a dialog.
async fn leave(window: &Window, css: &str) -> Result<(), Fault> {
    window.press_keys(&[], char::from(Key::Escape)).await?;
    window.wait_until_gone(css).await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_shut_out_of_the_customers() -> Outcome {
    let office = Office::new(Keyring::Absent).await?;
    let app = App::new(VOUCH).arg("--demo").arg("--customers").arg("150").arg("--lang").arg("en");
    let window = office.stage.launch(app).await?;
    grid::wait_for_count(&window, 300).await?;
    let mut judge = Judge::new()?;
    judge.look(&window, "the grid").await?;

    window.press(SEARCH, Key::Down).await?;
    window.press_keys(&[Key::Shift], char::from(Key::Down)).await?;
    window.wait_for("[data-testid=selection]").await?;
    judge.look(&window, "a selection").await?;
    window.press_keys(&[], char::from(Key::Escape)).await?;
    window.press_keys(&[], char::from(Key::Enter)).await?;
    window.wait_for("[data-testid=history]").await?;
    judge.look(&window, "a customer's card").await?;
    window.resize(900, 600).await?;
    judge.look(&window, "a card over the grid of a small window").await?;
    window.resize(1440, 860).await?;
    window.click("[data-testid=detail-close]").await?;

    window.click("[data-testid=filter-add]").await?;
    window.wait_for("[role=menu]").await?;
    judge.look(&window, "the menu of filters").await?;
    window.click("[role=menu] [data-item=created]").await?;
    window.wait_for("[data-testid=filter-form]").await?;
    judge.look(&window, "a range of days").await?;
    leave(&window, "[data-testid=filter-form]").await?;
    window.click("[data-testid=filter-add]").await?;
    window.click("[role=menu] [data-item=connection]").await?;
    window.wait_for("[role=menuitemradio]").await?;
    judge.look(&window, "the choice of a connection").await?;
    window.press_keys(&[], char::from(Key::Down)).await?;
    window.press_keys(&[], char::from(Key::Enter)).await?;
    window.wait_for("[data-filter=connection]").await?;
    window.click("[data-facet=kyc] [data-value=pending]").await?;
    grid::search(&window, "a").await?;
    judge.look(&window, "chips, a pressed filter and marked text").await?;
    window.click("[data-testid=sort-by]").await?;
    window.wait_for("[role=menu]").await?;
    judge.look(&window, "the menu of the order").await?;
    leave(&window, "[role=menu]").await?;

    window.press_keys(&[Key::Control], 's').await?;
    window.wait_for("[data-testid=view-form]").await?;
    judge.look(&window, "saving a view").await?;
    window.fill("[data-testid=view-form] [name=name]", "Mine").await?;
    window.click("[role=dialog] [data-testid=confirm]").await?;
    window.wait_for_attribute("[data-testid=saved-view]", "aria-current", "page").await?;
    window.click("[aria-label='Actions for the view Mine']").await?;
    window.wait_for("[role=menu]").await?;
    judge.look(&window, "a saved view and its menu").await?;
    window.click("[role=menu] [data-item=share]").await?;
    window.wait_for("[data-testid=view-file-form]").await?;
    judge.look(&window, "sharing a view").await?;
    leave(&window, "[role=dialog]").await?;
    grid::search(&window, "nobody is called so").await?;
    judge.look(&window, "nobody").await?;
    window.fill(SEARCH, "").await?;

    window.click("[data-testid=columns]").await?;
    judge.look(&window, "the choice of columns").await?;
    window.press_keys(&[], char::from(Key::Escape)).await?;
    window.press_keys(&[Key::Control, Key::Shift], 'p').await?;
    window.wait_for("[data-testid=palette]").await?;
    type_keys(&window, "co").await?;
    judge.look(&window, "the palette").await?;
    leave(&window, "[data-testid=palette]").await?;
    palette(&window, "settings").await?;
    window.wait_for("[role=dialog]").await?;
    judge.look(&window, "settings").await?;
    leave(&window, "[role=dialog]").await?;
    palette(&window, "keyboard shortcuts").await?;
    window.wait_for("[role=dialog]").await?;
    judge.look(&window, "the list of keys").await?;
    leave(&window, "[role=dialog]").await?;
    judge.nothing();
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_shut_out_of_connections_and_keys() -> Outcome {
    let office = Office::new(Keyring::Unlocked).await?;
    let provider = Provider::loveandpay(&office.stage, 120, &[]).await?;
    let window = office.open_app().await?;
    let mut judge = Judge::new()?;
    judge.look(&window, "the welcome").await?;
    window.click("[data-testid=welcome-connect]").await?;
    window.wait_for("form[data-testid=connection-form]").await?;
    judge.look(&window, "the connection form").await?;
    window.click("form[data-testid=connection-form] [data-testid=cancel]").await?;
    connect(&window, &provider).await?;
    wait_until_synced(&window, &provider, 120).await?;
    window.click("[data-testid=open-sync]").await?;
    window.wait_for("[data-testid=run]").await?;
    judge.look(&window, "synchronising").await?;
    for opener in ["back-up", "restore"] {
        window.click(&format!("[data-testid={opener}]")).await?;
        window.wait_for("[role=dialog]").await?;
        judge.look(&window, opener).await?;
        leave(&window, "[role=dialog]").await?;
    }
    window.click("[data-testid=open-credentials]").await?;
    window.wait_for("[data-testid=credential]").await?;
    judge.look(&window, "credentials").await?;
    for opener in ["rotate", "remove"] {
        window.click(&format!("[data-testid={opener}]")).await?;
        window.wait_for("[role=dialog]").await?;
        judge.look(&window, opener).await?;
        leave(&window, "[role=dialog]").await?;
    }
    for opener in ["import", "export-connections"] {
        window.click(&format!("[data-testid={opener}]")).await?;
        window.wait_for("[role=dialog]").await?;
        judge.look(&window, opener).await?;
        leave(&window, "[role=dialog]").await?;
    }
    judge.nothing();
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_shut_out_by_the_lock() -> Outcome {
    let office = Office::new(Keyring::Unlocked).await?;
    let provider = Provider::loveandpay(&office.stage, 60, &[]).await?;
    let window = office.open_app().await?;
    connect(&window, &provider).await?;
    wait_until_synced(&window, &provider, 60).await?;
    let mut judge = Judge::new()?;
    open_credentials(&window).await?;
    window.click("[data-testid=set-lock]").await?;
    window.wait_for("[data-testid=passphrase-form]").await?;
    judge.look(&window, "setting the lock").await?;
    type_new_passphrase(&window, "[data-testid=passphrase-form]", PASSPHRASE).await?;
    window.click("[role=dialog] [data-testid=confirm]").await?;
    window.wait_for("[data-testid=recovery-code]").await?;
    judge.look(&window, "the recovery code").await?;
    keep_recovery_code(&window).await?;
    judge.look(&window, "how the keys are protected").await?;

    lock(&window).await?;
    judge.look(&window, "the lock").await?;
    unlock(&window, "not this one at all").await?;
    window.wait_for("[data-testid=lock-screen] [role=alert][data-problem=passphrase_wrong]").await?;
    judge.look(&window, "a wrong passphrase").await?;
    window.resize(900, 600).await?;
    judge.look(&window, "the lock in a small window").await?;
    window.click("[data-testid=forgotten]").await?;
    window.wait_for("[data-testid=recovery-form]").await?;
    judge.look(&window, "a forgotten passphrase").await?;
    judge.nothing();
    assert_eq!(window.close().await?, 0, "a locked app closes too");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_shut_out_where_there_is_no_keyring() -> Outcome {
    let office = Office::new(Keyring::Absent).await?;
    let window = office.open_app().await?;
    window.wait_for("[role=alert][data-problem=keyring_missing]").await?;
    let mut judge = Judge::new()?;
    judge.look(&window, "a problem that keeps the desk closed").await?;
    window.click("[data-testid=use-vault]").await?;
    window.wait_for("[data-testid=make-vault]").await?;
    judge.look(&window, "making a vault").await?;
    judge.nothing();
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}
