//! `notification.txt`: what a controller needs to notify a breach (GDPR,
//! Articles 33 and 34), field by field, as far as logs and case tell it. What
//! they cannot is left for a person to state, and says so.
//!
//! It never says more than the verdict, and marks itself as provisional for
//! as long as a check does not pass. No address stands in it.

use std::fmt::Display;
use std::io::{self, Write};

use crate::actor::Class;
use crate::case::{Event, Happening, Kind};
use crate::record::Instant;
use crate::report::page::{Page, Text};
use crate::report::summary::time;
use crate::report::{Output, Whole};
use crate::verdict::people::Figures;
use crate::verdict::words::{self, Phrase, notice as says};
use crate::verdict::{Actor, Cover, Where};

use super::{Export, shared};

/// How wide the text is: a page of a letter in a fixed type.
const WIDTH: u16 = 90;

/// The time in which to notify (Article 33(1)), in seconds.
const TIME_TO_NOTIFY: i64 = 72 * 3_600;

/// The export.
pub(super) struct Notification;

impl Export for Notification {
    fn name(&self) -> &'static str {
        "notification"
    }
}

impl Output for Notification {
    fn file(&self) -> &'static str {
        "notification.txt"
    }

    fn write(&self, whole: &Whole<'_>, into: &mut dyn Write) -> io::Result<()> {
        let page =
            Page { width: WIDTH, color: false, folder: None, identity: None, retry: String::new() };
        let mut form = Form { whole, text: Text::veiled(&page, whole.veil) };
        form.head();
        form.nature();
        form.subjects();
        form.recipients();
        form.part(&says::CONTACT);
        form.blank(&says::OFFICER);
        form.consequences();
        form.measures();
        form.timing();
        form.phases();
        form.part(&says::PERSONS);
        form.item(&says::WHOSE, &[]);
        form.blank(&says::HIGH_RISK);
        form.part(&says::RECORD);
        let tool = &whole.report.tool;
        let (n, tool) = (whole.report.inputs.len(), format!("{} {}", tool.name, tool.version));
        form.item(&says::KEPT, &[&n, &form.number(n as u64), &tool]);
        form.blank(&says::EFFECTS);
        into.write_all(form.text.out.as_bytes())
    }
}

/// The notification being written.
struct Form<'a> {
    whole: &'a Whole<'a>,
    text: Text<'a>,
}

