//! A connection that leads to another merchant, by another address or by a key that ends like the old one: noticed, nothing
//! mixed, and the officer is asked.

use crate::lock::open_credentials;
use crate::office::{Office, connect, connection, save_connection, test_connection, wait_until_synced};
use crate::provider::{Merchant, Provider};
use crate::{Outcome, grid};
use stage::{Key, Keyring, Window};

const FORM: &str = "form[data-testid=connection-form]";
const ROTATE: &str = "form[data-testid=rotate-form]";
const DIALOG: &str = "[role=dialog]";

/// The walk ended because nobody of the book was found there, and the book is as it was.
async fn is_noticed(window: &Window, line: &str, customers: usize) -> Outcome {
    window.wait_for_attribute(line, "data-problem", "other_merchant").await?;
    window.wait_for_attribute(line, "data-state", "error").await?;
    grid::wait_for_count(window, customers).await?;
    Ok(())
}

/// Takes the officer's word on the page of synchronising, after a first "no".
async fn say_that_it_is_the_same(window: &Window) -> Outcome {
    window.click("[data-testid=open-sync]").await?;
    window.click("[data-testid=same-merchant]").await?;
    window.click(&format!("{DIALOG} [data-testid=cancel]")).await?;
    window.wait_until_gone(DIALOG).await?;
    window.wait_for("[data-testid=same-merchant]").await?;
    window.click("[data-testid=same-merchant]").await?;
    window.click(&format!("{DIALOG} [data-testid=confirm]")).await?;
    window.wait_until_gone(DIALOG).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn another_address_that_leads_to_another_merchant_is_asked_about() -> Outcome {
    let office = Office::new(Keyring::Unlocked).await?;
    let before = Provider::loveandpay(&office.stage, 80, &[]).await?;
    let merchant = Merchant { customers: 60, seed: 8, key_tail: None };
    let after = Provider::of_merchant(&office.stage, merchant).await?;
    let line = connection(&before);
    let window = office.open_app().await?;
    connect(&window, &before).await?;
    wait_until_synced(&window, &before, 80).await?;

    let edit = async |to: &Provider| -> Outcome {
        open_credentials(&window).await?;
        window.click("[data-testid=credential] [data-testid=edit]").await?;
        for (name, text) in [("base_url", &to.base_url), ("api_key", &to.api_key), ("api_secret", &to.api_secret)] {
            window.fill(&format!("{FORM} [name={name}]"), text).await?;
        }
        assert_eq!(test_connection(&window).await?, None, "the address and the keys are good in themselves");
        save_connection(&window).await?;
        window.press_keys(&[], char::from(Key::Escape)).await?;
        window.wait_until_gone("[data-testid=credentials]").await?;
        Ok(())
    };
    edit(&after).await?;
    is_noticed(&window, &line, 80).await?;
    // The advice is followed: back to the former address, and all is well again.
    edit(&before).await?;
    wait_until_synced(&window, &before, 80).await?;
    grid::wait_for_count(&window, 80).await?;

    edit(&after).await?;
    is_noticed(&window, &line, 80).await?;
    say_that_it_is_the_same(&window).await?;
    wait_until_synced(&window, &after, 60).await?;
    // Whom one complete walk did not see is still listed; nobody is deleted.
    window.press_keys(&[], char::from(Key::Escape)).await?;
    grid::wait_for_count(&window, 140).await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn another_merchants_key_that_ends_like_the_old_one_is_asked_about() -> Outcome {
    let office = Office::new(Keyring::Unlocked).await?;
    let merchant = |seed| Merchant { customers: 70, seed, key_tail: Some("c0de") };
    let before = Provider::of_merchant(&office.stage, merchant(7)).await?;
    let line = connection(&before);
    let window = office.open_app().await?;
    connect(&window, &before).await?;
    wait_until_synced(&window, &before, 70).await?;

    // At the same address there is only the key to tell the one merchant from the other.
    let after = before.taken_over_by(&office.stage, merchant(8)).await?;
    assert!(after.api_key.ends_with("c0de"), "the keys end alike");
    open_credentials(&window).await?;
    window.click("[data-testid=credential] [data-testid=rotate]").await?;
    window.fill(&format!("{ROTATE} [name=api_key]"), &after.api_key).await?;
    window.fill(&format!("{ROTATE} [name=api_secret]"), &after.api_secret).await?;
    window.click(&format!("{DIALOG} [data-testid=confirm]")).await?;
    window.wait_until_gone(DIALOG).await?;
    window.press_keys(&[], char::from(Key::Escape)).await?;
    window.wait_until_gone("[data-testid=credentials]").await?;
    is_noticed(&window, &line, 70).await?;
    assert_eq!(window.close().await?, 0, "a normal close");

    // It is still not settled at the next start.
    let window = office.open_app().await?;
    is_noticed(&window, &line, 70).await?;
    say_that_it_is_the_same(&window).await?;
    wait_until_synced(&window, &after, 70).await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}
