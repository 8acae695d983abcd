//! A bare client of both providers, just enough to ask and to look at what comes back.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder, StatusCode};
use sandbox::{Options, Provider, Sandbox};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The moment all emulators of the tests are given.
pub const NOW: &str = "2026-03-15T12:00:00Z";

/// Small enough to be quick, large enough for every kind of customer.
pub fn options(provider: Provider) -> Options {
    Options { customers: 600, seed: 7, ..Options::new(provider, NOW.parse().unwrap()) }
}

/// An emulator and a connection to it.
pub struct Client {
    pub sandbox: Sandbox,
    http: reqwest::Client,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error} in {:?}", self.text))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Love&Pay's HTTP status and code.
    pub fn refusal(&self) -> (u16, String) {
        let body = self.json();
        assert_eq!(body["success"], false, "{body}");
        (self.status.as_u16(), body["error"]["code"].as_str().unwrap().to_owned())
    }

    pub fn rows(&self) -> Vec<Value> {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        self.json()["data"].as_array().unwrap().clone()
    }
}

impl Client {
    pub async fn of(provider: Provider) -> Self {
        Self::start(options(provider)).await
    }

    pub async fn start(options: Options) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        Self { sandbox: Sandbox::start(options).await.unwrap(), http }
    }

    /// A request to the provider, with a path that begins after the base URL.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.sandbox.base_url))
    }

    /// A request that is signed as Love&Pay wants it, `ahead` milliseconds from now.
    pub fn signed(&self, method: Method, path: &str, body: &str, ahead: i64) -> RequestBuilder {
        let timestamp = (Timestamp::now().as_millisecond() + ahead).to_string();
        let without_query = path.split('?').next().unwrap();
        let hash = hex::encode(Sha256::digest(body));
        let message = format!("{method}/api/v2{without_query}{timestamp}{hash}");
        let mut mac = Hmac::<Sha256>::new_from_slice(self.sandbox.api_secret.as_bytes()).unwrap();
        mac.update(message.as_bytes());
        let mut request = self.request(method, path);
        if !body.is_empty() {
            request = request.header("content-type", "application/json").body(body.to_owned());
        }
        request
            .header("x-api-key", &self.sandbox.api_key)
            .header("x-timestamp", timestamp)
            .header("x-signature", hex::encode(mac.finalize().into_bytes()))
    }

    /// A signed GET.
    pub async fn get(&self, path: &str) -> Answer {
        read(self.signed(Method::GET, path, "", 0)).await
    }

    /// A signed POST of JSON.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        read(self.signed(Method::POST, path, &body.to_string(), 0)).await
    }

    /// All rows of a Love&Pay list, page by page.
    pub async fn walk(&self, path: &str, limit: usize) -> Vec<Value> {
        let mut walked = Vec::new();
        loop {
            let separator = if path.contains('?') { '&' } else { '?' };
            let page = self.get(&format!("{path}{separator}limit={limit}&offset={}", walked.len())).await;
            let rows = page.rows();
            if rows.is_empty() {
                assert_eq!(page.json()["pagination"]["total"], walked.len());
                return walked;
            }
            walked.extend(rows);
        }
    }

    /// Signs in at Cryptopocket and returns what comes back.
    pub async fn sign_in(&self, key: &str, secret: &str) -> Answer {
        let body = json!({"api_key": key, "api_secret": secret});
        read(self.request(Method::POST, "/authenticate").json(&body)).await
    }

    /// A token of Cryptopocket.
    pub async fn token(&self) -> String {
        let answer = self.sign_in(&self.sandbox.api_key, &self.sandbox.api_secret).await;
        answer.json()["data"]["token"].as_str().unwrap().to_owned()
    }

    /// A GET with a token.
    pub async fn get_as(&self, token: &str, path: &str) -> Answer {
        read(self.request(Method::GET, path).header("auth", token)).await
    }

    /// A POST of JSON with a token.
    pub async fn post_as(&self, token: &str, path: &str, body: Value) -> Answer {
        read(self.request(Method::POST, path).header("auth", token).json(&body)).await
    }

    /// A POST of a form with a token.
    pub async fn form_as(&self, token: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.request(Method::POST, path).header("auth", token);
        read(request.header("content-type", "application/x-www-form-urlencoded").body(form)).await
    }

    /// A request to the control endpoint.
    pub fn control_request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.sandbox.control_url))
    }

    /// A request to the control endpoint that must succeed.
    pub async fn control(&self, method: Method, path: &str, body: Value) -> Value {
        let mut request = self.control_request(method, path);
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = read(request).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        answer.json()
    }

    /// Every customer, as the control endpoint tells.
    pub async fn everybody(&self) -> Vec<Value> {
        let told = self.control(Method::GET, "/customers", Value::Null).await;
        told["customers"].as_array().unwrap().clone()
    }

    /// Puts these faults in the place of all others.
    pub async fn set_faults(&self, faults: Value) {
        self.control(Method::POST, "/faults", json!({"faults": faults})).await;
    }
}

/// Sends a request and reads the whole answer.
pub async fn read(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    Answer { status, headers, text: response.text().await.unwrap() }
}
