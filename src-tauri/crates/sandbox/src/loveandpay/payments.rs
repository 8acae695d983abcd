//! What a customer was billed and has paid, drawn so that it comes to the totals of the row: as many paid invoices as the
//! row counts payments, together its amount, the last of them at its last payment. Unpaid ones come on top.

use super::row::Customer;
use crate::moment::{DAY, MINUTE, Moment, SECOND};
use crate::random::Random;
use crate::roster::Row;

/// The documented words.
pub const STATUSES: &[&str] = &["PENDING", "PAID", "EXPIRED", "CANCELLED"];
const PENDING: u8 = 0;
/// The place of `PAID` among the words.
pub const PAID: u8 = 1;
const EXPIRED: u8 = 2;
const CANCELLED: u8 = 3;

/// How long an invoice can be paid.
pub const OPEN_FOR: i64 = DAY;

/// Most invoices of one customer: a row that claims more, which only the control endpoint can make, shows its newest.
const MOST: u32 = 10_000;

/// The totals of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// When the customer was first seen.
    pub created: Moment,
    /// How many payments.
    pub payments: u32,
    /// What they come to.
    pub kopecks: i64,
    /// When the last one was made.
    pub last_payment: Option<Moment>,
}

impl Totals {
    /// The totals that a row claims; `None` when it does not say since when the customer has been there.
    pub fn of(row: &Row<Customer>) -> Option<Self> {
        match row {
            Row::Regular(customer) => Some(Self {
                created: customer.created_at,
                payments: customer.total_payments,
                kopecks: customer.total_amount.kopecks,
                last_payment: customer.last_payment_at,
            }),
            Row::Odd(fields) => {
                let moment = |name: &str| row.text(name)?.parse().ok().map(Moment::of);
                let payments = fields.get("totalPayments").and_then(serde_json::Value::as_u64).unwrap_or(0);
                let amount = fields.get("totalAmount");
                let rubles = amount.and_then(|amount| amount.as_f64().or_else(|| amount.as_str()?.parse().ok()));
                #[expect(clippy::cast_possible_truncation, reason = "saturates; an odd row may claim anything")]
                let kopecks = (rubles.unwrap_or(0.0) * 100.0).round() as i64;
                let payments = u32::try_from(payments).unwrap_or(u32::MAX);
                Some(Self { created: moment("createdAt")?, payments, kopecks, last_payment: moment("lastPaymentAt") })
            }
        }
    }
}

/// One invoice. Which one it is of its customer is its place in the list of [`invoices`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invoice {
    /// A whole second.
    pub created: Moment,
    /// When paid, of those that are.
    pub paid: Option<Moment>,
    /// Hundredths of a ruble.
    pub kopecks: i64,
    /// The place among [`STATUSES`].
    pub status: u8,
}

/// The invoices behind these totals: the paid ones, the last payment first, and then the others. Everything happened
/// before `now`.
pub fn invoices(totals: &Totals, now: Moment, random: &mut Random) -> Vec<Invoice> {
    let mut invoices = unpaid(totals, now, random);
    let paid = totals.last_payment.map(|last| paid(totals, last, random)).unwrap_or_default();
    invoices.splice(0..0, paid);
    invoices
}

fn unpaid(totals: &Totals, now: Moment, random: &mut Random) -> Vec<Invoice> {
    let count = random.weighted(&[(60, 0), (25, 1), (10, 2), (5, 3)]);
    let one = |_| {
        let recent = totals.created.max(now.before(20 * 60 * MINUTE));
        let status = random.weighted(&[(30, PENDING), (45, EXPIRED), (25, CANCELLED)]);
        // Whoever came within the last day has no invoice yet that could have run out.
        let created = if status == PENDING || totals.created > now.before(OPEN_FOR) {
            (recent.after(drawn_below(now.milliseconds() - recent.milliseconds(), random)), PENDING)
        } else {
            let until = now.before(OPEN_FOR).milliseconds();
            (totals.created.after(drawn_below(until - totals.created.milliseconds(), random)), status)
        };
        let (created, status) = created;
        let kopecks = i64::try_from(random.within(5..400)).unwrap_or(5) * 50 * 100;
        Invoice { created: whole_second(created), paid: None, kopecks, status }
    };
    (0..count).map(one).collect()
}

