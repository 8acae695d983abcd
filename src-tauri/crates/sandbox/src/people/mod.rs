//! The synthetic people: who they are, how each provider writes their names, and which of them both providers have.
//!
//! Nobody here exists. Given names and surnames are put together at random from common ones, addresses lie on the domains
//! that are reserved for examples. What a provider knows of a customer beyond name, e-mail and the standing of the
//! identity check is made in that provider's own module.

mod cast;
mod email;
mod hispanic;
mod kazakh;
mod latin;
mod population;
mod romanise;
mod slavic;

pub use population::{Member, Population, Standing};

use crate::random::Random;
use romanise::{Scheme, romanise};

/// A name in one script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// Given name or names.
    pub given: String,
    /// Surname or surnames; empty for a company.
    pub family: String,
}

impl Name {
    fn new(given: impl Into<String>, family: impl Into<String>) -> Self {
        Self { given: given.into(), family: family.into() }
    }

    fn plain(&self) -> Self {
        Self::new(romanise::plain(&self.given), romanise::plain(&self.family))
    }
}

/// A person, before any provider writes the name down.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Person {
    origin: Origin,
    /// The name in Cyrillic, for those who have one.
    cyrillic: Option<Name>,
    /// In Cyrillic; Russians have one, not everybody gives it.
    patronymic: Option<String>,
    latin: Name,
}

/// Where a name comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Russian,
    Ukrainian,
    Caucasus,
    Tatar,
    Kazakh,
    Hispanic,
    English,
    Other,
    Company,
}

impl Person {
    fn draw(origin: Origin, random: &mut Random) -> Self {
        let woman = random.chance(500);
        match origin {
            Origin::Russian => Self::russian(woman, random),
            Origin::Ukrainian => {
                let given = random.pick(if woman { slavic::UKRAINIAN_WOMEN } else { slavic::UKRAINIAN_MEN });
                Self::cyrillic(origin, Name::new(given, random.pick(slavic::UKRAINIAN_SURNAMES)), random)
            }
            Origin::Caucasus => {
                let given = random.pick(if woman { slavic::CAUCASUS_WOMEN } else { slavic::CAUCASUS_MEN });
                Self::cyrillic(origin, Name::new(given, random.pick(slavic::CAUCASUS_SURNAMES)), random)
            }
            Origin::Tatar => {
                let given = random.pick(if woman { slavic::TATAR_WOMEN } else { slavic::TATAR_MEN });
                let family = inflected(random.pick(slavic::TATAR_SURNAMES), woman);
                Self::cyrillic(origin, Name::new(given, family), random)
            }
            Origin::Kazakh => Self::kazakh(woman, random),
            Origin::Hispanic => Self::hispanic(woman, random),
            Origin::English => Self::in_latin(origin, &latin::ENGLISH, random),
            Origin::Other => {
                let names = random.pick(latin::OTHERS);
                Self::in_latin(origin, &names, random)
            }
            Origin::Company => Self::company(random),
        }
    }

    /// The country of the identity document: three capital letters of ISO 3166.
    fn country(&self, random: &mut Random) -> &'static str {
        let countries: &[&'static str] = match self.origin {
            Origin::Russian | Origin::Tatar => &["RUS"],
            Origin::Ukrainian => &["UKR"],
            Origin::Caucasus => &["ARM", "GEO", "RUS"],
            Origin::Kazakh => &["KAZ"],
            Origin::Hispanic | Origin::Company => &["ESP", "ESP", "MEX", "COL", "PER", "CHL", "ARG"],
            Origin::English => &["GBR", "IRL", "USA"],
            Origin::Other => &["DEU", "FRA", "BRA", "POL", "TUR"],
        };
        random.pick(countries)
    }

    fn russian(woman: bool, random: &mut Random) -> Self {
        let (his, _, _) = random.pick(slavic::RUSSIAN_MEN);
        let given = if woman { random.pick(slavic::RUSSIAN_WOMEN) } else { his };
        let mut family = inflected(random.pick(slavic::RUSSIAN_SURNAMES), woman);
        if random.chance(30) {
            let second = inflected(random.pick(slavic::RUSSIAN_SURNAMES), woman);
            if second != family {
                family = format!("{family}-{second}");
            }
        }
        let (_, son, daughter) = random.pick(slavic::RUSSIAN_MEN);
        let patronymic = if woman { daughter } else { son };
        let mut person = Self::cyrillic(Origin::Russian, Name::new(given, family), random);
        person.patronymic = random.chance(220).then(|| patronymic.to_owned());
        person
    }

    fn kazakh(woman: bool, random: &mut Random) -> Self {
        let given = random.pick(if woman { kazakh::WOMEN } else { kazakh::MEN });
        let family = if random.chance(250) {
            format!("{}{}", random.pick(kazakh::FATHERS), if woman { "қызы" } else { "ұлы" })
        } else {
            inflected(random.pick(kazakh::SURNAMES), woman)
        };
        Self::cyrillic(Origin::Kazakh, Name::new(given, family), random)
    }

    fn hispanic(woman: bool, random: &mut Random) -> Self {
        let (given, given_cyrillic) = random.pick(if woman { hispanic::WOMEN } else { hispanic::MEN });
        let (first, first_cyrillic) = random.pick(hispanic::SURNAMES);
        let (second, second_cyrillic) = random.pick(hispanic::SURNAMES);
        Self {
            origin: Origin::Hispanic,
            cyrillic: Some(Name::new(given_cyrillic, format!("{first_cyrillic} {second_cyrillic}"))),
            patronymic: None,
            latin: Name::new(given, format!("{first} {second}")),
        }
    }

    fn company(random: &mut Random) -> Self {
        let first = random.pick(&["Andina", "Atlántica", "Cantábrica", "Ibérica", "Levantina", "Pacífico", "Platense"]);
        let trade = random.pick(&["Consultoría", "Exportaciones", "Inversiones", "Logística", "Servicios", "Turismo"]);
        let form = random.pick(&["S.A.", "S.A. de C.V.", "S.A.S.", "S.L.", "SpA"]);
        let name = Name::new(format!("{trade} {first} {form}"), "");
        Self { origin: Origin::Company, cyrillic: None, patronymic: None, latin: name }
    }

    fn cyrillic(origin: Origin, name: Name, random: &mut Random) -> Self {
        let scheme = if random.chance(400) { Scheme::Passport } else { Scheme::Everyday };
        let latin = Name::new(romanise(&name.given, scheme), romanise(&name.family, scheme));
        Self { origin, cyrillic: Some(name), patronymic: None, latin }
    }

    fn in_latin(origin: Origin, names: &latin::Names, random: &mut Random) -> Self {
        let latin = Name::new(random.pick(names.given), random.pick(names.family));
        Self { origin, cyrillic: None, patronymic: None, latin }
    }
}

fn inflected(surname: &str, woman: bool) -> String {
    if woman { slavic::of_woman(surname) } else { surname.to_owned() }
}
