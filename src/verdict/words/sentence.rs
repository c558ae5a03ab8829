//! The verdict's sentence.

use std::fmt::Display;

use crate::actor::Class;
use crate::case::{Case, Language};
use crate::record::Instant;
use crate::verdict::actors::Actor;
use crate::verdict::grade::Grade;
use crate::verdict::{Code, Cover, Recipients};

use super::{Phrase, answers as says, list};

/// What a sentence tells.
pub struct Story<'a> {
    /// The case.
    pub case: &'a Case,
    /// The code.
    pub code: Code,
    /// Whether the logs could have shown an access.
    pub coverage: Cover,
    /// The actors.
    pub actors: &'a [Actor],
    /// Who was sent content.
    pub recipients: Recipients,
    /// The data was seen elsewhere.
    pub sighted: bool,
    /// How many clients of class other were sent content after a declared fix.
    pub after_fix: u64,
    /// The servers whose logs were examined.
    pub servers: &'a [String],
    /// The first instant of all windows and the first after them, where known.
    pub span: (Option<Instant>, Option<Instant>),
    /// The checks that do not pass, once each.
    pub lacking: &'a [&'static str],
}

/// How many names are told.
const SHOWN: usize = 10;

/// The verdict's sentence.
pub fn sentence(story: &Story<'_>) -> String {
    match story.code {
        Code::A => found(story) + &story.more(),
        Code::B1 => story.say(&says::PROBABLY, &[&story.declared()]) + &story.more(),
        Code::B2 => story.say(&says::PERHAPS, &[&story.declared()]) + &story.more(),
        Code::D => {
            let text = story.say(&says::UNDETERMINED, &[&story.named()]);
            match story.lacking {
                [] => text,
                lacking => text + &story.say(&says::LACKING, &[&list(lacking, lacking.len())]),
            }
        }
        Code::CStar => {
            let by = story.case.unaltered_accepted_by.as_deref().unwrap_or_default();
            let (logs, gap) = (story.logs(), story.tolerated());
            story.say(&says::CONDITIONAL, &[&story.named(), &logs, &gap, &by]) + &story.scope()
        }
        Code::C => {
            let (logs, gap) = (story.logs(), story.tolerated());
            story.say(&says::COVERED, &[&story.named(), &logs, &gap]) + &story.scope()
        }
    }
}

/// The sentence of a finding A.
fn found(story: &Story<'_>) -> String {
    let others = story.recipients.other;
    let seen = if story.sighted { story.say(&says::SIGHTED_TOO, &[]) } else { String::new() };
    if others > 0 && story.only_written() {
        return story.say(&says::WRITTEN, &[]) + &seen;
    }
    if others > 0 {
        let phrase = match story.best() {
            Some(Grade::F1 | Grade::F2) => &says::SENT,
            _ => &says::SENT_IN_PART,
        };
        let clients = match story.coverage {
            Cover::NotShown => story.say(&says::CLIENTS_AT_LEAST, &[&others]),
            Cover::Conditional | Cover::Whole => story.say(&says::CLIENTS, &[&others]),
        };
        let whose = story.lists_only() + &story.declared();
        return story.say(phrase, &[&clients, &others, &whose]) + &seen;
    }
    if story.only_written() {
        return story.say(&says::WRITTEN, &[]) + &seen;
    }
    if story.recipients.crawler > 0 {
        return story.say(&says::CRAWLERS, &[&story.recipients.crawler]) + &seen;
    }
    if story.after_fix > 0 {
        return story.say(&says::REOPENED, &[&story.after_fix]) + &seen;
    }
    story.say(&says::SIGHTED_ONLY, &[])
}

