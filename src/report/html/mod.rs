//! `report.html`: the report as one page for people, on a screen or on paper.
//!
//! It is one file that asks for nothing: styles and script lie in it and are
//! allowed by their digests alone, so that nothing written in a log could run
//! even if it were not escaped. Everything that is filled in passes
//! [`super::safe::Html`]; the templates say what stands where, and conclude
//! nothing. The script sorts and filters tables; without it all is there to be
//! read. What has no bound in a log is capped (`caps`), and says so.

mod annex;
mod answer;
mod axis;
mod caps;
mod cited;
mod closing;
mod heat;
mod hours;
mod limits;
mod logs;
mod say;
mod spread;
pub(super) mod terms;
mod timeline;
mod walk;
mod what;
mod who;
pub(crate) mod words;
pub(crate) mod words_annex;

use std::io::{self, Write};

use askama::Template;
use base64::prelude::{BASE64_URL_SAFE, Engine as _};
use sha2::{Digest as _, Sha256};

use super::people::Person;
use super::veil::Level;
use super::{Output, Report, Whole};
use say::Say;
use words as w;
use words_annex as a;

#[cfg(test)]
pub(crate) use terms::ALL as TERMS;

/// How the page looks.
const STYLE: &str = include_str!("page.css");

/// How tables are sorted and filtered.
const SCRIPT: &str = include_str!("page.js");

/// The output.
pub(super) struct ReportHtml;

impl Output for ReportHtml {
    fn file(&self) -> &'static str {
        "report.html"
    }

    fn level(&self) -> Level {
        Level::Investigator
    }

    fn write(&self, whole: &Whole<'_>, into: &mut dyn Write) -> io::Result<()> {
        let page = Page::of(whole)?;
        let mut written = Written { into, failed: None };
        match page.render_into(&mut written) {
            Ok(()) => Ok(()),
            Err(error) => Err(written.failed.unwrap_or_else(|| io::Error::other(error))),
        }
    }
}

/// Writes text as bytes, and keeps the error that text cannot tell.
struct Written<'w> {
    into: &'w mut dyn Write,
    failed: Option<io::Error>,
}

impl std::fmt::Write for Written<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.into.write_all(text.as_bytes()).map_err(|error| {
            self.failed = Some(error);
            std::fmt::Error
        })
    }
}

/// Everything that the templates fill in.
#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    say: Say<'a>,
    report: &'a Report<'a>,
    title: String,
    about: Vec<(&'static str, String)>,
    zone: String,
    made_by: String,
    method_lead: String,
    evidence_lead: String,
    policy: String,
    style: &'static str,
    script: &'static str,
    answer: answer::Answer,
    key: answer::KeyFigures,
    timeline: Option<timeline::Timeline>,
    who: who::Who,
    spread: Option<spread::Spread>,
    what: what::What,
    matrix: Option<spread::Matrix>,
    rate: Option<hours::Rate>,
    heat: Option<heat::Heat>,
    holes: logs::Holes,
    tests: logs::Tests,
    limits: limits::Limits,
    closure: closing::Closure,
    notification: Vec<closing::Item>,
    method: closing::Method,
    questions: closing::Questions,
    evidence: Vec<cited::Row>,
    evidence_note: Option<String>,
    inputs: annex::Inputs,
    unread: annex::Unread,
    asked: annex::Asked,
}

