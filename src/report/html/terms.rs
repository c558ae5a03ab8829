//! The words of the model, in the language of the page. In English they are
//! the model's own; what a detector or a format says stays in its own words.

use crate::actor::Class;
use crate::case::{Happening, Kind};
use crate::record::{BytesMeaning, TimeMeaning};
use crate::verdict::checks::{Basis, Outcome};
use crate::verdict::words::Phrase;
use crate::verdict::{Code, Cover, Finding, Grade, Where};

use super::words as w;

crate::verdict::words::phrases! {
    F1: "the whole was sent", "le tout a été envoyé";
    F2: "the whole was sent in parts", "le tout a été envoyé en morceaux";
    F3: "content was sent, how much the log does not say", "du contenu a été envoyé, le journal ne dit pas combien";
    W: "something was written or deleted", "quelque chose a été écrit ou supprimé";
    U: "the log does not say what was answered", "le journal ne dit pas ce qui a été répondu";
    P: "a part was sent", "une partie a été envoyée";
    L: "a list of names was sent", "une liste de noms a été envoyée";
    M: "only existence, size or date was sent", "seules l'existence, la taille ou la date ont été envoyées";
    V: "told that its copy is still good", "informé que sa copie est encore bonne";
    R: "refused or sent elsewhere", "refusé ou renvoyé ailleurs";
    E: "failed", "échec";
    X: "sent a page known not to be the content", "envoi d'une page connue pour ne pas être le contenu";

    OTHER: "other", "tiers";
    OTHER_IS: "nobody's who is known", "à personne de connu";
    UNRESOLVED: "unresolved", "non résolu";
    UNRESOLVED_IS: "cannot be told from a party's: a proxy's, a masked or private address, or lawful or not", "indiscernable de celle d'une partie : mandataire, adresse masquée ou privée, ou légitime ou non";
    LAWFUL: "lawful", "légitime";
    LAWFUL_IS: "came as the case says that lawful users came", "venue comme le dossier dit que viennent les usagers légitimes";
    CRAWLER: "crawler", "robot";
    CRAWLER_IS: "of a declared crawler, by its networks", "d'un robot déclaré, par ses réseaux";
    KNOWN: "known", "connu";
    KNOWN_IS: "of a declared party, by its networks, times and paths", "d'une partie déclarée, par ses réseaux, heures et chemins";
    OWN: "self", "soi-même";
    OWN_IS: "the operator's own", "de l'exploitant lui-même";

    API: "interface", "interface (API)";
    ELASTICSEARCH: "Elasticsearch", "Elasticsearch";
    FILES: "files", "fichiers";
    LISTING: "listing", "liste de noms";
    S3: "object store", "stockage d'objets";
    SECRET: "secret", "secret";
    SHARE_LINK: "share link", "lien de partage";

    PASS: "holds", "réussie";
    FAIL: "fails", "échoue";
    UNKNOWN: "unknown", "inconnue";
    CHECKED: "checked", "vérifié";
    STATED: "stated", "déclaré";
    BOTH: "checked and stated", "vérifié et déclaré";

    INSIDE: "inside", "dans la période";
    BORDER: "border", "au bord";
    OUTSIDE: "outside", "hors période";

    TIME_END: "the end", "la fin";
    TIME_START: "the start", "le début";
    NOT_TOLD: "not told", "non dit";
    BODY: "sent, body", "envoyés, corps";
    PLANNED: "meant, perhaps not sent", "prévus, peut-être non envoyés";
    WIRE: "sent, with headers", "envoyés, avec en-têtes";

    CONFIRMED: "confirmed", "confirmation";
    FIXED: "fixed", "correction";
    FOUND: "found", "découverte";
    PUBLISHED: "published", "publication";
    REOPENED: "reopened", "réouverture";
    RESTARTED: "server restarted", "redémarrage du serveur";
    SIGHTED: "data seen elsewhere", "données vues ailleurs";

    SILENT: "silent longer than traffic explains", "silence plus long que le trafic ne l'explique";
    MISSING: "a rotation member is missing", "un fichier de rotation manque";
    UNREADABLE: "could not be read", "illisible";
    RESTART: "restart: what was under way may have no line", "redémarrage : ce qui était en cours peut n'avoir aucune ligne";
    ROTATED: "deleted by rotation", "supprimé par rotation";

    C1: "Is every server that could answer for the exposed paths listed, with its logs?", "Tout serveur pouvant répondre pour les chemins exposés est-il listé, avec ses journaux ?";
    C2: "Do the logs enclose the window, with no member of their rotation missing?", "Les journaux encadrent-ils la période, sans fichier de rotation manquant ?";
    C3: "Is no stretch of the window silent for longer than traffic explains?", "Aucun moment de la période n'est-il silencieux plus que le trafic ne l'explique ?";
    C4: "Are requests for the exposed paths written to the logs?", "Les requêtes vers les chemins exposés sont-elles journalisées ?";
    C5: "Is every documented access in the logs?", "Chaque accès documenté est-il dans les journaux ?";
    C6: "Was there no cache or proxy in front, or are its logs here?", "N'y avait-il ni cache ni mandataire devant, ou ses journaux sont-ils là ?";
    C7: "Do the lines carry method, path, status, client and time?", "Les lignes portent-elles méthode, chemin, statut, client et heure ?";
    C8: "Was every line read, or is it sure that the others name no target?", "Chaque ligne a-t-elle été lue, ou est-il sûr que les autres ne nomment aucune cible ?";
    C9: "Do the logs agree with an independent copy?", "Les journaux concordent-ils avec une copie indépendante ?";
    C10: "Does nothing in the logs point to a request that is not in them?", "Rien dans les journaux ne renvoie-t-il à une requête absente ?";
    C11: "Did the server's configuration stay the same during the window?", "La configuration du serveur est-elle restée la même pendant la période ?";
    C12: "Are other ways out (database, backups, other hosts) closed or named as out of scope?", "Les autres voies (base de données, sauvegardes, autres hôtes) sont-elles fermées ou nommées hors champ ?";
}

