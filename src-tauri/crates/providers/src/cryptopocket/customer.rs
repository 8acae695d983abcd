//! Cryptopocket's actions for a customer: registering, papers, the link to an enhanced verification. What is sent, and
//! what the answers become.

use super::assumptions::{self, DOCUMENT_KINDS, LARGEST_DOCUMENT};
use crate::action::{Document, Registered, Registration, VerificationLink};
use crate::json;
use crate::route::Route;
use kyc::{Problem, ProviderCustomerId, Trouble};
use secrecy::SecretString;
use serde::Serialize;
use zeroize::Zeroizing;

/// Longest e-mail that the provider takes, in characters.
const LONGEST_EMAIL: usize = 254;

/// Longest name that the provider takes for a company, in characters.
const LONGEST_NAME: usize = 255;

/// Where a registration goes, and its body.
///
/// # Errors
/// [`Trouble::BadInput`] naming `name`, `email` or `return_to`: what the provider would refuse is not sent.
pub(super) fn registration(registration: &Registration) -> Result<(&'static Route, Zeroizing<Vec<u8>>), Problem> {
    #[derive(Serialize)]
    struct Person<'a> {
        name: &'a str,
        email: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        callback_url: Option<&'a str>,
    }
    #[derive(Serialize)]
    struct Company<'a> {
        email: &'a str,
        company_name: &'a str,
    }
    match registration {
        Registration::Person { name, email, return_to } => {
            let callback_url = return_to.as_deref().map(str::trim).filter(|url| !url.is_empty());
            if callback_url.is_some_and(|url| VerificationLink::new(url.to_owned(), None).is_none()) {
                return Err(Trouble::BadInput { field: "return_to" }.into());
            }
            let person = Person { name: filled(name, "name", LONGEST_NAME)?, email: address(email)?, callback_url };
            Ok((&super::routes::REGISTER_USER, body(&person)?))
        }
        Registration::Company { name, email } => {
            let company = Company { email: address(email)?, company_name: filled(name, "name", LONGEST_NAME)? };
            Ok((&super::routes::REGISTER_COMPANY, body(&company)?))
        }
    }
}

/// A JSON body.
pub(super) fn body(value: &impl Serialize) -> Result<Zeroizing<Vec<u8>>, Problem> {
    Ok(Zeroizing::new(serde_json::to_vec(value).map_err(|_| Problem::from(Trouble::Internal))?))
}

/// A text that says something and is not too long.
pub(super) fn filled<'a>(text: &'a str, field: &'static str, longest: usize) -> Result<&'a str, Problem> {
    let text = text.trim();
    let fits = !text.is_empty() && text.chars().count() <= longest;
    if fits { Ok(text) } else { Err(Trouble::BadInput { field }.into()) }
}

fn address(email: &str) -> Result<&str, Problem> {
    let email = filled(email, "email", LONGEST_EMAIL)?;
    let looks = email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    if looks && !email.contains(char::is_whitespace) {
        Ok(email)
    } else {
        Err(Trouble::BadInput { field: "email" }.into())
    }
}

/// Who was registered. C11: each field in `data`, else at the top level. `None` when the answer names nobody.
pub(super) fn registered(answer: &str) -> Option<Registered> {
    let text = |name: &str| json::text(assumptions::inner_first(answer, name));
    let link = ["kyc_form_url", "kyb_link"].into_iter().find_map(|name| VerificationLink::new(text(name)?, None));
    Some(Registered {
        id: ProviderCustomerId::new(json::id(assumptions::inner_first(answer, "id")).ok()?)?,
        public_id: text("uuid").map(SecretString::from),
        link,
        password: text("password").map(SecretString::from),
    })
}