fn paid(totals: &Totals, last: Moment, random: &mut Random) -> Vec<Invoice> {
    let count = totals.payments.min(MOST);
    let since = last.milliseconds().saturating_sub(totals.created.milliseconds());
    let mut moments: Vec<_> = (0..count).map(|_| last.before(drawn_below(since, random))).collect();
    moments.sort_unstable_by(|earlier, later| later.cmp(earlier));
    if let Some(newest) = moments.first_mut() {
        *newest = last;
    }
    let amounts = shares(totals.kopecks, moments.len(), random);
    let one = |(paid, kopecks): (Moment, i64)| {
        let created = paid.before(MINUTE + drawn_below(19 * 60 * MINUTE, random)).max(totals.created.min(paid));
        Invoice { created: whole_second(created), paid: Some(paid), kopecks, status: PAID }
    };
    moments.into_iter().zip(amounts).map(one).collect()
}

/// Cuts an amount into so many parts of different sizes, round ones as far as that goes.
fn shares(kopecks: i64, count: usize, random: &mut Random) -> Vec<i64> {
    let weights: Vec<_> = (0..count).map(|_| i128::from(random.within(50..150))).collect();
    let all: i128 = weights.iter().sum();
    let mut left = kopecks;
    let mut shares = Vec::with_capacity(count);
    for (index, weight) in weights.iter().enumerate() {
        let share = i64::try_from(i128::from(kopecks) * weight / all.max(1)).unwrap_or(0);
        let share = match share {
            _ if index + 1 == count => left,
            10_000.. => share / 1000 * 1000,
            _ => share,
        };
        left -= share;
        shares.push(share);
    }
    shares
}

fn whole_second(moment: Moment) -> Moment {
    moment.before(moment.milliseconds().rem_euclid(SECOND))
}

/// Milliseconds from 0 up to `width`.
fn drawn_below(width: i64, random: &mut Random) -> i64 {
    let width = u64::try_from(width).unwrap_or(0);
    i64::try_from(random.within(0..width.saturating_add(1))).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn moment(second: i64) -> Moment {
        Moment::of(jiff::Timestamp::from_second(second).unwrap())
    }

    proptest! {
        #[test]
        fn paid_invoices_come_to_the_totals(
            seed: u64, payments in 0_u32..300, kopecks in 0_i64..10_000_000_000, age in 0_i64..70_000_000, since in 0_i64..70_000_000,
        ) {
            let now = moment(1_700_000_000);
            let created = now.before(age * SECOND);
            let last_payment = (payments > 0).then(|| now.before(since.min(age) * SECOND));
            let totals = Totals { created, payments, kopecks, last_payment };
            let invoices = invoices(&totals, now, &mut Random::new(seed, "test", 0));
            let paid: Vec<_> = invoices.iter().filter(|invoice| invoice.status == PAID).collect();
            prop_assert_eq!(paid.len(), payments as usize);
            prop_assert_eq!(paid.first().and_then(|invoice| invoice.paid), last_payment);
            if payments > 0 {
                prop_assert_eq!(paid.iter().map(|invoice| invoice.kopecks).sum::<i64>(), kopecks);
            }
            prop_assert!(paid.is_sorted_by(|newer, older| newer.paid >= older.paid));
            for invoice in &invoices {
                prop_assert!(invoice.kopecks >= 0);
                prop_assert!(invoice.created <= now && invoice.created >= created.before(SECOND));
                prop_assert_eq!(invoice.paid.is_some(), invoice.status == PAID);
                if let Some(paid) = invoice.paid {
                    prop_assert!(invoice.created <= paid && paid < invoice.created.after(OPEN_FOR));
                } else {
                    prop_assert_eq!(invoice.created.after(OPEN_FOR) > now, invoice.status == PENDING);
                }
            }
        }

        #[test]
        fn no_claim_is_too_odd(payments: u32, kopecks: i64, created in -1_000_000_000_i64..4_000_000_000, last in -1_000_000_000_i64..4_000_000_000) {
            let totals = Totals { created: moment(created), payments: payments % 20_000, kopecks, last_payment: Some(moment(last)) };
            let invoices = invoices(&totals, moment(1_700_000_000), &mut Random::new(1, "test", 0));
            prop_assert!(invoices.len() <= MOST as usize + 3);
        }
    }
}
