//! The oracle: each customer is judged alone, in the plainest way, with every spelling of every name written down.

use super::people::{Change, Part, changes, customer, now, parts, query};
use crate::fold::romanise::{Ends, Lattice};
use crate::fold::{fold, is_cyrillic, letters};
use crate::{Column, Facets, Field, Filling, Found, Highlighter, Index, Query, View};
use kyc::{Blocked, BookCustomer, CustomerKey, KycStatus, ProviderId, TrustLevel};
use proptest::prelude::*;
use std::cmp::Ordering;
use std::collections::BTreeMap;

type Book = BTreeMap<CustomerKey, BookCustomer>;

fn spellings(word: &str, ends: Ends) -> Vec<String> {
    let mut typed = Vec::new();
    letters(word, |letter, _| typed.push(letter));
    Lattice::new(&typed, ends).spellings().into_iter().collect()
}

fn has_cyrillic(text: &str) -> bool {
    let mut found = false;
    letters(text, |letter, _| found |= is_cyrillic(letter));
    found
}

/// Whether folding makes a blank of a character; spacing diacritics such as `¨` are a blank with a mark.
fn is_blank(character: char) -> bool {
    fold(&format!("a{character}a")).contains(' ')
}

/// Digits, and whether they are an international number.
fn digits(phone: &str) -> (String, bool) {
    let plain = fold(phone);
    let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
    let plus =
        plain.find('+').is_some_and(|plus| plain.find(|c: char| c.is_ascii_digit()).is_none_or(|digit| plus < digit));
    match digits.len() {
        8..=15 if plus => (digits, true),
        10..=17 if !plus && digits.starts_with("00") => (digits[2..].to_owned(), true),
        11 if !plus && (digits.starts_with('7') || digits.starts_with('8')) => (format!("7{}", &digits[1..]), true),
        _ => (digits, false),
    }
}

fn looks_like_phone(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_digit() || "+()-.".contains(c)) && word.chars().any(|c| c.is_ascii_digit())
}

fn phone_has(customer: &BookCustomer, typed: &str) -> bool {
    let Some(phone) = &customer.customer.phone else { return false };
    let (digits, international) = digits(phone);
    let wanted: String = typed.chars().filter(char::is_ascii_digit).collect();
    if digits.contains(&wanted) {
        return true;
    }
    let plus = typed.split(|c: char| c.is_ascii_digit()).next().unwrap_or_default().contains('+');
    let begins = |beginning: String| !beginning.is_empty() && digits.starts_with(&beginning);
    international
        && !plus
        && (wanted.starts_with("00") && begins(wanted[2..].to_owned())
            || wanted.starts_with('8') && wanted.len() <= 11 && begins(format!("7{}", &wanted[1..])))
}

fn word_matches(customer: &BookCustomer, word: &str) -> bool {
    let said = &customer.customer;
    let (name, email) = (said.name.clone().unwrap_or_default(), said.email.clone().unwrap_or_default());
    let folded = fold(word);
    let dashless = folded.replace('-', "");
    if fold(&name).contains(&folded) || fold(&email).contains(&folded) {
        return true;
    }
    if !dashless.is_empty() && fold(said.id.as_str()).replace('-', "").contains(&dashless) {
        return true;
    }
    if looks_like_phone(&folded) && phone_has(customer, &folded) {
        return true;
    }
    if has_cyrillic(word) {
        let spellings = spellings(word, Ends::Open);
        let found = |text: &str| spellings.iter().any(|spelling| !spelling.is_empty() && fold(text).contains(spelling));
        return found(&name) || found(&email);
    }
    folded.chars().any(|c| c.is_ascii_lowercase())
        && name
            .split_whitespace()
            .filter(|part| has_cyrillic(part))
            .any(|part| spellings(part, Ends::Closed).iter().any(|spelling| spelling.contains(&folded)))
}

