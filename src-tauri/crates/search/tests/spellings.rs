//! Which typed text finds which name, and which does not: the promise about scripts and spellings, pair by pair.

#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing, in the functions around it too")]

use jiff::Timestamp;
use kyc::{Blocked, BookCustomer, ConnectionId, Customer, CustomerKey, KycStatus, ProviderCustomerId, ProviderId};
use search::{Field, Index, Query, fold, highlight};

/// Typed text, and the names that it must find.
const HITS: &[(&str, &[&str])] = &[
    ("garcia", &["José García", "Jose Garcia", "Мария Гарсия", "GARCÍA LÓPEZ"]),
    ("гарсия", &["José García", "Jose Garcia", "Мария Гарсия"]),
    ("García", &["Jose Garcia", "Гарсия"]),
    ("иван", &["Ivan Petrov", "Iván Duque", "Иван Петров", "Иванова Анна"]),
    ("ivan", &["Ivan Petrov", "Iván Duque", "Иван Петров", "Иванова Анна"]),
    ("tchaikovsky", &["Пётр Чайковский", "Чайковский"]),
    ("tchaikovski", &["Чайковский"]),
    ("chaykovskiy", &["Чайковский"]),
    ("chaikovskii", &["Чайковский"]),
    ("chaikovsky", &["Чайковский"]),
    ("Čajkovskij", &["Чайковский"]),
    ("Cajkovskij", &["Чайковский"]),
    ("чайковский", &["Tchaikovsky", "Chaykovskiy", "Chaikovskii", "Čajkovskij"]),
    ("чайковски", &["Tchaikovsky", "Chaikovskii", "Čajkovskij"]),
    ("sergey", &["Сергей"]),
    ("sergei", &["Сергей"]),
    ("sergej", &["Сергей"]),
    ("serhii", &["Сергій"]),
    ("serhiy", &["Сергій"]),
    ("сергей", &["Sergey", "Sergei", "Sergej"]),
    ("yulia", &["Юлия"]),
    ("julia", &["Юлия"]),
    ("iuliia", &["Юлия"]),
    ("yuliya", &["Юлия"]),
    ("julija", &["Юлия"]),
    ("юлия", &["Yulia", "Julia", "Iuliia", "Yuliya"]),
    ("nursultan", &["Нұрсұлтан", "Нурсултан"]),
    ("нурсултан", &["Нұрсұлтан", "Nursultan"]),
    ("aigerim", &["Айгерім", "Айгерим"]),
    ("aygerim", &["Айгерім"]),
    ("айгерим", &["Айгерім", "Aigerim", "Aygerim"]),
    ("aliya", &["Әлия"]),
    ("kassym", &["Қасым-Жомарт"]),
    ("qasym", &["Қасым"]),
    ("zhansaya", &["Жансая"]),
    ("jansaya", &["Жансая"]),
    ("gulnar", &["Гүлнар"]),
    ("omirbek", &["Өмірбек"]),
    ("bagdat", &["Бағдат"]),
    ("baghdat", &["Бағдат"]),
    ("zhukov", &["Жуков"]),
    ("jukov", &["Жуков"]),
    ("žukov", &["Жуков"]),
    ("schukin", &["Щукин"]),
    ("shchukin", &["Щукин"]),
    ("shcherbakov", &["Щербаков"]),
    ("khrushchev", &["Хрущёв", "Хрущев"]),
    ("Hruščev", &["Хрущёв"]),
    ("solovyov", &["Соловьёв", "Соловьев"]),
    ("soloviev", &["Соловьёв"]),
    ("solovev", &["Соловьев"]),
    ("соловьев", &["Соловьёв", "Solovyov", "Soloviev", "Solovev"]),
    ("vasiliev", &["Васильев"]),
    ("vasilyev", &["Васильев"]),
    ("vasil'ev", &["Васильев", "Vasilev"]),
    ("tatiana", &["Татьяна"]),
    ("tatyana", &["Татьяна"]),
    ("dmitry", &["Дмитрий"]),
    ("dmitri", &["Дмитрий"]),
    ("dmitriy", &["Дмитрий"]),
    ("evgeny", &["Евгений"]),
    ("yevgeniy", &["Евгений"]),
    ("alexey", &["Алексей"]),
    ("aleksei", &["Алексей"]),
    ("алексей", &["Alexey", "Aleksei", "Alexej"]),
    ("алек", &["Alexey", "Aleksei"]),
    ("alexander", &["Александр"]),
    ("aleksandr", &["Александр"]),
    ("александр", &["Alexander", "Aleksandr", "Alexandr"]),
    ("xenia", &["Ксения"]),
    ("kseniya", &["Ксения"]),
    ("fyodor", &["Фёдор", "Федор"]),
    ("pyotr", &["Пётр", "Петр"]),
    ("петр", &["Пётр", "Pyotr", "Petr"]),
    ("obyedkov", &["Объедков"]),
    ("obieedkov", &["Объедков"]),
    ("tsoi", &["Цой"]),
    ("tsoy", &["Цой"]),
    ("coj", &["Цой"]),
    ("yakovleva", &["Яковлева"]),
    ("iakovleva", &["Яковлева"]),
    ("mariya", &["Мария"]),
    ("maria", &["Мария", "María", "Maria"]),
    ("мария", &["María", "Mariya", "Mariia"]),
    ("sofia", &["София", "Софья"]),
    ("sophia", &["София"]),
    ("natalia", &["Наталья", "Наталия"]),
    ("ilya", &["Илья", "Il'ya"]),
    ("bely", &["Андрей Белый"]),
    ("rimsky-korsakov", &["Римский-Корсаков"]),
    ("korsakov", &["Римский-Корсаков"]),
    ("volodymyr", &["Володимир"]),
    ("kyrylo", &["Кирило"]),
    ("hryhorii", &["Григорій"]),
    ("bohdan", &["Богдан"]),
    ("богдан", &["Bohdan", "Bogdan"]),
    ("lukianov", &["Лукʼянов"]),
    ("yeva", &["Єва"]),
    ("uladzimir", &["Уладзімір", "Ўладзімір"]),
    ("rodriguez", &["Родригес"]),
    ("родригес", &["Rodríguez", "Rodriguez", "Rodrigues"]),
    ("gonzalez", &["Гонсалес"]),
    ("hernandez", &["Эрнандес"]),
    ("jose", &["Хосе", "José"]),
    ("хосе", &["José", "Jose"]),
    ("jimenez", &["Хименес"]),
    ("guillermo", &["Гильермо"]),
    ("enrique", &["Энрике"]),
    ("carlos", &["Карлос"]),
    ("jamila", &["Джамиля"]),
    ("lyudmila", &["Людмила"]),
    ("ludmila", &["Людмила"]),
    ("людмила", &["Lyudmila", "Ludmila"]),
    ("francisco", &["Франсиско", "Франциско"]),
    ("lukasz", &["Łukasz Żółć"]),
    ("strasse", &["Anna Straße"]),
    ("obrien", &["Conor O’Brien", "Conor O'Brien"]),
    ("o'brien", &["Conor OBrien"]),
    ("soren", &["Søren"]),
    ("ёлка", &["Елка"]),
    ("елка", &["Ёлка"]),
    ("йорк", &["Йорк", "И\u{306}орк"]),
    ("ivan petrov", &["Петров Иван", "Petrov, Iván"]),
    ("garc мар", &["Мария Гарсия", "María García"]),
];

