//! Where the request budget goes between and beside walks, as a pure function: to where a change is likely.
//!
//! Whoever an officer has opened comes first and whoever is on screen second. Then those whose check is under way, then the
//! head of the list, where the new ones are. What is left is the walk's, which meets those seen longest ago.

use jiff::{SignedDuration, Timestamp};
use kyc::CustomerKey;

/// An opened customer is looked at again after this.
const OPENED: SignedDuration = SignedDuration::from_mins(1);
/// A customer on screen is looked at again after this.
const ON_SCREEN: SignedDuration = SignedDuration::from_mins(10);
/// Pending customers are looked at again after this, where the budget allows.
const PENDING: SignedDuration = SignedDuration::from_mins(5);
/// The head of the list is looked at again after this.
const HEAD: SignedDuration = SignedDuration::from_mins(5);

/// Customers on screen who are asked for in one round: more than a window shows is a mistake of whoever says so.
const MOST_ON_SCREEN: usize = 40;

/// What a provider's client can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offers {
    /// One customer's card.
    pub card: bool,
    /// The list of those with one KYC status.
    pub by_kyc: bool,
    /// Customers in a page.
    pub page_size: u32,
}

/// A customer whom somebody looks at, and when the book last did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sight {
    /// The customer.
    pub key: CustomerKey,
    /// When the provider last said something of them.
    pub last_seen: Timestamp,
}

/// All that the plan depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Situation {
    /// The moment.
    pub now: Timestamp,
    /// What can be asked for.
    pub offers: Offers,
    /// Requests that work for which nobody waits may make now; `None` without a limit.
    pub free: Option<u32>,
    /// Requests that it may make in an hour; `None` without a limit.
    pub hourly: Option<u32>,
    /// Customers whose card is open.
    pub opened: Vec<Sight>,
    /// Customers on screen.
    pub on_screen: Vec<Sight>,
    /// Listed customers whose check is under way.
    pub pending: u32,
    /// When all of them were last looked at together: by a round or by a whole walk.
    pub pending_looked: Option<Timestamp>,
    /// When the head of the list was last looked at.
    pub head_looked: Option<Timestamp>,
    /// Whether a walk goes on, which looks at the head at its end.
    pub walking: bool,
}

/// Something to ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// A customer whom an officer has before them: their card, in the officer's name.
    Opened(CustomerKey),
    /// A customer on screen: their card.
    OnScreen(CustomerKey),
    /// All whose check is under way, by pages of the list.
    Pending {
        /// At most so many pages.
        pages: u32,
    },
    /// The first page of the list.
    Head,
}

/// What to ask for, in this order, and when to plan again if nothing happens until then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What to ask for.
    pub work: Vec<Work>,
    /// When the next thing is due.
    pub again: Timestamp,
}

/// Plans.
pub fn plan(situation: &Situation) -> Plan {
    let now = situation.now;
    let mut planning = Planning { now, free: situation.free, work: Vec::new(), again: later(now, PENDING) };
    if situation.offers.card {
        for sight in &situation.opened {
            if planning.is_due(Some(sight.last_seen), OPENED) {
                // An officer's request has its own share of the budget.
                planning.work.push(Work::Opened(sight.key));
            }
        }
        // At most half of what is free goes to what scrolls by.
        let mut share = situation.free.map_or(usize::MAX, |free| free as usize / 2).min(MOST_ON_SCREEN);
        let mut on_screen: Vec<Sight> = situation.on_screen.clone();
        on_screen.sort_by_key(|sight| sight.last_seen);
        for sight in on_screen {
            let opened = situation.opened.iter().any(|opened| opened.key == sight.key);
            if !opened && planning.is_due(Some(sight.last_seen), ON_SCREEN) && share > 0 && planning.take(1) {
                share -= 1;
                planning.work.push(Work::OnScreen(sight.key));
            }
        }
    }
    if situation.offers.by_kyc && situation.pending > 0 {
        // One more than there are: the provider may know of Pending customers whom the book does not.
        let pages = situation.pending.div_ceil(situation.offers.page_size.max(1)).saturating_add(1);
        if planning.is_due(situation.pending_looked, pending_interval(pages, situation.hourly)) && planning.take(pages)
        {
            planning.work.push(Work::Pending { pages });
        }
    }
    if !situation.walking && planning.is_due(situation.head_looked, HEAD) && planning.take(1) {
        planning.work.push(Work::Head);
    }
    Plan { work: planning.work, again: planning.again }
}

/// How long between two rounds over `pages` pages: such that they take no more than a third of the budget, and the walk,
/// which sees the others, gets on.
fn pending_interval(pages: u32, hourly: Option<u32>) -> SignedDuration {
    let Some(hourly) = hourly.filter(|hourly| *hourly > 0) else { return PENDING };
    let seconds = i64::from(pages) * 3 * 3_600 / i64::from(hourly);
    SignedDuration::from_secs(seconds).max(PENDING)
}

struct Planning {
    now: Timestamp,
    free: Option<u32>,
    work: Vec<Work>,
    again: Timestamp,
}

impl Planning {
    /// Whether something looked at then is due again; where it is not, it is planned when it will be. A look in the future,
    /// by a clock that has jumped back since, is no reason to wait.
    fn is_due(&mut self, looked: Option<Timestamp>, interval: SignedDuration) -> bool {
        let Some(looked) = looked.filter(|looked| *looked <= self.now) else { return true };
        let due = later(looked, interval);
        if due <= self.now {
            return true;
        }
        self.again = self.again.min(due);
        false
    }