/// What each completeness condition asks, by its id.
pub(super) fn asks(id: &str) -> Option<&'static Phrase> {
    let all = [&C1, &C2, &C3, &C4, &C5, &C6, &C7, &C8, &C9, &C10, &C11, &C12];
    let number: usize = id.strip_prefix('C')?.parse().ok()?;
    all.get(number.checked_sub(1)?).copied()
}

/// What a grade says.
pub(in crate::report) fn grade(grade: Grade) -> &'static Phrase {
    match grade {
        Grade::F1 => &F1,
        Grade::F2 => &F2,
        Grade::F3 => &F3,
        Grade::W => &W,
        Grade::U => &U,
        Grade::P => &P,
        Grade::L => &L,
        Grade::M => &M,
        Grade::V => &V,
        Grade::R => &R,
        Grade::E => &E,
        Grade::X => &X,
    }
}

/// How a grade is drawn: as content that was sent, as perhaps, or as none.
pub(super) fn tone(grade: Grade) -> &'static str {
    match grade {
        grade if grade.is_full() => "full",
        Grade::P | Grade::U | Grade::L => "part",
        _ => "none",
    }
}

/// A class, and what it is.
pub(super) fn class(class: Class) -> (&'static Phrase, &'static Phrase) {
    match class {
        Class::Other => (&OTHER, &OTHER_IS),
        Class::Unresolved => (&UNRESOLVED, &UNRESOLVED_IS),
        Class::Lawful => (&LAWFUL, &LAWFUL_IS),
        Class::Crawler => (&CRAWLER, &CRAWLER_IS),
        Class::Known => (&KNOWN, &KNOWN_IS),
        Class::Own => (&OWN, &OWN_IS),
    }
}

pub(super) fn kind(kind: Kind) -> &'static Phrase {
    match kind {
        Kind::Api => &API,
        Kind::Elasticsearch => &ELASTICSEARCH,
        Kind::Files => &FILES,
        Kind::Listing => &LISTING,
        Kind::S3 => &S3,
        Kind::Secret => &SECRET,
        Kind::ShareLink => &SHARE_LINK,
    }
}

