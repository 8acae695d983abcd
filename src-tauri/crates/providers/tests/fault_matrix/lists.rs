//! Lists that are wrong page by page: shifting, miscounted, repeated, with records that are not as they should be.
//!
//! A walk here does what the documentation of `Page` asks of whoever walks: it keeps the ids it saw, and ends at the end
//! of the list or at a page that brings nobody new.

use crate::stage::{PATIENT, client};
use crate::support::{Answering, Request, expect};
use kyc::{Customer, KycStatus};
use providers::{Cursor, ListFilter, Provider};
use serde_json::{Map, Value, json};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::JoinSet;

/// Customers of the provider, in the order of its list; 250 of them, in pages of 100.
const MANY: usize = 250;

/// What a walk brought.
#[derive(Debug, Clone, PartialEq, Default)]
struct Walked {
    /// Different customers.
    customers: usize,
    /// Customers who came more than once, each time counted.
    again: usize,
    /// Records that could not be read.
    rejected: usize,
    /// Requests for pages.
    requests: usize,
    /// What the pages announced.
    totals: Vec<Option<u64>>,
}

/// A page as it would be if all was well, to be spoilt.
struct Good {
    pocket: bool,
    /// From which place of the list on.
    from: usize,
    /// Counts the requests for pages, from 1 on.
    number: usize,
    /// Everybody, for lists that shift.
    everybody: Vec<Value>,
}

impl Good {
    fn rows(&self) -> Vec<Value> {
        self.everybody.iter().skip(self.from).take(100).cloned().collect()
    }

    /// A whole answer of these rows with that total; `None` for none.
    fn answer(&self, rows: &[Value], total: Option<Value>) -> String {
        let mut answer = json!({"data": rows});
        match (self.pocket, total) {
            (true, total) => {
                answer["status"] = "ok".into();
                answer["page"] = (self.from / 100 + 1).into();
                if let Some(total) = total {
                    answer["total_items"] = total;
                }
            }
            (false, None) => answer["success"] = true.into(),
            (false, Some(total)) => {
                answer["success"] = true.into();
                answer["pagination"] = json!({"total": total, "limit": 100, "offset": self.from});
            }
        }
        answer.to_string()
    }

    fn whole(&self, rows: &[Value]) -> String {
        self.answer(rows, Some(self.everybody.len().into()))
    }

    fn each(&self, change: impl Fn(usize, &mut Map<String, Value>)) -> String {
        let mut rows = self.rows();
        for (place, row) in rows.iter_mut().enumerate() {
            change(self.from + place, row.as_object_mut().unwrap());
        }
        self.whole(&rows)
    }
}

fn customer(pocket: bool, number: usize) -> Value {
    if pocket {
        json!({"id": 1000 + number, "name": format!("Name {number}"), "email": "a@example.com", "kyc_status": "valid"})
    } else {
        json!({"id": format!("id-{number}"), "fullName": format!("Имя {number}"), "kycStatus": "VERIFIED", "isBlocked": false})
    }
}

fn page_start(request: &Request) -> usize {
    let value = |name: &str| {
        let query = request.target.split_once('?').unwrap().1;
        query.split('&').find_map(|pair| pair.strip_prefix(name)).map(|value| value.parse::<usize>().unwrap())
    };
    value("offset=").unwrap_or_else(|| (value("page=").unwrap() - 1) * 100)
}

type Spoil = Arc<dyn Fn(&mut Good) -> String + Send + Sync>;

/// What customers must be like, beside being there.
type Look = fn(&Customer) -> bool;