/// The body that hands a paper over.
///
/// # Errors
/// [`Trouble::BadInput`] naming `kind`, `media_type` or `file`.
pub(super) fn document(document: &Document) -> Result<Zeroizing<Vec<u8>>, Problem> {
    #[derive(Serialize)]
    struct Upload<'a> {
        r#type: &'a str,
        file: &'a str,
    }
    let bad = |field| Problem::from(Trouble::BadInput { field });
    let kind = DOCUMENT_KINDS.into_iter().find(|kind| *kind == document.kind).ok_or_else(|| bad("kind"))?;
    if !is_media_type(&document.media_type) {
        return Err(bad("media_type"));
    }
    if document.content.is_empty() || document.content.len() > LARGEST_DOCUMENT {
        return Err(bad("file"));
    }
    let file = assumptions::data_uri(&document.media_type, &document.content);
    body(&Upload { r#type: kind, file: &file })
}

/// `application/pdf`; nothing that could end the prefix before the content.
fn is_media_type(text: &str) -> bool {
    let fits = |part: &str| {
        let byte = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
        (1..=100).contains(&part.len()) && part.bytes().all(byte)
    };
    text.split_once('/').is_some_and(|(kind, subtype)| fits(kind) && fits(subtype))
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    const COMPANY: &str = include_str!("../../tests/data/fixtures/cryptopocket/register_company.json");
    const PERSON: &str = include_str!("../../tests/data/fixtures/cryptopocket/register_user_assumed.json");

    #[test]
    fn the_documented_company_and_nothing_of_it_shows() {
        let read = registered(COMPANY).unwrap();
        assert_eq!(read.id.as_str(), "1234");
        assert_eq!(read.public_id.as_ref().unwrap().expose_secret(), "a1b2c3d4-0000-4000-8000-000000001234");
        assert_eq!(read.password.as_ref().unwrap().expose_secret(), "TestPass0001");
        let link = "https://b2b.example.com/kyb/550e8400-0000-4000-8000-000000001234";
        assert_eq!(read.link.as_ref().unwrap().url.expose_secret(), link);
        let shown = format!("{read:?}");
        assert!(["TestPass", "b2b.example.com", "a1b2c3d4"].iter().all(|secret| !shown.contains(secret)), "{shown}");
    }

    #[test]
    fn c11_a_registered_person_in_both_places() {
        for answer in [PERSON, r#"{"status":"ok","id":"1235","kyc_form_url":"https://kyc.example.com/form/1235"}"#] {
            let read = registered(answer).unwrap();
            assert_eq!(read.id.as_str(), "1235");
            assert_eq!(read.link.unwrap().url.expose_secret(), "https://kyc.example.com/form/1235");
            assert!(read.password.is_none() && read.public_id.is_none());
        }
        assert!(registered(r#"{"status":"ok"}"#).is_none());
    }

    #[test]
    fn what_the_provider_would_refuse_is_not_sent() {
        let person = |name: &str, email: &str, return_to: Option<&str>| Registration::Person {
            name: name.into(),
            email: email.into(),
            return_to: return_to.map(str::to_owned),
        };
        let company = |name: &str, email: &str| Registration::Company { name: name.into(), email: email.into() };
        let long = format!("{}@example.com", "x".repeat(250));
        for (asked, field) in [
            (person(" ", "a@example.com", None), "name"),
            (person("A", "example.com", None), "email"),
            (person("A", "a b@example.com", None), "email"),
            (person("A", "a@example.com", Some("http://example.com")), "return_to"),
            (company(&"ы".repeat(256), "a@example.com"), "name"),
            (company("A", &long), "email"),
        ] {
            assert_eq!(registration(&asked).unwrap_err().trouble, Trouble::BadInput { field }, "{asked:?}");
        }
        assert!(registration(&company(&"ы".repeat(255), "a@example.com")).is_ok());
    }

    #[test]
    fn c13_kind_type_and_size_of_a_paper() {
        let paper = |kind: &str, media_type: &str, bytes: usize| Document {
            kind: kind.into(),
            media_type: media_type.into(),
            content: Zeroizing::new(vec![0; bytes]),
        };
        for (paper, field) in [
            (paper("passport", "application/pdf", 1), "kind"),
            (paper("payslip", "pdf", 1), "media_type"),
            (paper("payslip", "a/b;base64,x", 1), "media_type"),
            (paper("payslip", "application/pdf", 0), "file"),
            (paper("payslip", "application/pdf", LARGEST_DOCUMENT + 1), "file"),
        ] {
            assert_eq!(document(&paper).unwrap_err().trouble, Trouble::BadInput { field }, "{paper:?}");
        }
        assert!(document(&paper("payslip", "application/pdf", LARGEST_DOCUMENT)).is_ok());
        let sent = document(&paper("other", "image/svg+xml", 3)).unwrap();
        assert_eq!(sent.as_slice(), br#"{"type":"other","file":"data:image/svg+xml;base64,AAAA"}"#);
    }
}