pub(super) fn outcome(outcome: Outcome) -> &'static Phrase {
    match outcome {
        Outcome::Pass => &PASS,
        Outcome::Fail => &FAIL,
        Outcome::Unknown => &UNKNOWN,
    }
}

pub(super) fn basis(basis: Basis) -> &'static Phrase {
    match basis {
        Basis::Checked => &CHECKED,
        Basis::Stated => &STATED,
        Basis::Both => &BOTH,
    }
}

pub(super) fn place(place: Where) -> &'static Phrase {
    match place {
        Where::Inside => &INSIDE,
        Where::Border => &BORDER,
        Where::Outside => &OUTSIDE,
    }
}

pub(super) fn time(meaning: TimeMeaning) -> &'static Phrase {
    match meaning {
        TimeMeaning::End => &TIME_END,
        TimeMeaning::Start => &TIME_START,
        TimeMeaning::Unknown => &NOT_TOLD,
    }
}

pub(super) fn bytes(meaning: BytesMeaning) -> &'static Phrase {
    match meaning {
        BytesMeaning::Body => &BODY,
        BytesMeaning::Planned => &PLANNED,
        BytesMeaning::Unknown => &NOT_TOLD,
        BytesMeaning::Wire => &WIRE,
    }
}

pub(super) fn happening(what: Happening) -> &'static Phrase {
    match what {
        Happening::Confirmed => &CONFIRMED,
        Happening::Fixed => &FIXED,
        Happening::Found => &FOUND,
        Happening::Published => &PUBLISHED,
        Happening::Reopened => &REOPENED,
        Happening::Restarted => &RESTARTED,
        Happening::Sighted => &SIGHTED,
    }
}

/// Why there is a gap; `None` for a reason without a word here.
pub(super) fn gap(why: &str) -> Option<&'static Phrase> {
    Some(match why {
        "silent" => &SILENT,
        "missing" => &MISSING,
        "unreadable" => &UNREADABLE,
        "restarted" => &RESTART,
        "rotated" => &ROTATED,
        _ => return None,
    })
}

pub(super) fn code(code: Code) -> &'static Phrase {
    match code {
        Code::A => &w::A_SAYS,
        Code::B1 => &w::B1_SAYS,
        Code::B2 => &w::B2_SAYS,
        Code::D => &w::D_SAYS,
        Code::CStar => &w::C_STAR_SAYS,
        Code::C => &w::C_SAYS,
    }
}

/// How a code is coloured: told to others, perhaps or not to be known, or not.
pub(super) fn code_tone(code: Code) -> &'static str {
    match code {
        Code::A => "bad",
        Code::B1 | Code::B2 | Code::D | Code::CStar => "doubt",
        Code::C => "good",
    }
}

pub(super) fn finding(finding: Finding) -> &'static Phrase {
    match finding {
        Finding::A => &w::FINDING_SENT,
        Finding::B1 => &w::FINDING_PROBABLY,
        Finding::B2 => &w::FINDING_PERHAPS,
        Finding::None => &w::FINDING_NONE,
    }
}

pub(super) fn cover(cover: Cover) -> &'static Phrase {
    match cover {
        Cover::Whole => &w::COVER_WHOLE,
        Cover::Conditional => &w::COVER_CONDITIONAL,
        Cover::NotShown => &w::COVER_NOT_SHOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::checks::CHECKS;

    #[test]
    fn english_is_the_models_own() {
        for grade in Grade::ALL {
            assert_eq!(super::grade(grade).en, grade.says());
        }
        for class in Class::ALL {
            assert_eq!(super::class(class).0.en, class.word());
        }
        for condition in CHECKS {
            assert_eq!(asks(condition.id).unwrap().en, condition.asks);
        }
        for place in [Where::Inside, Where::Border, Where::Outside] {
            assert_eq!(super::place(place).en, place.word());
        }
        assert!(asks("C0").is_none() && asks("C13").is_none());
    }
}
