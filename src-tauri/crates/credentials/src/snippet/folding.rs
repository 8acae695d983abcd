//! Puts the values that were found together: key, secret and address of one connection.

use super::assignments::Assignment;
use super::names::{self, Role};
use super::{FoundConnection, MOST_CONNECTIONS, Recogniser};
use kyc::{Environment, ProviderId};
use secrecy::SecretString;
use std::collections::HashMap;
use zeroize::Zeroizing;

/// How far back a value looks for the rest of its connection.
const REACH: usize = 64;

pub(super) struct Folding<'a> {
    recognisers: &'a [Recogniser<'a>],
    /// The names of each, squeezed.
    names: Vec<Vec<String>>,
    drafts: Vec<Draft>,
    /// What a group says of all that is in it.
    providers: HashMap<usize, ProviderId>,
    environments: HashMap<usize, Environment>,
}

#[derive(Default)]
struct Draft {
    provider: Option<ProviderId>,
    environment: Option<Environment>,
    key: Option<Zeroizing<String>>,
    secret: Option<Zeroizing<String>>,
    address: Option<String>,
    distinction: Zeroizing<String>,
    group: usize,
    paragraph: usize,
    line: usize,
}

impl<'a> Folding<'a> {
    pub(super) fn new(recognisers: &'a [Recogniser<'a>]) -> Self {
        let names =
            recognisers.iter().map(|one| one.names.iter().map(|name| names::squeezed(name)).collect()).collect();
        Self { recognisers, names, drafts: Vec::new(), providers: HashMap::new(), environments: HashMap::new() }
    }

    pub(super) fn take(&mut self, assignment: Assignment) {
        let mut words = names::words(&assignment.scope);
        let of_name = names::words(&assignment.name);
        let named_role = names::role(&of_name);
        words.extend(of_name.iter().cloned());
        let (by_name, rest) = self.provider_in(&words);
        match named_role {
            Some(Role::Environment) => {
                if let Some(environment) = names::environment(&names::words(&assignment.value)) {
                    self.environments.insert(assignment.group, environment);
                }
                return;
            }
            Some(Role::Provider) => {
                if let (Some(provider), _) = self.provider_in(&names::words(&assignment.value)) {
                    self.providers.insert(assignment.group, provider);
                }
                return;
            }
            _ => {}
        }
        if let Some(address) = address(&assignment.value) {
            let by_host = self.provider_in(&names::words(host(&address))).0;
            let is_named =
                named_role == Some(Role::Address) && (by_name.is_some() || by_host.is_some() || rest.len() <= 2);
            if is_named || (by_host.is_some() && of_name.is_empty()) {
                let environment =
                    names::environment(&rest).or_else(|| names::environment(&names::words(host(&address))));
                let draft =
                    Draft { provider: by_name.or(by_host), environment, address: Some(address), ..Draft::default() };
                self.fold(draft, &rest, &assignment);
            }
            return;
        }
        if !is_plausible(&assignment.value) {
            return;
        }
        let (role, by_value) = self.role_by_value(&assignment.value);
        let Some(role @ (Role::Key | Role::Secret)) = role.or(named_role) else { return };
        let value_words = names::words(assignment.value.get(..assignment.value.len().min(16)).unwrap_or_default());
        let environment = names::environment(&value_words[..value_words.len().min(3)]);
        let mut draft = Draft {
            provider: by_value.or(by_name),
            environment: environment.or_else(|| names::environment(&rest)),
            ..Draft::default()
        };
        let value = Some(assignment.value.clone());
        if role == Role::Key {
            draft.key = value
        } else {
            draft.secret = value
        }
        self.fold(draft, &rest, &assignment);
    }

    /// The provider that words name, and the other words.
    fn provider_in(&self, words: &[String]) -> (Option<ProviderId>, Zeroizing<Vec<String>>) {
        for (recogniser, names) in self.recognisers.iter().zip(&self.names) {
            for name in names {
                if let Some(place) = names::place_of(name, words) {
                    let rest = words[..place.start].iter().chain(&words[place.end..]).cloned().collect();
                    return (Some(recogniser.provider.clone()), Zeroizing::new(rest));
                }
            }
        }
        (None, Zeroizing::new(words.to_vec()))
    }

    /// What a value is by the way it begins, and whose, when only one provider's begin so.
    fn role_by_value(&self, value: &str) -> (Option<Role>, Option<ProviderId>) {
        let begins = |prefix: Option<&str>| {
            prefix
                .is_some_and(|prefix| !prefix.is_empty() && value.len() > prefix.len() + 3 && value.starts_with(prefix))
        };
        let roles = [(Role::Key, 0), (Role::Secret, 1)];
        for (role, which) in roles {
            let mut whose = self
                .recognisers
                .iter()
                .filter(|one| begins(if which == 0 { one.key_prefix } else { one.secret_prefix }));
            if let Some(first) = whose.next() {
                return (Some(role), whose.next().is_none().then(|| first.provider.clone()));
            }
        }
        (None, None)
    }

    /// Adds what was found to the connection that it belongs to, or begins another.
    fn fold(&mut self, part: Draft, rest: &[String], from: &Assignment) {
        let distinction = names::distinction(rest);
        let fits = |draft: &Draft| {
            draft.group == from.group
                && *draft.distinction == *distinction
                && draft.agrees(&part)
                && draft.has_room_for(&part)
        };
        let reached = self.drafts.len().saturating_sub(REACH);
        let recent = &mut self.drafts[reached..];
        let place = recent
            .iter()
            .position(|draft| draft.paragraph == from.paragraph && fits(draft))
            .or_else(|| recent.iter().rposition(fits));
        if let Some(place) = place {
            recent[place].add(part);
        } else if self.drafts.len() < 2 * MOST_CONNECTIONS {
            self.drafts.push(Draft {
                distinction,
                group: from.group,
                paragraph: from.paragraph,
                line: from.line,
                ..part
            });
        }
    }

    pub(super) fn finish(mut self) -> Vec<FoundConnection> {
        for draft in &mut self.drafts {
            if draft.provider.is_none() {
                draft.provider = self.providers.get(&draft.group).cloned();
            }
            if draft.environment.is_none() {
                draft.environment = self.environments.get(&draft.group).copied();
            }
        }
        let (mut found, addresses): (Vec<Draft>, Vec<Draft>) =
            self.drafts.into_iter().partition(|draft| draft.key.is_some() || draft.secret.is_some());
        // An address of its own belongs to all connections that it fits and that have none.
        let alone = found.len() == 1;
        for address in addresses {
            for draft in found.iter_mut().filter(|draft| draft.address.is_none()) {
                let same = if address.provider.is_some() { draft.provider == address.provider } else { alone };
                let same_environment =
                    address.environment.is_none_or(|one| draft.environment.is_none_or(|other| one == other));
                if same && same_environment {
                    draft.address.clone_from(&address.address);
                    draft.environment = draft.environment.or(address.environment);
                }
            }
        }
        found.truncate(MOST_CONNECTIONS);
        found.into_iter().map(Draft::into_found).collect()
    }
}

