//! The thread and its deadline, over a keyring that hangs, fails and panics on demand. The clock of the runtime is
//! paused where a deadline is to pass, so that no test waits for one.

use super::*;
use crate::{EntryName, ProfileId};
use secrecy::ExposeSecret;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::AtomicBool;
use std::sync::{Condvar, Mutex};

/// A keyring in memory whose reads do what they are told.
#[derive(Default)]
struct Scripted {
    entries: Mutex<HashMap<KeyringEntry, SecretString>>,
    hung: Mutex<HashSet<KeyringEntry>>,
    released: Condvar,
    panics: AtomicBool,
    forgets: bool,
}

impl Scripted {
    /// Makes reads of an entry hang until [`release`](Self::release).
    fn hang(&self, entry: &KeyringEntry) {
        self.hung.lock().unwrap().insert(entry.clone());
    }

    fn release(&self) {
        self.hung.lock().unwrap().clear();
        self.released.notify_all();
    }
}

impl Store for Scripted {
    fn read(&self, entry: &KeyringEntry) -> Result<Option<SecretString>, Trouble> {
        let hung = self.hung.lock().unwrap();
        drop(self.released.wait_while(hung, |hung| hung.contains(entry)).unwrap());
        assert!(!self.panics.swap(false, Ordering::SeqCst), "told to panic");
        Ok(self.entries.lock().unwrap().get(entry).cloned())
    }

    fn write(&self, entry: &KeyringEntry, secret: &SecretString) -> Result<(), Trouble> {
        if !self.forgets {
            self.entries.lock().unwrap().insert(entry.clone(), secret.clone());
        }
        Ok(())
    }

    fn delete(&self, entry: &KeyringEntry) -> Result<(), Trouble> {
        self.entries.lock().unwrap().remove(entry);
        Ok(())
    }

    fn unlock(&self) -> Result<(), Trouble> {
        Err(Trouble::KeyringDenied)
    }
}

fn entry() -> KeyringEntry {
    EntryName::BookKey.in_keyring(&ProfileId::random())
}

#[tokio::test]
async fn what_is_written_is_read_until_it_is_deleted() {
    let keyring = Keyring::new(Arc::new(Scripted::default()));
    let entry = entry();
    assert!(keyring.read(entry.clone()).await.unwrap().is_none());
    keyring.write(entry.clone(), "text".into()).await.unwrap();
    assert_eq!(keyring.read(entry.clone()).await.unwrap().unwrap().expose_secret(), "text");
    keyring.delete(entry.clone()).await.unwrap();
    assert!(keyring.read(entry).await.unwrap().is_none());
    assert_eq!(keyring.threads.load(Ordering::Relaxed), 1, "one thread served all calls");
}

#[tokio::test]
async fn a_new_entry_replaces_nothing() {
    let keyring = Keyring::new(Arc::new(Scripted::default()));
    let entry = entry();
    keyring.write_new(entry.clone(), "first".into()).await.unwrap();
    let refusal = keyring.write_new(entry.clone(), "second".into()).await.unwrap_err();
    assert_eq!(refusal.trouble, Trouble::Conflict);
    assert_eq!(keyring.read(entry).await.unwrap().unwrap().expose_secret(), "first");
}

#[tokio::test]
async fn a_keyring_that_forgets_is_found_out() {
    let keyring = Keyring::new(Arc::new(Scripted { forgets: true, ..Scripted::default() }));
    let refusal = keyring.write_new(entry(), "text".into()).await.unwrap_err();
    assert_eq!(refusal.trouble, Trouble::KeyringDenied);
}

#[tokio::test(start_paused = true)]
async fn a_silent_call_ends_at_its_deadline_and_does_not_stop_the_next() {
    let store = Arc::new(Scripted::default());
    let keyring = Keyring::new(store.clone());
    let entry = entry();
    let hung = self::entry();
    store.hang(&hung);
    let silent = keyring.read(hung).await.unwrap_err();
    assert_eq!(silent.trouble, Trouble::KeyringSilent);
    // From here on real time: the next call is answered by a real thread.
    tokio::time::resume();
    keyring.write(entry.clone(), "text".into()).await.unwrap();
    assert_eq!(keyring.read(entry).await.unwrap().unwrap().expose_secret(), "text");
    assert_eq!(keyring.threads.load(Ordering::Relaxed), 2, "the hung thread and the one that took over");
    store.release();
}

#[tokio::test]
async fn a_caller_that_gives_up_does_not_stop_the_next() {
    let store = Arc::new(Scripted::default());
    let keyring = Keyring::new(store.clone());
    let hung = entry();
    store.hang(&hung);
    {
        let mut call = std::pin::pin!(keyring.read(hung));
        let polled = futures_poll_once(call.as_mut()).await;
        assert!(polled.is_none(), "the call is out and unanswered");
    }
    assert!(keyring.read(entry()).await.unwrap().is_none());
    store.release();
}

#[tokio::test(start_paused = true)]
async fn threads_that_are_lost_stay_few() {
    let store = Arc::new(Scripted::default());
    let keyring = Keyring::new(store.clone());
    for _ in 0..THREAD_LIMIT {
        let hung = entry();
        store.hang(&hung);
        assert_eq!(keyring.read(hung).await.unwrap_err().trouble, Trouble::KeyringSilent);
    }
    assert_eq!(keyring.threads.load(Ordering::Relaxed), THREAD_LIMIT);
    assert_eq!(keyring.read(entry()).await.unwrap_err().trouble, Trouble::KeyringSilent, "no thread is left for it");
    assert_eq!(keyring.threads.load(Ordering::Relaxed), THREAD_LIMIT, "and none was started");
    store.release();
    tokio::time::resume();
    // The lost threads come back one by one; as soon as the first has, calls are answered again.
    while keyring.threads.load(Ordering::Relaxed) == THREAD_LIMIT {
        tokio::task::yield_now().await;
    }
    assert!(keyring.read(entry()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_panic_in_the_store_is_a_problem_and_the_next_call_works() {
    let store = Arc::new(Scripted::default());
    let keyring = Keyring::new(store.clone());
    store.panics.store(true, Ordering::SeqCst);
    assert_eq!(keyring.read(entry()).await.unwrap_err().trouble, Trouble::Internal);
    assert!(keyring.read(entry()).await.unwrap().is_none());
}

#[tokio::test]
async fn calls_at_the_same_time_all_get_their_own_answer() {
    let keyring = Arc::new(Keyring::new(Arc::new(Scripted::default())));
    let profile = ProfileId::random();
    let calls: Vec<_> = (0..32)
        .map(|number| {
            let keyring = Arc::clone(&keyring);
            let entry = EntryName::Credential(kyc::ConnectionId::new(number.to_string())).in_keyring(&profile);
            tokio::spawn(async move {
                keyring.write(entry.clone(), number.to_string().into()).await.unwrap();
                keyring.read(entry).await.unwrap().unwrap().expose_secret().to_owned()
            })
        })
        .collect();
    for (number, call) in calls.into_iter().enumerate() {
        assert_eq!(call.await.unwrap(), number.to_string());
    }
}

#[tokio::test]
async fn a_refused_unlock_is_reported() {
    let keyring = Keyring::new(Arc::new(Scripted::default()));
    assert_eq!(keyring.unlock().await.unwrap_err().trouble, Trouble::KeyringDenied);
}

/// Polls a future once: `Some` when it is ready.
async fn futures_poll_once<F: Future>(mut future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    std::future::poll_fn(|context| {
        std::task::Poll::Ready(match future.as_mut().poll(context) {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        })
    })
    .await
}