    /// Takes requests out of what is free. Where there are too few, the round is put off until there are.
    fn take(&mut self, requests: u32) -> bool {
        let Some(free) = self.free else { return true };
        let Some(left) = free.checked_sub(requests) else {
            self.again = self.again.min(later(self.now, SignedDuration::from_mins(1)));
            return false;
        };
        self.free = Some(left);
        true
    }
}

fn later(moment: Timestamp, span: SignedDuration) -> Timestamp {
    moment.checked_add(span).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use proptest::prelude::*;

    fn now() -> Timestamp {
        "2026-11-20T12:00:00Z".parse().unwrap()
    }

    fn nothing_to_do() -> Situation {
        Situation {
            now: now(),
            offers: Offers { card: true, by_kyc: true, page_size: 100 },
            free: Some(90),
            hourly: Some(900),
            opened: Vec::new(),
            on_screen: Vec::new(),
            pending: 0,
            pending_looked: Some(now()),
            head_looked: Some(now()),
            walking: false,
        }
    }

    fn sight(key: u32, minutes_ago: i64) -> Sight {
        Sight { key: CustomerKey(key), last_seen: now() - minutes_ago.minutes() }
    }

    #[test]
    fn what_is_before_the_officer_comes_first_then_pending_then_the_head() {
        let situation = Situation {
            opened: vec![sight(1, 2), sight(2, 0)],
            on_screen: vec![sight(1, 60), sight(3, 11), sight(4, 9), sight(5, 30)],
            pending: 250,
            pending_looked: Some(now() - 5.minutes()),
            head_looked: None,
            ..nothing_to_do()
        };
        let expected = [
            Work::Opened(CustomerKey(1)),
            Work::OnScreen(CustomerKey(5)),
            Work::OnScreen(CustomerKey(3)),
            Work::Pending { pages: 4 },
            Work::Head,
        ];
        let planned = plan(&situation);
        assert_eq!(planned.work, expected);
        assert_eq!(planned.again, now() + 1.minute(), "customer 2 is due again then, customer 4 as well");
    }

    #[test]
    fn a_provider_is_asked_only_for_what_it_offers() {
        let situation = Situation {
            offers: Offers { card: false, by_kyc: false, page_size: 100 },
            opened: vec![sight(1, 99)],
            on_screen: vec![sight(2, 99)],
            pending: 5,
            pending_looked: None,
            head_looked: None,
            ..nothing_to_do()
        };
        assert_eq!(plan(&situation).work, [Work::Head]);
    }

    #[test]
    fn when_the_budget_is_short_the_officer_still_goes() {
        let situation = Situation {
            free: Some(0),
            opened: vec![sight(1, 2)],
            on_screen: vec![sight(2, 99)],
            pending: 5,
            pending_looked: None,
            head_looked: None,
            ..nothing_to_do()
        };
        let planned = plan(&situation);
        assert_eq!(planned.work, [Work::Opened(CustomerKey(1))]);
        assert_eq!(planned.again, now() + 1.minute());
    }

    #[test]
    fn very_many_pending_customers_take_a_third_of_the_budget() {
        let minutes = |pages| pending_interval(pages, Some(900)).as_mins();
        assert_eq!([minutes(1), minutes(25), minutes(75), minutes(300)], [5, 5, 15, 60]);
        assert_eq!(pending_interval(300, None), PENDING);
    }

    #[test]
    fn a_walk_looks_at_the_head_itself() {
        let situation = Situation { walking: true, head_looked: None, ..nothing_to_do() };
        assert_eq!(plan(&situation).work, []);
    }

    #[test]
    fn a_clock_that_jumped_back_puts_nothing_off() {
        let ahead = Some(now() + 3.hours());
        let situation = Situation { pending: 1, pending_looked: ahead, head_looked: ahead, ..nothing_to_do() };
        assert_eq!(plan(&situation).work, [Work::Pending { pages: 2 }, Work::Head]);
    }

    proptest! {
        #[test]
        fn nobody_is_asked_for_beyond_the_budget_or_twice(
            free in 0_u32..200, pending in 0_u32..30_000, ages in prop::collection::vec((0_u32..50, 0_i64..100), 0..120),
            opened in 0_usize..3, looked in prop::option::of(0_i64..30),
        ) {
            let sights: Vec<Sight> = ages.iter().map(|(key, ago)| sight(*key, *ago)).collect();
            let mut known = std::collections::HashSet::new();
            let sights: Vec<Sight> = sights.into_iter().filter(|sight| known.insert(sight.key)).collect();
            let situation = Situation {
                free: Some(free),
                opened: sights.iter().copied().take(opened).collect(),
                on_screen: sights,
                pending,
                pending_looked: looked.map(|ago| now() - ago.minutes()),
                head_looked: looked.map(|ago| now() - ago.minutes()),
                ..nothing_to_do()
            };
            let planned = plan(&situation);
            let requests: u32 = planned.work.iter().map(|work| match work {
                Work::Opened(_) => 0,
                Work::OnScreen(_) | Work::Head => 1,
                Work::Pending { pages } => *pages,
            }).sum();
            prop_assert!(requests <= free);
            let mut asked = std::collections::HashSet::new();
            for work in &planned.work {
                if let Work::Opened(key) | Work::OnScreen(key) = work {
                    prop_assert!(asked.insert(*key), "{key:?} twice");
                }
            }
            prop_assert!(planned.again > now() && planned.again <= now() + 5.minutes());
        }
    }
}