impl Draft {
    fn agrees(&self, part: &Self) -> bool {
        (self.provider.is_none() || part.provider.is_none() || self.provider == part.provider)
            && (self.environment.is_none() || part.environment.is_none() || self.environment == part.environment)
    }

    /// Whether it lacks what the part brings, or has the same already.
    fn has_room_for(&self, part: &Self) -> bool {
        fn room<T: PartialEq>(has: &Option<T>, brings: &Option<T>) -> bool {
            has.is_none() || brings.is_none() || has == brings
        }
        room(&self.key, &part.key) && room(&self.secret, &part.secret) && room(&self.address, &part.address)
    }

    fn add(&mut self, part: Self) {
        let Self { provider, environment, key, secret, address, .. } = part;
        self.provider = self.provider.take().or(provider);
        self.environment = self.environment.or(environment);
        self.key = self.key.take().or(key);
        self.secret = self.secret.take().or(secret);
        self.address = self.address.take().or(address);
    }

    fn into_found(self) -> FoundConnection {
        let secret = |text: Option<Zeroizing<String>>| text.map(|text| SecretString::from(text.as_str()));
        FoundConnection {
            provider: self.provider,
            environment: self.environment,
            api_key: secret(self.key),
            api_secret: secret(self.secret),
            base_url: self.address,
            line: self.line,
        }
    }
}

/// Whether a value can be a key or a secret at all, and is no stand-in for one.
fn is_plausible(value: &str) -> bool {
    let stand_in = value.starts_with(['$', '<', '{', '%', '*'])
        || value.chars().all(|character| matches!(character, 'x' | 'X' | '.' | '…' | '*' | '•'))
        || ["changeme", "undefined", "null", "none", "true", "false"]
            .iter()
            .any(|word| value.eq_ignore_ascii_case(word));
    (6..=4096).contains(&value.len())
        && !stand_in
        && !value.chars().any(|character| character.is_whitespace() || character.is_control())
}

/// The address that a value is, without what follows a question mark.
fn address(value: &str) -> Option<String> {
    let is_http = ["https://", "http://"].iter().any(|scheme| {
        value.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)) && value.len() > scheme.len()
    });
    let is_one = is_http
        && value.len() <= 2000
        && !value.contains(|character: char| character.is_whitespace() || character == '@');
    let end = value.find(['?', '#']).unwrap_or(value.len());
    is_one.then(|| value[..end].trim_end_matches('/').to_owned())
}

fn host(address: &str) -> &str {
    let after = address.split_once("://").map_or(address, |(_, after)| after);
    after.split(['/', ':']).next().unwrap_or_default()
}
