use super::*;
use proptest::prelude::*;

fn lattice(word: &str, ends: Ends) -> Lattice {
    Lattice::new(&word.chars().collect::<Vec<_>>(), ends)
}

fn spells(word: &str, latin: &str) -> bool {
    let (lattice, mut walk) = (lattice(word, Ends::Closed), Walk::default());
    (0..lattice.len()).any(|start| lattice.spells(start, latin.as_bytes(), &mut walk).is_some())
}

#[test]
fn a_habit_is_kept_through_the_word() {
    assert!(spells("яша", "yasha") && spells("яша", "asa"), "passport and ISO 9");
    assert!(!spells("яша", "yasa"), "no system writes я = ya and ш = s");
}

#[test]
fn a_spelling_may_begin_and_end_inside_a_romanisation() {
    assert!(spells("жуков", "hukov") && spells("щукин", "shchu") && spells("щукин", "shc"));
    assert!(!spells("жуков", "hkov"));
}

#[test]
fn the_longest_run_of_letters_is_taken() {
    let (lattice, mut walk) = (lattice("дмитрий", Ends::Closed), Walk::default());
    assert_eq!(lattice.spells(0, b"dmitri", &mut walk), Some(7), "the i may stand for the whole ending");
    assert_eq!(lattice.spells(0, b"dmitr", &mut walk), Some(5));
    assert_eq!(lattice.spells(1, b"dmitr", &mut walk), None);
}

#[test]
fn a_sieve_is_as_close_as_the_spellings_are_few() {
    assert_eq!(lattice("иван", Ends::Open).sieve(), Sieve::Spellings(vec!["ivan".to_owned(), "yvan".to_owned()]));
    assert_eq!(lattice("ш", Ends::Open).sieve(), Sieve::Spellings(vec!["s".to_owned()]), "sh has an s");
    assert!(matches!(lattice("юлиящука", Ends::Open).sieve(), Sieve::Beginnings(_)));
    assert_eq!(lattice("щюбанова", Ends::Open).sieve(), Sieve::Within("banova".to_owned()));
}

#[test]
fn unknown_letters_stand_for_themselves() {
    assert!(spells("иvan-3", "ivan-3"));
    assert!(!spells("ѫан", "an-") && spells("ѫан", "ѫan"));
}

fn word() -> impl Strategy<Value = String> {
    let letters: Vec<char> = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґўәғқңөұүһv-".chars().collect();
    proptest::collection::vec(proptest::sample::select(letters), 1..7).prop_map(|letters| letters.into_iter().collect())
}

proptest! {
    #[test]
    fn walking_agrees_with_writing_every_spelling_down(word in word(), other in word(), cut in any::<(usize, usize)>()) {
        let closed = lattice(&word, Ends::Closed);
        let written = closed.spellings();
        let from_other = lattice(&other, Ends::Closed).spellings();
        for spelling in written.iter().take(40).chain(from_other.iter().take(40)) {
            let (a, b) = (cut.0 % (spelling.len() + 1), cut.1 % (spelling.len() + 1));
            let Some(piece) = spelling.get(a.min(b)..a.max(b)).filter(|piece| !piece.is_empty()) else { continue };
            let expected = written.iter().any(|spelling| spelling.contains(piece));
            prop_assert_eq!(spells(&word, piece), expected, "{} in {}", piece, word);
        }
    }

    #[test]
    fn every_beginning_of_a_word_stands_in_its_spellings(word in word()) {
        let open = lattice(&word, Ends::Open).spellings();
        let mut walk = Walk::default();
        let letters: Vec<char> = word.chars().collect();
        for length in 1..=letters.len() {
            let start = Lattice::new(&letters[..length], Ends::Open);
            if start.spellings().iter().all(String::is_empty) {
                continue; // signs alone
            }
            for spelling in open.iter().filter(|spelling| !spelling.is_empty()).take(60) {
                let found = start.stands_at(spelling.as_bytes(), 0, &mut walk);
                let empty_way = start.spellings().contains("");
                prop_assert!(found.is_some() || empty_way, "{:?} begins {}", &letters[..length], spelling);
            }
        }
    }

    #[test]
    fn a_spelling_is_found_in_text_and_holds_the_sieve(word in word()) {
        let open = lattice(&word, Ends::Open);
        let mut walk = Walk::default();
        let sieve = open.sieve();
        for spelling in open.spellings().into_iter().filter(|spelling| !spelling.is_empty()) {
            prop_assert!(match &sieve {
                Sieve::Spellings(texts) => texts.iter().any(|text| spelling.contains(text.as_str())),
                Sieve::Beginnings(texts) => texts.iter().any(|text| !text.is_empty() && spelling.starts_with(text.as_str())),
                Sieve::Within(text) => spelling.contains(text.as_str()),
            }, "{} slips through {:?}", spelling, sieve);
            prop_assert!(spelling.contains(&open.certain()));
            let text = format!("xq{spelling}qx");
            prop_assert!(open.stands_at(text.as_bytes(), 2, &mut walk) >= Some(2 + spelling.len()));
        }
    }
}

#[test]
fn pairs_are_those_that_are_spelt() {
    let words = [
        "щукин",
        "соловьёв",
        "дмитрий",
        "подъезд",
        "ильич",
        "алексей",
        "гильермо",
        "иvan",
        "қасым",
        "ьо",
        "чайковский-1",
    ];
    for word in words {
        let typed: Vec<char> = word.chars().collect();
        let lattice = Lattice::new(&typed, Ends::Closed);
        let (pairs, mut walk) = (lattice.pairs(), Walk::default());
        for one in b'a'..=b'z' {
            let mut spells =
                |text: &[u8]| (0..typed.len()).any(|start| lattice.spells(start, text, &mut walk).is_some());
            assert_eq!(lattice.alphabet() & 1 << (one - b'a') != 0, spells(&[one]), "{word} {}", char::from(one));
            for other in b'a'..=b'z' {
                let text = [one, other];
                assert_eq!(pairs.hold(&Pairs::of(&text)), spells(&text), "{word} {:?}", std::str::from_utf8(&text));
            }
        }
    }
}
