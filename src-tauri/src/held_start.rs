//! Holds a start where its first rows come straight from the book, for as long as a window test looks at it. In a release
//! build nothing is held.

/// The socket whose other side says when the index may be filled: by closing the connection.
#[cfg(all(unix, debug_assertions))]
const VARIABLE: &str = "VOUCH_HOLD_INDEX";

/// Is over when the index may be filled: at once, unless a test holds it.
#[cfg(all(unix, debug_assertions))]
pub async fn over() {
    use tokio::io::AsyncReadExt;
    let Some(path) = std::env::var_os(VARIABLE) else { return };
    match tokio::net::UnixStream::connect(&path).await {
        // Nothing is ever said on it.
        Ok(mut held) => drop(held.read_u8().await),
        Err(error) => tracing::warn!(%error, "nobody holds the index"),
    }
}

/// Is over at once.
#[cfg(not(all(unix, debug_assertions)))]
pub async fn over() {}
