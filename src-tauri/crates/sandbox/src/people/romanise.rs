//! Cyrillic names in Latin letters, the ways they really come: as in a passport, and as people write themselves.
//!
//! Only made for the synthetic people. The product's own folding of scripts is elsewhere and shares nothing with this.

/// How a name is put into Latin letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// ICAO Doc 9303, as Russian passports have it since 2013: `Iuliia Chaikovskaia`.
    Passport,
    /// As people write themselves: `Yulia Chaykovskaya`, `Alexander`.
    Everyday,
}

/// Names that people write in a way no rule gives.
const EVERYDAY: &[(&str, &str)] = &[
    ("Александр", "Alexander"),
    ("Александра", "Alexandra"),
    ("Алексей", "Alexey"),
    ("Евгений", "Eugene"),
    ("Ксения", "Xenia"),
    ("Михаил", "Mikhail"),
    ("Пётр", "Pyotr"),
    ("Софья", "Sofia"),
    ("Юлия", "Yulia"),
];

/// The name in Latin letters; what is not Cyrillic stays.
pub fn romanise(name: &str, scheme: Scheme) -> String {
    if scheme == Scheme::Everyday
        && let Some((_, written)) = EVERYDAY.iter().find(|(cyrillic, _)| *cyrillic == name)
    {
        return (*written).to_owned();
    }
    let mut words = Vec::new();
    for word in name.split_inclusive([' ', '-']) {
        words.push(romanise_word(word, scheme));
    }
    words.concat()
}

fn romanise_word(word: &str, scheme: Scheme) -> String {
    let (stem, ending) = match scheme {
        Scheme::Passport => (word, ""),
        // Дмитрий, Чайковский: nobody signs with -iy.
        Scheme::Everyday => word.strip_suffix("ий").map_or((word, ""), |stem| (stem, "y")),
    };
    let mut latin = String::with_capacity(word.len());
    for letter in stem.chars() {
        let small = letter.to_lowercase().next().unwrap_or(letter);
        match latin_of(small, scheme) {
            None => latin.push(letter),
            Some(sound) if small == letter => latin.push_str(sound),
            Some(sound) => {
                let mut rest = sound.chars();
                latin.extend(rest.next().map(|first| first.to_ascii_uppercase()));
                latin.push_str(rest.as_str());
            }
        }
    }
    latin.push_str(ending);
    latin
}

fn latin_of(small: char, scheme: Scheme) -> Option<&'static str> {
    let everyday = scheme == Scheme::Everyday;
    Some(match small {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ґ' => "g",
        'ғ' if everyday => "gh",
        'ғ' => "g",
        'д' => "d",
        'е' | 'э' => "e",
        'ё' if everyday => "yo",
        'ё' => "e",
        'є' if everyday => "ye",
        'є' => "ie",
        'ж' => "zh",
        'з' => "z",
        'и' | 'і' => "i",
        'ї' if everyday => "yi",
        'ї' => "i",
        'й' if everyday => "y",
        'й' => "i",
        'к' => "k",
        'қ' if everyday => "q",
        'қ' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'ң' => "ng",
        'о' | 'ө' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' | 'ұ' | 'ү' => "u",
        'ф' => "f",
        'х' => "kh",
        'һ' => "h",
        'ц' => "ts",
        'ч' => "ch",
        'ш' => "sh",
        'щ' => "shch",
        'ъ' if everyday => "",
        'ъ' => "ie",
        'ы' => "y",
        'ь' => "",
        'ю' if everyday => "yu",
        'ю' => "iu",
        'я' if everyday => "ya",
        'я' => "ia",
        'ә' => "a",
        _ => return None,
    })
}

