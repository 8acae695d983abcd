use super::*;
use proptest::prelude::*;

#[test]
fn every_single_character_folds_to_something_final() {
    for character in '\0'..=char::MAX {
        let text = character.to_string();
        let once = fold(&text);
        assert_eq!(fold(&once), once, "U+{:04X}", u32::from(character));
    }
}

#[test]
fn what_is_the_same_in_a_search() {
    let same = [
        ("García", "GARCIA"),
        ("Straße", "STRASSE"),
        ("Łukasz Żółć", "lukasz zolc"),
        ("Đorđe", "dorde"),
        ("Ægir Œuvre", "aegir oeuvre"),
        ("Þór", "thor"),
        ("İbrahim Yıldız", "ibrahim yildiz"),
        ("Søren", "soren"),
        ("Пётр", "ПЕТР"),
        ("Ильинична", "Илинична"),
        ("Объедков", "обедков"),
        ("Нұрсұлтан Әлия Қасым Өмір Үміт Һ", "нурсултан алия касым омир умит х"),
        ("Київ Єва Ґава Ўладзімір", "киив ева гава уладзимир"),
        ("O’Brien", "OBrien"),
        ("Дем'ян", "Демян"),
        ("Ｊｏｈｎ", "john"),
        ("a\u{200B}b\u{AD}c\u{202E}d", "abcd"),
        ("и\u{306}", "й"),
        ("е\u{308}", "ё"),
        ("Nguyễn Thị", "nguyen thi"),
        ("Римский‑Корсаков", "римский-корсаков"),
        ("a \t\n\u{A0} b ", "a b"),
        ("Ὀδυσσεύς", "οδυσσευσ"),
    ];
    for (one, other) in same {
        assert_eq!(fold(one), fold(other), "{one:?} and {other:?}");
    }
}

#[test]
fn what_stays_apart() {
    for (one, other) in [("й", "и"), ("э", "е"), ("ы", "и"), ("ш", "щ"), ("राम", "रम"), ("は", "ば"), ("c", "k")]
    {
        assert_ne!(fold(one), fold(other), "{one:?} and {other:?}");
    }
}

#[test]
fn an_origin_holds_the_marks_of_its_letter() {
    let traced = Traced::new("Jose\u{301} ß", |_| true);
    assert_eq!(traced.text, "jose ss");
    assert_eq!(traced.origin(3..4), Some(3..6));
    assert_eq!(traced.origin(6..7), Some(7..9));
    assert_eq!(traced.origin(7..7), None);
}

#[test]
fn a_word_of_which_nothing_is_searched_leaves_no_blank() {
    assert_eq!(fold("ъ À"), "a");
    assert_eq!(fold("a ь b ъ"), "a b");
}

proptest! {
    #[test]
    fn ascii_folds_as_any_text_does(text in "[a-cA-C0-2 \\t'`.@+()\u{1}-]{0,24}") {
        let (mut quick, mut slow) = (Vec::new(), Vec::new());
        ascii_letters(&text, |letter, range| quick.push((letter, range)));
        all_letters(&text, |letter, range| slow.push((letter, range)));
        prop_assert_eq!(quick, slow);
    }

    #[test]
    fn folding_twice_is_folding_once(text in "\\PC*|[ \u{300}-\u{345}а-яёіїўА-Я'`a-zÀ-ž]*") {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once.clone());
        prop_assert!(!once.bytes().any(|byte| byte < b' '), "no control bytes");
        prop_assert!(!once.contains("  ") && once.trim() == once);
    }

    #[test]
    fn every_folded_piece_has_an_origin_on_character_boundaries(text in "\\PC*") {
        let traced = Traced::new(&text, |_| true);
        prop_assert_eq!(&traced.text, &fold(&text));
        let mut before = 0;
        for (start, letter) in traced.text.char_indices() {
            let origin = traced.origin(start..start + letter.len_utf8()).unwrap();
            prop_assert!(text.get(origin.clone()).is_some() && !origin.is_empty() && origin.start >= before);
            before = origin.start;
        }
    }
}

#[test]
fn russian_letters_are_what_the_tables_of_unicode_make_of_them() {
    for letter in '\u{400}'..='\u{4FF}' {
        let Some(lower) = russian(letter) else { continue };
        for mark in ('\u{300}'..='\u{36F}').map(Some).chain([None]) {
            let (mut quick, mut slow) = (Vec::new(), Vec::new());
            letters(&letter.to_string().chars().chain(mark).collect::<String>(), |letter, _| quick.push(letter));
            let mut stream = Stream { emit: |letter, _| slow.push(letter), held: None, blank: None, begun: false };
            decompose_compatible(letter, |part| {
                part.to_lowercase().for_each(|lower| decompose_compatible(lower, |part| stream.take(part, 0..1)));
            });
            mark.into_iter().for_each(|mark| decompose_compatible(mark, |mark| stream.take(mark, 1..2)));
            stream.flush();
            assert_eq!(quick, slow, "{lower} with {mark:?}");
        }
    }
}
