//! Linux: the Secret Service (GNOME Keyring, KWallet, KeePassXC) over the session bus.
//!
//! The store unlocks whatever it meets, and unlocking waits for a prompt, for ever when there is nobody to see it. So
//! this asks first, by calls that never prompt, and ends with `KeyringLocked` where a prompt would come. The person
//! then unlocks by [`unlock`], or by the system's own means.
//!
//! A thread keeps what it has opened for as long as the same process answers to the service's name. GNOME Keyring (42)
//! takes a caller's first message to heart by two events of its main loop, and ends in a fatal error when it comes to them
//! in the wrong order, which happens about once in some thousands of connections: so there are as few as possible, and
//! the first message on a connection is one that opens nothing.

use crate::entry::KeyringEntry;
use keyring_core::Entry;
use keyring_core::api::CredentialStoreApi;
use kyc::Trouble;
use secret_service::EncryptionType;
use secret_service::blocking::SecretService;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::ThreadId;
use zbus::blocking::Connection;
use zbus::blocking::fdo::{DBusProxy, PeerProxy};
use zbus_secret_service_keyring_store::Store;

/// Opens the store and names the entry. The label is shown by the desktop's keyring program.
pub(super) fn entry(entry: &KeyringEntry) -> keyring_core::Result<Entry> {
    let modifiers = HashMap::from([("label", entry.label.as_str())]);
    store()?.build(entry.service, &entry.user, Some(&modifiers))
}

/// The name under which a Secret Service answers, and the object that every one of them has.
const SERVICE: (&str, &str) = ("org.freedesktop.secrets", "/org/freedesktop/secrets");

/// What the last call has opened, for the next one. Not a thread's own variable: closing a connection needs others of those,
/// which are gone when a thread ends.
static OPENED: Mutex<Option<Opened>> = Mutex::new(None);

/// The service as a thread has opened it.
struct Opened {
    /// Another thread takes the place of one that hangs in a call, and with it in what it has opened.
    thread: ThreadId,
    bus: Connection,
    /// The process that answers to the service's name, as the bus names it. Another one knows nothing of what was opened.
    owner: String,
    service: SecretService<'static>,
    store: Option<Arc<Store>>,
}

impl Opened {
    fn new() -> Result<Self, secret_service::Error> {
        let bus = Connection::session()?;
        // An old service without the standard interface answers by an error, which does as well.
        let _ = PeerProxy::builder(&bus).destination(SERVICE.0)?.path(SERVICE.1)?.build()?.ping();
        // A plain session suffices: no secret passes through it.
        let service = SecretService::connect_with_existing(EncryptionType::Plain, bus.clone())?;
        Ok(Self { thread: std::thread::current().id(), owner: owner(&bus)?, bus, service, store: None })
    }

    fn is_there(&self) -> bool {
        owner(&self.bus).is_ok_and(|now| now == self.owner)
    }
}

/// Asks the bus, not the service.
fn owner(bus: &Connection) -> Result<String, secret_service::Error> {
    let name = zbus::names::BusName::try_from(SERVICE.0).map_err(zbus::Error::from)?;
    Ok(DBusProxy::new(bus)?.get_name_owner(name)?.to_string())
}

/// What this thread has opened, for whoever puts it back when content with it.
fn take() -> Option<Opened> {
    let opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner).take();
    opened.filter(|opened| opened.thread == std::thread::current().id())
}

fn put_back(opened: Opened) {
    *OPENED.lock().unwrap_or_else(PoisonError::into_inner) = Some(opened);
}

/// Opens everything anew with the next call: something is wrong with what is open.
pub(super) fn forget() {
    drop(take());
}

/// The store of the service that [`require_open`] has just found; a new one where it has found none.
fn store() -> keyring_core::Result<Arc<Store>> {
    let Some(mut opened) = take() else { return Store::new() };
    let store = match opened.store.take() {
        Some(store) => store,
        None => Store::new()?,
    };
    opened.store = Some(Arc::clone(&store));
    put_back(opened);
    Ok(store)
}

/// Succeeds when reading and writing `entry` would not prompt: neither it nor the default collection, where new entries
/// go, is locked.
///
/// The default collection counts for reading as well. Some services say nothing of what a locked collection holds, and
/// an entry must not be taken for missing because its keyring is closed.
pub(super) fn require_open(entry: Option<&KeyringEntry>) -> Result<(), Trouble> {
    let found = probe(entry);
    found.map_err(|error| {
        let trouble = trouble_of(&error).unwrap_or(Trouble::KeyringDenied);
        tracing::warn!(trouble = trouble.code(), %error, "the keyring cannot be used");
        trouble
    })
}

fn probe(entry: Option<&KeyringEntry>) -> Result<(), secret_service::Error> {
    let opened = match take().filter(Opened::is_there) {
        Some(opened) => opened,
        None => Opened::new()?,
    };
    let found = probe_service(&opened.service, entry);
    if matches!(found, Ok(()) | Err(secret_service::Error::Locked)) {
        put_back(opened);
    }
    found
}

