//! The verdict in words, English and French.
//!
//! What may be said is ruled: the logs record, the server sent, no request was
//! found. Never that nothing was taken, never who a person is, never why.

use crate::actor::Class;
use crate::case::{Case, Language};

use super::actors::Actor;
use super::grade::Grade;
use super::{Code, Finding, Recipients};

/// What a sentence tells.
pub struct Story<'a> {
    /// In which language.
    pub language: Language,
    /// The code.
    pub code: Code,
    /// The finding.
    pub finding: Finding,
    /// The case.
    pub case: &'a Case,
    /// The actors.
    pub actors: &'a [Actor],
    /// Who was sent content.
    pub recipients: Recipients,
    /// Any party is declared.
    pub has_parties: bool,
    /// The data was seen elsewhere.
    pub sighted: bool,
}

/// The verdict's sentence.
pub fn sentence(story: &Story<'_>) -> String {
    match story.language {
        Language::En => english(story),
        Language::Fr => french(story),
    }
}

fn english(story: &Story<'_>) -> String {
    let named = match named_recipients(story) {
        names if names.is_empty() => String::new(),
        names => format!("Sent content: {}. ", names.join(", ")),
    };
    let others = story.recipients.other;
    let clients = |n: u64| if n == 1 { "1 client".to_owned() } else { format!("{n} clients") };
    let declared = match (story.has_parties, others) {
        (true, _) => "",
        (false, 1) => ", whom you have not declared as yours",
        (false, _) => ", none of whom you have declared as yours",
    };
    match story.code {
        Code::A if story.sighted && others == 0 => "The data was seen elsewhere, as the case \
             states; these logs do not show the fetch."
            .to_owned(),
        Code::A if others == 0 && crawlers(story) > 0 => format!(
            "The server sent the data to {}, declared as a crawler: it may have been published \
             onward.",
            clients(crawlers(story))
        ),
        Code::A if only_written(story) => {
            "Other parties wrote to the server or deleted from it.".to_owned()
        }
        Code::A => {
            let how = match best(story) {
                Some(Grade::F1 | Grade::F2) => "",
                _ => " (at least part; how much the log does not say)",
            };
            let seen = if story.sighted { " The data was also seen elsewhere." } else { "" };
            format!(
                "The server sent the data to other parties{how}: {} of class other {} sent \
                 content{declared}.{seen}",
                clients(others),
                if others == 1 { "was" } else { "were" },
            )
        }
        Code::B1 => format!(
            "The server probably sent at least part of the data to other parties{declared}."
        ),
        Code::B2 => format!(
            "Other parties may have learned of the data or reached it{declared}; no complete \
             content sent to them was found."
        ),
        Code::D => format!(
            "{named}Cannot be determined from these logs: no request of other parties answered \
             with content was found, but the logs could not have shown every one."
        ),
        Code::CStar => format!(
            "{named}C (if the logs are unaltered): no request of other parties was found, and the \
             logs examined cover the whole exposure."
        ),
        Code::C => format!(
            "{named}No request of other parties was found, and the logs examined cover the whole \
             exposure."
        ),
    }
}

fn french(story: &Story<'_>) -> String {
    let named = match named_recipients(story) {
        names if names.is_empty() => String::new(),
        names => format!("Ont reçu du contenu : {}. ", names.join(", ")),
    };
    let others = story.recipients.other;
    let clients = |n: u64| if n == 1 { "1 client".to_owned() } else { format!("{n} clients") };
    let declared = match story.has_parties {
        true => "",
        false => ", dont vous n'avez déclaré aucun comme vôtre",
    };
    match story.code {
        Code::A if story.sighted && others == 0 => "Les données ont été vues ailleurs, selon le \
             dossier ; ces journaux ne montrent pas leur envoi."
            .to_owned(),
        Code::A if others == 0 && crawlers(story) > 0 => format!(
            "Le serveur a transmis les données à {}, déclaré comme robot d'indexation : elles ont \
             pu être republiées.",
            clients(crawlers(story))
        ),
        Code::A if only_written(story) => {
            "Des tiers ont écrit sur le serveur ou y ont supprimé des données.".to_owned()
        }
        Code::A => {
            let how = match best(story) {
                Some(Grade::F1 | Grade::F2) => "",
                _ => " (au moins en partie ; le journal ne dit pas combien)",
            };
            let seen =
                if story.sighted { " Les données ont aussi été vues ailleurs." } else { "" };
            format!(
                "Le serveur a transmis les données à des tiers{how} : {} de classe « other » ont \
                 reçu du contenu{declared}.{seen}",
                clients(others)
            )
        }
        Code::B1 => format!(
            "Le serveur a probablement transmis au moins une partie des données à des \
             tiers{declared}."
        ),
        Code::B2 => format!(
            "Des tiers ont pu avoir connaissance des données ou les atteindre{declared} ; aucun \
             envoi d'un contenu complet à des tiers n'a été constaté."
        ),
        Code::D => format!(
            "{named}Indéterminable à partir de ces journaux : aucune requête de tiers suivie d'un \
             envoi de contenu n'a été constatée, mais les journaux n'auraient pas pu les montrer \
             toutes."
        ),
        Code::CStar => format!(
            "{named}C (si les journaux n'ont pas été modifiés) : aucune requête de tiers n'a été \
             constatée, et les journaux examinés couvrent toute la période."
        ),
        Code::C => format!(
            "{named}Aucune requête de tiers n'a été constatée, et les journaux examinés couvrent \
             toute la période."
        ),
    }
}

/// The names of parties that were sent content, in the order of the case.
fn named_recipients(story: &Story<'_>) -> Vec<String> {
    let mut parties: Vec<usize> = story
        .actors
        .iter()
        .filter(|actor| actor.requests > 0 && actor.class != Class::Own)
        .filter_map(|actor| actor.party)
        .collect();
    parties.sort_unstable();
    parties.dedup();
    parties.iter().map(|place| story.case.parties[*place].name.clone()).collect()
}

fn crawlers(story: &Story<'_>) -> u64 {
    story.recipients.crawler
}

/// The gravest grade of a client of class other.
fn best(story: &Story<'_>) -> Option<Grade> {
    let others = story.actors.iter().filter(|actor| actor.class == Class::Other);
    others.filter_map(|actor| actor.grade).min()
}

fn only_written(story: &Story<'_>) -> bool {
    best(story) == Some(Grade::W)
}

/// A number with its thousands set off.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number and what it counts.
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sentence_says_more_than_a_log_can() {
        let case = Case::default();
        for code in [Code::A, Code::B1, Code::B2, Code::D, Code::CStar, Code::C] {
            for language in [Language::En, Language::Fr] {
                for sighted in [false, true] {
                    let story = Story {
                        language,
                        code,
                        finding: Finding::None,
                        case: &case,
                        actors: &[],
                        recipients: Recipients::default(),
                        has_parties: false,
                        sighted,
                    };
                    let text = sentence(&story).to_lowercase();
                    for banned in [
                        "no data was",
                        "proves",
                        "hacker",
                        "stolen",
                        "nobody",
                        "prouve",
                        "volé",
                        "pirate",
                    ] {
                        assert!(!text.contains(banned), "{banned}: {text}");
                    }
                }
            }
        }
    }
}