impl Story<'_> {
    fn language(&self) -> Language {
        self.case.language
    }

    fn say(&self, phrase: &Phrase, with: &[&dyn Display]) -> String {
        phrase.say(self.language(), with)
    }

    /// That some of class other were sent no more than lists of names.
    fn lists_only(&self) -> String {
        let others = self.actors.iter().filter(|actor| actor.class == Class::Other);
        match others.filter(|actor| actor.grade == Some(Grade::L)).count() {
            0 => String::new(),
            count => self.say(&says::LISTS_ONLY, &[&count]),
        }
    }

    /// What is said of those whom the case declares.
    fn declared(&self) -> String {
        match (self.case.parties.is_empty(), self.recipients.other) {
            (false, _) => String::new(),
            (true, 1) => self.say(&says::UNDECLARED_ONE, &[]),
            (true, _) => self.say(&says::UNDECLARED, &[]),
        }
    }

    /// That the logs may not show everything, where something was found.
    fn more(&self) -> String {
        match self.coverage {
            Cover::NotShown if self.code != Code::A => self.say(&says::AND_UNKNOWN, &[&self.code]),
            _ => String::new(),
        }
    }

    /// The parties that were sent content, in the order of the case.
    fn named(&self) -> String {
        let sent =
            self.actors.iter().filter(|actor| actor.requests > 0 && actor.class != Class::Own);
        let mut parties: Vec<usize> = sent.filter_map(Actor::party).collect();
        parties.sort_unstable();
        parties.dedup();
        let names: Vec<&str> =
            parties.iter().map(|place| self.case.parties[*place].name.as_str()).collect();
        match names.as_slice() {
            [] => String::new(),
            names => self.say(&says::NAMED, &[&list(names, names.len())]),
        }
    }

    /// Which logs were examined, of which time.
    fn logs(&self) -> String {
        let time = |at: Option<Instant>| at.map_or_else(|| "?".to_owned(), |at| at.to_string());
        let (from, to) = (time(self.span.0), time(self.span.1));
        self.say(&says::LOGS_OF, &[&list(self.servers, SHOWN), &from, &to])
    }

    /// The longest hole that is accepted.
    fn tolerated(&self) -> String {
        let hours = super::hours(self.language(), self.case.tolerated_gap as f64 / 3600.0);
        self.say(&says::HOURS, &[&hours])
    }

    /// The ways out that the case leaves aside.
    fn scope(&self) -> String {
        let channels = self.case.channels.each();
        let aside = channels
            .iter()
            .filter(|(_, state)| state.is_some_and(|state| state.starts_with("out of scope")));
        let names: Vec<&str> = aside.map(|(name, _)| *name).collect();
        match names.as_slice() {
            [] => String::new(),
            names => self.say(&says::OUT_OF_SCOPE, &[&list(names, names.len())]),
        }
    }

    /// The gravest grade of a client of class other.
    fn best(&self) -> Option<Grade> {
        let others = self.actors.iter().filter(|actor| actor.class == Class::Other);
        others.filter_map(|actor| actor.grade).min()
    }

    fn only_written(&self) -> bool {
        self.best() == Some(Grade::W)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_covered_sentence_names_window_sources_resolution_and_scope() {
        let mut case = Case { tolerated_gap: 5400, ..Case::default() };
        case.channels.backups = Some("out of scope: another enquiry".to_owned());
        case.unaltered_accepted_by = Some("A. Person".to_owned());
        let servers = ["www".to_owned()];
        let story = |code, language| {
            let mut case = case.clone();
            case.language = language;
            let story = Story {
                case: &case,
                code,
                coverage: Cover::Whole,
                actors: &[],
                recipients: Recipients::default(),
                sighted: false,
                after_fix: 0,
                servers: &servers,
                span: (Some(Instant::at(0)), Some(Instant::at(86_400))),
                lacking: &["C3"],
            };
            sentence(&story)
        };
        assert_eq!(
            story(Code::C, Language::En),
            "No request of other parties answered with content was found in the logs of www from \
             1970-01-01T00:00:00Z to 1970-01-02T00:00:00Z, and these cover the whole exposure. An \
             interruption shorter than 1.5 h would not have been noticed. Out of scope: backups."
        );
        let conditional = story(Code::CStar, Language::Fr);
        assert!(
            conditional.starts_with("C (si les journaux n'ont pas été modifiés)"),
            "{conditional}"
        );
        assert!(
            conditional.contains("A. Person") && conditional.contains("1,5 h"),
            "{conditional}"
        );
        assert!(story(Code::D, Language::En).ends_with("Not shown: C3."));
    }
}
