//! Bodies that are wrong on purpose: too slow, too long, in another character set, or cut by the network.

use crate::client::{Client, read};
use reqwest::{Method, Request};
use sandbox::Provider;
use serde_json::{Value, json};
use std::io::ErrorKind;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn client_with(fault: Value) -> Client {
    let client = Client::of(Provider::LoveAndPay).await;
    client.set_faults(json!([fault])).await;
    client
}

fn page(client: &Client) -> Request {
    client.signed(Method::GET, "/customers", "", 0).build().unwrap()
}

/// Everything that comes back on a connection of its own, and how the connection ends.
async fn over_tcp(request: &Request) -> (String, std::io::Result<()>) {
    let url = request.url();
    let mut stream = TcpStream::connect((url.host_str().unwrap(), url.port().unwrap())).await.unwrap();
    let mut head = format!("{} {} HTTP/1.1\r\nhost: localhost\r\n", request.method(), url.path());
    for (name, value) in request.headers() {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
    let mut read = Vec::new();
    let end = loop {
        match stream.read_buf(&mut read).await {
            Ok(0) => break Ok(()),
            Ok(_) => {}
            Err(error) => break Err(error),
        }
    };
    (String::from_utf8_lossy(&read).into_owned(), end)
}

fn announced(text: &str) -> usize {
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    length.parse().unwrap()
}

#[tokio::test]
async fn a_reset_is_another_end_than_a_close() {
    let client = client_with(json!({"kind": "reset"})).await;
    let (text, end) = over_tcp(&page(&client)).await;
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n"), "the head arrives: {text:?}");
    assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
    let body = text.split_once("\r\n\r\n").unwrap().1;
    assert!(body.starts_with('{') && body.len() < announced(&text), "and some of the body");

    client.set_faults(json!([{"kind": "truncated"}])).await;
    let (text, end) = over_tcp(&page(&client)).await;
    assert!(end.is_ok(), "closed in the ordinary way: {end:?}");
    assert!(text.split_once("\r\n\r\n").unwrap().1.len() < announced(&text));

    client.set_faults(json!([{"kind": "reset", "times": 1}])).await;
    let response = client.signed(Method::GET, "/customers", "", 0).send().await.unwrap();
    assert!(response.text().await.is_err(), "a client that asks in the ordinary way notices");
    assert_eq!(client.get("/customers").await.rows().len(), 50, "and may ask again");
}

#[tokio::test]
async fn a_trickle_goes_on_until_the_emulator_stops() {
    let client = client_with(json!({"kind": "trickle", "ms": 3_600_000, "bytes": 10, "limit_ms": 3_600_000})).await;
    let mut response = client.signed(Method::GET, "/customers", "", 0).send().await.unwrap();
    let length = response.content_length().unwrap();
    let first = response.chunk().await.unwrap().unwrap();
    assert_eq!(first.len(), 10);
    let rest = tokio::spawn(async move {
        let mut length = 10;
        while let Some(chunk) = response.chunk().await.unwrap() {
            length += chunk.len() as u64;
        }
        length
    });
    assert!(!rest.is_finished());
    let Client { sandbox, .. } = client;
    sandbox.stop().await;
    assert_eq!(rest.await.unwrap(), length);
}

#[tokio::test]
async fn a_trickle_is_the_same_answer_and_ends_at_its_limit() {
    let client = Client::of(Provider::LoveAndPay).await;
    let sound = client.get("/customers").await.rows();
    for fault in [
        json!({"kind": "trickle", "ms": 1, "bytes": 1500}),
        json!({"kind": "trickle", "ms": 3_600_000, "limit_ms": 20}),
        json!({"kind": "trickle", "ms": 0, "bytes": 100}),
    ] {
        client.set_faults(json!([fault])).await;
        assert_eq!(client.get("/customers").await.rows(), sound, "{fault}");
    }
}

#[tokio::test]
async fn a_huge_body_is_as_long_as_asked_for() {
    let client = client_with(json!({"kind": "huge_body", "bytes": 1_000_000})).await;
    let answer = client.get("/customers").await;
    assert_eq!(answer.text.len(), 1_000_000);
    assert_eq!(answer.header("content-length"), None, "nobody is warned");
    assert_eq!(answer.rows().len(), 50, "and it can still be read");

    client.set_faults(json!([{"kind": "huge_body", "bytes": 70_000_000, "announced": true}])).await;
    let mut response = client.signed(Method::GET, "/customers", "", 0).send().await.unwrap();
    assert_eq!(response.content_length(), Some(70_000_000));
    let mut length = 0;
    while let Some(chunk) = response.chunk().await.unwrap() {
        length += chunk.len();
    }
    assert_eq!(length, 70_000_000);
}

#[tokio::test]
async fn nobody_waits_for_the_end_of_a_huge_body() {
    let client = client_with(json!({"kind": "huge_body", "bytes": 4_294_967_296_u64})).await;
    let mut response = client.signed(Method::GET, "/customers", "", 0).send().await.unwrap();
    assert!(response.chunk().await.unwrap().is_some());
    let Client { sandbox, .. } = client;
    let rest = tokio::spawn(async move { while let Ok(Some(_)) = response.chunk().await {} });
    sandbox.stop().await;
    rest.await.unwrap();
}

#[tokio::test]
async fn a_character_set_can_be_declared_that_is_not_the_bodys() {
    let client = client_with(json!({"kind": "wrong_charset"})).await;
    let response = client.signed(Method::GET, "/customers", "", 0).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/json; charset=windows-1251");
    let bytes = response.bytes().await.unwrap();
    let list: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(list["data"].as_array().unwrap().len(), 50, "it is UTF-8 all the same");

    client.set_faults(json!([{"kind": "wrong_charset", "declared": "utf-8", "encoded": "windows-1251"}])).await;
    let response = client.signed(Method::GET, "/customers", "", 0).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/json; charset=utf-8");
    let length = response.content_length().unwrap();
    let bytes = response.bytes().await.unwrap();
    assert_eq!(bytes.len() as u64, length);
    assert!(std::str::from_utf8(&bytes).is_err(), "it is not UTF-8");

    let other = Client::of(Provider::Cryptopocket).await;
    let token = other.token().await;
    other
        .set_faults(json!([{"kind": "wrong_charset", "declared": "utf-8", "encoded": "iso-8859-1", "on": "list"}]))
        .await;
    let page =
        other.request(Method::GET, "/customers/list?items_per_page=100").header("auth", &token).send().await.unwrap();
    assert!(std::str::from_utf8(&page.bytes().await.unwrap()).is_err());
    assert_eq!(read(other.request(Method::GET, "/kyc/check").header("auth", &token)).await.status.as_u16(), 422);
}