fn probe_service(service: &SecretService<'_>, entry: Option<&KeyringEntry>) -> Result<(), secret_service::Error> {
    if let Some(entry) = entry {
        // The attributes by which the store finds the entry.
        let attributes = HashMap::from([("service", entry.service), ("username", entry.user.as_str())]);
        if !service.search_items(attributes)?.locked.is_empty() {
            return Err(secret_service::Error::Locked);
        }
    }
    service.get_default_collection()?.ensure_unlocked()
}

/// Has the service show its prompt for the default collection.
pub(super) fn unlock() -> Result<(), Trouble> {
    let unlocked = SecretService::connect(EncryptionType::Plain)
        .and_then(|service| service.get_default_collection().and_then(|collection| collection.unlock()));
    unlocked.map_err(|error| trouble_of(&error).unwrap_or(Trouble::KeyringDenied))
}

/// What an error below the store means; `None` when it says nothing that a person could act on.
pub(super) fn trouble_of(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> Option<Trouble> {
    use secret_service::Error as Service;
    Some(match cause.downcast_ref::<Service>()? {
        Service::Locked => Trouble::KeyringLocked,
        // A service without a default collection has nowhere to put an entry: there is no keyring yet.
        Service::Unavailable | Service::NoResult => Trouble::KeyringMissing,
        Service::Prompt | Service::PromptDisconnected => Trouble::KeyringDenied,
        Service::Zbus(error) => trouble_on_the_bus(error)?,
        Service::ZbusFdo(error) => trouble_by_name(zbus::DBusError::name(error).as_str())?,
        _ => return None,
    })
}

fn trouble_on_the_bus(error: &zbus::Error) -> Option<Trouble> {
    match error {
        zbus::Error::MethodError(name, _, _) => trouble_by_name(name.as_str()),
        zbus::Error::FDO(error) => trouble_by_name(zbus::DBusError::name(error.as_ref()).as_str()),
        // No bus: its socket is not there, refuses, or closes at once.
        zbus::Error::Address(_)
        | zbus::Error::Connection(..)
        | zbus::Error::Handshake(_)
        | zbus::Error::InputOutput(_) => Some(Trouble::KeyringMissing),
        _ => None,
    }
}

/// Error names of the D-Bus specification and of the Secret Service.
fn trouble_by_name(name: &str) -> Option<Trouble> {
    if name.starts_with("org.freedesktop.DBus.Error.Spawn.") {
        return Some(Trouble::KeyringMissing);
    }
    Some(match name {
        "org.freedesktop.DBus.Error.ServiceUnknown"
        | "org.freedesktop.DBus.Error.NameHasNoOwner"
        | "org.freedesktop.DBus.Error.Disconnected"
        | "org.freedesktop.DBus.Error.NoServer"
        | "org.freedesktop.DBus.Error.FileNotFound" => Trouble::KeyringMissing,
        "org.freedesktop.DBus.Error.AccessDenied" | "org.freedesktop.DBus.Error.AuthFailed" => Trouble::KeyringDenied,
        "org.freedesktop.DBus.Error.NoReply"
        | "org.freedesktop.DBus.Error.Timeout"
        | "org.freedesktop.DBus.Error.TimedOut" => Trouble::KeyringSilent,
        "org.freedesktop.Secret.Error.IsLocked" => Trouble::KeyringLocked,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_become_what_a_person_can_act_on() {
        use secret_service::Error as Service;
        let cases = [
            (Service::Locked, Some(Trouble::KeyringLocked)),
            (Service::Prompt, Some(Trouble::KeyringDenied)),
            (Service::Unavailable, Some(Trouble::KeyringMissing)),
            (Service::NoResult, Some(Trouble::KeyringMissing)),
            (Service::Crypto("x"), None),
            (Service::Zbus(zbus::Error::Address("x".to_owned())), Some(Trouble::KeyringMissing)),
            (Service::ZbusFdo(zbus::fdo::Error::ServiceUnknown("x".to_owned())), Some(Trouble::KeyringMissing)),
            (Service::ZbusFdo(zbus::fdo::Error::SpawnExecFailed("x".to_owned())), Some(Trouble::KeyringMissing)),
            (Service::ZbusFdo(zbus::fdo::Error::AccessDenied("x".to_owned())), Some(Trouble::KeyringDenied)),
            (Service::ZbusFdo(zbus::fdo::Error::NoReply("x".to_owned())), Some(Trouble::KeyringSilent)),
            (Service::ZbusFdo(zbus::fdo::Error::Failed("x".to_owned())), None),
        ];
        for (error, expected) in cases {
            assert_eq!(trouble_of(&error), expected, "{error}");
        }
    }
}
