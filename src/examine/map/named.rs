//! What becomes of a record by what it names: a target, a target as the page it
//! comes from, or none.

use std::borrow::Cow;

use xxhash_rust::xxh3::xxh3_64;

use super::super::detail::detail;
use super::super::{controls, witness};
use super::Mapper;
use crate::actor::{self, Speaker};
use crate::case::target::Match;
use crate::case::target::finds::Finds;
use crate::evidence::hit::Facts;
use crate::evidence::{ClientKey, Hit, Method, Part, Signs, Witness};
use crate::record::path::Forms;
use crate::record::{Instant, Record};
use crate::source::Line;

/// How many hits a frame of the spool holds, and how long a line ends one: few
/// enough that their text does not count while it waits, enough that it packs
/// well.
const FRAME_HITS: u64 = 512;
const FRAME_LINE: usize = 16 << 10;

/// What is known of a record before it is matched.
pub(super) struct Act<'a> {
    /// The format that read it, by its place.
    pub place: usize,
    pub target: &'a [u8],
    /// The server's clock set right.
    pub at: Option<Instant>,
    pub speaker: Speaker<'a>,
    /// What is not sure of its time.
    pub doubts: Signs,
}

impl Mapper<'_> {
    /// Looks whether a record names a target, and keeps it if it does.
    #[inline(always)]
    pub(super) fn target(&mut self, line: &Line<'_>, record: &Record<'_>, act: Act<'_>) {
        let folds = self.folds_case(act.place);
        let matcher = self.question.matcher(self.source.server, folds);
        // Taken out, because what they found is lent.
        let mut finds = std::mem::take(&mut self.finds);
        match finds.find_forms(matcher, record) {
            Some(found) => self.hit(line, record, act, found.both(), matcher.folds()),
            None => self.unnamed(line, record, act, folds, &mut finds),
        }
        self.finds = finds;
    }

    /// Notes what else a record that names no target tells of one.
    #[inline(always)]
    fn unnamed(
        &mut self,
        line: &Line<'_>,
        record: &Record<'_>,
        act: Act<'_>,
        folds: bool,
        finds: &mut Finds,
    ) {
        let (question, server) = (self.question, self.source.server);
        let place = (server, act.place);
        let witnesses = &mut self.evidence.witnesses;
        let wants = |client, path: &[u8]| witnesses.wants(client, path, line.offset);
        let (at, speaker) = (act.at, act.speaker);
        let found = witness::of_record(question, place, record, at, speaker, finds, wants);
        if let Some(found) = found {
            let line = Witness { offset: line.offset, line: self.piece.lines, ..found };
            self.evidence.witnesses.absorb(line);
        }
        let seen = controls::of_record(question, (server, folds), record, act.at, act.speaker);
        self.evidence.controls.extend(seen);
    }

    /// Keeps a record that names a target, `folds` where letter case was.
    fn hit(
        &mut self,
        line: &Line<'_>,
        record: &Record<'_>,
        act: Act<'_>,
        (found, forms): (&Match<'_>, &Forms<'_>),
        folds: bool,
    ) {
        let question = self.question;
        let speaker = act.speaker;
        self.evidence.named.extend(&found.targets);
        let other_host = found.exposures == 0;
        let exposures = if other_host { found.other_host } else { found.exposures };
        let asked = actor::Act {
            speaker,
            at: act.at,
            forms,
            folds,
            path: &found.path,
            user: record.user,
            exposures,
            server: &question.servers[self.source.server].name,
        };
        let whose = actor::whose(&question.case, &asked);
        let controls = actor::controls(&question.case, &asked);
        self.evidence.controls.extend(controls.map(|number| number as u32));
        let mut hit = Hit::new(Facts {
            at: act.at,
            took: record.took,
            status: record.status,
            bytes: record.bytes,
            party: whose.party,
        });
        hit.offset = line.offset;
        hit.line = self.piece.lines;
        hit.exposures = exposures;
        hit.fingerprint = xxh3_64(line.bytes);
        hit.client = ClientKey::of(speaker.client);
        hit.source = self.number;
        hit.length = u32::try_from(line.bytes.len()).unwrap_or(u32::MAX);
        // A listed file says more of what was sent than the folder that holds it.
        let listed = question.nearest_listed(&found.targets);
        let by_pattern = found.targets.iter().any(|id| !question.is_listed(*id));
        hit.target = listed.or(found.targets.first().copied()).unwrap_or(u32::MAX);
        hit.method = record.method().map_or(Method::Other, Method::of);
        hit.spelling = found.spelling;
        hit.class = whose.class;
        hit.format = act.place as u16;
        hit.signs = act
            .doubts
            .with(Signs::FOLDER, found.path.ends_with(b"/"))
            .with(Signs::NO_BODY, record.no_body || record.bytes == Some(0))
            .with(Signs::OTHER_HOST, other_host)
            .with(Signs::MAYBE_LAWFUL, whose.maybe_lawful)
            .with(Signs::CONTROL, whose.is_control)
            .with(Signs::BY_PATTERN, listed.is_some() && by_pattern);
        self.evidence.hits.push(hit);
        // Most paths stand in the line.
        let path = act.target.get(..found.path.len()).filter(|path| **path == *found.path);
        let path = Cow::Borrowed(path.unwrap_or(&found.path));
        let mut detail = detail(line.bytes, record, act.target, speaker.token, path);
        let own = |text: &Vec<u8>| Part::Own(Cow::Owned(text.clone()));
        detail.subject = found.subject.as_ref().map(own);
        detail.record = found.record.as_ref().map(own);
        let listed = found.targets.iter().filter(|id| question.is_listed(**id));
        detail.files = listed.copied().collect();
        if let Err(error) = self.texts.put(line.offset, &detail) {
            self.fault = self.fault.take().or(Some(error));
        }
        if line.bytes.len() > FRAME_LINE || self.texts.count() >= FRAME_HITS {
            self.pack();
        }
    }
}