fn text_matches(customer: &BookCustomer, text: &str) -> bool {
    let words: Vec<&str> =
        text.split(is_blank).filter(|word| !fold(word).chars().all(|c| "+()-.".contains(c))).collect();
    let runs = words.chunk_by(|a, b| looks_like_phone(&fold(a)) && looks_like_phone(&fold(b)));
    runs.into_iter().all(|run| {
        let together: String = run.iter().map(|word| fold(word)).collect();
        run.len() > 1 && phone_has(customer, &together) || run.iter().all(|word| word_matches(customer, word))
    })
}

/// Whether a customer has what one part of a text asks for, dash apart; `None` when it asks for nothing.
fn has_part(customer: &BookCustomer, part: &Part) -> Option<bool> {
    let folded = fold(&part.text);
    if folded.chars().all(|c| " +()-.".contains(c)) {
        return None;
    }
    let mut only = customer.clone();
    if let Some((_, field)) = part.field {
        let said = &mut only.customer;
        said.name = said.name.take().filter(|_| field == Field::Name);
        said.email = said.email.take().filter(|_| field == Field::Email);
        said.phone = said.phone.take().filter(|_| field == Field::Phone);
        if field != Field::Id {
            said.id = kyc::ProviderCustomerId::new("\u{1F512}").unwrap(); // found by nothing that is typed here
        }
    }
    if !part.quoted {
        return Some(word_matches(&only, &part.text));
    }
    let said = &only.customer;
    let texts = [said.name.clone(), said.email.clone(), Some(said.id.as_str().to_owned())];
    let number = folded.replace(' ', "");
    Some(
        texts.iter().take(2).flatten().any(|text| fold(text).contains(&folded))
            || texts[2].iter().any(|id| fold(id).replace('-', "").contains(&folded.replace('-', "")))
            || looks_like_phone(&number) && phone_has(&only, &number),
    )
}

fn same_person(book: &Book, one: &BookCustomer, other: &BookCustomer) -> bool {
    let _ = book;
    let email = |customer: &BookCustomer| {
        let email = customer.customer.email.as_deref()?.trim().to_lowercase();
        let (before, after) = email.rsplit_once('@')?;
        (!before.is_empty() && !after.is_empty()).then_some(email.clone())
    };
    let phone = |customer: &BookCustomer| {
        let (digits, international) = digits(customer.customer.phone.as_deref()?);
        international.then_some(digits)
    };
    one.connection != other.connection
        && (email(one).is_some() && email(one) == email(other) || phone(one).is_some() && phone(one) == phone(other))
}

fn disagrees(book: &Book, one: &BookCustomer) -> bool {
    let decided = |status: &KycStatus| matches!(status, KycStatus::Verified | KycStatus::Rejected);
    book.values().filter(|other| same_person(book, one, other)).any(|other| {
        let (a, b) = (&one.customer.kyc, &other.customer.kyc);
        a != b && (decided(a) || decided(b))
    })
}

fn in_view(book: &Book, customer: &BookCustomer, view: View) -> bool {
    let said = &customer.customer;
    match view {
        View::All => true,
        View::PendingLong => {
            said.kyc == KycStatus::Pending
                && now().duration_since(customer.kyc_since()).as_hours() >= 72
                && now().duration_since(customer.kyc_since()) != jiff::SignedDuration::from_hours(72)
        }
        View::RejectedPaying => {
            said.kyc == KycStatus::Rejected
                && said.payments.is_some_and(|count| count > 0)
                && said.blocked != Blocked::Yes
        }
        View::Disagree => disagrees(book, customer),
        View::Blocked => said.blocked == Blocked::Yes,
        View::NeedsReview => {
            said.kyc.unknown_word().is_some()
                || in_view(book, customer, View::RejectedPaying)
                || disagrees(book, customer)
        }
    }
}

fn fits<T: PartialEq>(filter: &[T], value: &T) -> bool {
    filter.is_empty() || filter.contains(value)
}

