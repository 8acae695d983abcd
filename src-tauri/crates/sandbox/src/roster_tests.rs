use super::*;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::json;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Plain {
    id: u32,
    name: Option<String>,
}

impl Shape for Plain {
    const FIELDS: &'static [&'static str] = &["id", "name"];

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn text(&self, field: &str) -> Option<&str> {
        (field == "name").then_some(self.name.as_deref()?)
    }
}

/// The ids in list order; the slot is the place.
struct Ids(Vec<u32>);

impl Source for Ids {
    type Shape = Plain;
    type Beside = ();

    fn entry(&self, slot: u32) -> EntryOf<Self> {
        let id = self.0[slot as usize];
        Entry { row: Row::Regular(Plain { id, name: Some(format!("Name {id}")) }), beside: () }
    }

    fn find(&self, id: &str) -> Option<u32> {
        self.0.iter().position(|known| known.to_string() == id).map(|slot| u32::try_from(slot).unwrap())
    }

    fn find_by(&self, _field: &str, lower_case: &str) -> Option<u32> {
        self.find(lower_case.strip_prefix("name ")?)
    }
}

fn roster(ids: impl IntoIterator<Item = u32>) -> Roster<Ids> {
    let ids: Vec<_> = ids.into_iter().collect();
    let order = (0..u32::try_from(ids.len()).unwrap()).collect();
    Roster::new(Ids(ids), order)
}

fn ids(rows: &[Cow<'_, EntryOf<Ids>>]) -> Vec<String> {
    rows.iter().filter_map(|entry| entry.row.id()).collect()
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[test]
fn an_object_that_would_be_written_otherwise_is_odd() {
    let regular = |value| matches!(Row::<Plain>::from_fields(object(value)), Row::Regular(_));
    assert!(regular(json!({"id": 1, "name": null})));
    assert!(!regular(json!({"id": 1})), "an absent name is not a null name");
    assert!(!regular(json!({"id": "1", "name": "A"})), "the id is text");
    assert!(!regular(json!({"id": 1, "name": "A", "more": true})), "a field too many");
}

#[test]
fn odd_rows_are_found_by_id_and_those_without_are_listed_all_the_same() {
    let mut roster = roster([1]);
    for value in [json!({"id": "x-7"}), json!({"name": "Nobody"})] {
        roster.insert(0, Entry { row: Row::from_fields(object(value)), beside: () });
    }
    assert_eq!(roster.len(), 3);
    assert!(roster.find("x-7").is_some());
    assert_eq!(roster.page(0, 1).0[0].row.text("name"), Some("Nobody"));
}

#[test]
fn a_removed_customer_leaves_the_others_in_order() {
    let mut roster = roster([3, 2, 1]);
    assert!(roster.remove("2").is_some());
    assert!(roster.remove("2").is_none(), "gone is gone");
    assert!(roster.find("2").is_none() && roster.slot_by("name", "Name 2").is_none());
    assert_eq!(ids(&roster.page(0, 10).0), ["3", "1"]);
    assert!(roster.find("1").is_some());
    let again = Entry { row: Row::from_fields(object(json!({"id": 2, "name": "Again"}))), beside: () };
    roster.insert(0, again);
    assert_eq!(roster.find("2").unwrap().row.text("name"), Some("Again"));
}

#[test]
fn a_change_is_seen_by_every_way_to_a_customer() {
    let mut roster = roster([3, 2, 1]);
    let named = |roster: &mut Roster<Ids>, name: &'static str| {
        let fits = |roster: &Roster<Ids>, slot| roster.get(slot).unwrap().row.text("name") == Some(name);
        let (rows, total) = roster.page_of(0, 10, name, fits);
        (ids(&rows), total)
    };
    assert_eq!(named(&mut roster, "New").1, 0);
    if let Row::Regular(row) = &mut roster.find_mut("2").unwrap().row {
        row.name = Some("New".to_owned());
    }
    assert_eq!(named(&mut roster, "New"), (vec!["2".to_owned()], 1), "what was filtered before is filtered again");
    assert_eq!(roster.slot_by("name", "NEW"), roster.slot("2"));
    assert_eq!(roster.slot_by("name", "name 2"), None, "nobody is called that any more");
    assert_eq!(roster.slot_by("name", "name 3"), roster.slot("3"));
    let namesake = Entry { row: Row::from_fields(object(json!({"id": 9, "name": "new"}))), beside: () };
    roster.insert(3, namesake);
    assert_eq!(roster.slots_by("name", "New"), [roster.slot("2").unwrap(), roster.slot("9").unwrap()]);
    assert_eq!(roster.page(1, 1).0[0].row.text("name"), Some("New"));
}

proptest! {
    #[test]
    fn pages_put_together_are_the_list(count in 0_u32..300, limit in 1_usize..120, of_even: bool) {
        let mut roster = roster(0..count);
        let fits = |entry: &EntryOf<Ids>| !of_even || matches!(&entry.row, Row::Regular(row) if row.id % 2 == 0);
        let all: Vec<_> = roster.iter().filter(|entry| fits(entry)).filter_map(|entry| entry.row.id()).collect();
        let mut seen = Vec::new();
        loop {
            let (rows, total) = if of_even {
                roster.page_of(seen.len(), limit, "even", |roster, slot| fits(&roster.get(slot).unwrap()))
            } else {
                roster.page(seen.len(), limit)
            };
            prop_assert_eq!(total, all.len());
            if rows.is_empty() { break; }
            prop_assert!(rows.len() <= limit);
            seen.extend(ids(&rows));
        }
        prop_assert_eq!(seen, all);
    }
}
