//! What people paste.

use super::*;
use proptest::prelude::*;
use secrecy::ExposeSecret;

fn recognisers() -> Vec<Recogniser<'static>> {
    vec![
        Recogniser {
            provider: ProviderId::new("loveandpay"),
            names: &["loveandpay", "Love&Pay", "lovepay", "lnp"],
            key_prefix: Some("pk_"),
            secret_prefix: Some("sk_"),
        },
        Recogniser {
            provider: ProviderId::new("cryptopocket"),
            names: &["cryptopocket", "crypto pocket"],
            key_prefix: None,
            secret_prefix: None,
        },
    ]
}

/// What was found, one line for each connection; only tests may write it out.
fn told(text: &str) -> Vec<String> {
    let secret =
        |secret: &Option<SecretString>| secret.as_ref().map_or("-".to_owned(), |it| it.expose_secret().to_owned());
    read(text, &recognisers())
        .iter()
        .map(|found| {
            format!(
                "{} {} {} {} {}",
                found.provider.as_ref().map_or("-", |provider| provider.as_str()),
                found.environment.map_or("-", Environment::name),
                secret(&found.api_key),
                secret(&found.api_secret),
                found.base_url.as_deref().unwrap_or("-"),
            )
        })
        .collect()
}

#[test]
fn an_env_file() {
    let text = "\u{feff}# Love&Pay\r\nLOVEANDPAY_API_KEY=pk_live_0123456789 # the public one\r\nLOVEANDPAY_API_SECRET=\"sk_live_abc#def\"\r\n\
                export LOVEANDPAY_BASE_URL='https://api.prod.loveandpay.io/api/v2/'\r\n\r\nDATABASE_URL=postgres://localhost\r\n\
                LNP_WEBHOOK_SECRET=whsec_not_this_one\r\nCRYPTOPOCKET_API_KEY=abcdef123456\r\nCRYPTOPOCKET_API_SECRET='s3cr3t value'\r\n";
    assert_eq!(
        told(text),
        [
            "loveandpay live pk_live_0123456789 sk_live_abc#def https://api.prod.loveandpay.io/api/v2",
            "cryptopocket - abcdef123456 - -",
        ],
        "a secret with a blank in it is none"
    );
}

#[test]
fn shells_containers_and_programs() {
    for text in [
        "export LNP_PUBLIC_KEY=pk_test_1234567\nexport LNP_SECRET_KEY=sk_test_1234567",
        "set LNP_PUBLIC_KEY=pk_test_1234567\r\nset LNP_SECRET_KEY=sk_test_1234567",
        "setx LNP_PUBLIC_KEY \"pk_test_1234567\"\nsetx LNP_SECRET_KEY \"sk_test_1234567\"",
        "$env:LNP_PUBLIC_KEY = \"pk_test_1234567\"\n$env:LNP_SECRET_KEY = 'sk_test_1234567'",
        "ENV LNP_PUBLIC_KEY pk_test_1234567\nENV LNP_SECRET_KEY=sk_test_1234567",
        "  -e LNP_PUBLIC_KEY=pk_test_1234567 \\\n  -e LNP_SECRET_KEY=sk_test_1234567 \\",
        "const lnpPublicKey = 'pk_test_1234567';\nconst lnpSecretKey = `sk_test_1234567`;",
        "LNP_PUBLIC_KEY: pk_test_1234567,\rLNP_SECRET_KEY => 'sk_test_1234567',",
        "\"lnp_public_key\": \"pk_test_1234567\",\n\"lnp_secret_key\": \"sk_test_1234567\"",
        "pk_test_1234567\nsk_test_1234567",
        "API key\npk_test_1234567\n\nAPI secret\nsk_test_1234567",
        "Публичный ключ\tpk_test_1234567\nСекретный ключ\tsk_test_1234567",
        // In the wrong fields.
        "api_key=sk_test_1234567\napi_secret=pk_test_1234567",
        // Twice the same.
        "LNP_KEY=pk_test_1234567\nLNP_SECRET=sk_test_1234567\nLNP_KEY=pk_test_1234567",
    ] {
        assert_eq!(told(text), ["loveandpay sandbox pk_test_1234567 sk_test_1234567 -"], "{text}");
    }
}

#[test]
fn http_headers_and_commands() {
    let headers = "GET /api/v2/customers HTTP/1.1\nHost: api.prod.loveandpay.io\nX-API-KEY: pk_live_1234567\nX-TIMESTAMP: 1706012345678\n\
                   X-SIGNATURE: 0f0f0f0f0f0f";
    assert_eq!(told(headers), ["loveandpay live pk_live_1234567 - -"]);
    let command = "curl -H 'X-API-KEY: pk_live_1234567' -H \"X-API-SECRET: sk_live_1234567\" \\\n  https://api.prod.loveandpay.io/api/v2?x=1";
    assert_eq!(
        told(command),
        ["loveandpay live pk_live_1234567 sk_live_1234567 https://api.prod.loveandpay.io/api/v2"]
    );
}