fn facets(book: &Book, base: &[&BookCustomer], query: &Query) -> Facets {
    let kyc = |c: &BookCustomer| fits(&query.kyc, &c.customer.kyc);
    let provider = |c: &BookCustomer| fits(&query.providers, &c.provider);
    let trust = |c: &BookCustomer| fits(&query.trust, &c.customer.trust);
    let blocked = |c: &BookCustomer| fits(&query.blocked, &c.customer.blocked);
    let count =
        |passes: &dyn Fn(&BookCustomer) -> bool| u32::try_from(base.iter().filter(|c| passes(c)).count()).unwrap();
    let everywhere = |passes: &dyn Fn(&BookCustomer) -> bool| book.values().filter(|c| passes(c)).count();

    let mut statuses: Vec<KycStatus> = book.values().map(|c| c.customer.kyc.clone()).collect();
    statuses.sort();
    statuses.dedup(); // the derived order is the vocabulary's, unknown words last and by the alphabet
    statuses.sort_by_key(|status| {
        status.unknown_word().map(|_| std::cmp::Reverse(everywhere(&|c| c.customer.kyc == *status)))
    });
    let mut levels: Vec<Option<TrustLevel>> = book.values().map(|c| c.customer.trust.clone()).collect();
    levels.sort_by_key(|level| (level.is_none(), level.clone()));
    levels.dedup();
    levels.sort_by_key(|level| {
        let unknown = level
            .as_ref()
            .and_then(TrustLevel::unknown_word)
            .map(|_| std::cmp::Reverse(everywhere(&|c| c.customer.trust == *level)));
        (level.is_none(), unknown)
    });
    let mut providers: Vec<ProviderId> = book.values().map(|c| c.provider.clone()).collect();
    providers.sort();
    providers.dedup();
    let mut answers: Vec<Blocked> = book.values().map(|c| c.customer.blocked).collect();
    answers.sort();
    answers.dedup();
    Facets {
        kyc: statuses
            .into_iter()
            .map(|v| (v.clone(), count(&|c| c.customer.kyc == v && provider(c) && trust(c) && blocked(c))))
            .collect(),
        providers: providers
            .into_iter()
            .map(|v| (v.clone(), count(&|c| c.provider == v && kyc(c) && trust(c) && blocked(c))))
            .collect(),
        trust: levels
            .into_iter()
            .map(|v| (v.clone(), count(&|c| c.customer.trust == v && kyc(c) && provider(c) && blocked(c))))
            .collect(),
        blocked: answers
            .into_iter()
            .map(|v| (v, count(&|c| c.customer.blocked == v && kyc(c) && provider(c) && trust(c))))
            .collect(),
    }
}

/// Compares by a column; `None` where one of the two has no value.
fn compare(column: Column, a: &BookCustomer, b: &BookCustomer) -> [bool; 2] {
    [a, b].map(|customer| has_value(column, customer))
}

fn text_of(column: Column, customer: &BookCustomer) -> Option<String> {
    let said = &customer.customer;
    let text = match column {
        Column::Name => fold(said.name.as_deref()?),
        Column::Email => fold(said.email.as_deref()?),
        Column::Phone => digits(said.phone.as_deref()?).0,
        _ => fold(said.id.as_str()).replace('-', ""),
    };
    (!text.is_empty()).then_some(text)
}

fn has_value(column: Column, customer: &BookCustomer) -> bool {
    let said = &customer.customer;
    match column {
        Column::Name | Column::Email | Column::Phone | Column::Id => text_of(column, customer).is_some(),
        Column::Kyc => said.kyc != KycStatus::Unknown(String::new()),
        Column::Provider => true,
        Column::Trust => said.trust.is_some(),
        Column::Payments => said.payments.is_some(),
        Column::Paid => said.paid.is_some(),
        Column::LastPayment => said.last_payment.is_some(),
        Column::Created => said.created.is_some(),
        Column::Blocked => said.blocked != Blocked::Unknown,
    }
}

