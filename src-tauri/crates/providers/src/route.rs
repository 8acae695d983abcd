//! The endpoints that a client calls, as data: each request is made from its [`Route`], so that the list in the
//! documentation and what is sent cannot part.

use reqwest::Method;
use std::borrow::Cow;

/// An endpoint that a client calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// A stable name, unique within the provider: `customers_list`.
    pub name: &'static str,
    /// How it is called.
    pub verb: Verb,
    /// The path below the base address; `{id}` stands for an id.
    pub path: &'static str,
    /// By what the endpoint is offered.
    pub offer: Offer,
}

/// The HTTP methods that providers use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Reads, and changes nothing.
    Get,
    /// Changes something; sent once.
    Post,
    /// Removes something; sent once.
    Delete,
}

/// By what an endpoint is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// Every provider has it: signing in, and the list of customers.
    Always,
    /// The field of that name in [`Actions`](crate::Actions).
    Action(&'static str),
    /// The provider's own client only, see [`Specific`](crate::Specific).
    Own,
    /// The provider's own client only, and only where the setting of that name in [`Features`](crate::Features) is on.
    Feature(&'static str),
}

impl Verb {
    /// The method's name: `GET`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }

    pub(crate) fn method(self) -> Method {
        match self {
            Self::Get => Method::GET,
            Self::Post => Method::POST,
            Self::Delete => Method::DELETE,
        }
    }
}

impl Offer {
    /// In a word, for lists: `always`, `card`, `own client`, `setting enhanced_verification`.
    pub fn name(self) -> Cow<'static, str> {
        match self {
            Self::Always => "always".into(),
            Self::Action(field) => field.into(),
            Self::Own => "own client".into(),
            Self::Feature(setting) => format!("setting {setting}").into(),
        }
    }
}

/// What stands for an id in a path.
const ID: &str = "{id}";

impl Route {
    pub(crate) const fn new(name: &'static str, verb: Verb, path: &'static str, offer: Offer) -> Self {
        Self { name, verb, path, offer }
    }

    /// The path with an id that was checked to be one segment.
    pub(crate) fn path_of(&self, id: &str) -> String {
        self.path.replace(ID, id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry;
    use std::collections::HashSet;

    #[test]
    fn every_route_has_its_own_name_and_its_own_verb_and_path() {
        for description in registry::all() {
            let names: HashSet<_> = description.routes.iter().map(|route| route.name).collect();
            let requests: HashSet<_> = description.routes.iter().map(|it| (it.verb.name(), it.path)).collect();
            assert_eq!((names.len(), requests.len()), (description.routes.len(), description.routes.len()));
            assert!(description.routes.iter().all(|route| route.path.starts_with('/')));
        }
    }

    #[test]
    fn what_has_no_public_contract_has_no_route() {
        for description in registry::all() {
            for route in description.routes {
                let request = format!("{} {}", route.verb.name(), route.path);
                assert!(description.not_called.iter().all(|(subject, _)| !subject.contains(&request)), "{request}");
            }
        }
    }

    #[test]
    fn an_id_takes_its_place_in_the_path() {
        let route = Route::new("x", Verb::Get, "/customers/{id}/documents", Offer::Always);
        assert_eq!(route.path_of("17"), "/customers/17/documents");
    }
}