#[test]
fn json() {
    for text in [
        r#"{"loveandpay":{"api_key":"pk_live_1234567","api_secret":"sk_live_1234567","base_url":"https://a.example.com/v2"}}"#,
        "{\n  // the live one\n  loveAndPay: { apiKey: 'pk_live_1234567', apiSecret: 'sk_live_1234567' },\n  baseUrl: 'https://a.example.com/v2',\n}",
        r#"{"provider":"Love&Pay","credentials":{"apiKey":"pk_live_1234567","apiSecret":"sk_live_1234567"},"endpoint":"https://a.example.com/v2"}"#,
        r#"[{"name":"LNP_API_KEY","value":"pk_live_1234567"},{"name":"LNP_API_SECRET","value":"sk_live_1234567"},{"name":"LNP_URL","value":"https://a.example.com/v2"}]"#,
        r#"{"header":[{"key":"X-API-KEY","value":"pk_live_1234567"},{"key":"X-API-SECRET","value":"sk_live\u005f1234567"}],"url":"https:\/\/a.example.com\/v2"}"#,
    ] {
        assert_eq!(told(text), ["loveandpay live pk_live_1234567 sk_live_1234567 https://a.example.com/v2"], "{text}");
    }
}

#[test]
fn several_connections_in_one_paste() {
    let list = r#"[
        {"provider": "cryptopocket", "environment": "sandbox", "api_key": "first-key", "api_secret": "first-secret"},
        {"provider": "cryptopocket", "environment": "live", "api_key": "second-key", "api_secret": "second-secret"},
        {"provider": "loveandpay", "api_key": "pk_live_1234567", "api_secret": "sk_live_1234567"}
    ]"#;
    let both = ["cryptopocket sandbox first-key first-secret -", "cryptopocket live second-key second-secret -"];
    assert_eq!(told(list)[..2], both);
    assert_eq!(told(list)[2], "loveandpay live pk_live_1234567 sk_live_1234567 -");

    let mixed = "CRYPTOPOCKET_SANDBOX_KEY=first-key\nCRYPTOPOCKET_LIVE_KEY=second-key\n\
                 CRYPTOPOCKET_SANDBOX_SECRET=first-secret\nCRYPTOPOCKET_LIVE_SECRET=second-secret";
    assert_eq!(told(mixed), both);

    let paragraphs = "# Spain\nCRYPTOPOCKET_KEY=first-key\nCRYPTOPOCKET_SECRET=first-secret\n\n# Mexico\nCRYPTOPOCKET_KEY=second-key\n\
                      CRYPTOPOCKET_SECRET=second-secret";
    assert_eq!(
        told(paragraphs),
        ["cryptopocket - first-key first-secret -", "cryptopocket - second-key second-secret -"]
    );

    let incomplete = "CRYPTOPOCKET_KEY=first-key\n\nCRYPTOPOCKET_KEY=second-key\nCRYPTOPOCKET_SECRET=second-secret";
    assert_eq!(told(incomplete), ["cryptopocket - first-key - -", "cryptopocket - second-key second-secret -"]);

    let sections = "[cryptopocket sandbox]\napi_key = first-key\napi_secret = first-secret\n\n[cryptopocket live]\napi_key = second-key\n\
                    api_secret = second-secret\n";
    assert_eq!(told(sections), both);

    let yaml = "cryptopocket:\n  sandbox:\n    api_key: first-key\n    api_secret: first-secret\n  live:\n    api_key: \"second-key\"\n\
                \x20   api_secret: second-secret\nlabel: none of it\n";
    assert_eq!(told(yaml), both);

    let yaml_list = "connections:\n  - provider: cryptopocket\n    environment: sandbox\n    api_key: first-key\n    api_secret: first-secret\n\
                     \x20 - provider: cryptopocket\n    environment: live\n    api_key: second-key\n    api_secret: second-secret\n";
    assert_eq!(told(yaml_list), both);

    let manifest = "env:\n  - name: CRYPTOPOCKET_API_KEY\n    value: first-key\n  - name: CRYPTOPOCKET_API_SECRET\n    value: first-secret\n";
    assert_eq!(told(manifest), ["cryptopocket - first-key first-secret -"]);
}