/// The letters without their marks, for e-mail addresses and for people who leave accents out: `Muñoz` becomes `Munoz`.
pub fn plain(latin: &str) -> String {
    let mut ascii = String::with_capacity(latin.len());
    for letter in latin.chars() {
        match letter {
            'á' | 'à' | 'â' | 'ã' | 'ą' | 'å' => ascii.push('a'),
            'Á' => ascii.push('A'),
            'ä' => ascii.push_str("ae"),
            'ç' | 'ć' => ascii.push('c'),
            'Ç' => ascii.push('C'),
            'é' | 'è' | 'ê' | 'ë' | 'ę' => ascii.push('e'),
            'É' => ascii.push('E'),
            'ğ' => ascii.push('g'),
            'í' | 'î' | 'ï' | 'ı' => ascii.push('i'),
            'Í' | 'İ' => ascii.push('I'),
            'ł' => ascii.push('l'),
            'Ł' => ascii.push('L'),
            'ñ' | 'ń' => ascii.push('n'),
            'Ñ' => ascii.push('N'),
            'ó' | 'ò' | 'ô' | 'õ' => ascii.push('o'),
            'Ó' => ascii.push('O'),
            'ö' => ascii.push_str("oe"),
            'Ö' => ascii.push_str("Oe"),
            'ş' | 'ś' => ascii.push('s'),
            'Ş' => ascii.push('S'),
            'ß' => ascii.push_str("ss"),
            'ú' | 'û' => ascii.push('u'),
            'Ú' => ascii.push('U'),
            'ü' => ascii.push_str("ue"),
            'ż' | 'ź' => ascii.push('z'),
            'Ż' => ascii.push('Z'),
            other => ascii.push(other),
        }
    }
    ascii
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_as_in_passports_and_as_people_write_themselves() {
        for (name, passport, everyday) in [
            ("Чайковский", "Chaikovskii", "Chaykovsky"),
            ("Юлия", "Iuliia", "Yulia"),
            ("Пётр", "Petr", "Pyotr"),
            ("Щукин-Ершов", "Shchukin-Ershov", "Shchukin-Ershov"),
            ("Нұрсұлтан", "Nursultan", "Nursultan"),
            ("Қарлығаш", "Karlygash", "Qarlyghash"),
            ("Єфименко", "Iefimenko", "Yefimenko"),
            ("García", "García", "García"),
        ] {
            assert_eq!(romanise(name, Scheme::Passport), passport);
            assert_eq!(romanise(name, Scheme::Everyday), everyday);
        }
    }

    #[test]
    fn every_name_of_the_pools_becomes_ascii() {
        use super::super::{hispanic, kazakh, latin, slavic};
        let both = [hispanic::MEN, hispanic::WOMEN, hispanic::SURNAMES].concat();
        let cyrillic =
            both.iter().map(|(_, cyrillic)| *cyrillic).chain(slavic::RUSSIAN_MEN.iter().map(|(name, _, _)| *name));
        let slavic = [
            slavic::RUSSIAN_WOMEN,
            slavic::RUSSIAN_SURNAMES,
            slavic::UKRAINIAN_MEN,
            slavic::UKRAINIAN_WOMEN,
            slavic::UKRAINIAN_SURNAMES,
            slavic::CAUCASUS_MEN,
            slavic::CAUCASUS_WOMEN,
            slavic::CAUCASUS_SURNAMES,
            slavic::TATAR_MEN,
            slavic::TATAR_WOMEN,
            slavic::TATAR_SURNAMES,
            kazakh::MEN,
            kazakh::WOMEN,
            kazakh::SURNAMES,
            kazakh::FATHERS,
        ]
        .concat();
        for name in cyrillic.chain(slavic) {
            for scheme in [Scheme::Passport, Scheme::Everyday] {
                let latin = romanise(name, scheme);
                assert!(latin.is_ascii(), "{name} became {latin}");
            }
        }
        let others =
            latin::OTHERS.iter().chain([&latin::ENGLISH]).flat_map(|names| names.given.iter().chain(names.family));
        for name in both.iter().map(|(latin, _)| latin).chain(others) {
            assert!(plain(name).is_ascii(), "{name} became {}", plain(name));
        }
    }
}
