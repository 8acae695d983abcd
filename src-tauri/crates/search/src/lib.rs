//! The in-memory index behind the grid: search, filters, facets, built-in views, order, and what to highlight.
//!
//! Pure: no I/O, nothing asynchronous, no clock (the moment of asking is passed in), no interface. It keeps no customers;
//! rows on screen are read from the book by the keys that a search gives.
//!
//! ```
//! # use search::{Index, Query};
//! # fn ask(customers: &[kyc::BookCustomer], now: jiff::Timestamp) -> Option<()> {
//! let mut index = Index::new();
//! index.upsert(customers);
//! let query = Query { text: "гарсия +7 916".to_owned(), ..Query::default() };
//! let found = index.search(&query, now, &|| false)?;
//! # Some(())
//! # }
//! ```
//!
//! # What typed text finds
//!
//! The text is split into words at white space, and every word must be a piece of the customer's name, e-mail, phone or
//! id; different words may be found in different ones of them. Case and diacritics do not count, nor do apostrophes,
//! invisible characters and soft and hard signs; ё is е; й is not и; Kazakh, Ukrainian and Belarusian letters are also
//! found by the Russian letters typed for them ([`fold()`]).
//!
//! *Between scripts.* A Latin word is also looked for among the spellings of the Cyrillic words of names, and a Cyrillic
//! word's spellings in Latin names and e-mails. Spellings are those of passports (ICAO 9303), of English texts
//! (BGN/PCGN; -sky, Tch-), of ISO 9 without its carons, of Ukrainian and Kazakh usage, and those by which Spanish names
//! came into Cyrillic. So `garcia` finds García and Гарсия, `гарсия` finds García, Garcia and Гарсия, and
//! `tchaikovsky`, `chaykovskiy` and `Cajkovskij` all find Чайковский. Latin is not compared with other Latin spellings:
//! `sergey` finds Сергей, not Sergei. There is no comparison by sound and no tolerance for typing errors.
//!
//! *Phones.* A word of digits and `+ ( ) - .` is compared with phones by its digits alone, neighbouring such words also
//! as one number. A leading 8 of a Russian number is +7, a leading 00 is a plus.
//!
//! *Ids* are found with or without their dashes.
//!
//! *Syntax.* `"exact phrase"` is found as it stands, but for case and diacritics, and in its own script alone; `«»`, `“”` and
//! `„“` do as well. `-word` leaves out whoever has the word, and can stand before a phrase or a field. `name:`, `email:`,
//! `phone:` and `id:` (`имя:`, `почта:`, `телефон:`; `nombre:`, `correo:`, `teléfono:`) look for the next word or phrase in
//! that field alone. A field, a dash or a quotation mark after which nothing stands yet asks for nothing.
//!
//! Whatever word finds a customer, each of its beginnings finds them too, so that nobody disappears while one types.
//!
//! # Who is the same person
//!
//! [`View::Disagree`] and [`Index::same_person`] take two customers of different connections for one person when they have
//! the same e-mail but for case, or the same phone number in international form. Diacritics count here, and numbers
//! without a country code and addresses without an `@` tell nobody, because a wrong accusation costs more than a miss.

mod bits;
mod fold;
mod highlight;
mod index;
mod query;
mod syntax;
mod terms;

pub use fold::fold;
pub use highlight::{Field, Highlighter, Highlights, highlight, utf16_ranges};
pub use index::{Filling, Folded, Index, Matches, Snapshot};
pub use query::{Between, Column, Facets, Found, Query, Sort, View};
