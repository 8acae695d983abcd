use super::*;
use std::collections::{HashMap, HashSet};

fn members(provider: Provider, customers: usize, seed: u64) -> Vec<Member> {
    let population = Population::new(provider, customers, seed);
    (0..population.len()).map(|index| population.member(index)).collect()
}

fn both(customers: usize, seed: u64) -> (Vec<Member>, Vec<Member>) {
    (members(Provider::LoveAndPay, customers, seed), members(Provider::Cryptopocket, customers, seed))
}

fn is_cyrillic(name: &Name) -> bool {
    name.family.chars().any(|letter| ('\u{400}'..'\u{530}').contains(&letter))
}

#[test]
fn addresses_are_unique_and_common_only_to_shared_people() {
    let (love_and_pay, cryptopocket) = both(4000, 3);
    let unique = |members: &[Member]| members.iter().map(|member| member.email.clone()).collect::<HashSet<_>>();
    let (at_one, at_other) = (unique(&love_and_pay), unique(&cryptopocket));
    assert_eq!((at_one.len(), at_other.len()), (4000, 4000));

    let common: HashSet<_> = at_one.intersection(&at_other).cloned().collect();
    assert_eq!(common.len(), shared_count(4000));
    assert_eq!(common.len(), 480, "12 % of 4,000");
    assert!(love_and_pay[..480].iter().all(|member| common.contains(&member.email)), "the shared ones come first");
    for member in love_and_pay.iter().chain(&cryptopocket) {
        let domain = member.email.split_once('@').unwrap().1;
        assert!(["example.com", "example.org", "example.net"].iter().any(|reserved| domain.ends_with(reserved)));
    }
}

#[test]
fn a_fifth_of_the_shared_people_stand_differently() {
    let (love_and_pay, cryptopocket) = both(5000, 11);
    let at_other: HashMap<_, _> = cryptopocket.iter().map(|member| (&member.email, member.standing)).collect();
    let shared: Vec<_> = love_and_pay.iter().take(shared_count(5000)).collect();
    let differing = shared.iter().filter(|member| at_other[&member.email] != member.standing).count();
    assert_eq!((shared.len(), differing), (600, 120));
    let unsayable = shared.iter().filter(|member| member.standing == Standing::NotStarted).count();
    assert_eq!(unsayable, 0, "Love&Pay has no word for a check that has not begun");
}

#[test]
fn standings_are_mixed_as_promised() {
    for members in <[_; 2]>::from(both(10_000, 5)) {
        let per_mille = |standing| members.iter().filter(|member| member.standing == standing).count() / 10;
        assert!((615..665).contains(&per_mille(Standing::Verified)), "{}", per_mille(Standing::Verified));
        assert!((215..265).contains(&per_mille(Standing::Pending)), "{}", per_mille(Standing::Pending));
        assert!((45..75).contains(&per_mille(Standing::Rejected)), "{}", per_mille(Standing::Rejected));
        assert!((40..75).contains(&per_mille(Standing::NotStarted)), "{}", per_mille(Standing::NotStarted));
    }
}

#[test]
fn scripts_are_mixed_as_promised() {
    let (love_and_pay, cryptopocket) = both(5000, 2);
    let cyrillic = |members: &[Member]| members.iter().filter(|member| is_cyrillic(&member.name)).count();
    assert!((3900..4500).contains(&cyrillic(&love_and_pay)), "{}", cyrillic(&love_and_pay));
    assert!((5..150).contains(&cyrillic(&cryptopocket)), "{}", cyrillic(&cryptopocket));
    let text: String =
        love_and_pay.iter().map(|member| format!("{} {} ", member.name.given, member.name.family)).collect();
    for letter in "әғқңөұүһіё-".chars() {
        assert!(text.to_lowercase().contains(letter), "no {letter} among 5,000 people");
    }
    assert!(love_and_pay.iter().any(|member| member.patronymic.is_some()));
}

#[test]
fn the_names_that_search_must_get_right_are_always_there() {
    for (customers, seed) in [(100, 1), (100, 99), (5000, 7)] {
        let (love_and_pay, cryptopocket) = both(customers, seed);
        let has = |members: &[Member], given: &str, family: &str| {
            members.iter().any(|member| member.name.given == given && member.name.family == family)
        };
        for (given, family) in [
            ("Пётр", "Чайковский"),
            ("Мария", "Гарсия"),
            ("Иван", "Иванов"),
            ("Elena", "García"),
            ("John", "Garcia"),
            ("Ivan", "Petrov"),
            ("Айгерім", "Сәтбаева"),
        ] {
            assert!(has(&love_and_pay, given, family), "no {given} {family} among {customers} of seed {seed}");
        }
        for (given, family) in [
            ("Pyotr", "Tchaikovsky"),
            ("Modest", "Chaykovskiy"),
            ("María", "García"),
            ("Carlos", "Garcia Lopez"),
            ("Iván", "García Núñez"),
            ("Ivan", "Ivanov"),
        ] {
            assert!(has(&cryptopocket, given, family), "no {given} {family} among {customers} of seed {seed}");
        }
    }
}

#[test]
fn small_populations_work() {
    for customers in 0..30 {
        let (love_and_pay, cryptopocket) = both(customers, 1);
        assert_eq!((love_and_pay.len(), cryptopocket.len()), (customers, customers));
    }
}

#[test]
fn a_person_is_found_by_address_in_a_crowd() {
    let crowd = Population::new(Provider::LoveAndPay, 300_000, 1);
    let addresses: HashSet<_> = (0..crowd.len())
        .step_by(997)
        .map(|index| {
            let address = crowd.member(index).email;
            assert_eq!(crowd.find(&address), Some(index), "{address}");
            address
        })
        .collect();
    assert_eq!(addresses.len(), 301);
    for unknown in [
        "",
        "nobody@example.com",
        "ivan.petrov-20000@example.com",
        "a-99999999@example.com",
        "a-18446744073709551615@example.com",
    ] {
        assert_eq!(crowd.find(unknown), None, "{unknown}");
    }
}

#[test]
fn what_is_drawn_again_is_the_same() {
    let population = Population::new(Provider::Cryptopocket, 400, 3);
    let first: Vec<_> = (0..400).map(|index| population.member(index)).collect();
    let again: Vec<_> = (0..400).rev().map(|index| population.member(index)).rev().collect();
    assert_eq!(first, again);
}
