use super::*;
use crate::clock::ManualClock;
use proptest::prelude::*;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at("2026-11-20T10:00:00Z".parse().unwrap()))
}

fn budget(windows: &[(u32, Duration)], clock: &Arc<ManualClock>) -> Budget {
    let windows = windows.iter().map(|&(most, span)| Window { most, span }).collect();
    Budget::new(windows, Arc::clone(clock) as Arc<dyn Clock>)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

#[tokio::test]
async fn a_long_wait_is_told_with_its_end_and_takes_nothing() {
    let clock = clock();
    let budget = budget(&[(2, MINUTE)], &clock);
    budget.admit().await.unwrap();
    clock.advance(Duration::from_secs(10));
    budget.admit().await.unwrap();
    for _ in 0..3 {
        let problem = budget.admit().await.unwrap_err();
        let until = "2026-11-20T10:01:00.001Z".parse().unwrap();
        assert_eq!(problem.trouble, Trouble::RateLimited { until: Some(until) });
        assert_eq!(budget.next_at(), until);
    }
    assert!(clock.slept().is_empty(), "a long wait is not slept");
    clock.advance(Duration::from_millis(50_001));
    budget.admit().await.unwrap();
}

#[tokio::test]
async fn a_short_wait_is_slept() {
    let clock = clock();
    let budget = budget(&[(2, Duration::from_secs(1))], &clock);
    for _ in 0..5 {
        budget.admit().await.unwrap();
    }
    assert_eq!(clock.slept(), [Duration::from_millis(1001), Duration::from_millis(1001)]);
}

#[tokio::test]
async fn without_windows_nothing_waits_and_nothing_is_kept() {
    let clock = clock();
    let budget = budget(&[], &clock);
    for _ in 0..10_000 {
        budget.admit().await.unwrap();
    }
    assert_eq!(budget.next_at(), clock.now());
    assert_eq!(budget.export(), "v1 -");
}

#[tokio::test]
async fn a_hold_binds_even_without_windows_and_is_never_shortened() {
    let clock = clock();
    let budget = budget(&[], &clock);
    budget.hold(MINUTE);
    budget.hold(Duration::from_secs(7));
    assert_eq!(budget.next_at(), "2026-11-20T10:01:00Z".parse().unwrap());
    assert!(budget.admit().await.is_err());
    clock.advance(MINUTE);
    budget.admit().await.unwrap();
}

#[test]
fn a_hold_is_believed_for_a_day_at_most() {
    let clock = clock();
    let budget = budget(&[], &clock);
    budget.hold(Duration::MAX);
    assert_eq!(budget.next_at(), "2026-11-21T10:00:00Z".parse().unwrap());
}

#[tokio::test]
async fn a_jump_of_the_wall_clock_earns_no_requests() {
    let clock = clock();
    let budget = budget(&[(1, HOUR)], &clock);
    budget.admit().await.unwrap();
    clock.set_wall("2030-01-01T00:00:00Z".parse().unwrap());
    assert!(budget.admit().await.is_err());
    clock.set_wall("2001-01-01T00:00:00Z".parse().unwrap());
    assert!(budget.admit().await.is_err());
    clock.advance(HOUR + Duration::from_millis(1));
    budget.admit().await.unwrap();
}

#[tokio::test]
async fn after_a_restart_with_the_clock_set_back_old_requests_count_as_just_sent() {
    let first = clock();
    let before = budget(&[(1, MINUTE)], &first);
    before.admit().await.unwrap();
    before.hold(Duration::from_secs(10));
    let second = Arc::new(ManualClock::at("2026-11-20T09:00:00Z".parse().unwrap()));
    let after = budget(&[(1, MINUTE)], &second);
    after.restore(&before.export()).unwrap();
    // The hold stands by wall time, an hour and ten seconds from here.
    assert_eq!(after.next_at(), "2026-11-20T10:00:10Z".parse().unwrap());
    second.advance(HOUR + Duration::from_secs(11));
    after.admit().await.unwrap();
}

#[test]
fn an_unreadable_state_changes_nothing() {
    let budget = budget(&[(1, MINUTE)], &clock());
    assert_eq!(budget.restore("garbage"), Err(UnreadableBudget));
    assert_eq!(budget.export(), "v1 -");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Requests are asked for at random moments, the app restarts now and then, the provider holds now and then. What
    /// was let through never exceeds a window, and nothing goes while held.
    #[test]
    fn never_more_than_allowed_in_any_window(
        per_minute in 1_u32..8,
        per_hour in 1_u32..40,
        steps in prop::collection::vec((0_u64..120_000, 0_u8..20), 1..300),
    ) {
        let windows = [(per_minute, MINUTE), (per_hour, HOUR)];
        let clock = clock();
        let mut book = budget(&windows, &clock);
        let mut sent: Vec<i64> = Vec::new();
        let mut held_until = 0;
        runtime().block_on(async {
            for (pause, event) in steps {
                // Many requests at once, with long pauses in between.
                if pause > 60_000 {
                    clock.advance(Duration::from_millis(pause));
                }
                match event {
                    0 => {
                        let stored = book.export();
                        book = budget(&windows, &clock);
                        book.restore(&stored).unwrap();
                    }
                    1 => held_until = held_until.max(book.hold(Duration::from_millis(pause)).as_millisecond()),
                    _ => {
                        let promised = book.next_at();
                        let started = clock.now();
                        match book.admit().await {
                            Ok(()) => {
                                let now = clock.now().as_millisecond();
                                prop_assert!(now >= held_until, "sent while held");
                                prop_assert!(now >= promised.as_millisecond(), "sent before the time that was named");
                                sent.push(now);
                            }
                            Err(problem) => {
                                prop_assert_eq!(problem.trouble, Trouble::RateLimited { until: Some(promised) });
                                let wait = promised.as_millisecond() - started.as_millisecond();
                                prop_assert!(wait > millis(PATIENCE), "a short wait was refused");
                            }
                        }
                    }
                }
            }
            Ok(())
        })?;
        for (most, span) in windows {
            for (index, first) in sent.iter().enumerate() {
                let within = sent[index..].iter().take_while(|at| **at - first <= millis(span)).count();
                prop_assert!(within <= most as usize, "{} requests within {:?}", within, span);
            }
        }
    }
}

#[tokio::test]
async fn a_walk_leaves_a_tenth_to_officers() {
    let clock = clock();
    let budget = budget(&[(90, MINUTE)], &clock);
    for _ in 0..81 {
        in_background(budget.admit()).await.unwrap();
    }
    assert!(in_background(budget.admit()).await.is_err(), "the walk has had its share");
    assert_eq!(budget.next_at(), clock.now());
    for _ in 0..9 {
        budget.admit().await.unwrap();
    }
    assert!(budget.admit().await.is_err());
}

#[tokio::test]
async fn an_officer_who_waits_goes_before_a_walk_that_waited_longer() {
    let clock = clock();
    let budget = budget(&[(1, Duration::from_secs(1))], &clock);
    budget.admit().await.unwrap();
    let order = Mutex::new(Vec::new());
    let work = |name: &'static str| {
        let (budget, order) = (&budget, &order);
        async move {
            budget.admit().await.unwrap();
            order.lock().unwrap().push(name);
        }
    };
    tokio::join!(in_background(work("walk")), work("officer"));
    assert_eq!(*order.lock().unwrap(), ["officer", "walk"]);
}