fn by_value(column: Column, one: &BookCustomer, other: &BookCustomer) -> Ordering {
    let (a, b) = (&one.customer, &other.customer);
    match column {
        Column::Name | Column::Email | Column::Phone => text_of(column, one).cmp(&text_of(column, other)),
        Column::Id => {
            let number = |customer| text_of(Column::Id, customer).and_then(|id| id.parse::<u128>().ok());
            match (number(one), number(other)) {
                (Some(a), Some(b)) => a.cmp(&b),
                (None, None) => text_of(column, one).cmp(&text_of(column, other)),
                (a, b) => b.is_some().cmp(&a.is_some()),
            }
        }
        Column::Kyc => a.kyc.cmp(&b.kyc),
        Column::Provider => one.provider.cmp(&other.provider),
        Column::Trust => a.trust.cmp(&b.trust),
        Column::Payments => a.payments.cmp(&b.payments),
        Column::Paid => a.paid.as_ref().map(|money| money.amount).cmp(&b.paid.as_ref().map(|money| money.amount)),
        Column::LastPayment => a.last_payment.cmp(&b.last_payment),
        Column::Created => a.created.cmp(&b.created),
        Column::Blocked => a.blocked.cmp(&b.blocked),
    }
}

fn compare_by_all(sorts: &[crate::Sort], a: &BookCustomer, b: &BookCustomer) -> Ordering {
    for sort in sorts {
        let order = match compare(sort.column, a, b) {
            [true, true] if sort.descending => by_value(sort.column, b, a),
            [true, true] => by_value(sort.column, a, b),
            [a, b] => b.cmp(&a),
        };
        if order.is_ne() {
            return order;
        }
    }
    a.key.cmp(&b.key)
}

fn in_ranges(book: &Book, customer: &BookCustomer, query: &Query) -> bool {
    fn lies<T: PartialOrd>(value: Option<T>, range: &crate::Between<T>) -> bool {
        match (&range.from, &range.to, value) {
            (None, None, _) => true,
            (_, _, None) => false,
            (from, to, Some(value)) => {
                !from.as_ref().is_some_and(|from| value < *from) && !to.as_ref().is_some_and(|to| value > *to)
            }
        }
    }
    let said = &customer.customer;
    lies(said.created, &query.created)
        && lies(said.last_payment, &query.last_payment)
        && lies(customer.kyc_changed, &query.status_changed)
        && lies(said.payments, &query.payments)
        && lies(said.paid.as_ref().map(|paid| paid.amount), &query.paid)
        && query.listed.is_none_or(|listed| listed == customer.unlisted_since.is_none())
        && query.disagrees.is_none_or(|wanted| wanted == disagrees(book, customer))
}

fn expected(book: &Book, query: &Query) -> Found {
    let base: Vec<&BookCustomer> = book
        .values()
        .filter(|c| query.connection.as_ref().is_none_or(|wanted| *wanted == c.connection))
        .filter(|c| in_view(book, c, query.view) && text_matches(c, &query.text) && in_ranges(book, c, query))
        .collect();
    let facets = facets(book, &base, query);
    let mut matching: Vec<&BookCustomer> = base;
    matching.retain(|c| {
        fits(&query.kyc, &c.customer.kyc)
            && fits(&query.providers, &c.provider)
            && fits(&query.trust, &c.customer.trust)
            && fits(&query.blocked, &c.customer.blocked)
    });
    if !query.then.is_empty() {
        let mut sorts = vec![query.sort];
        query.then.iter().for_each(|sort| {
            if sorts.iter().all(|before| before.column != sort.column) {
                sorts.push(*sort);
            }
        });
        if sorts.len() > 1 {
            matching.sort_by(|a, b| compare_by_all(&sorts, a, b));
            return Found { total: matching.len(), keys: matching.iter().map(|c| c.key).collect(), facets };
        }
    }
    matching.sort_by(|a, b| match compare(query.sort.column, a, b) {
        [true, true] => {
            let ascending = by_value(query.sort.column, a, b).then(a.key.cmp(&b.key));
            if query.sort.descending { ascending.reverse() } else { ascending }
        }
        [false, false] => a.key.cmp(&b.key),
        [a, b] => b.cmp(&a),
    });
    Found { total: matching.len(), keys: matching.iter().map(|c| c.key).collect(), facets }
}

/// Whether a word may be found well elsewhere than in the folded name.
fn text_is_elsewhere(customer: &BookCustomer, word: &str) -> bool {
    let said = &customer.customer;
    let has = |text: &str| fold(text).contains(word);
    said.email.as_deref().is_some_and(has)
        || has(said.id.as_str())
        || said.name.as_deref().is_some_and(|name| {
            has_cyrillic(name) || fold(name).contains(|letter: char| !letter.is_ascii_lowercase() && letter != ' ')
        })
}

