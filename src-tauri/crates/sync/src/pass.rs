//! One pass through a provider's list: page after page, on their way into the book.
//!
//! The request for the next page goes out before the last one is read, and pages land while the next ones are fetched
//! ([`crate::landings`]). Where a page turns out to end the pass, the request for the one behind it was one too many, and the
//! pass looks ahead no more. Whether what it met was the whole list, [`crate::walk()`] says.

use crate::landings::{Landings, Told};
use crate::met::Met;
use crate::walk::Progress;
use crate::{missing, pause};
use directory::{PageLanding, Run, RunId, Writer};
use kyc::{ConnectionId, CustomerKey, Problem, ProviderCustomerId, Trouble};
use providers::clock::Clock;
use providers::{Cursor, ListFilter, Page, Provider, Unread, ahead, is_endless};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// Pages within one pass. At 100 rows a page this is beyond any merchant; it ends a provider that repeats for ever.
pub(crate) const MOST_PAGES: u32 = 200_000;

/// What a pass looks at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// The list, for the first time.
    List,
    /// The head of the list, of which the pass has met all but the newcomers.
    Head,
}

/// How far a pass went.
pub(crate) struct Went {
    /// Pages that landed.
    pub pages: u32,
    /// It ended where the provider says that the list does, and not because nobody new came.
    pub to_the_end: bool,
}

/// A pass through the list.
pub(crate) struct Pass<'a> {
    provider: &'a dyn Provider,
    book: &'a Writer,
    connection: &'a ConnectionId,
    clock: &'a dyn Clock,
    cancel: &'a CancellationToken,
    run: RunId,
    /// Different customers seen in the whole walk.
    pub seen: u32,
    /// Records of this pass that could not be read.
    pub rejected: u32,
    /// One of the customers whom this walk met.
    somebody: Option<ProviderCustomerId>,
    /// Whether the announced total fell during this pass.
    pub fell: bool,
    pub met: Met,
    /// Whether the next page is asked for before the last one is read.
    looks_ahead: bool,
    landings: Landings<'a>,
    /// How many customers whom this walk had not seen the page brought that landed last.
    brought_last: u32,
}

impl<'a> Pass<'a> {
    /// Goes on with a walk where it stopped.
    pub fn of(
        run: &Run,
        provider: &'a dyn Provider,
        book: &'a Writer,
        connection: &'a ConnectionId,
        clock: &'a dyn Clock,
        cancel: &'a CancellationToken,
    ) -> Self {
        Self {
            provider,
            book,
            connection,
            clock,
            cancel,
            run: run.id,
            seen: run.seen,
            rejected: run.rejected,
            somebody: None,
            fell: run.fell,
            met: Met::default(),
            looks_ahead: true,
            landings: Landings::new(book, provider.budget()),
            brought_last: 0,
        }
    }

    /// Lands pages from `cursor` on for as long as there are more and they bring somebody new to this pass.
    pub async fn go(
        &mut self,
        look: Look,
        cursor: Cursor,
        announced: &mut Option<u32>,
        report: &mut (impl FnMut(Progress) + Send),
    ) -> Result<Went, Problem> {
        let went = self.fetch_all(look, cursor, announced, report).await;
        // However it ended: what came was asked for, and need not be asked for again.
        let landed = self.land_all(report).await;
        let went = went?;
        landed?;
        Ok(went)
    }

    /// The same; the last pages may still be on their way into the book.
    async fn fetch_all(
        &mut self,
        look: Look,
        mut cursor: Cursor,
        announced: &mut Option<u32>,
        report: &mut (impl FnMut(Progress) + Send),
    ) -> Result<Went, Problem> {
        let mut answered = None;
        for pages in 1..=MOST_PAGES {
            let unread = match self.fetch(&cursor, answered.take(), report).await {
                // At this place every further walk would end like this, so this one ends, and the next begins anew.
                Err(problem) if is_endless(&problem) => return Ok(Went { pages: MOST_PAGES, to_the_end: false }),
                unread => unread?,
            };
            // A cursor that does not move would go on for ever.
            let next = unread.next().filter(|next| **next != cursor).cloned();
            let (provider, cancel) = (self.provider, self.cancel);
            // The first page at the head mostly brings nobody new, so the one behind it is mostly not needed.
            let goes_on = match next.as_ref().filter(|_| self.looks_ahead && look == Look::List) {
                Some(next) => {
                    let (coming, came) = oneshot::channel::<()>();
                    let request = async {
                        let answer = ask(provider, cancel, next).await;
                        drop(coming);
                        answer
                    };
                    let taking_in = async {
                        let goes_on = self.take_in(unread, look, announced, report).await?;
                        let _ = self.landing_meanwhile(came, report).await?;
                        Ok::<_, Problem>(goes_on)
                    };
                    let (answer, goes_on) = ahead(request, taking_in).await?;
                    answered = Some(answer);
                    goes_on
                }
                None => self.take_in(unread, look, announced, report).await?,
            };
            match next {
                Some(next) if goes_on => cursor = next,
                next => {
                    self.looks_ahead &= answered.is_none();
                    return Ok(Went { pages, to_the_end: next.is_none() });
                }
            }
        }
        Ok(Went { pages: MOST_PAGES, to_the_end: false })
    }

