//! Threads that own SQLite connections and do work on them, one piece at a time each.

use crate::ending;
use crate::fault::{Fault, Outcome};
use kyc::Trouble;
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// Some connections, each on a thread of its own, behind one queue. Work that was queued before [`close`](Self::close) is
/// still done; the threads also end, by themselves, once nothing refers to this any more.
pub(crate) struct Threads {
    queue: Mutex<Option<mpsc::Sender<Job>>>,
    /// Ends when the last thread has closed its connection.
    ended: tokio::sync::Mutex<tokio::sync::mpsc::Receiver<()>>,
}

impl Threads {
    /// Starts one thread for each connection.
    pub(crate) fn start(name: &str, connections: Vec<Connection>) -> Outcome<Self> {
        let (queue, jobs) = mpsc::channel::<Job>();
        let jobs = Arc::new(Mutex::new(jobs));
        let (running, ended) = tokio::sync::mpsc::channel(1);
        ending::hold_up();
        for mut connection in connections {
            let (jobs, running) = (Arc::clone(&jobs), running.clone());
            std::thread::Builder::new().name(name.to_owned()).spawn(move || {
                while let Some(job) = next(&jobs) {
                    let Some(working) = ending::work() else { break };
                    // A panic inside costs its own caller an answer, nothing else: a transaction that was begun is rolled
                    // back while unwinding, and so the connection stays of use.
                    if catch_unwind(AssertUnwindSafe(|| job(&mut connection))).is_err() {
                        tracing::error!("work on the book panicked");
                    }
                    drop(working);
                }
                match ending::work() {
                    Some(_working) => drop(connection),
                    None => std::mem::forget(connection),
                }
                drop(running);
            })?;
        }
        Ok(Self { queue: Mutex::new(Some(queue)), ended: tokio::sync::Mutex::new(ended) })
    }

    /// Does `work` on a thread and waits for its outcome. The work is done to its end also when the caller stops waiting.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        let (answer, answered) = oneshot::channel();
        self.enqueue(Box::new(move |connection| {
            let _ = answer.send(work(connection));
        }))?;
        answered.await.unwrap_or(Err(Fault(Trouble::Internal)))
    }

    /// Queues work without waiting for it.
    ///
    /// # Errors
    /// `Cancelled` once the book is closed.
    pub(crate) fn enqueue(&self, job: Job) -> Outcome<()> {
        let queue = lock(&self.queue);
        let queue = queue.as_ref().ok_or(Fault(Trouble::Cancelled))?;
        queue.send(job).map_err(|_| Fault(Trouble::Internal))
    }

    /// Takes no more work, and waits until what was queued is done and the connections are closed.
    pub(crate) async fn close(&self) {
        drop(lock(&self.queue).take());
        // Nothing is ever sent; it ends when the threads have dropped their side.
        while self.ended.lock().await.recv().await.is_some() {}
    }
}

/// The next job of a queue that threads share; the lock is held only while waiting for it.
fn next(jobs: &Mutex<mpsc::Receiver<Job>>) -> Option<Job> {
    lock(jobs).recv().ok()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while holding either lock; jobs run outside of them.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn threads(count: usize) -> Threads {
        let connections = (0..count).map(|_| Connection::open_in_memory().unwrap()).collect();
        Threads::start("test", connections).unwrap()
    }

    #[tokio::test]
    async fn a_panic_costs_one_answer_and_leaves_no_transaction() {
        let threads = threads(1);
        let create = |connection: &mut Connection| Ok(connection.execute_batch("CREATE TABLE t (n)")?);
        threads.run(create).await.unwrap();
        let panicked = threads
            .run(|connection| -> Outcome<()> {
                let transaction = connection.transaction()?;
                transaction.execute("INSERT INTO t VALUES (1)", [])?;
                panic!("in the middle");
            })
            .await;
        assert_eq!(panicked, Err(Fault(Trouble::Internal)));
        let rows: u32 = threads
            .run(|connection| Ok(connection.query_row("SELECT count(*) FROM t", [], |row| row.get(0))?))
            .await
            .unwrap();
        assert_eq!(rows, 0, "what was begun is rolled back");
    }

    #[tokio::test]
    async fn closing_finishes_what_was_queued_and_takes_no_more() {
        let threads = threads(1);
        let (done, was_done) = mpsc::channel();
        threads.enqueue(Box::new(move |_| done.send(()).unwrap())).unwrap();
        threads.close().await;
        assert_eq!(was_done.try_recv(), Ok(()), "queued work is done before the end");
        assert_eq!(threads.run(|_| Ok(())).await, Err(Fault(Trouble::Cancelled)));
        threads.close().await;
    }

    #[tokio::test]
    async fn several_threads_work_at_the_same_time() {
        let threads = threads(2);
        // Each waits for the other: with one thread this would never end.
        let meeting = Arc::new(std::sync::Barrier::new(2));
        let other = Arc::clone(&meeting);
        let (one, two) = tokio::join!(
            threads.run(move |_| {
                meeting.wait();
                Ok(1)
            }),
            threads.run(move |_| {
                other.wait();
                Ok(2)
            })
        );
        assert_eq!((one, two), (Ok(1), Ok(2)));
    }
}
