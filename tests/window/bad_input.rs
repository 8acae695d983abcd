//! Wrong keys, wrong addresses and ill providers: each ends in a clear message, and what is stored stays.

use crate::office::{
    Entries, Office, connect, connection, fill_form, leave_form, open_form, save_connection, test_connection,
    wait_until_synced,
};
use crate::provider::Provider;
use crate::{Outcome, grid};
use serde_json::json;
use stage::{Keyring, Window};
use std::net::TcpListener;

const STORED: usize = 200;

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_entry_is_told_in_clear_and_loses_nothing() -> Outcome {
    let office = Office::new(Keyring::Unlocked).await?;
    let good = Provider::loveandpay(&office.stage, 200, &[]).await?;
    let window = office.open_app().await?;

    // The form as the first thing of an empty profile, refused, and then mended in place.
    open_form(&window).await?;
    let typed = Entries::for_provider(&good);
    let wrong = Entries { api_secret: "sk_test_00000000000000000000000000000000", ..typed.clone() };
    fill_form(&window, &wrong).await?;
    assert_eq!(test_connection(&window).await?.as_deref(), Some("credentials_rejected"), "a wrong secret");
    fill_form(&window, &typed).await?;
    assert_eq!(test_connection(&window).await?, None, "the same form with the right secret");
    save_connection(&window).await?;
    wait_until_synced(&window, &good, STORED).await?;

    let nobody = format!("http://127.0.0.1:{}/api/v2", closed_port()?);
    let without_scheme = good.base_url.replace("http://", "");
    let misspelt = good.base_url.replace("/api/v2", "/apj/v2");
    let cases = [
        (Entries { api_key: "pk_test_00000000000000000000000000000000", ..typed.clone() }, "credentials_rejected"),
        (Entries { base_url: &nobody, ..typed.clone() }, "offline"),
        (Entries { base_url: &without_scheme, ..typed.clone() }, "bad_address"),
        (Entries { base_url: "http://pay.example.com/api/v2", ..typed.clone() }, "bad_address"),
        (Entries { base_url: "ftp://127.0.0.1/api/v2", ..typed.clone() }, "bad_address"),
        (Entries { base_url: "https://", ..typed.clone() }, "bad_address"),
        (Entries { base_url: "", ..typed.clone() }, "bad_address"),
        (Entries { base_url: &misspelt, ..typed.clone() }, "bad_answer"),
        (Entries { base_url: "https://pay.example.com/api/v2", ..typed.clone() }, "bad_input"), // no limit is for loopback
        (Entries { api_key: "", ..typed.clone() }, "bad_input"),
        (Entries { api_secret: "", ..typed.clone() }, "bad_input"),
    ];
    open_form(&window).await?;
    for (entries, problem) in cases {
        fill_form(&window, &entries).await?;
        let seen = test_connection(&window).await?;
        assert_eq!(seen.as_deref(), Some(problem), "address {:?}, key {:?}", entries.base_url, entries.api_key);
    }
    leave_form(&window).await?;
    nothing_is_lost(&window).await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ill_provider_is_told_in_clear_and_loses_nothing() -> Outcome {
    let office = Office::new(Keyring::Unlocked).await?;
    let good = Provider::loveandpay(&office.stage, 200, &[]).await?;
    let window = office.open_app().await?;
    connect(&window, &good).await?;
    wait_until_synced(&window, &good, STORED).await?;

    let faults = [
        (json!({"kind": "html"}), "bad_answer"),
        (json!({"kind": "not_json"}), "bad_answer"),
        (json!({"kind": "truncated"}), "bad_answer"),
        (json!({"kind": "redirect"}), "bad_answer"),
        (json!({"kind": "status", "status": 500}), "provider_down"),
        (json!({"kind": "refusal", "status": 403, "code": "SOURCE_IP_NOT_ALLOWED", "message": "no"}), "ip_not_allowed"),
        (
            json!({"kind": "refusal", "status": 403, "code": "DOMAIN_NOT_VERIFIED", "message": "no"}),
            "domain_not_verified",
        ),
    ];
    for (fault, problem) in faults {
        good.set_fault(fault.clone()).await?;
        open_form(&window).await?;
        fill_form(&window, &Entries::for_provider(&good)).await?;
        let seen = test_connection(&window).await?;
        assert_eq!(seen.as_deref(), Some(problem), "in the form, with {fault}");
        leave_form(&window).await?;
    }

    // Another clock at the provider is no fault either, as long as its answers prove by how much it differs.
    good.set_fault(json!({"kind": "clock_off", "seconds": 4000})).await?;
    open_form(&window).await?;
    fill_form(&window, &Entries::for_provider(&good)).await?;
    assert_eq!(test_connection(&window).await?, None, "requests follow the provider's clock");
    leave_form(&window).await?;

    // The same in the middle of work, at a connection that is stored.
    good.set_fault(json!({"kind": "html"})).await?;
    let entry = connection(&good);
    window.click(&format!("{entry} [data-testid=sync-now]")).await?;
    window.wait_for_attribute(&entry, "data-state", "error").await?;
    window.wait_for_attribute(&entry, "data-problem", "bad_answer").await?;
    nothing_is_lost(&window).await?;
    good.clear_faults().await?;
    window.click(&format!("{entry} [data-testid=sync-now]")).await?;
    wait_until_synced(&window, &good, STORED).await?;
    nothing_is_lost(&window).await?;

    // A provider without customers is no fault: an empty page, beside what others have.
    let empty = Provider::cryptopocket(&office.stage, 0, &[]).await?;
    connect(&window, &empty).await?;
    wait_until_synced(&window, &empty, 0).await?;
    grid::wait_for_count(&window, STORED).await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

/// The one good connection and all its customers are there.
async fn nothing_is_lost(window: &Window) -> Outcome {
    assert_eq!(window.count("[data-testid=connection]").await?, 1, "nothing half-made was stored");
    grid::wait_for_count(window, STORED).await?;
    Ok(())
}

/// A port on which nobody listens.
fn closed_port() -> std::io::Result<u16> {
    TcpListener::bind(("127.0.0.1", 0))?.local_addr().map(|address| address.port())
}
