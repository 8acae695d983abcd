//! Making an index of a whole book at once, on all threads: customers are taken apart where there is a thread for it, put
//! together in the order of their keys, and each block of them is finished on a thread of its own.
//!
//! Nobody can search what is not finished, which is why this is not the index: it owes nobody an answer in between, so that
//! pieces of text are found and persons compared once, when everybody is there. What an index does with changes is told
//! in [`Index`] itself.

mod packed;

use super::Index;
use super::block::{Block, ROWS};
use super::classes::Classes;
use super::numbers::Numbers;
use super::persons::{Hashes, Persons};
use super::store::{Base, Snapshot};
use super::words::Words;
use kyc::BookCustomer;
use packed::{Packed, PackedRow};
use rayon::ThreadPool;
use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

/// How much work, for each thread, may wait for one. What waits is held in memory as it came.
const WAITING: usize = 2;

/// An index on its way.
pub struct Filling {
    /// None where the system gives no threads: then the work is done where it comes up.
    threads: Option<ThreadPool>,
    most_under_way: usize,
    under_way: usize,
    done: (Sender<Done>, Receiver<Done>),
    /// How many pieces were handed out, and how many were put together.
    handed_out: usize,
    put_together: usize,
    /// Pieces that were done before an earlier one.
    early: BTreeMap<usize, Box<Packed>>,
    last_key: Option<u32>,
    /// Customers whose keys do not ascend.
    late: Vec<BookCustomer>,
    words: Words,
    classes: Classes,
    hashes: Hashes,
    /// The block that rows are put into.
    begun: Option<Built>,
    blocks: BTreeMap<u32, Built>,
    len: usize,
}

/// A block, and the hashes of its rows' contacts of each kind.
type Built = (Block, [Vec<u64>; 2]);

/// What a thread has done.
enum Done {
    Packed(usize, Box<Packed>),
    Built(Box<Built>),
    Panicked(Box<dyn Any + Send>),
}

impl Filling {
    /// Begins, with as many threads as there are processors. Each calls `begin_thread` first, where the caller may say how
    /// urgent its work is to the system.
    pub fn new(begin_thread: impl Fn() + Send + Sync + 'static) -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|number| format!("fill {number}"))
            .start_handler(move |_| begin_thread())
            .build();
        Self {
            threads: pool.ok(),
            most_under_way: WAITING * threads,
            under_way: 0,
            done: channel(),
            handed_out: 0,
            put_together: 0,
            early: BTreeMap::new(),
            last_key: None,
            late: Vec::new(),
            words: Words::default(),
            classes: Classes::default(),
            hashes: Hashes::default(),
            begun: None,
            blocks: BTreeMap::new(),
            len: 0,
        }
    }

    /// Takes customers in, each in the place of the one with the same key, if any; the last of several with one key counts.
    /// Quickest is to take thousands at a time, and keys in ascending order, over all calls. Waits when the threads do not
    /// keep up.
    pub fn take(&mut self, customers: Vec<BookCustomer>) {
        let mut ascending = customers;
        let mut last = self.last_key;
        if !ascending.iter().all(|customer| last.replace(customer.key.0).is_none_or(|last| last < customer.key.0)) {
            let mut last = self.last_key;
            let (in_order, late) = ascending.into_iter().partition(|customer: &BookCustomer| {
                let follows = last.is_none_or(|last| last < customer.key.0);
                last = if follows { Some(customer.key.0) } else { last };
                follows
            });
            ascending = in_order;
            self.late.extend::<Vec<_>>(late);
        }
        let Some(greatest) = ascending.last() else { return };
        self.last_key = Some(greatest.key.0);
        self.len += ascending.len();
        let (number, hashes) = (self.handed_out, self.hashes.clone());
        self.handed_out += 1;
        self.hand_out(move || Done::Packed(number, Box::new(Packed::new(&ascending, &hashes))));
        while let Ok(done) = self.done.1.try_recv() {
            self.settle(done);
        }
        while self.under_way > self.most_under_way {
            self.wait();
        }
    }

