//! The system's keyring, called from a thread of its own and never waited for without end.
//!
//! Keyrings block: on a prompt that nobody sees, on a service that hangs, on a bus that is gone. So no call runs on a
//! tokio worker, and each has a deadline. A call that misses it is left alone with its thread; the next call gets a new
//! thread. Such a thread is detached, so it delays neither later calls nor the end of the process.
//!
//! What is *not* here: which entries there are and what their text means ([`crate::secrets`]), and any decision about
//! what to do without a keyring, which is the person's.

mod native;

use crate::entry::KeyringEntry;
use kyc::{Problem, Trouble};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;
use tokio::sync::{Mutex, oneshot};

pub(crate) use native::NativeStore;

/// How long a read, write or deletion may take, waiting for its turn included.
///
/// Linux: whether the keyring is locked is asked before anything that could prompt, so nobody is waited for; an answer
/// takes milliseconds, starting the service by D-Bus a few seconds, and whoever is silent for 20 is not going to speak.
/// Windows never prompts. macOS asks for the login password when a new version of the program first reads an entry, and
/// typing one takes a person longer.
const CALL_DEADLINE: Duration =
    if cfg!(target_os = "macos") { Duration::from_secs(90) } else { Duration::from_secs(20) };

/// How long a person may take to unlock the keyring in the system's own dialog.
const UNLOCK_DEADLINE: Duration = Duration::from_secs(120);

/// Threads that may be lost in a silent keyring at a time. Beyond that nothing is started any more, until one comes
/// back: a keyring that swallowed so many calls swallows the next one too.
const THREAD_LIMIT: usize = 4;

/// The calls that are needed of a keyring. They block and may never return.
pub(crate) trait Store: Send + Sync + 'static {
    /// The entry's text; `None` only when the keyring is open and certainly has no such entry.
    fn read(&self, entry: &KeyringEntry) -> Result<Option<SecretString>, Trouble>;
    /// Makes the entry or replaces its text.
    fn write(&self, entry: &KeyringEntry, secret: &SecretString) -> Result<(), Trouble>;
    /// Removes the entry; succeeds when there is none.
    fn delete(&self, entry: &KeyringEntry) -> Result<(), Trouble>;
    /// Has the system ask the person to unlock the keyring, where it works like that.
    fn unlock(&self) -> Result<(), Trouble>;
}

/// A keyring whose calls have deadlines.
pub(crate) struct Keyring {
    store: Arc<dyn Store>,
    /// The thread that is free for the next call. Whoever calls takes it out and puts it back; when a call is dropped
    /// in between, by its deadline or by its caller, the thread is not put back and ends by itself once it is free.
    free: Mutex<Option<Thread>>,
    threads: Arc<AtomicUsize>,
}

struct Thread {
    jobs: mpsc::Sender<Job>,
}

type Job = Box<dyn FnOnce() + Send>;

impl Keyring {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self { store, free: Mutex::default(), threads: Arc::default() }
    }

    /// Reads an entry.
    pub(crate) async fn read(&self, entry: KeyringEntry) -> Result<Option<SecretString>, Problem> {
        self.call(CALL_DEADLINE, move |store| store.read(&entry)).await
    }

    /// Writes an entry. When this ends in `KeyringSilent` the write may still happen later.
    pub(crate) async fn write(&self, entry: KeyringEntry, secret: SecretString) -> Result<(), Problem> {
        self.call(CALL_DEADLINE, move |store| store.write(&entry, &secret)).await
    }

    /// Writes an entry that must not exist yet, and reads it back, because a keyring that forgets what it accepted is
    /// worse than none. `Conflict` when it exists.
    pub(crate) async fn write_new(&self, entry: KeyringEntry, secret: SecretString) -> Result<(), Problem> {
        self.call(CALL_DEADLINE, move |store| {
            if store.read(&entry)?.is_some() {
                return Err(Trouble::Conflict);
            }
            write_and_read_back(store, &entry, &secret)
        })
        .await
    }

    /// Makes an entry or replaces its text, and reads it back. `KeyringDenied` when the keyring does not give it back.
    pub(crate) async fn write_checked(&self, entry: KeyringEntry, secret: SecretString) -> Result<(), Problem> {
        self.call(CALL_DEADLINE, move |store| write_and_read_back(store, &entry, &secret)).await
    }

    /// Deletes an entry.
    pub(crate) async fn delete(&self, entry: KeyringEntry) -> Result<(), Problem> {
        self.call(CALL_DEADLINE, move |store| store.delete(&entry)).await
    }

    /// Has the person unlock the keyring.
    pub(crate) async fn unlock(&self) -> Result<(), Problem> {
        self.call(UNLOCK_DEADLINE, |store| store.unlock()).await
    }

    async fn call<T: Send + 'static>(
        &self,
        deadline: Duration,
        work: impl FnOnce(&dyn Store) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Problem> {
        let outcome = tokio::time::timeout(deadline, self.call_without_deadline(work)).await;
        Ok(outcome.unwrap_or(Err(Trouble::KeyringSilent))?)
    }

    async fn call_without_deadline<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Store) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        // One call at a time: keyring stores do not promise that calls on the same entry may overlap.
        let mut free = self.free.lock().await;
        let thread = match free.take() {
            Some(thread) => thread,
            None => self.start_thread()?,
        };
        let (answer, answered) = oneshot::channel();
        let store = Arc::clone(&self.store);
        let job: Job = Box::new(move || {
            // When nobody waits any more the answer is dropped here, which wipes a secret in it.
            let _ = answer.send(work(&*store));
        });
        thread.jobs.send(job).map_err(|_| Trouble::Internal)?;
        // No answer at all means that the store panicked and took its thread along.
        let outcome = answered.await.map_err(|_| Trouble::Internal)?;
        *free = Some(thread);
        outcome
    }

    fn start_thread(&self) -> Result<Thread, Trouble> {
        let seat = Seat::take(&self.threads)?;
        let (jobs, queue) = mpsc::channel::<Job>();
        std::thread::Builder::new()
            .name("keyring".to_owned())
            .spawn(move || {
                let _seat = seat;
                while let Ok(job) = queue.recv() {
                    job();
                }
            })
            .map_err(|_| Trouble::Internal)?;
        Ok(Thread { jobs })
    }
}

/// One of the few places for threads; given back when the thread ends, also by a panic.
struct Seat(Arc<AtomicUsize>);

impl Seat {
    fn take(threads: &Arc<AtomicUsize>) -> Result<Self, Trouble> {
        if threads.fetch_add(1, Ordering::Relaxed) < THREAD_LIMIT {
            return Ok(Self(Arc::clone(threads)));
        }
        threads.fetch_sub(1, Ordering::Relaxed);
        tracing::warn!("the keyring is silent: {THREAD_LIMIT} calls to it are still out");
        Err(Trouble::KeyringSilent)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn write_and_read_back(store: &dyn Store, entry: &KeyringEntry, secret: &SecretString) -> Result<(), Trouble> {
    store.write(entry, secret)?;
    let kept = store.read(entry)?;
    if kept.is_some_and(|kept| same_text(&kept, secret)) { Ok(()) } else { Err(Trouble::KeyringDenied) }
}

/// Whether two secrets are the same.
pub(crate) fn same_text(one: &SecretString, other: &SecretString) -> bool {
    one.expose_secret() == other.expose_secret()
}

#[cfg(test)]
mod tests;