/// Typed text, and names that it must not find.
const MISSES: &[(&str, &[&str])] = &[
    ("ivan", &["Иран", "Евант", "Ivor", "Yan", "Ян", "Иона", "Evan", "Йоханн"]),
    ("иван", &["Иона", "Evan", "Vanya", "Ваня", "Йован", "Ian"]),
    ("garcia", &["Гарсон", "Garsia", "Горсия", "Garza", "Гардия"]),
    ("гарсия", &["Garza", "Garzon", "Горсия", "Gardia"]),
    ("sergey", &["Sergei", "Серж", "Серёга", "Сергий"]),
    ("zhukov", &["Зуков", "Шуков"]),
    ("zukov", &["Чуков"]),
    ("schukin", &["Чукин", "Шукин"]),
    ("tsoi", &["Той", "Сой"]),
    ("julia", &["Улыбин", "Хулио", "Жолия"]),
    ("yasha", &["Аша", "Яса"]),
    ("yasa", &["Яша"]),
    ("aleksei", &["Алекс", "Алексий"]),
    ("alexander", &["Александра"]),
    ("hanna", &["Канна", "Ванна"]),
    ("carlos", &["Тарлос", "Карлас"]),
    ("nursultan", &["Нурсолтан"]),
    ("й", &["Иван", "Ян", "Anna"]),
    ("шапка", &["Щапка"]),
    ("э", &["Ежов"]),
    ("maria", &["Марта", "Mario", "Marya"]),
    ("ivan petrov", &["Иван Сидоров", "Petrov Anton"]),
    ("rimskykorsakov", &["Римский-Корсаков"]),
    ("kozlov", &["Козлик", "Kazlov"]),
    ("козлов", &["Cozlik", "Kaslov"]),
];

fn customer(key: u32, name: &str) -> BookCustomer {
    BookCustomer {
        key: CustomerKey(key),
        connection: ConnectionId::new("c"),
        provider: ProviderId::new("loveandpay"),
        customer: Customer {
            id: ProviderCustomerId::new("9c2e0d2f-0000-4000-8000-00000000000b").unwrap(),
            name: Some(name.to_owned()),
            email: None,
            phone: None,
            kyc: KycStatus::Verified,
            trust: None,
            blocked: Blocked::No,
            payments: None,
            paid: None,
            last_payment: None,
            created: None,
            raw: String::new(),
        },
        first_seen: Timestamp::UNIX_EPOCH,
        last_seen: Timestamp::UNIX_EPOCH,
        kyc_changed: None,
        unlisted_since: None,
    }
}