    /// The index of everybody who was taken in.
    pub fn finish(mut self) -> Index {
        while self.put_together < self.handed_out {
            self.wait();
        }
        self.finish_begun();
        while self.under_way > 0 {
            self.wait();
        }
        let (mut blocks, mut contacts): (Vec<Arc<Block>>, Vec<[Vec<u64>; 2]>) = (Vec::new(), Vec::new());
        for (block, of_block) in std::mem::take(&mut self.blocks).into_values() {
            blocks.push(Arc::new(block));
            contacts.push(of_block);
        }
        self.words.shrink();
        let now = Snapshot {
            base: Arc::new(Base { blocks, words: Arc::new(self.words), ..Base::default() }),
            classes: Arc::new(self.classes),
            len: self.len,
            ..Snapshot::default()
        };
        let rows = now
            .base
            .blocks
            .iter()
            .zip(&contacts)
            .map(|(block, contacts)| (block.number * ROWS as u32, contacts.each_ref().map(Vec::as_slice)));
        let rows: Vec<_> = rows.collect();
        let persons = || Persons::of_everybody(self.hashes, &rows, &now);
        let persons = match &self.threads {
            Some(threads) => threads.install(persons),
            None => persons(),
        };
        drop(rows);
        drop(contacts);
        let mut index = Index { now, persons, ..Index::default() };
        index.settle();
        index.upsert(&self.late);
        index
    }

    fn hand_out(&mut self, work: impl FnOnce() -> Done + Send + 'static) {
        self.under_way += 1;
        let done = self.done.0.clone();
        let work = move || {
            let outcome = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(Done::Panicked);
            // Nobody waits any more for what was given up.
            let _ = done.send(outcome);
        };
        match &self.threads {
            Some(threads) => threads.spawn(work),
            None => work(),
        }
    }

    /// Waits for a thread to have done something.
    fn wait(&mut self) {
        if let Ok(done) = self.done.1.recv() {
            self.settle(done);
        }
    }

    fn settle(&mut self, done: Done) {
        self.under_way -= 1;
        match done {
            Done::Packed(number, packed) => {
                self.early.insert(number, packed);
                while let Some(packed) = self.early.remove(&self.put_together) {
                    self.put_together += 1;
                    self.put(*packed);
                }
            }
            Done::Built(built) => {
                self.blocks.insert(built.0.number, *built);
            }
            // As if the work had been done here.
            Done::Panicked(panic) => resume_unwind(panic),
        }
    }

    /// Puts a piece behind the others.
    fn put(&mut self, mut packed: Packed) {
        let dictionary = std::mem::take(&mut packed.dictionary);
        let words: Vec<u32> = dictionary.iter().map(|(kind, letters)| self.words.learn(kind, letters)).collect();
        let classes: Vec<u32> =
            packed.classes.all().map(|(_, class, count)| self.classes.enter_many(class, count)).collect();
        let mut of_row = Vec::new();
        for PackedRow { key, words: packed_words, bytes, numbers, contacts } in packed.rows() {
            let number = key / ROWS as u32;
            if self.begun.as_ref().is_some_and(|(block, _)| block.number != number) {
                self.finish_begun();
            }
            let (block, hashes) = self.begun.get_or_insert_with(|| (Block::new(number), [Vec::new(), Vec::new()]));
            of_row.clear();
            of_row.extend(packed_words.iter().filter_map(|word| words.get(*word as usize)));
            let class = classes.get(numbers.class as usize).copied().unwrap_or_default();
            let slot = key % ROWS as u32;
            block.pass_over(slot);
            block.place(&of_row, bytes, &Numbers { class, ..*numbers });
            for (hashes, hash) in hashes.iter_mut().zip(contacts) {
                hashes.resize(slot as usize, Hashes::NONE);
                hashes.push(hash);
            }
        }
    }

    /// Has the block that is full now finished.
    fn finish_begun(&mut self) {
        if let Some((mut block, hashes)) = self.begun.take() {
            self.hand_out(move || {
                block.finish();
                Done::Built(Box::new((block, hashes)))
            });
        }
    }
}