#[test]
fn what_is_no_credential_is_not_taken_for_one() {
    for text in [
        "",
        "Hello, please find the keys in the vault. Kind regards",
        "LOVEANDPAY_API_KEY=\nLOVEANDPAY_API_SECRET=",
        "LOVEANDPAY_API_KEY=<your key>\nLOVEANDPAY_API_SECRET=$SECRET",
        "LOVEANDPAY_API_KEY=xxxxxxxxxxxx\nLOVEANDPAY_API_SECRET=changeme",
        "#LOVEANDPAY_API_KEY=pk_live_1234567",
        "LOVEANDPAY_BASE_URL=https://api.prod.loveandpay.io/api/v2",
        "{\"loveandpay\": null}",
    ] {
        assert_eq!(told(text), [""; 0], "{text}");
    }
    assert_eq!(
        told("lnp_key=pk_live_1234567\nlnp_url=https://me:password@loveandpay.io"),
        ["loveandpay live pk_live_1234567 - -"]
    );
}

#[test]
fn lines_are_counted_and_nothing_is_printed() {
    let found = read("# one\r\n\r\nLNP_KEY=pk_live_visible\r\nLNP_SECRET=sk_live_visible", &recognisers());
    assert_eq!(found[0].line, 3);
    assert!(!format!("{found:?}").contains("visible"));
}

/// A dump of a whole system in one line: found, or given up, in a time that grows with its length only. With anything
/// quadratic in it this test would not end.
#[test]
fn a_very_long_line_is_read_once() {
    let entry = r#"{"name":"other","value":"nothing of interest"},"#;
    let mut text = format!("[{}", entry.repeat(5_000));
    text.push_str(r#"{"name":"LNP_API_KEY","value":"pk_live_1234567"}]"#);
    assert_eq!(told(&text), ["loveandpay live pk_live_1234567 - -"]);
    assert_eq!(told(&format!("{}{}", "{\"a\":".repeat(30_000), "\"".repeat(30_000))), [""; 0]);
    assert_eq!(told(&"- a:\n  b: [".repeat(15_000)), [""; 0]);
}

/// Pieces of which pastes are made, and pastes that nobody should make.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "LNP_API_KEY",
        "api_secret",
        "pk_live_1234567",
        "sk_",
        "=",
        ":",
        "\n",
        "\r\n",
        " ",
        "\t",
        "\"",
        "'",
        "`",
        "\\",
        "\\u",
        "{",
        "}",
        "[",
        "]",
        ",",
        "- ",
        "#",
        "//",
        "/*",
        "*/",
        "https://",
        "export ",
        "-H ",
        "name",
        "value",
        "ключ",
        "\u{feff}",
        "$env:",
        "---",
        "é",
    ]);
    prop::collection::vec(prop_oneof![piece.prop_map(str::to_owned), ".{0,5}"], 0..60)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn nothing_pasted_makes_it_panic_and_all_that_is_found_was_there(text in pieces()) {
        for found in read(&text, &recognisers()) {
            prop_assert!(found.api_key.is_some() || found.api_secret.is_some());
            prop_assert!((1..=text.matches('\n').count() + 1).contains(&found.line));
            if !text.contains('\\') {
                for secret in found.api_key.iter().chain(&found.api_secret) {
                    prop_assert!(text.contains(secret.expose_secret()));
                }
            }
        }
    }

    #[test]
    fn a_key_and_a_secret_are_found_in_every_form(
        key in "[A-Za-z0-9_-]{8,40}", secret in "[A-Za-z0-9+/_.-]{8,40}", form in 0..6_usize
    ) {
        let plausible = |value: &str| !value.chars().all(|c| matches!(c, 'x' | 'X' | '.')) && !value.contains("//");
        let prefixed = |value: &str| value.starts_with("pk_") || value.starts_with("sk_");
        prop_assume!(plausible(&key) && plausible(&secret) && !prefixed(&key) && !prefixed(&secret));
        let text = match form {
            0 => format!("CRYPTOPOCKET_API_KEY={key}\nCRYPTOPOCKET_API_SECRET={secret}\n"),
            1 => format!("{{\"cryptopocket\":{{\"api_key\":\"{key}\",\"api_secret\":\"{secret}\"}}}}"),
            2 => format!("cryptopocket:\n  api_key: {key}\n  api_secret: {secret}\n"),
            3 => format!("[cryptopocket]\r\napi_key = \"{key}\"\r\napi_secret = '{secret}' # live\r\n"),
            4 => format!("X-CryptoPocket-Key: {key}\nX-CryptoPocket-Secret: {secret}"),
            _ => format!("export cryptopocketApiSecret=\"{secret}\"\nexport cryptopocketApiKey=\"{key}\""),
        };
        let found = read(&text, &recognisers());
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(found[0].provider.as_ref().map(ProviderId::as_str), Some("cryptopocket"));
        prop_assert_eq!(found[0].api_key.as_ref().map(|it| it.expose_secret().to_owned()), Some(key));
        prop_assert_eq!(found[0].api_secret.as_ref().map(|it| it.expose_secret().to_owned()), Some(secret));
    }
}
