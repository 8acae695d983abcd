//! The address that a connection's requests are built from: typed by a person, checked once, joined with paths by
//! appending. A relative-reference join is never used: it would drop the last path segment.

use kyc::AddressFault;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use url::{Host, Origin, Url};

/// A base address that requests may go to: `https` anywhere, `http` on this computer only, without user name, query and
/// fragment, without a trailing slash.
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl {
    text: String,
    path: String,
    loopback: bool,
}

impl BaseUrl {
    /// The address without a trailing slash, as requests use it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is this computer: 127.0.0.0/8, `::1` or `localhost`.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Whether requests go to the same place: the same scheme, host and port.
    pub fn same_origin(&self, other: &Self) -> bool {
        let origin = |base: &Self| Url::parse(&base.text).map(|url| url.origin()).ok().filter(Origin::is_tuple);
        origin(self).is_some_and(|mine| origin(other) == Some(mine))
    }

    /// The whole address of a path that begins with a slash.
    pub(crate) fn with(&self, path: &str) -> String {
        debug_assert!(path.starts_with('/'), "a path begins with a slash");
        format!("{}{path}", self.text)
    }

    /// The path part of [`with`](Self::with): what a server sees before the query, and what Love&Pay signs.
    pub(crate) fn path_with(&self, path: &str) -> String {
        format!("{}{path}", self.path)
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "BaseUrl({})", self.text)
    }
}