    /// Reads a page, sends it on its way into the book, and says whether it brought somebody new.
    async fn take_in(
        &mut self,
        unread: Unread,
        look: Look,
        announced: &mut Option<u32>,
        report: &mut (impl FnMut(Progress) + Send),
    ) -> Result<bool, Problem> {
        let page = unread.read();
        let brought = self.met.take_in(&page);
        // Equal records count one by one, but a record that is looked at twice counts once.
        self.rejected += match look {
            Look::List if brought.anything() => u32::try_from(page.rejected.len()).unwrap_or(u32::MAX),
            Look::List => 0,
            Look::Head => brought.rejected,
        };
        let total = page.total.and_then(|total| u32::try_from(total).ok());
        self.fell |= total < *announced && total.is_some();
        *announced = total.or(*announced);
        self.send(page, *announced);
        match look {
            Look::List => {
                while self.landings.is_full() {
                    self.land_next(report).await?;
                }
                // A page of people met before would go on for ever.
                Ok(brought.anything())
            }
            Look::Head => {
                // Whom an interrupted pass met at the head, only the book knows.
                self.land_all(report).await?;
                Ok(self.brought_last > 0 || brought.rejected > 0)
            }
        }
    }

    /// Sends a page on its way into the book.
    fn send(&mut self, page: Page, announced: Option<u32>) {
        if let Some(customer) = page.customers.first() {
            self.somebody = Some(customer.id.clone());
        }
        let landing = PageLanding {
            run: self.run,
            connection: self.connection.clone(),
            customers: page.customers,
            rejected: page.rejected,
            announced_total: announced,
            checkpoint: page.next.as_ref().map(Cursor::to_text),
            fell: self.fell,
            budget: None,
            seen_at: self.clock.now(),
        };
        self.landings.push(landing, Told { announced, rejected: self.rejected });
    }

    /// Waits for the transaction that is under way, and tells what its pages brought.
    async fn land_next(&mut self, report: &mut (impl FnMut(Progress) + Send)) -> Result<(), Problem> {
        for (landed, Told { announced, rejected }) in self.landings.next().await? {
            self.seen = landed.seen_in_run;
            self.brought_last = landed.first_seen_in_run;
            report(Progress::Landed { customers: landed.customers, seen: self.seen, announced, rejected });
        }
        Ok(())
    }

    /// Waits until every page that came is in the book.
    async fn land_all(&mut self, report: &mut (impl FnMut(Progress) + Send)) -> Result<(), Problem> {
        while !self.landings.is_empty() {
            self.land_next(report).await?;
        }
        Ok(())
    }

    /// Waits for something else while pages land.
    async fn landing_meanwhile<T>(
        &mut self,
        other: impl Future<Output = T>,
        report: &mut (impl FnMut(Progress) + Send),
    ) -> Result<T, Problem> {
        tokio::pin!(other);
        loop {
            let landings = !self.landings.is_empty();
            tokio::select! {
                biased;
                landed = self.land_next(report), if landings => landed?,
                other = &mut other => return Ok(other),
            }
        }
    }

    /// Asks the provider about customers whom this walk did not see.
    pub async fn ask_about_missing(
        &mut self,
        report: &mut (impl FnMut(Progress) + Send),
    ) -> Result<Vec<CustomerKey>, Problem> {
        let asked =
            missing::ask(self.provider, self.book, self.connection, self.clock, self.run, self.somebody.as_ref());
        let asked = tokio::select! {
            biased;
            () = self.cancel.cancelled() => return Err(Trouble::Cancelled.into()),
            asked = asked => asked?,
        };
        if !asked.present.is_empty() {
            report(Progress::Refreshed { customers: asked.present });
        }
        Ok(asked.gone)
    }

    /// Fetches a page, waiting out the request budget as often as it takes. `answered` is what came of a request for it
    /// that went before.
    async fn fetch(
        &mut self,
        cursor: &Cursor,
        mut answered: Option<Result<Unread, Problem>>,
        report: &mut (impl FnMut(Progress) + Send),
    ) -> Result<Unread, Problem> {
        loop {
            let asked = match answered.take() {
                Some(_) if self.cancel.is_cancelled() => return Err(Trouble::Cancelled.into()),
                Some(answer) => answer,
                None => {
                    let asking = ask(self.provider, self.cancel, cursor);
                    self.landing_meanwhile(asking, report).await?
                }
            };
            let until = match asked {
                Err(Problem { trouble: Trouble::RateLimited { until: Some(until) }, .. }) => until,
                other => return other,
            };
            self.land_all(report).await?;
            report(Progress::Waiting { until });
            tokio::select! {
                biased;
                () = self.cancel.cancelled() => return Err(Trouble::Cancelled.into()),
                () = pause::wait_until(self.clock, until) => {}
            }
            report(Progress::GoingOn);
        }
    }
}

/// Asks for a page once.
async fn ask(provider: &dyn Provider, cancel: &CancellationToken, cursor: &Cursor) -> Result<Unread, Problem> {
    let everybody = ListFilter::default();
    tokio::select! {
        biased;
        () = cancel.cancelled() => Err(Trouble::Cancelled.into()),
        page = provider.unread_customers(&everybody, cursor) => page,
    }
}
