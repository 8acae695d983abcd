//! People who are always there, whatever the seed: those whose names search has to get right.

use super::{Name, Origin, Person};

/// Given name and surname in Cyrillic, the same in Latin letters.
type Both = (Origin, &'static str, &'static str, &'static str, &'static str);

/// Customers of both providers. Love&Pay has them in Cyrillic, Cryptopocket in Latin letters.
const SHARED: &[Both] = &[
    (Origin::Russian, "Пётр", "Чайковский", "Pyotr", "Tchaikovsky"),
    (Origin::Hispanic, "Мария", "Гарсия", "María", "García"),
    (Origin::Russian, "Иван", "Иванов", "Ivan", "Ivanov"),
    (Origin::Russian, "Модест", "Чайковский", "Modest", "Chaykovskiy"),
    (Origin::Kazakh, "Нұрсұлтан", "Әбішев", "Nursultan", "Abishev"),
    (Origin::Hispanic, "Карлос", "Гарсия Лопес", "Carlos", "Garcia Lopez"),
    (Origin::Kazakh, "Әлия", "Нұрпейісова", "Aliya", "Nurpeisova"),
    (Origin::Russian, "Алёна", "Щукина-Воробьёва", "Alyona", "Shchukina-Vorobyova"),
];

/// Customers of Love&Pay alone. A blank half: written in the other script only.
const LOVE_AND_PAY: &[Both] = &[
    (Origin::Russian, "Иван", "Чайковский", "Ivan", "Chaikovskii"),
    (Origin::Hispanic, "", "", "Elena", "García"),
    (Origin::Russian, "Анна", "Иванова", "Anna", "Ivanova"),
    (Origin::English, "", "", "John", "Garcia"),
    (Origin::Kazakh, "Айгерім", "Сәтбаева", "Aigerim", "Satbayeva"),
    (Origin::Russian, "", "", "Ivan", "Petrov"),
    (Origin::Hispanic, "Анхель", "Гарсия Муньос", "Ángel", "García Muñoz"),
    (Origin::Russian, "Фёдор", "Соловьёв", "Fyodor", "Solovyov"),
];

/// Customers of Cryptopocket alone, in Latin letters.
const CRYPTOPOCKET: &[Both] = &[
    (Origin::Hispanic, "", "", "Iván", "García Núñez"),
    (Origin::English, "", "", "Rachel", "Garcia"),
    (Origin::Russian, "", "", "Ivan", "Ivanov"),
    (Origin::Hispanic, "", "", "Lucía", "Muñoz García"),
    (Origin::Russian, "", "", "Alexandra", "Tchaikovskaya"),
    (Origin::Hispanic, "", "", "Ana Belén", "Peña Ibáñez"),
];

fn person((origin, given, family, given_latin, family_latin): &Both) -> Person {
    Person {
        origin: *origin,
        cyrillic: (!given.is_empty()).then(|| Name::new(*given, *family)),
        patronymic: None,
        latin: Name::new(*given_latin, *family_latin),
    }
}

/// How many of the shared people are of the cast.
pub const SHARED_COUNT: usize = SHARED.len();

pub fn shared(index: usize) -> Option<Person> {
    SHARED.get(index).map(person)
}

pub fn love_and_pay(index: usize) -> Option<Person> {
    LOVE_AND_PAY.get(index).map(person)
}

pub fn cryptopocket(index: usize) -> Option<Person> {
    CRYPTOPOCKET.get(index).map(person)
}