/// Reads what a person typed. Blanks around it are dropped.
///
/// # Errors
/// The [`AddressFault`] that describes best what is wrong.
pub fn parse(typed: &str) -> Result<BaseUrl, AddressFault> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(AddressFault::Empty);
    }
    // `Url` would silently drop tabs and line breaks, turn backslashes into slashes and guess missing ones.
    if typed.chars().any(|char| char.is_whitespace() || char.is_control() || char == '\\') {
        return Err(AddressFault::Malformed);
    }
    let Some((scheme, rest)) = typed.split_once("://") else {
        // `localhost:7001` and `host.io:443` look like a scheme to a URL parser and are hosts to a person.
        let lower = typed.to_ascii_lowercase();
        let broken = lower.starts_with("https:") || lower.starts_with("http:");
        return Err(if broken { AddressFault::Malformed } else { AddressFault::NoScheme });
    };
    let encrypted = match scheme.to_ascii_lowercase().as_str() {
        "https" => true,
        "http" => false,
        // `host/path?to=https://…` has no scheme of its own.
        other
            if !other.is_empty()
                && other.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) =>
        {
            return Err(AddressFault::OtherScheme);
        }
        _ => return Err(AddressFault::NoScheme),
    };
    if rest.starts_with('/') {
        return Err(AddressFault::Malformed);
    }
    let mut url = Url::parse(typed).map_err(|_| AddressFault::Malformed)?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') || rest.contains(['?', '#']) {
        return Err(AddressFault::ExtraParts);
    }
    let loopback = is_loopback(&url);
    if !encrypted && !loopback {
        return Err(AddressFault::NotEncrypted);
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    let text = url.as_str().trim_end_matches('/').to_owned();
    Ok(BaseUrl { text, path, loopback })
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => Ipv4Addr::is_loopback(&address),
        Some(Host::Ipv6(address)) => Ipv6Addr::is_loopback(&address),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn good_addresses_lose_their_trailing_slash_and_nothing_else() {
        for (typed, text, path) in [
            ("https://api.prod.loveandpay.io/api/v2", "https://api.prod.loveandpay.io/api/v2", "/api/v2"),
            ("  https://sandbox.cryptopocket.io/api/ \n", "https://sandbox.cryptopocket.io/api", "/api"),
            ("https://host", "https://host", ""),
            ("https://host///", "https://host", ""),
            ("HTTPS://Host.Example/Gateway/api/v2//", "https://host.example/Gateway/api/v2", "/Gateway/api/v2"),
            ("https://host:8443/a", "https://host:8443/a", "/a"),
            ("https://host:443/a", "https://host/a", "/a"),
            ("http://127.0.0.1:7001/api/v2", "http://127.0.0.1:7001/api/v2", "/api/v2"),
            ("http://127.9.9.9", "http://127.9.9.9", ""),
            ("http://[::1]:7001/api", "http://[::1]:7001/api", "/api"),
            ("http://localhost:7001/x", "http://localhost:7001/x", "/x"),
            ("https://пример.рф/api", "https://xn--e1afmkfd.xn--p1ai/api", "/api"),
        ] {
            let base = parse(typed).unwrap_or_else(|fault| panic!("{typed}: {fault:?}"));
            assert_eq!((base.as_str(), base.path_with("").as_str()), (text, path), "{typed}");
        }
    }

    #[test]
    fn faults_are_told_apart() {
        use AddressFault::{Empty, ExtraParts, Malformed, NoScheme, NotEncrypted, OtherScheme};
        for (typed, fault) in [
            ("", Empty),
            (" \t", Empty),
            ("api.host.io/api", NoScheme),
            ("localhost:7001/x", NoScheme),
            ("127.0.0.1:7001", NoScheme),
            ("//host/api", NoScheme),
            ("https//host", NoScheme),
            ("host/go?to=https://x", NoScheme),
            ("ftp://host/api", OtherScheme),
            ("htps://host", OtherScheme),
            ("file:///etc/passwd", OtherScheme),
            ("https:/host", Malformed),
            ("https:host", Malformed),
            ("http:127.0.0.1", Malformed),
            ("https://", Malformed),
            ("https:///host", Malformed),
            ("https://ho st/api", Malformed),
            ("https://host\\api", Malformed),
            ("https://host:99999", Malformed),
            ("https://ho\tst", Malformed),
            ("https://[::1", Malformed),
            ("https://user:word@host/api", ExtraParts),
            ("https://@host/api", ExtraParts),
            ("https://host/api?x=1", ExtraParts),
            ("https://host/api?", ExtraParts),
            ("https://host/api#", ExtraParts),
            ("http://host/api", NotEncrypted),
            ("http://192.168.0.1/api", NotEncrypted),
            ("http://0.0.0.0/api", NotEncrypted),
            ("http://localhost.example.com/api", NotEncrypted),
            ("http://127.0.0.1.example.com/api", NotEncrypted),
            ("http://[::ffff:7f00:1]/api", NotEncrypted),
        ] {
            assert_eq!(parse(typed), Err(fault), "{typed}");
        }
    }

    #[test]
    fn loopback_is_known_under_its_three_names() {
        for (typed, loopback) in [
            ("http://localhost:1", true),
            ("https://LOCALHOST", true),
            ("http://127.1.2.3", true),
            ("http://[::1]", true),
            ("https://example.com", false),
            ("https://10.0.0.1", false),
        ] {
            assert_eq!(parse(typed).unwrap().is_loopback(), loopback, "{typed}");
        }
    }

    #[test]
    fn the_origin_is_scheme_host_and_port() {
        let base = parse("https://host.example/api").unwrap();
        for (other, same) in [
            ("https://HOST.example/other", true),
            ("https://host.example:443", true),
            ("https://host.example:8443/api", false),
            ("https://other.example/api", false),
            ("https://host.example.evil.example/api", false),
        ] {
            assert_eq!(base.same_origin(&parse(other).unwrap()), same, "{other}");
        }
        assert!(!parse("http://localhost:1").unwrap().same_origin(&parse("https://localhost:1").unwrap()));
    }

    #[test]
    fn paths_are_appended() {
        let base = parse("https://host/gateway/api/v2/").unwrap();
        assert_eq!(base.with("/customers"), "https://host/gateway/api/v2/customers");
        assert_eq!(base.path_with("/customers"), "/gateway/api/v2/customers");
    }

    proptest! {
        #[test]
        fn any_text_is_taken_or_refused(typed in "\\PC*") {
            let _ = parse(&typed);
        }

        #[test]
        fn what_was_taken_is_taken_again_unchanged(typed in "https?://[a-z0-9.:\\[\\]%/_-]{1,24}") {
            if let Ok(base) = parse(&typed) {
                let again = parse(base.as_str());
                prop_assert_eq!(again.as_ref(), Ok(&base));
                // What is signed is what goes over the wire.
                let sent = Url::parse(&base.with("/customers")).unwrap();
                prop_assert_eq!(sent.path(), base.path_with("/customers"));
            }
        }
    }
}
