//! Pages that land together: as if one by one, and all of them or none.

use super::support::{Desk, customer, id, minute, page, trouble};
use crate::{PageLanding, RunId};
use kyc::{Customer, KycStatus, RejectedRecord, Trouble};

fn verified(number: &str) -> Customer {
    Customer { kyc: KycStatus::Verified, ..customer(number) }
}

/// Pages that meet some customers again, change some, hold records that cannot be read, and each have a checkpoint.
fn pages(run: RunId) -> Vec<PageLanding> {
    let rows = [
        vec![customer("1"), customer("2")],
        vec![verified("2"), customer("3"), customer("3")],
        vec![],
        vec![customer("1"), customer("4")],
    ];
    let pages = rows.iter().zip(1_i64..).map(|(rows, number)| PageLanding {
        rejected: vec![RejectedRecord { position: 7, reason: "no id".to_owned(), raw: "{}".to_owned() }],
        announced_total: u32::try_from(number).ok(),
        checkpoint: Some(number.to_string()),
        budget: Some(format!("spent {number}")),
        ..page(run, rows, minute(number))
    });
    pages.collect()
}

#[tokio::test]
async fn together_is_as_one_by_one() {
    let (apart, together) = (Desk::new().await, Desk::new().await);
    let mut one_by_one = Vec::new();
    for page in pages(apart.begin(minute(0)).await.id) {
        one_by_one.push(apart.book.writer().land_page(page).await.unwrap());
    }
    let run = together.begin(minute(0)).await.id;
    assert_eq!(together.book.writer().land_pages(pages(run)).await.unwrap(), one_by_one);
    let all = async |desk: &Desk| {
        let reader = desk.book.reader();
        let customers = reader.customers((1..=5).map(kyc::CustomerKey).collect()).await.unwrap();
        let mut histories = Vec::new();
        for book in &customers {
            histories.push(reader.history(book.key).await.unwrap());
        }
        let run = reader.last_run(&id("one")).await.unwrap().unwrap();
        let rejected = reader.rejected_of(run.id).await.unwrap();
        (customers, histories, run, rejected, reader.budget(&id("one")).await.unwrap())
    };
    let (apart, together) = (all(&apart).await, all(&together).await);
    assert_eq!(together, apart);
    assert_eq!((together.0.len(), together.2.pages, together.2.checkpoint.as_deref()), (4, 4, Some("4")));
}

#[tokio::test]
async fn where_one_cannot_land_none_does() {
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await.id;
    let writer = desk.book.writer();
    desk.land(run, &[customer("0")], minute(0)).await;
    let mut broken = pages(run);
    broken[2].run = RunId::from_number(run.number() + 1);
    assert_eq!(trouble(writer.land_pages(broken).await), Trouble::NotFound);
    assert_eq!(desk.book.reader().count(&id("one")).await.unwrap(), 1);
    let now = desk.begin(minute(9)).await;
    assert_eq!((now.id, now.pages, now.checkpoint, now.seen), (run, 1, None, 1), "nor does the checkpoint move");
    // What was let go can come again.
    let landed = writer.land_pages(pages(run)).await.unwrap();
    assert_eq!(landed.last().unwrap().seen_in_run, 5);
    assert_eq!(writer.land_pages(Vec::new()).await.unwrap(), []);
}