async fn walk(pocket: bool, spoil: Spoil, look: Look) -> Walked {
    let pages = AtomicUsize::new(0);
    let server = Answering::start(move |request| {
        if request.target.ends_with("/authenticate") {
            return expect("").json(200, r#"{"status":"ok","data":{"token":"t"}}"#);
        }
        let number = pages.fetch_add(1, Ordering::SeqCst) + 1;
        let everybody = (0..MANY).map(|number| customer(pocket, number)).collect();
        let mut good = Good { pocket, from: page_start(request), number, everybody };
        let body = spoil(&mut good);
        expect("").json(200, &body)
    })
    .await;
    let (provider, _) = client(pocket, server.origin(), PATIENT);
    let mut walked = Walked::default();
    pass(&*provider, look, &mut walked).await;
    walked
}

async fn pass(provider: &dyn Provider, look: Look, walked: &mut Walked) {
    let (mut cursor, mut met) = (Cursor::start(), HashSet::new());
    loop {
        let page = provider.customers(&ListFilter::default(), &cursor).await.unwrap();
        walked.requests += 1;
        walked.totals.push(page.total);
        walked.rejected += page.rejected.len();
        let before = met.len();
        for customer in &page.customers {
            assert!(look(customer), "{customer:?}");
            if !met.insert(customer.id.to_string()) {
                walked.again += 1;
            }
        }
        walked.customers = met.len();
        match page.next {
            Some(next) if met.len() > before => cursor = next,
            _ => return,
        }
        assert!(walked.requests < 100, "no end");
    }
}

struct Case {
    name: &'static str,
    spoil: Spoil,
    look: Look,
    /// At Love&Pay and at Cryptopocket.
    expected: [Walked; 2],
}

/// The same at both providers.
fn case(name: &'static str, expected: Walked, spoil: impl Fn(&mut Good) -> String + Send + Sync + 'static) -> Case {
    Case { name, spoil: Arc::new(spoil), look: |_| true, expected: [expected.clone(), expected] }
}

/// Everybody, in so many requests.
fn all(requests: usize, total: Option<u64>) -> Walked {
    Walked { customers: MANY, requests, totals: vec![total; requests], ..Walked::default() }
}

const KNOWN: Option<u64> = Some(MANY as u64);

/// A list whose total is that value.
fn totalled(name: &'static str, total: Value, expected: Walked) -> Case {
    case(name, expected, move |good| good.answer(&good.rows(), Some(total.clone())))
}

fn newcomers(good: &mut Good, count: usize) {
    let pocket = good.pocket;
    good.everybody.splice(..0, (0..count).map(|number| customer(pocket, 5000 + number)));
}

fn shifting() -> Vec<Case> {
    vec![
        case("as it should be", all(3, KNOWN), |good| good.whole(&good.rows())),
        case(
            "two came at the head after the first page",
            Walked { again: 2, totals: vec![KNOWN, Some(252), Some(252)], ..all(3, None) },
            |good| {
                if good.number > 1 {
                    newcomers(good, 2);
                }
                good.whole(&good.rows())
            },
        ),
        case(
            "one comes at the head before each page",
            Walked { again: 2, totals: vec![KNOWN, Some(251), Some(252)], ..all(3, None) },
            |good| {
                newcomers(good, good.number - 1);
                good.whole(&good.rows())
            },
        ),
        // Two are not met, and the total that falls tells of it.
        case(
            "two left after the first page",
            Walked { customers: 248, totals: vec![KNOWN, Some(248), Some(248)], ..all(3, None) },
            |good| {
                if good.number > 1 {
                    good.everybody.drain(..2);
                }
                good.whole(&good.rows())
            },
        ),
        case("the first of each page comes twice", Walked { again: 3, ..all(3, KNOWN) }, |good| {
            let mut rows = good.rows();
            rows.insert(0, rows[0].clone());
            good.whole(&rows)
        }),
        // Three are not there, and the total that is not reached tells of it.
        case(
            "the first of each page in place of the last",
            Walked { customers: 247, again: 3, ..all(3, KNOWN) },
            |good| {
                let mut rows = good.rows();
                let last = rows.len() - 1;
                rows[last] = rows[0].clone();
                good.whole(&rows)
            },
        ),
        case("each page backwards", all(3, KNOWN), |good| {
            let mut rows = good.rows();
            rows.reverse();
            good.whole(&rows)
        }),
        case("one page for ever", Walked { customers: 100, again: 100, ..all(2, KNOWN) }, |good| {
            good.from = 0;
            good.whole(&good.rows())
        }),
        case("one page for ever without a total", Walked { customers: 100, again: 100, ..all(2, None) }, |good| {
            good.from = 0;
            good.answer(&good.rows(), None)
        }),
        case("the last page for ever", Walked { again: 50, ..all(4, None) }, |good| {
            good.from = good.from.min(200);
            good.answer(&good.rows(), None)
        }),
        case("nobody", Walked { customers: 0, ..all(1, Some(0)) }, |good| good.answer(&[], Some(0.into()))),
        case("nobody, against the total", Walked { customers: 0, ..all(1, KNOWN) }, |good| good.whole(&[])),
        case("an empty page in the middle", Walked { customers: 100, ..all(2, KNOWN) }, |good| {
            let rows = if good.from == 100 { Vec::new() } else { good.rows() };
            good.whole(&rows)
        }),
        case("pages of 40", all(7, KNOWN), |good| {
            let from = if good.pocket { good.from / 100 * 40 } else { good.from };
            good.whole(&good.everybody.iter().skip(from).take(40).cloned().collect::<Vec<_>>())
        }),
        Case {
            expected: [Walked { again: 100, ..all(3, KNOWN) }, all(2, KNOWN)],
            ..case("pages of 150", Walked::default(), |good| {
                let from = if good.pocket { good.from / 100 * 150 } else { good.from };
                good.whole(&good.everybody.iter().skip(from).take(150).cloned().collect::<Vec<_>>())
            })
        },
    ]
}

fn miscounted() -> Vec<Case> {
    vec![
        totalled("total too large", 1000.into(), all(4, Some(1000))),
        totalled("total too small", 50.into(), all(3, Some(50))),
        totalled("total 0", 0.into(), all(3, Some(0))),
        totalled("total of one page", 100.into(), all(3, Some(100))),
        totalled("total as text", "250".into(), all(3, KNOWN)),
        totalled("total with a point", json!(250.0), all(3, KNOWN)),
        totalled("negative total", (-1).into(), all(4, None)),
        totalled("total in words", "many".into(), all(4, None)),
        totalled("null total", Value::Null, all(4, None)),
        totalled("total with a fraction", json!(250.5), all(4, None)),
        totalled("total beyond all numbers", json!(1e30), all(4, None)),
        totalled("yes for a total", true.into(), all(4, None)),
        totalled("object for a total", json!({}), all(4, None)),
        case("no total", all(4, None), |good| good.answer(&good.rows(), None)),
        case(
            "total that runs away",
            Walked { totals: [350, 450, 550, 650].map(Some).to_vec(), ..all(4, None) },
            |good| good.answer(&good.rows(), Some((250 + 100 * good.number).into())),
        ),
        case(
            "total on the first page only",
            Walked { totals: vec![KNOWN, None, None, None], ..all(4, None) },
            |good| good.answer(&good.rows(), (good.number == 1).then(|| MANY.into())),
        ),
    ]
}

fn odd_records() -> Vec<Case> {
    let rejected = |rejected: usize| Walked { customers: MANY - rejected, rejected, ..all(3, KNOWN) };
    let status = |row: &mut Map<String, Value>, value: Value| {
        let name = if row.contains_key("kycStatus") { "kycStatus" } else { "kyc_status" };
        row.insert(name.to_owned(), value);
    };
    vec![
        case("ids of the other kind", all(3, KNOWN), |good| {
            let pocket = good.pocket;
            good.each(|place, row| {
                row.insert("id".to_owned(), if pocket { (1000 + place).to_string().into() } else { place.into() });
            })
        }),
        case("one id as number and as text", Walked { again: 3, ..all(3, KNOWN) }, |good| {
            let mut rows: Vec<_> = good.rows();
            for (place, row) in rows.iter_mut().enumerate() {
                row["id"] = (good.from + place).into();
            }
            let mut again = rows[0].clone();
            again["id"] = format!(" {} ", again["id"]).into();
            rows.push(again);
            good.whole(&rows)
        }),
        case("one record without an id in each page", rejected(3), |good| {
            good.each(|place, row| {
                if place % 100 == 5 {
                    row.remove("id");
                }
            })
        }),
        case("ids that are none", rejected(9), |good| {
            let none = [
                Value::Null,
                "".into(),
                " ".into(),
                json!({}),
                json!([]),
                json!(1.5),
                true.into(),
                "a\nb".into(),
                "7".repeat(201).into(),
            ];
            good.each(|place, row| {
                if let Some(value) = none.get(place) {
                    row.insert("id".to_owned(), value.clone());
                }
            })
        }),
        case("records that are none", rejected(5), |good| {
            let mut rows = good.rows();
            if good.from == 0 {
                rows.splice(..5, [Value::Null, json!([]), "x".into(), 7.into(), json!({})]);
            }
            good.whole(&rows)
        }),
        case("a record with two ids", rejected(1), |good| {
            let whole = good.whole(&good.rows());
            if good.from == 0 { whole.replacen("\"id\":", "\"id\":9,\"id\":", 1) } else { whole }
        }),
        case("nothing but ids", all(3, KNOWN), |good| good.each(|_, row| row.retain(|name, _| name == "id"))),
        case("null everywhere", all(3, KNOWN), |good| {
            good.each(|_, row| {
                row.iter_mut().filter(|(name, _)| *name != "id").for_each(|(_, value)| *value = Value::Null);
            })
        }),
        case("every field of another kind", all(3, KNOWN), |good| {
            good.each(|place, row| {
                let odd = [json!({}), json!([1]), json!(-7), true.into(), json!(1e300)];
                row.iter_mut().filter(|(name, _)| *name != "id").for_each(|(_, value)| *value = odd[place % 5].clone());
            })
        }),
        case("unknown fields", all(3, KNOWN), |good| {
            good.each(|_, row| {
                row.insert("new".to_owned(), json!({"deep": [1, null, {"deeper": "https://x.example.com"}]}));
            })
        }),
        Case {
            look: |customer| matches!(customer.kyc, KycStatus::Unknown(_)) && customer.kyc != KycStatus::Verified,
            ..case("unknown statuses", all(3, KNOWN), move |good| {
                let words = ["ON_HOLD", "verified?", "APPROVED_LATER", "проверен", "0"];
                good.each(|place, row| status(row, words[place % 5].into()))
            })
        },
        Case {
            look: |customer| customer.kyc != KycStatus::Verified,
            ..case("statuses that are no words", all(3, KNOWN), move |good| {
                let values = [Value::Null, true.into(), 1.into(), json!(["VERIFIED"]), json!({"valid": true})];
                good.each(|place, row| status(row, values[place % 5].clone()))
            })
        },
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_list_that_is_wrong_loses_nobody_who_can_be_found_and_ends() {
    let cases: Vec<_> = shifting().into_iter().chain(miscounted()).chain(odd_records()).collect();
    let cells = cases.len() * 2;
    let mut walking = JoinSet::new();
    for Case { name, spoil, look, expected } in cases {
        for (pocket, expected) in [false, true].into_iter().zip(expected) {
            let spoil = Arc::clone(&spoil);
            walking.spawn(async move {
                let found = walk(pocket, spoil, look).await;
                let provider = if pocket { "Cryptopocket" } else { "Love&Pay" };
                (found != expected).then(|| format!("{name}, {provider}:\n expected {expected:?}\n found    {found:?}"))
            });
        }
    }
    let wrong: Vec<_> = walking.join_all().await.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cells >= 80, "{cells} cells");
}