fn finds(customers: &[BookCustomer], text: &str) -> Vec<u32> {
    let mut index = Index::new();
    index.upsert(customers);
    let query = Query { text: text.to_owned(), ..Query::default() };
    index.search(&query, Timestamp::UNIX_EPOCH, &|| false).unwrap().keys.into_iter().map(|key| key.0).collect()
}

fn name_finds(name: &str, text: &str) -> bool {
    finds(&[customer(1, name)], text) == [1]
}

#[test]
fn what_must_be_found_is_found_and_marked() {
    for (text, names) in HITS {
        for name in *names {
            assert!(name_finds(name, text), "{text:?} must find {name:?}");
            assert!(!highlight(Field::Name, name, text).is_empty(), "{text:?} must be marked in {name:?}");
        }
    }
}

#[test]
fn what_must_not_be_found_is_not() {
    for (text, names) in MISSES {
        for name in *names {
            assert!(!name_finds(name, text), "{text:?} must not find {name:?}");
            if !text.contains(' ') {
                assert!(highlight(Field::Name, name, text).is_empty(), "{text:?} must not be marked in {name:?}");
            }
        }
    }
}

#[test]
fn every_beginning_of_what_finds_a_name_finds_it_too() {
    for (text, names) in HITS {
        for (end, _) in text.char_indices().skip(1) {
            for name in *names {
                let beginning = &text[..end];
                assert!(name_finds(name, beginning), "{beginning:?} must find {name:?} on the way to {text:?}");
                let says_something = beginning.split_whitespace().any(|word| !fold(word).is_empty());
                assert!(
                    !says_something || !highlight(Field::Name, name, beginning).is_empty(),
                    "{beginning:?} in {name:?}"
                );
            }
        }
    }
}

/// Typed text, a phone, and whether it finds it.
const PHONES: &[(&str, &str, bool)] = &[
    ("9161234567", "+7 (916) 123-45-67", true),
    ("+7 916 123", "+7 (916) 123-45-67", true),
    ("+7 (916) 123-45-67", "+79161234567", true),
    ("89161234567", "+79161234567", true),
    ("8 916 123-45-67", "+79161234567", true),
    ("8916", "+79161234567", true),
    ("8 (9", "+79161234567", true),
    ("+79161234567", "8 (916) 123-45-67", true),
    ("123-45-67", "+79161234567", true),
    ("(916)", "+79161234567", true),
    ("4567", "+79161234567", true),
    ("0034612", "+34 612 345 678", true),
    ("+", "+79161234567", true),
    ("8123", "+79161234567", false),
    ("+8916", "+79161234567", false),
    ("9161234568", "+7 (916) 123-45-67", false),
    ("916 99", "+7 (916) 123-45-67", false),
    ("ivan", "+7 (916) 123-45-67", false),
    ("916a", "+7 (916) 123-45-67", false),
];

#[test]
fn phones_are_compared_by_their_digits() {
    for (text, phone, expected) in PHONES {
        let mut customer = customer(1, "Anna");
        customer.customer.id = ProviderCustomerId::new("x").unwrap();
        customer.customer.phone = Some((*phone).to_owned());
        assert_eq!(finds(&[customer], text) == [1], *expected, "{text:?} and {phone:?}");
    }
}

/// Typed text, and whether it finds the id `9C2E0D2F-0000-4000-8000-00000000000B`.
const IDS: &[(&str, bool)] = &[
    ("9c2e0d2f-0000-4000-8000-00000000000b", true),
    ("9C2E0D2F000040008000", true),
    ("2f-0000", true),
    ("2f0000", true),
    ("9c2e0d2f-", true),
    ("9c2e-0d2f", true),
    ("9c2e0d2f-0001", false),
    ("b9c2e", false),
];

#[test]
fn ids_are_found_with_and_without_dashes() {
    let mut customer = customer(1, "Anna");
    customer.customer.id = ProviderCustomerId::new("9C2E0D2F-0000-4000-8000-00000000000B").unwrap();
    for (text, expected) in IDS {
        assert_eq!(finds(std::slice::from_ref(&customer), text) == [1], *expected, "{text:?}");
    }
}

#[test]
fn an_email_is_found_by_a_name_in_either_script() {
    let mut customer = customer(1, "Anna");
    customer.customer.email = Some("Ivan.Garcia+shop@Mail.Example.com".to_owned());
    for (text, expected) in [
        ("ivan.garcia", true),
        ("гарсия", true),
        ("ИВАН", true),
        ("+shop@mail", true),
        ("anna ivan", true),
        ("ivan@", false),
        ("петров", false),
    ] {
        assert_eq!(finds(std::slice::from_ref(&customer), text) == [1], expected, "{text:?}");
    }
}
