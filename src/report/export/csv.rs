//! `files.csv`: what was exposed, a row each, and to whom it was sent: every
//! file of a list, asked for or not, then every other path that was asked
//! for. From it follows whose data it was, and who is to be told.
//!
//! `actors.csv` and `hits.csv` tell the same requests by client and one by
//! one. Counts are of requests inside a window; "sent" is of the grades F1,
//! F2, F3, P and L.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use crate::actor::Class;
use crate::record::path::Forms;
use crate::record::{Escape, Instant};
use crate::report::sheet::Sheet;
use crate::report::{Output, Whole};
use crate::verdict::people::Inventory;
use crate::verdict::{Grade, Where};

use super::{Export, shared};

/// The export.
pub(super) struct Csv;

const COLUMNS: &[&str] = &[
    "path",
    "listed",
    "size",
    "records",
    "people",
    "grade_to_others",
    "sent_to_others",
    "sent_to_unresolved",
    "sent_to_lawful",
    "sent_to_crawlers",
    "sent_to_known",
    "sent_to_self",
    "first_sent_to_others",
    "last_sent_to_others",
    "requests",
];

impl Export for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }
}

impl Output for Csv {
    fn file(&self) -> &'static str {
        "files.csv"
    }

    fn write(&self, whole: &Whole<'_>, into: &mut dyn Write) -> io::Result<()> {
        let inventory = Inventory::of(whole.question);
        let mut listed = vec![Row::default(); inventory.files.len()];
        let mut others: BTreeMap<Vec<u8>, Row> = BTreeMap::new();
        whole.each_hit(|at, hit, detail| {
            let judged = &whole.judgement.judged[at];
            if !judged.counts || judged.place != Where::Inside {
                return Ok(());
            }
            let actor = whole.judgement.actor_of[at];
            let files: BTreeSet<usize> =
                detail.files.iter().filter_map(|id| inventory.of_target.get(id).copied()).collect();
            if files.is_empty() {
                // In whatever spelling it was asked for.
                let path = Forms::of(&detail.path, Escape::None, false).canonical;
                let row = others.entry(path.into_owned()).or_default();
                row.add(hit.class, actor, judged.grade, hit.at());
            }
            for file in files {
                listed[file].add(hit.class, actor, judged.grade, hit.at());
            }
            Ok(())
        })?;
        let mut sheet = Sheet::new(into, COLUMNS)?;
        let mut named = BTreeMap::new();
        for (id, _, target) in whole.question.targets() {
            if let Some(place) = inventory.of_target.get(&id) {
                named.entry(*place).or_insert_with(|| target.text.as_bytes());
            }
        }
        for (file, row) in listed.iter().enumerate() {
            let known = &inventory.files[file];
            let people = known.people.as_ref().map(|people| people.len() as u64);
            let stated = [known.size, known.records, people.max(known.subjects)];
            row.write(named.get(&file).copied().unwrap_or_default(), "yes", stated, &mut sheet)?;
        }
        for (path, row) in &others {
            row.write(path, "no", [None; 3], &mut sheet)?;
        }
        sheet.finish()
    }
}

/// What became of one path.
#[derive(Debug, Clone, Default)]
struct Row {
    requests: u64,
    /// The gravest grade of a request by others.
    grade: Option<Grade>,
    /// The actors that were sent it, by class.
    sent: BTreeMap<Class, BTreeSet<u32>>,
    /// The first and last time it was sent to others.
    span: Option<(Instant, Instant)>,
}

impl Row {
    fn add(&mut self, class: Class, actor: u32, grade: Grade, at: Option<Instant>) {
        self.requests += 1;
        if class == Class::Other {
            self.grade = Some(self.grade.map_or(grade, |gravest| gravest.min(grade)));
        }
        if !grade.is_content() {
            return;
        }
        self.sent.entry(class).or_default().insert(actor);
        if let Some(at) = at.filter(|_| class == Class::Other) {
            shared::widen(&mut self.span, at);
        }
    }

    fn write(
        &self,
        path: &[u8],
        is_listed: &str,
        stated: [Option<u64>; 3],
        sheet: &mut Sheet<'_>,
    ) -> io::Result<()> {
        let number = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
        let sent = |class: &Class| self.sent.get(class).map_or(0, BTreeSet::len).to_string();
        let mut cells = vec![is_listed.to_owned()];
        cells.extend(stated.map(number));
        cells.push(self.grade.map(|grade| grade.to_string()).unwrap_or_default());
        cells.extend(Class::ALL.iter().map(sent));
        cells.extend([
            self.span.map(|(first, _)| first.to_string()).unwrap_or_default(),
            self.span.map(|(_, last)| last.to_string()).unwrap_or_default(),
            self.requests.to_string(),
        ]);
        sheet.row([path].into_iter().chain(cells.iter().map(String::as_bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_as_many_cells_as_there_are_columns() {
        let mut out = Vec::new();
        let mut sheet = Sheet::new(&mut out, COLUMNS).unwrap();
        // The writer refuses rows of different lengths.
        Row::default().write(b"/a", "no", [None; 3], &mut sheet).unwrap();
        sheet.finish().unwrap();
        assert_eq!(String::from_utf8(out).unwrap().lines().count(), 2);
    }

    #[test]
    fn a_row_tells_others_apart() {
        let mut row = Row::default();
        row.add(Class::Known, 1, Grade::F1, Some(Instant::at(1)));
        row.add(Class::Other, 2, Grade::R, Some(Instant::at(2)));
        assert_eq!((row.grade, row.span), (Some(Grade::R), None));
        row.add(Class::Other, 2, Grade::P, Some(Instant::at(4)));
        row.add(Class::Other, 3, Grade::F3, Some(Instant::at(3)));
        let span = Some((Instant::at(3), Instant::at(4)));
        assert_eq!((row.grade, row.span, row.requests), (Some(Grade::F3), span, 4));
        assert_eq!(row.sent[&Class::Other].len(), 2);
    }
}
