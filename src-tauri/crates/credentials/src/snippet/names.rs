//! What the name of a value says: whether it is a key, a secret or an address, and of which installation.

use kyc::Environment;
use zeroize::Zeroizing;

/// What a value is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Key,
    Secret,
    Address,
    Environment,
    Provider,
}

/// Names with one of these are about something else, whatever else they hold.
const OTHER_MATTERS: [&str; 17] = [
    "CALLBACK",
    "CERT",
    "COOKIE",
    "DATABASE",
    "DB",
    "FILE",
    "HOOK",
    "IPN",
    "JWT",
    "PASSWORD",
    "PATH",
    "SESSION",
    "SIGNATURE",
    "SSH",
    "TIMESTAMP",
    "TOKEN",
    "WEBHOOK",
];
const SECRET: [&str; 13] = [
    "APISECRET",
    "PRIVATE",
    "PRIVATEKEY",
    "SECRET",
    "SECRETA",
    "SECRETKEY",
    "SECRETO",
    "SK",
    "СЕКРЕТ",
    "СЕКРЕТНЫЙ",
    "ПРИВАТНЫЙ",
    "PRIVADA",
    "КЛЮЧСЕКРЕТ",
];
const ADDRESS: [&str; 9] = ["ADDRESS", "APIURL", "BASEURL", "ENDPOINT", "HOST", "URI", "URL", "АДРЕС", "DIRECCIÓN"];
const KEY: [&str; 8] = ["APIKEY", "CLAVE", "KEY", "KEYID", "LLAVE", "PK", "PUBLICKEY", "КЛЮЧ"];
/// Words that tell no two connections apart.
const FILLERS: [&str; 17] = [
    "ACCESS",
    "API",
    "APP",
    "BASE",
    "CLIENT",
    "ENV",
    "HEADERS",
    "ID",
    "MERCHANT",
    "NEXT",
    "PUBLIC",
    "PÚBLICA",
    "REACT",
    "VITE",
    "X",
    "ПУБЛИЧНЫЙ",
    "CREDENTIALS",
];

/// The words of a name in capitals: `lnpApiKey`, `LNP_API_KEY` and `lnp api-key` are LNP, API, KEY.
pub(super) fn words(name: &str) -> Zeroizing<Vec<String>> {
    let mut words = Zeroizing::new(vec![String::new()]);
    let mut before = (false, false); // lower case or digit; upper case
    let mut characters = name.chars().take(500).peekable();
    while let Some(character) = characters.next() {
        let (upper, lower) = (character.is_uppercase(), character.is_lowercase() || character.is_numeric());
        let ends_capitals = upper && before.1 && characters.peek().is_some_and(|next| next.is_lowercase());
        let begins = !character.is_alphanumeric() || (upper && before.0) || ends_capitals;
        if begins && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if character.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(character.to_uppercase());
        }
        before = (lower, upper);
    }
    words.retain(|word| !word.is_empty());
    words
}

/// What a value under this name is for, as far as the name tells.
pub(super) fn role(words: &[String]) -> Option<Role> {
    let any = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    if any(&OTHER_MATTERS) {
        None
    } else if any(&SECRET) {
        Some(Role::Secret)
    } else if any(&ADDRESS) {
        Some(Role::Address)
    } else if any(&KEY) {
        Some(Role::Key)
    } else {
        match words.last()?.as_str() {
            "ENV" | "ENVIRONMENT" | "MODE" => Some(Role::Environment),
            "PROVIDER" | "SERVICE" => Some(Role::Provider),
            _ => None,
        }
    }
}

/// Which installation the words name.
pub(super) fn environment(words: &[String]) -> Option<Environment> {
    words.iter().find_map(|word| match word.as_str() {
        "LIVE" | "PROD" | "PRODUCTION" => Some(Environment::Live),
        "DEMO" | "DEV" | "DEVELOPMENT" | "SANDBOX" | "STAGE" | "STAGING" | "TEST" | "TESTING" => {
            Some(Environment::Sandbox)
        }
        _ => None,
    })
}

/// Where in `words` this name stands: alone, or in pieces as in `LOVE_AND_PAY`.
pub(super) fn place_of(squeezed_name: &str, words: &[String]) -> Option<std::ops::Range<usize>> {
    if squeezed_name.is_empty() {
        return None;
    }
    (0..words.len()).find_map(|start| {
        let mut rest = squeezed_name;
        for (count, word) in words[start..].iter().enumerate() {
            rest = rest.strip_prefix(word.as_str())?;
            if rest.is_empty() {
                return Some(start..start + count + 1);
            }
        }
        None
    })
}

/// A name without what may be written between its parts, in capitals.
pub(super) fn squeezed(name: &str) -> String {
    name.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// What is left of a name when everything that is common to all connections is taken out: `ES` of `LNP_ES_API_KEY`.
pub(super) fn distinction(words: &[String]) -> Zeroizing<String> {
    let common = |word: &str| [&SECRET[..], &ADDRESS, &KEY, &FILLERS].iter().any(|list| list.contains(&word));
    let mut left = Zeroizing::new(String::with_capacity(words.iter().map(|word| word.len() + 1).sum()));
    for word in words.iter().filter(|word| !common(word)) {
        left.push_str(word);
        left.push(' ');
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words() {
        let cases: [(&str, &[&str]); 8] = [
            ("LOVEANDPAY_API_KEY", &["LOVEANDPAY", "API", "KEY"]),
            ("lnpApiSecret", &["LNP", "API", "SECRET"]),
            ("X-API-KEY", &["X", "API", "KEY"]),
            ("cryptopocket.baseURL", &["CRYPTOPOCKET", "BASE", "URL"]),
            ("APIKey", &["API", "KEY"]),
            ("  Секретный ключ ", &["СЕКРЕТНЫЙ", "КЛЮЧ"]),
            ("", &[]),
            ("--", &[]),
        ];
        for (name, expected) in cases {
            assert_eq!(words(name).as_slice(), expected, "{name:?}");
        }
    }

    #[test]
    fn a_name_says_what_its_value_is_for() {
        let cases = [
            ("LNP_PUBLIC_KEY", Some(Role::Key)),
            ("api_key", Some(Role::Key)),
            ("apikey", Some(Role::Key)),
            ("X-API-KEY", Some(Role::Key)),
            ("CRYPTOPOCKET_API_SECRET", Some(Role::Secret)),
            ("SECRET_KEY", Some(Role::Secret)),
            ("LNP_BASE_URL", Some(Role::Address)),
            ("Секретный ключ", Some(Role::Secret)),
            ("Clave pública", Some(Role::Key)),
            ("LNP_WEBHOOK_SECRET", None),
            ("X-SIGNATURE", None),
            ("NODE_ENV", Some(Role::Environment)),
            ("provider", Some(Role::Provider)),
            ("DATABASE_URL", None),
            ("label", None),
        ];
        for (name, expected) in cases {
            assert_eq!(role(&words(name)), expected, "{name}");
        }
    }

    #[test]
    fn a_providers_name_is_found_in_one_piece_or_in_several() {
        let place = |name: &str| place_of("LOVEANDPAY", &words(name));
        assert_eq!(place("loveandpay_key"), Some(0..1));
        assert_eq!(place("MY_LOVE_AND_PAY_KEY"), Some(1..4));
        assert_eq!(place("LoveAndPayKey"), Some(0..3));
        assert_eq!(place("love_key"), None);
        assert_eq!(place_of("LNP", &words("HELLNP_KEY")), None);
        assert_eq!(place_of("", &words("key")), None);
    }
}
