//! Saved views: a filter, an order and columns under a name. Kept in the book, because a filter may hold a customer's name,
//! and given away in a file of its own, in which nothing personal stands.

mod kept;
mod shared;

use crate::filter::Filter;
use crate::{Desk, off_the_runtime};
use kept::KeptViews;
use kyc::{Problem, Trouble};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Name of the saved views among the book's small facts.
const META: &str = "saved_views";

/// A saved view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// Its identity in this book; never given to another view.
    pub id: u32,
    /// What it is and is called.
    #[serde(flatten)]
    pub draft: ViewDraft,
}

/// What a person says of a view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewDraft {
    /// Its name, as it was typed but for blanks around it.
    pub name: String,
    /// Whom it shows, and in what order.
    #[serde(default)]
    pub filter: Filter,
    /// The shown columns in order; empty for the usual ones.
    #[serde(default)]
    pub columns: Vec<ViewColumn>,
}

/// A shown column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewColumn {
    /// Which ([`search::Column::name`]).
    pub column: String,
    /// Its width in CSS pixels.
    pub width: u16,
    /// Whether it stays in sight when the others are scrolled sideways.
    #[serde(default)]
    pub pinned: bool,
}

impl Desk {
    /// All saved views, in the order that the person gave them.
    ///
    /// # Errors
    /// What the book met.
    pub async fn saved_views(&self) -> Result<Vec<SavedView>, Problem> {
        Ok(self.kept_views().await?.views)
    }

    /// How many customers each saved view has; 0 for one whose filter this version cannot read.
    ///
    /// # Errors
    /// What the book met.
    pub async fn saved_view_counts(&self) -> Result<Vec<(u32, u32)>, Problem> {
        let views = self.saved_views().await?;
        self.inner.index.until_full().await?;
        let (index, now) = (std::sync::Arc::clone(&self.inner.index), self.inner.clock.now());
        off_the_runtime(move || {
            let index = index.snapshot();
            let count = |view: &SavedView| {
                let query = view.draft.filter.to_query().ok()?;
                let found = index.find(&query, now, &|| false)?;
                u32::try_from(found.total()).ok()
            };
            Ok(views.iter().map(|view| (view.id, count(view).unwrap_or_default())).collect())
        })
        .await
    }

    /// Keeps a view: a new one at the end, or over the view `existing`.
    ///
    /// # Errors
    /// [`Trouble::BadInput`] for a name that is empty or too long, a filter or a column that does not exist, or one view too
    /// many; [`Trouble::NotFound`] when there is no `existing`; what the book met.
    pub async fn save_view(&self, draft: ViewDraft, existing: Option<u32>) -> Result<SavedView, Problem> {
        self.change_views(|kept| match existing {
            Some(id) => kept.replace(id, draft),
            None => kept.add(draft),
        })
        .await
    }

    /// Puts the views in another order; views that are not named keep theirs, behind.
    ///
    /// # Errors
    /// What the book met.
    pub async fn order_views(&self, ids: &[u32]) -> Result<(), Problem> {
        self.change_views(|kept| {
            kept.order(ids);
            Ok(())
        })
        .await
    }

    /// Removes a view.
    ///
    /// # Errors
    /// [`Trouble::NotFound`] when it is not there; what the book met.
    pub async fn remove_view(&self, id: u32) -> Result<(), Problem> {
        self.change_views(|kept| kept.remove(id)).await
    }

    /// Writes a view into a file that can be given to somebody else. The searched text and the connection stay out of it.
    ///
    /// # Errors
    /// [`Trouble::FileExists`] unless it may be replaced; what the disk met; [`Trouble::NotFound`] when there is no such view.
    pub async fn share_view(&self, id: u32, path: PathBuf, replace: bool) -> Result<(), Problem> {
        let view = self.kept_views().await?.views.into_iter().find(|view| view.id == id).ok_or(Trouble::NotFound)?;
        off_the_runtime(move || shared::write(&view.draft, &path, replace)).await
    }

    /// Takes a view in from a file that [`share_view`](Self::share_view) wrote. A name that is taken gets a number.
    ///
    /// # Errors
    /// [`Trouble::FileMissing`]; [`Trouble::BadInput`] with the field `file` when it is no view or is damaged, and with
    /// `version` when a newer Vouch wrote it; what the disk and the book met.
    pub async fn take_view_in(&self, path: PathBuf) -> Result<SavedView, Problem> {
        let draft = off_the_runtime(move || shared::read(&path)).await?;
        self.change_views(|kept| {
            let name = kept.free_name(&draft.name);
            kept.add(ViewDraft { name, ..draft })
        })
        .await
    }

    async fn kept_views(&self) -> Result<KeptViews, Problem> {
        KeptViews::read(self.inner.reader.meta(META).await?.as_deref())
    }

    async fn change_views<T>(&self, change: impl FnOnce(&mut KeptViews) -> Result<T, Problem>) -> Result<T, Problem> {
        let _changing = self.inner.changing_views.lock().await;
        let mut kept = self.kept_views().await?;
        let changed = change(&mut kept)?;
        self.inner.writer.set_meta(META.to_owned(), kept.written()?).await?;
        Ok(changed)
    }
}