#[tokio::test]
async fn an_officer_who_gave_up_holds_nobody_back() {
    let clock = clock();
    let budget = budget(&[(1, Duration::from_secs(1))], &clock);
    let turn = Semaphore::new(1);
    let held = turn.acquire().await.unwrap();
    let waits = tokio::time::timeout(Duration::ZERO, budget.admit_in_turn(Some(&turn))).await;
    assert!(waits.is_err(), "the turn is taken");
    drop(held);
    in_background(budget.admit_in_turn(Some(&turn))).await.unwrap();
    assert!(clock.slept().is_empty(), "nobody is waited for");
}

#[tokio::test]
async fn what_is_left_is_told_for_work_in_the_background() {
    let clock = clock();
    let budget = budget(&[(100, MINUTE), (1_000, 60 * MINUTE)], &clock);
    assert_eq!((budget.free_in_background(), budget.hourly_in_background()), (Some(90), Some(900)));
    for _ in 0..30 {
        budget.admit().await.unwrap();
    }
    assert_eq!(budget.free_in_background(), Some(60));
    budget.hold(MINUTE);
    assert_eq!(budget.free_in_background(), Some(0));
    let unlimited = Budget::unlimited(Arc::clone(&clock) as Arc<dyn Clock>);
    assert_eq!((unlimited.free_in_background(), unlimited.hourly_in_background()), (None, None));
    assert_eq!(unlimited.span_of(1_000_000), Duration::ZERO);
}

#[tokio::test]
async fn how_long_requests_will_take_is_how_long_they_take() {
    for requests in [1, 9, 10, 40, 95, 200] {
        let clock = clock();
        let budget = budget(&[(10, MINUTE), (100, 60 * MINUTE)], &clock);
        let told = budget.span_of(requests);
        for _ in 0..requests {
            while let Err(problem) = in_background(budget.admit()).await {
                let Trouble::RateLimited { until: Some(until) } = problem.trouble else { panic!("{problem:?}") };
                clock.advance(Duration::try_from(until.duration_since(clock.now())).unwrap());
            }
        }
        assert!(told.abs_diff(clock.elapsed()) < MINUTE, "{requests} took {:?} and not {told:?}", clock.elapsed());
    }
}

#[tokio::test]
async fn a_budget_that_is_stored_ahead_counts_what_a_killed_process_sent_after_it() {
    let clock = clock();
    let budget = budget(&[(10, MINUTE)], &clock);
    for _ in 0..3 {
        budget.admit().await.unwrap();
    }
    let stored = budget.state_ahead(4).unwrap();
    for _ in 0..4 {
        budget.admit().await.unwrap();
    }
    let next = super::tests::budget(&[(10, MINUTE)], &clock);
    next.restore(&stored).unwrap();
    assert_eq!(next.export(), budget.export());
    assert_eq!(budget.state_ahead(0), budget.state());
}

proptest! {
    #[test]
    fn no_mixture_of_priorities_exceeds_a_window(work in prop::collection::vec((any::<bool>(), 0_u64..4_000), 1..120)) {
        let (clock, most) = (clock(), 20);
        let budget = budget(&[(most, MINUTE)], &clock);
        let mut sent: Vec<Duration> = Vec::new();
        for (background, pause) in work {
            clock.advance(Duration::from_millis(pause));
            let admitted = runtime().block_on(async {
                if background { in_background(budget.admit()).await } else { budget.admit().await }
            });
            if admitted.is_ok() {
                sent.push(clock.elapsed());
            }
            let recent = sent.iter().filter(|at| **at + MINUTE >= clock.elapsed()).count();
            prop_assert!(recent <= most as usize, "{recent} in a minute");
            if admitted.is_err() {
                // Whoever is refused was refused for a full window, less the officers' share.
                prop_assert!(recent >= if background { 18 } else { 20 }, "{recent} sent");
            }
        }
    }
}