impl Form<'_> {
    fn say(&self, phrase: &Phrase, with: &[&dyn Display]) -> String {
        let language = self.whole.question.case.language;
        words::set(language, &phrase.say(language, with))
    }

    fn part(&mut self, heading: &Phrase) {
        let heading = self.say(heading, &[]);
        self.text.heading(&heading);
    }

    fn item(&mut self, phrase: &Phrase, with: &[&dyn Display]) {
        let words = self.say(phrase, with);
        self.text.item(&words);
    }

    /// Something that only a person can state.
    fn blank(&mut self, what: &Phrase) {
        let what = self.say(what, &[]);
        self.item(&says::BLANK, &[&what]);
    }

    fn number(&self, number: u64) -> String {
        words::hours(self.whole.question.case.language, number as f64)
    }

    fn time(&self, at: Option<Instant>) -> String {
        at.map_or_else(|| self.say(&says::UNKNOWN_TIME, &[]), |at| time(self.whole, at))
    }

    fn head(&mut self) {
        let case = &self.whole.question.case;
        let heading = self.say(&says::HEADING, &[]);
        self.text.line(&heading);
        self.text.gap();
        let names: Vec<&str> =
            [case.id.as_deref(), case.title.as_deref()].into_iter().flatten().collect();
        if !names.is_empty() {
            let line = self.say(&says::CASE, &[&names.join(", ")]);
            self.text.line(&line);
        }
        let verdict = &self.whole.report.verdict;
        let is_whole = verdict.coverage == Cover::Whole && verdict.would_change.is_empty();
        for phrase in
            [if is_whole { &says::COMPLEMENTARY } else { &says::PROVISIONAL }, &says::FOR_A_PERSON]
        {
            let line = self.say(phrase, &[]);
            self.text.line(&line);
        }
    }

    fn nature(&mut self) {
        let (whole, verdict) = (self.whole, &self.whole.report.verdict);
        self.part(&says::NATURE);
        self.item(&says::CONFIDENTIALITY, &[]);
        let mut actors = whole.judgement.actors.iter();
        if actors.any(|actor| actor.class == Class::Other && actor.wrote) {
            self.item(&says::INTEGRITY, &[]);
        }
        for exposure in &whole.question.case.exposures {
            let kind = self.say(kind(exposure.kind), &[]);
            for window in &exposure.windows {
                let (from, to) = (self.time(window.from), self.time(window.to));
                self.item(&says::EXPOSED_WHEN, &[&exposure.name, &kind, &from, &to]);
            }
            if exposure.windows.is_empty() {
                self.item(&says::EXPOSED, &[&exposure.name, &kind]);
            }
        }
        self.item(&says::VERDICT, &[&verdict.code, &verdict.sentence]);
        self.item(&says::SPEAK, &[&verdict.speaks]);
        if let Some((first, last)) = sent_to_others(whole) {
            let (first, last) = (time(whole, first), time(whole, last));
            self.item(&says::SENT_SPAN, &[&first, &last]);
        }
        self.blank(&says::QUALIFICATION);
    }

    fn subjects(&mut self) {
        self.part(&says::SUBJECTS);
        self.blank(&says::CATEGORIES);
        let Some(people) = &self.whole.judgement.people else {
            self.item(&says::NO_LIST, &[]);
            self.blank(&says::NUMBERS);
            return;
        };
        let none = Default::default();
        let others = people.by_class.get(&Class::Other).unwrap_or(&none);
        let (exposed, sent) = (self.figures(&people.exposed), self.figures(&others.confirmed));
        self.item(&says::ALL_EXPOSED, &[&exposed]);
        self.item(&says::SENT_CERTAIN, &[&sent]);
        let possible = self.figures(&others.possible);
        if possible != sent {
            self.item(&says::SENT_POSSIBLE, &[&possible]);
        }
        if people.exposed.records.min.is_none() || people.exposed.people.min.is_none() {
            self.blank(&says::NUMBERS);
        }
        let unlisted = others.possible.unlisted;
        if unlisted > 0 {
            self.item(&says::UNLISTED, &[&unlisted, &self.number(unlisted)]);
        }
    }

    /// Files, records and people, with their bounds.
    fn figures(&self, figures: &Figures) -> String {
        let span = |min: Option<u64>, max: Option<u64>| match (min, max) {
            (Some(min), Some(max)) if min == max => self.number(min),
            (Some(min), Some(max)) => {
                self.say(&says::BETWEEN, &[&self.number(min), &self.number(max)])
            }
            (Some(min), None) => self.say(&says::AT_LEAST, &[&self.number(min)]),
            (None, _) => self.say(&says::NOT_STATED, &[]),
        };
        let records = span(figures.records.min, figures.records.max);
        let people = span(figures.people.min, figures.people.max);
        let files = figures.files;
        self.say(&says::FIGURES, &[&files, &self.number(files), &records, &people])
    }

    fn recipients(&mut self) {
        let whole = self.whole;
        let (sent, outside) = (whole.report.verdict.recipients, whole.report.verdict.outside);
        self.part(&says::RECIPIENTS);
        match sent.other {
            0 => self.item(&says::NO_OTHERS, &[]),
            n => self.item(&says::OTHERS, &[&n, &self.number(n), &outside.min, &outside.max]),
        }
        for (phrase, n) in [(&says::UNRESOLVED, sent.unresolved), (&says::LAWFUL, sent.lawful)] {
            if n > 0 {
                self.item(phrase, &[&n, &self.number(n)]);
            }
        }
        let named = whole.judgement.actors.iter().filter(|actor| actor.requests > 0);
        let mut named: Vec<usize> = named.filter_map(Actor::party).collect();
        named.sort_unstable();
        named.dedup();
        for party in named.iter().filter_map(|place| whole.question.case.parties.get(*place)) {
            match &party.received {
                Some(received) => self.item(&says::PARTY_SAYS, &[&party.name, received]),
                None => self.item(&says::PARTY, &[&party.name]),
            }
        }
        if !named.is_empty() {
            self.blank(&says::ASSURANCE);
        }
    }

    fn consequences(&mut self) {
        self.part(&says::CONSEQUENCES);
        let case = &self.whole.question.case;
        let mut facts = Vec::new();
        let crawlers = self.whole.report.verdict.recipients.crawler;
        if crawlers > 0 {
            facts.push(self.say(&says::BY_CRAWLER, &[&crawlers, &self.number(crawlers)]));
        }
        let secrets = case.exposures.iter().filter(|exposure| exposure.kind == Kind::Secret);
        facts.extend(secrets.map(|exposure| self.say(&says::SECRETS, &[&exposure.name])));
        for (what, phrase) in [
            (Happening::Sighted, &says::SEEN_ELSEWHERE),
            (Happening::Published, &says::MADE_PUBLIC),
        ] {
            facts.extend(
                self.events(what).map(|event| self.say(phrase, &[&time(self.whole, event.at)])),
            );
        }
        let noticed = self.whole.judgement.noticed.iter();
        let others = noticed.filter(|((class, _), _)| *class == Class::Other);
        facts.extend(others.map(|((_, detector), n)| {
            self.say(&says::BEHAVIOUR, &[detector, n, &self.number(*n)])
        }));
        if facts.is_empty() {
            facts.push(self.say(&says::NO_FACTS, &[]));
        }
        self.blank(&says::RISK);
        self.item(&says::FACTS, &[]);
        facts.iter().for_each(|fact| self.text.wrapped("  - ", "    ", fact));
    }

    /// The events of a kind, as the case states them.
    fn events(&self, what: Happening) -> impl Iterator<Item = &Event> {
        self.whole.question.case.events.iter().filter(move |event| event.what == what)
    }

    /// By whom something was done, where that is stated.
    fn by(&self, by: &Option<String>) -> String {
        by.as_ref().map(|by| self.say(&says::BY, &[by])).unwrap_or_default()
    }

    fn measures(&mut self) {
        let whole = self.whole;
        self.part(&says::MEASURES);
        for after in &whole.report.verdict.after_closure {
            let by = self.by(&after.by);
            self.item(&says::FIXED, &[&time(whole, after.fixed), &by]);
            match after.requests {
                0 => self.item(&says::NOT_SENT_AFTER, &[]),
                n => {
                    let (first, last) = (self.time(after.first), self.time(after.last));
                    self.item(&says::STILL_SENT, &[&n, &first, &last]);
                }
            }
        }
        if whole.report.verdict.after_closure.is_empty() {
            self.item(&says::NOT_FIXED, &[]);
        }
        self.blank(&says::TAKEN);
    }

    fn timing(&mut self) {
        let whole = self.whole;
        self.part(&says::TIMING);
        for (what, phrase) in
            [(Happening::Found, &says::FOUND), (Happening::Confirmed, &says::CONFIRMED)]
        {
            let events: Vec<(Instant, String)> =
                self.events(what).map(|event| (event.at, self.by(&event.by))).collect();
            for (at, by) in events {
                self.item(phrase, &[&time(whole, at), &by]);
                if what == Happening::Confirmed {
                    let until = at.plus_seconds(TIME_TO_NOTIFY);
                    self.item(&says::HOURS_72, &[&time(whole, until)]);
                }
            }
        }
        self.blank(&says::AWARE);
        self.blank(&says::DELAY);
    }

    fn phases(&mut self) {
        self.part(&says::PHASES);
        let needs = &self.whole.report.verdict.would_change;
        for need in needs {
            self.item(&says::NEED, &[&need.check, &need.what, &need.held_by]);
        }
        if needs.is_empty() {
            self.item(&says::NO_NEED, &[]);
        }
    }
}

/// What a kind of exposure is, in words.
fn kind(kind: Kind) -> &'static Phrase {
    match kind {
        Kind::Api => &says::KIND_API,
        Kind::Elasticsearch => &says::KIND_ELASTICSEARCH,
        Kind::Files => &says::KIND_FILES,
        Kind::Listing => &says::KIND_LISTING,
        Kind::S3 => &says::KIND_S3,
        Kind::Secret => &says::KIND_SECRET,
        Kind::ShareLink => &says::KIND_SHARE_LINK,
    }
}

/// The first and the last time at which content was sent to others inside a
/// window.
fn sent_to_others(whole: &Whole<'_>) -> Option<(Instant, Instant)> {
    let mut span = None;
    for (hit, judged) in whole.examined.hits.iter().zip(&whole.judgement.judged) {
        let is_sent = judged.counts && judged.place == Where::Inside && judged.grade.is_content();
        if let Some(at) = hit.at().filter(|_| is_sent && hit.class == Class::Other) {
            shared::widen(&mut span, at);
        }
    }
    span
}