fn apply(index: &mut Index, book: &mut Book, change: &Change) {
    match change {
        Change::Upsert(customers) => {
            index.upsert(customers);
            book.extend(customers.iter().map(|customer| (customer.key, customer.clone())));
        }
        Change::Remove(connection) => {
            index.remove_connection(connection);
            book.retain(|_, customer| customer.connection != *connection);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn the_index_answers_as_the_oracle_does(changes in changes(), queries in proptest::collection::vec(query(), 6)) {
        let (mut index, mut book) = (Index::new(), Book::new());
        for change in &changes {
            apply(&mut index, &mut book, change);
            prop_assert_eq!(index.len(), book.len());
            for query in &queries {
                let found = index.search(query, now(), &|| false).unwrap();
                prop_assert_eq!(&found, &expected(&book, query), "{:?}", query);
            }
        }
        for (view, count) in index.view_counts(now()) {
            prop_assert_eq!(count as usize, book.values().filter(|c| in_view(&book, c, view)).count(), "{:?}", view);
        }
        for customer in book.values() {
            let others: Vec<CustomerKey> = book.values().filter(|other| same_person(&book, customer, other)).map(|other| other.key).collect();
            prop_assert_eq!(index.same_person(customer.key), others);
            prop_assert_eq!(index.disagrees(customer.key), disagrees(&book, customer));
        }
    }

    /// Whoever types meets kept answers, which know of earlier letters and of later changes.
    #[test]
    fn typing_letter_by_letter_finds_what_asking_at_once_finds(steps in proptest::collection::vec((changes(), query(), query()), 1..4)) {
        let (mut index, mut book) = (Index::new(), Book::new());
        for (changes, query, other) in &steps {
            let text = format!("{} {}", query.text, other.text);
            let mut changes = changes.iter();
            for (end, letter) in text.char_indices() {
                let query = Query { text: text[..end + letter.len_utf8()].to_owned(), ..query.clone() };
                let found = index.search(&query, now(), &|| false).unwrap();
                prop_assert_eq!(&found, &expected(&book, &query), "{:?}", query);
                changes.next().into_iter().for_each(|change| apply(&mut index, &mut book, change));
            }
        }
    }

    #[test]
    fn syntax_finds_what_its_parts_ask_for(changes in changes(), parts in parts()) {
        let (mut index, mut book) = (Index::new(), Book::new());
        changes.iter().for_each(|change| apply(&mut index, &mut book, change));
        let text = parts.iter().map(Part::typed).collect::<Vec<_>>().join(" ");
        let wanted = |customer: &BookCustomer| parts.iter().all(|part| has_part(customer, part).is_none_or(|has| has != part.excluded));
        let expected: std::collections::BTreeSet<CustomerKey> = book.values().filter(|customer| wanted(customer)).map(|customer| customer.key).collect();
        // Typed letter by letter as well, because kept answers are narrowed by syntax too.
        for (end, letter) in text.char_indices() {
            let typed = Query { text: text[..end + letter.len_utf8()].to_owned(), ..Query::default() };
            let found = index.search(&typed, now(), &|| false).unwrap();
            index.forget_searches();
            prop_assert_eq!(&index.search(&typed, now(), &|| false).unwrap(), &found, "{:?}", typed.text);
            index.search(&typed, now(), &|| false);
        }
        let found = index.search(&Query { text: text.clone(), ..Query::default() }, now(), &|| false).unwrap();
        prop_assert_eq!(found.keys.iter().copied().collect::<std::collections::BTreeSet<_>>(), expected, "{:?}", text);
        let highlighter = Highlighter::new(&text);
        for part in parts.iter().filter(|part| !part.excluded && has_part(&book.values().next().unwrap_or(&super::people::nobody(0)).clone(), part).is_some()) {
            for key in &found.keys {
                let highlights = highlighter.customer(&book[key].customer);
                prop_assert!(
                    Field::ALL.iter().any(|field| part.field.is_none_or(|(_, only)| only == *field) && !highlights.of(*field).is_empty()),
                    "{:?} in {:?}", part, book[key]
                );
            }
        }
    }

    /// A sorting that is stopped again and again, while rows change, comes to the same order.
    #[test]
    fn an_interrupted_sorting_is_gone_on_with(first in changes(), then in changes(), query in query()) {
        let (mut index, mut book) = (Index::new(), Book::new());
        first.iter().for_each(|change| apply(&mut index, &mut book, change));
        let patience = std::cell::Cell::new(0u32);
        let stop = || patience.replace(patience.get().saturating_sub(1)) == 0;
        for change in &then {
            patience.set(1);
            index.prepare(query.sort.column, &stop);
            apply(&mut index, &mut book, change);
        }
        let found = index.search(&query, now(), &|| false).unwrap();
        prop_assert_eq!(&found, &expected(&book, &query), "{:?}", query);
    }

    #[test]
    fn whatever_is_found_by_its_text_can_be_shown(changes in changes(), query in query()) {
        let (mut index, mut book) = (Index::new(), Book::new());
        changes.iter().for_each(|change| apply(&mut index, &mut book, change));
        let found = index.search(&Query { text: query.text.clone(), ..Query::default() }, now(), &|| false).unwrap();
        let highlighter = Highlighter::new(&query.text);
        let words = query.text.split(is_blank).filter(|word| !fold(word).chars().all(|c| "+()-.".contains(c))).collect::<Vec<_>>();
        for key in found.keys {
            let customer = &book[&key].customer;
            let whole = highlighter.customer(customer);
            let shows = |highlights: &crate::Highlights| Field::ALL.iter().any(|field| !highlights.of(*field).is_empty());
            prop_assert!(words.is_empty() || shows(&whole), "{:?} in {:?}", query.text, customer);
            for word in words.iter().filter(|word| !looks_like_phone(&fold(word))) {
                prop_assert!(shows(&Highlighter::new(word).customer(customer)), "{:?} in {:?}", word, customer);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, ..ProptestConfig::default() })]

    /// An answer is walked from any place, and a snapshot and what was found in it stay as they are while the book changes
    /// and changes are folded in.
    #[test]
    fn whoever_reads_is_not_disturbed(first in changes(), meanwhile in changes(), then in changes(), query in query(), from in 0usize..20, count in 0usize..30) {
        let (mut index, mut book) = (Index::new(), Book::new());
        first.iter().for_each(|change| apply(&mut index, &mut book, change));
        let (snapshot, before) = (index.snapshot(), expected(&book, &query));
        let matches = snapshot.find(&query, now(), &|| false).unwrap();
        let folded = snapshot.fold();
        meanwhile.iter().for_each(|change| apply(&mut index, &mut book, change));
        // What later changes are known to stand beside serves earlier ones as well.
        prop_assert_eq!(&index.search(&query, now(), &|| false).unwrap(), &expected(&book, &query));
        prop_assert_eq!(&snapshot.search(&query, now(), &|| false).unwrap(), &before);
        index.take_over(folded);
        prop_assert_eq!(&index.search(&query, now(), &|| false).unwrap(), &expected(&book, &query));
        then.iter().for_each(|change| apply(&mut index, &mut book, change));
        prop_assert_eq!(&index.search(&query, now(), &|| false).unwrap(), &expected(&book, &query));
        for customer in book.values() {
            prop_assert_eq!(index.disagrees(customer.key), disagrees(&book, customer));
        }
        prop_assert_eq!(&snapshot.search(&query, now(), &|| false).unwrap(), &before);
        prop_assert_eq!(matches.iter().collect::<Vec<_>>(), before.keys.clone());
        let window: Vec<CustomerKey> = before.keys.iter().copied().skip(from).take(count).collect();
        prop_assert_eq!(matches.keys(from..from + count), window);
        prop_assert_eq!((matches.total(), matches.facets()), (before.total, &before.facets));
    }

    /// An index that was made at once answers as one that followed the book, whatever the order in which everybody came.
    #[test]
    fn an_index_made_at_once_answers_as_the_oracle_does(
        whole in proptest::collection::vec((proptest::collection::vec(customer(), 0..90), any::<bool>()), 1..4),
        then in changes(),
        queries in proptest::collection::vec(query(), 6),
    ) {
        let (mut filling, mut book) = (Filling::new(|| {}), Book::new());
        for (mut customers, in_order) in whole {
            if in_order {
                customers.sort_by_key(|customer| customer.key);
            }
            book.extend(customers.iter().map(|customer| (customer.key, customer.clone())));
            filling.take(customers);
        }
        let mut index = filling.finish();
        for change in std::iter::once(&Change::Upsert(Vec::new())).chain(&then) {
            apply(&mut index, &mut book, change);
            prop_assert_eq!(index.len(), book.len());
            for query in &queries {
                let found = index.search(query, now(), &|| false).unwrap();
                prop_assert_eq!(&found, &expected(&book, query), "{:?}", query);
            }
            for customer in book.values() {
                let others: Vec<CustomerKey> = book.values().filter(|other| same_person(&book, customer, other)).map(|other| other.key).collect();
                prop_assert_eq!(index.same_person(customer.key), others);
                prop_assert_eq!(index.disagrees(customer.key), disagrees(&book, customer));
            }
        }
    }

    /// Pieces of e-mails and ids are found wherever they stand: within words, within digits, and across both.
    #[test]
    fn pieces_of_emails_and_ids_are_found_wherever_they_stand(
        texts in proptest::collection::vec(("[ab12@.]{0,9}|[ab]{1,2}[0-3]{2,5}@[ab1]{1,3}", "[a12]{1,7}"), 1..40),
        pieces in proptest::collection::vec("[ab12@.]{1,5}|[ab][0-3]{1,4}|[0-3]{3,4}@[ab]", 1..9),
        at_once: bool,
    ) {
        let customers: Vec<BookCustomer> = (0u32..).zip(texts).map(|(key, (email, id))| {
            let mut customer = super::people::nobody(key);
            customer.customer.email = Some(email);
            customer.customer.id = kyc::ProviderCustomerId::new(id).unwrap();
            customer
        }).collect();
        let book: Book = customers.iter().map(|customer| (customer.key, customer.clone())).collect();
        let index = if at_once {
            let mut filling = Filling::new(|| {});
            filling.take(customers);
            filling.finish()
        } else {
            let mut index = Index::new();
            index.upsert(&customers);
            index
        };
        for piece in pieces {
            let query = Query { text: piece, ..Query::default() };
            let found = index.search(&query, now(), &|| false).unwrap();
            prop_assert_eq!(found, expected(&book, &query), "{:?}", query.text);
        }
    }

    /// Relevance moves nobody in or out, and keeps the order within each of its three parts.
    #[test]
    fn relevance_parts_an_answer(changes in changes(), query in query()) {
        let (mut index, mut book) = (Index::new(), Book::new());
        changes.iter().for_each(|change| apply(&mut index, &mut book, change));
        let plain = expected(&book, &query).keys;
        let relevant = index.search(&Query { by_relevance: true, ..query.clone() }, now(), &|| false).unwrap();
        let places: Vec<usize> = relevant.keys.iter().map(|key| plain.iter().position(|other| other == key).unwrap()).collect();
        prop_assert_eq!(places.len(), plain.len());
        prop_assert!(places.windows(2).filter(|pair| pair[0] > pair[1]).count() <= 2, "{:?}", places);
        let word = fold(&query.text);
        if !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase()) {
            let grade = |key: &CustomerKey| {
                let name = fold(book[key].customer.name.as_deref().unwrap_or_default());
                (!name.split(' ').any(|part| part == word), !name.split(' ').any(|part| part.starts_with(&word)))
            };
            let first_plain_hit = relevant.keys.iter().position(|key| !text_is_elsewhere(&book[key], &word) && grade(key) == (true, true));
            let last_whole = relevant.keys.iter().rposition(|key| !grade(key).0);
            prop_assert!(first_plain_hit.is_none() || last_whole < first_plain_hit, "{:?}", relevant.keys);
        }
    }
}