impl<'a> Page<'a> {
    fn of(whole: &Whole<'a>) -> io::Result<Page<'a>> {
        let report = whole.report;
        let say = Say::new(&whole.question.case, whole.veil);
        let people = who::shown(whole)?;
        let shown: Vec<&Person> = people.iter().map(|(_, person)| person).collect();
        let axis = timeline::axis(whole);
        let places: std::collections::HashMap<&str, u32> =
            people.iter().map(|(place, one)| (one.id.as_str(), *place)).collect();
        let drawn: Vec<(u32, &Person)> = timeline::drawn(&shown)
            .into_iter()
            .filter_map(|person| Some((*places.get(person.id.as_str())?, person)))
            .collect();
        let told = walk::Told {
            drawn: &drawn.iter().map(|(place, _)| *place).collect(),
            spread: &spread::chosen(whole, &people),
        };
        let walk = walk::walk(whole, axis.as_ref(), &told)?;
        let cited = cited::Cited::choose(whole, &shown, &walk);
        let names = what::names(whole, &walk)?;
        let tool = &report.tool;
        let title = report.case.title.as_deref().map(|text| say.cut(text));
        Ok(Page {
            title: title.unwrap_or_else(|| say.it(&w::TITLE).to_owned()),
            about: about(&say, report, whole.veil.level()),
            zone: say.zone(),
            made_by: say.with(&w::MADE_BY, &[&tool.name, &tool.version, &say.zone()]),
            method_lead: say.with(&a::METHOD_LEAD, &[&tool.name, &tool.version]),
            evidence_lead: say.with(&a::ANNEX_A_LEAD, &[&cited.example()]),
            policy: policy(),
            style: STYLE,
            script: SCRIPT,
            answer: answer::answer(&say, whole),
            key: answer::key_figures(&say, whole, &walk),
            timeline: axis
                .map(|axis| timeline::timeline(&say, whole, &axis, &drawn, &walk, &cited)),
            who: who::who(&say, whole, &shown, &cited),
            spread: axis.and_then(|axis| spread::spread(&say, whole, &axis, &shown, &walk)),
            what: what::what(&say, whole, &walk, &names, &cited),
            matrix: spread::matrix(&say, &drawn, &walk, &names, &cited),
            rate: axis.map(|axis| hours::rate(&say, whole, &axis)),
            heat: axis.map(|axis| heat::heat(&say, whole, &axis)),
            holes: logs::holes(&say, whole),
            tests: logs::tests(&say, whole),
            limits: limits::limits(&say, whole),
            closure: closing::closure(&say, whole),
            notification: closing::notification(&say, whole),
            method: closing::method(&say, whole),
            questions: closing::questions(&say, whole),
            evidence: cited.rows(&say, whole, &shown)?,
            evidence_note: cited.note(&say, whole),
            inputs: annex::inputs(&say, whole),
            unread: annex::unread(&say, whole),
            asked: annex::asked(&say, whole),
            report,
            say,
        })
    }

    /// The sections, in order: anchor and heading.
    fn headings(&self) -> [(&'static str, &'static str); 13] {
        [
            ("answer", &w::ANSWER),
            ("figures", &w::KEY_FIGURES),
            ("timeline", &w::TIMELINE),
            ("who", &w::WHO),
            ("what", &w::WHAT),
            ("coverage", &w::COVERAGE),
            ("tests", &w::TESTS),
            ("limits", &w::LIMITS),
            ("closure", &a::CLOSURE),
            ("notification", &a::NOTIFICATION),
            ("method", &a::METHOD),
            ("questions", &a::QUESTIONS),
            ("annex", &a::ANNEX),
        ]
        .map(|(anchor, phrase)| (anchor, self.say.it(phrase)))
    }
}

/// What the case says of itself, and how much the page tells.
fn about(say: &Say<'_>, report: &Report<'_>, level: Level) -> Vec<(&'static str, String)> {
    let case = &report.case;
    let level = Some(level.word().to_owned());
    let each = [
        (&w::REFERENCE, &case.id),
        (&w::AUTHORITY, &case.authority),
        (&w::EXAMINER, &case.examiner),
        (&w::STATED_BY, &case.stated_by),
        (&w::LEVEL, &level),
    ];
    let given = each.into_iter().filter_map(|(phrase, text)| Some((phrase, text.as_deref()?)));
    given.map(|(phrase, text)| (say.it(phrase), say.cut(text))).collect()
}

/// What the page may do: nothing, but for the one style and the one script
/// whose digests these are (Content Security Policy level 3, section 2.3).
fn policy() -> String {
    // In letters that no path of a log has, so that a veil takes it for none.
    let digest = |text: &str| BASE64_URL_SAFE.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        digest(STYLE),
        digest(SCRIPT)
    )
}

#[cfg(test)]
mod tests;
