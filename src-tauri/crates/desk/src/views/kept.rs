//! The saved views as one small document, and what may be done to it. Pure: where it is kept is the book's.

use super::{SavedView, ViewDraft};
use kyc::{Problem, Trouble};
use search::Column;
use serde::{Deserialize, Serialize};

/// Most saved views.
const MOST_VIEWS: usize = 200;
/// Most characters of a name.
const LONGEST_NAME: usize = 120;

/// All saved views in their order.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeptViews {
    /// The next view's id.
    next: u32,
    pub views: Vec<SavedView>,
}

impl KeptViews {
    /// Reads what [`written`](Self::written) wrote; nothing is no view.
    pub fn read(text: Option<&str>) -> Result<Self, Problem> {
        // Whoever would write over what cannot be read would lose it.
        text.map_or_else(
            || Ok(Self::default()),
            |text| serde_json::from_str(text).map_err(|_| Trouble::BookDamaged.into()),
        )
    }

    pub fn written(&self) -> Result<String, Problem> {
        serde_json::to_string(self).map_err(|_| Trouble::Internal.into())
    }

    pub fn add(&mut self, draft: ViewDraft) -> Result<SavedView, Problem> {
        let draft = checked(draft)?;
        if self.views.len() >= MOST_VIEWS {
            return Err(Trouble::BadInput { field: "view" }.into());
        }
        let view = SavedView { id: self.next, draft };
        self.next += 1;
        self.views.push(view.clone());
        Ok(view)
    }

    pub fn replace(&mut self, id: u32, draft: ViewDraft) -> Result<SavedView, Problem> {
        let draft = checked(draft)?;
        let view = self.views.iter_mut().find(|view| view.id == id).ok_or(Trouble::NotFound)?;
        view.draft = draft;
        Ok(view.clone())
    }

    pub fn remove(&mut self, id: u32) -> Result<(), Problem> {
        let before = self.views.len();
        self.views.retain(|view| view.id != id);
        if self.views.len() == before { Err(Trouble::NotFound.into()) } else { Ok(()) }
    }

    pub fn order(&mut self, ids: &[u32]) {
        self.views.sort_by_key(|view| ids.iter().position(|id| *id == view.id).unwrap_or(ids.len()));
    }

    /// The name, or the name with the first number that makes it one of its own.
    pub fn free_name(&self, name: &str) -> String {
        let is_free = |name: &str| self.views.iter().all(|view| view.draft.name != name);
        let numbered = (2..).map(|number| format!("{name} ({number})"));
        std::iter::once(name.to_owned()).chain(numbered).find(|name| is_free(name)).unwrap_or_default()
    }
}

/// A draft that can be kept.
pub(super) fn checked(draft: ViewDraft) -> Result<ViewDraft, Problem> {
    let name = draft.name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(Trouble::BadInput { field: "name" }.into());
    }
    draft.filter.to_query()?;
    let columns = &draft.columns;
    let twice = |at: usize, name: &str| columns.iter().take(at).any(|before| before.column == name);
    let unknown = |name: &str| Column::from_name(name).is_none();
    if columns.iter().enumerate().any(|(at, one)| unknown(&one.column) || twice(at, &one.column)) {
        return Err(Trouble::BadInput { field: "columns" }.into());
    }
    Ok(ViewDraft { name: name.to_owned(), ..draft })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::Filter;
    use crate::views::ViewColumn;

    fn draft(name: &str) -> ViewDraft {
        ViewDraft { name: name.to_owned(), filter: Filter::default(), columns: Vec::new() }
    }

    fn names(kept: &KeptViews) -> Vec<&str> {
        kept.views.iter().map(|view| view.draft.name.as_str()).collect()
    }

    #[test]
    fn views_are_kept_in_the_order_given_and_read_back() {
        let mut kept = KeptViews::default();
        let ids: Vec<u32> = ["one", " two ", "three"].iter().map(|name| kept.add(draft(name)).unwrap().id).collect();
        kept.order(&[ids[2], ids[0]]);
        assert_eq!(names(&kept), ["three", "one", "two"]);
        kept.replace(ids[0], draft("first")).unwrap();
        let read = KeptViews::read(Some(&kept.written().unwrap())).unwrap();
        assert_eq!(read, kept);
        assert_eq!(names(&read), ["three", "first", "two"]);
    }

    #[test]
    fn an_id_never_comes_again() {
        let mut kept = KeptViews::default();
        let first = kept.add(draft("one")).unwrap().id;
        kept.remove(first).unwrap();
        assert_ne!(kept.add(draft("two")).unwrap().id, first);
        assert_eq!(kept.remove(first).unwrap_err().trouble, Trouble::NotFound);
        assert_eq!(kept.replace(first, draft("x")).unwrap_err().trouble, Trouble::NotFound);
    }

    #[test]
    fn a_taken_name_gets_a_number() {
        let mut kept = KeptViews::default();
        for expected in ["Madrid", "Madrid (2)", "Madrid (3)"] {
            let name = kept.free_name("Madrid");
            assert_eq!(name, expected);
            kept.add(draft(&name)).unwrap();
        }
    }

    #[test]
    fn what_cannot_be_shown_is_not_kept() {
        let refused = |draft: ViewDraft| KeptViews::default().add(draft).unwrap_err().trouble;
        assert_eq!(refused(draft("  ")), Trouble::BadInput { field: "name" });
        assert_eq!(refused(draft(&"n".repeat(LONGEST_NAME + 1))), Trouble::BadInput { field: "name" });
        let column = ViewColumn { column: "name".to_owned(), width: 100, pinned: true };
        let twice = vec![column.clone(), column];
        assert_eq!(refused(ViewDraft { columns: twice, ..draft("x") }), Trouble::BadInput { field: "columns" });
        let filter = Filter { view: "nobody".to_owned(), ..Filter::default() };
        assert_eq!(refused(ViewDraft { filter, ..draft("x") }), Trouble::BadInput { field: "view" });
    }

    #[test]
    fn there_is_an_end_to_views() {
        let mut kept = KeptViews::default();
        for number in 0..MOST_VIEWS {
            kept.add(draft(&number.to_string())).unwrap();
        }
        assert_eq!(kept.add(draft("more")).unwrap_err().trouble, Trouble::BadInput { field: "view" });
    }

    #[test]
    fn what_cannot_be_read_is_not_written_over() {
        assert_eq!(KeptViews::read(Some("{")).unwrap_err().trouble, Trouble::BookDamaged);
        assert_eq!(KeptViews::read(None).unwrap(), KeptViews::default());
    }
}
