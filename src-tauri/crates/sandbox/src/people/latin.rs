//! Other names in Latin letters: English, German, French, Portuguese, Polish, Turkish.

/// Given names and surnames that go together.
#[derive(Clone, Copy)]
pub struct Names {
    /// Given names.
    pub given: &'static [&'static str],
    /// Surnames.
    pub family: &'static [&'static str],
}

/// English names.
pub const ENGLISH: Names = Names {
    given: &[
        "Alice",
        "Benjamin",
        "Charlotte",
        "Daniel",
        "Edward",
        "Eleanor",
        "Emma",
        "George",
        "Grace",
        "Harry",
        "Jack",
        "James",
        "John",
        "Kate",
        "Liam",
        "Lucy",
        "Mary Ann",
        "Michael",
        "Oliver",
        "Peter",
        "Rachel",
        "Sarah",
        "Sean",
        "Thomas",
        "Victoria",
        "William",
        "Zoë",
    ],
    family: &[
        "Adams",
        "Baker",
        "Brown",
        "Campbell",
        "Carter",
        "Clarke",
        "Davies",
        "Edwards",
        "Evans",
        "Fletcher",
        "Green",
        "Hall",
        "Harrison",
        "Hughes",
        "Johnson",
        "Jones",
        "King",
        "Lewis",
        "MacDonald",
        "Marsh",
        "Mitchell",
        "Moore",
        "O'Brien",
        "O'Connor",
        "Parker",
        "Roberts",
        "Smith",
        "Smith-Jones",
        "Taylor",
        "Thompson",
        "Turner",
        "Walker",
        "White",
        "Wood",
        "Wright",
    ],
};

/// Names of the rest of Europe and of Brazil.
pub const OTHERS: &[Names] = &[
    Names {
        given: &["Anke", "Björn", "Franziska", "Jörg", "Jürgen", "Käthe", "Lukas", "Sören", "Uwe"],
        family: &["Bäcker", "Groß", "Hoffmann", "Krüger", "Müller", "Schäfer", "Schröder", "Strauß", "von Bülow"],
    },
    Names {
        given: &["Aurélie", "Benoît", "Chloé", "François", "Hélène", "Jérôme", "Loïc", "Noël", "Zoé"],
        family: &["Beauchêne", "Dubois", "Lefèvre", "Lemaître", "Moreau", "Pélissier", "Saint-Martin", "Vallée"],
    },
    Names {
        given: &["Antônio", "Beatriz", "Catarina", "Fábio", "Gonçalo", "João", "Luís", "Otávio", "Thaís"],
        family: &["Araújo", "Conceição", "da Silva", "dos Santos", "Gonçalves", "Magalhães", "Oliveira", "Simões"],
    },
    Names {
        given: &["Agnieszka", "Bartłomiej", "Grażyna", "Jędrzej", "Łukasz", "Małgorzata", "Paweł", "Zdzisław"],
        family: &["Błaszczyk", "Dąbrowski", "Kowalczyk", "Nowak", "Piątek", "Wiśniewski", "Wójcik", "Żak"],
    },
    Names {
        given: &["Ayşe", "Can", "Çağla", "Emre", "Gökhan", "İbrahim", "Özge", "Şebnem", "Yiğit"],
        family: &["Aydın", "Çelik", "Doğan", "Güneş", "Işık", "Öztürk", "Şahin", "Yıldız"],
    },
];
