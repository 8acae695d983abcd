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

fn now() -> Moment {
    Moment::of("2026-03-15T12:00:00Z".parse().unwrap())
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
        roster.insert(0, Entry { row: Row::from_fields(object(value)), beside: () }, now());
    }
    assert_eq!(roster.len(), 3);
    assert!(roster.find("x-7").is_some());
    assert_eq!(roster.page(0, 1).0[0].row.text("name"), Some("Nobody"));
}

#[test]
fn a_removed_customer_leaves_the_others_in_order() {
    let mut roster = roster([3, 2, 1]);
    assert!(roster.remove("2", now()).is_some());
    assert!(roster.remove("2", now()).is_none(), "gone is gone");
    assert!(roster.find("2").is_none() && roster.slot_by("name", "Name 2").is_none());
    assert_eq!(ids(&roster.page(0, 10).0), ["3", "1"]);
    assert!(roster.find("1").is_some());
    let again = Entry { row: Row::from_fields(object(json!({"id": 2, "name": "Again"}))), beside: () };
    roster.insert(0, again, now());
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
    let renamed = roster.alter("2", now(), |entry| {
        if let Row::Regular(row) = &mut entry.row {
            row.name = Some("New".to_owned());
        }
    });
    assert_eq!(renamed, Some(()));
    assert_eq!(named(&mut roster, "New"), (vec!["2".to_owned()], 1), "what was filtered before is filtered again");
    assert_eq!(roster.slot_by("name", "NEW"), roster.slot("2"));
    assert_eq!(roster.slot_by("name", "name 2"), None, "nobody is called that any more");
    assert_eq!(roster.slot_by("name", "name 3"), roster.slot("3"));
    let namesake = Entry { row: Row::from_fields(object(json!({"id": 9, "name": "new"}))), beside: () };
    roster.insert(3, namesake, now());
    assert_eq!(roster.slots_by("name", "New"), [roster.slot("2").unwrap(), roster.slot("9").unwrap()]);
    assert_eq!(roster.page(1, 1).0[0].row.text("name"), Some("New"));
}

#[test]
fn whoever_left_comes_back_and_whoever_moves_is_at_the_head() {
    let mut roster = roster([4, 3, 2, 1]);
    roster.move_to_head(2, now());
    roster.move_to_head(9, now());
    assert_eq!(ids(&roster.page(0, 10).0), ["2", "4", "3", "1"], "there is no tenth place");
    roster.remove("3", now());
    assert_eq!(roster.gone(), 1);
    roster.put_back(0, 99, now());
    assert_eq!((ids(&roster.page(0, 10).0), roster.gone()), (["2", "4", "1", "3"].map(str::to_owned).to_vec(), 0));
    assert_eq!(roster.find("3").unwrap().row.text("name"), Some("Name 3"));
    roster.remove("3", now());
    let another = Entry { row: Row::from_fields(object(json!({"id": 3, "name": "Another"}))), beside: () };
    roster.insert(0, another, now());
    roster.put_back(0, 0, now());
    assert_eq!(roster.len(), 4, "nobody comes back under an id that somebody has");
}

#[test]
fn every_change_is_noted_with_what_was_and_what_is() {
    let mut roster = roster([2, 1]);
    roster.place(0, Entry { row: Row::from_fields(object(json!({"id": 3, "name": "Old"}))), beside: () });
    assert_eq!(roster.changes().after(0), [], "who was there from the start is no change");
    let rename = |entry: &mut EntryOf<Ids>| entry.row = Row::from_fields(object(json!({"id": 2, "name": "New"})));
    roster.alter("2", now(), rename);
    roster.alter("2", now(), rename);
    roster.remove("1", now());
    let changes = roster.changes().after(0);
    let told: Vec<_> = changes.iter().map(|it| (it.number, it.happening, it.id.as_deref().unwrap())).collect();
    assert_eq!(told, [(1, Happening::Changed, "2"), (2, Happening::Removed, "1")], "the same again is no change");
    assert_eq!(Value::from(changes[0].before.clone()), json!({"name": "Name 2"}));
    assert_eq!(Value::from(changes[0].after.clone()), json!({"name": "New"}));
    assert_eq!(Value::from(changes[1].before.clone()), json!({"id": 1, "name": "Name 1"}));
    assert_eq!(roster.changes().after(1), changes[1..]);
    assert_eq!(roster.changes().after(7), []);
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
