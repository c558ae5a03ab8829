//! The reference of formats as a page of Markdown, made from the cards, so
//! that it says what the program does.

use std::io::{self, Write};

use crate::format::envelope;
use crate::format::{Card, Sample, TABLE};
use crate::report::safe;
use crate::source::Encoding;

use super::{bytes_words, time_words};

const HEAD: &str = "# Formats

This page is written by `whofetched formats --markdown`. Change a card in `src/format/`, not this page.

A line is read in three steps: the source is decoded, envelopes are taken off the line, and the formats below are tried in this
order, those first that most of the source is in. The first one that reads the line is right: a narrower format stands before a
wider one. A line that none reads is counted, kept, and searched for the targets as plain text.

What a line reads as is written so: `peer=`, `forwarded=` and `upstream=` are addresses by their role; `time=` has a `Z` where the
zone is known; then method, target, status and bytes; `raw=<…>` is a request that is none; `took=` is a duration. What a line
does not say is left out.
";

/// Writes the page.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(out: &mut dyn Write) -> io::Result<()> {
    out.write_all(HEAD.as_bytes())?;
    writeln!(out, "\n## At a glance\n")?;
    writeln!(out, "| format | written by | time | zone | bytes |")?;
    writeln!(out, "| --- | --- | --- | --- | --- |")?;
    for card in TABLE.iter().map(|format| format.card()) {
        let [name, title, time, zone, bytes] =
            [card.name, card.title, time_words(card.time), card.zone, bytes_words(card.bytes)]
                .map(cell);
        writeln!(out, "| [{name}](#{name}) | {title} | {time} | {zone} | {bytes} |")?;
    }
    writeln!(out, "\n## Formats")?;
    for format in TABLE {
        section(format.card(), out)?;
    }
    writeln!(out, "\n## Envelopes\n")?;
    writeln!(
        out,
        "What other programs put round a line. They are taken off first, up to {} of them one in the other.\n\
         An envelope's time is taken only where the line has none, and is when the line was written.",
        envelope::DEPTH
    )?;
    for each in envelope::all() {
        writeln!(out, "\n### {}\n", each.name())?;
        let about = each.about();
        writeln!(out, "{}.\n", safe::terminal(about.title.as_bytes()))?;
        block(&[about.sample], out)?;
    }
    writeln!(out, "\n## Encodings\n")?;
    writeln!(out, "How a source is stored is told by its first bytes, never by its name:\n")?;
    for encoding in Encoding::ALL {
        writeln!(out, "* {}", encoding.name())?;
    }
    Ok(())
}

fn section(card: &Card, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n### {}\n", card.name)?;
    writeln!(out, "{}.\n", sentence(card.title))?;
    writeln!(out, "| | |\n| --- | --- |")?;
    let case = if card.folds_case { "letter case is folded" } else { "as they are written" };
    let rows = [
        ("directive", format!("`{}`", cell(card.directive).replace('`', "'"))),
        ("time", cell(time_words(card.time))),
        ("zone", cell(card.zone)),
        ("bytes", cell(bytes_words(card.bytes))),
        ("client", cell(card.client)),
        ("paths", case.to_owned()),
        ("specification", format!("<{}>", card.reference)),
    ];
    for (name, value) in rows {
        writeln!(out, "| {name} | {value} |")?;
    }
    if card.best_effort {
        writeln!(out, "| completeness | by best effort: not every request need be in it |")?;
    }
    for Sample { preamble, line, reads } in card.samples {
        writeln!(out)?;
        let lines: Vec<&[u8]> = preamble.iter().copied().chain([*line]).collect();
        block(&lines, out)?;
        writeln!(out, "\nreads as\n")?;
        block(&[reads.as_bytes()], out)?;
    }
    Ok(())
}

/// Lines of a log, with what is no text escaped.
fn block(lines: &[&[u8]], out: &mut dyn Write) -> io::Result<()> {
    for line in lines {
        writeln!(out, "    {}", safe::terminal(line))?;
    }
    Ok(())
}

/// A title as the beginning of a sentence.
fn sentence(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// A text in a cell of a table.
fn cell(text: &str) -> String {
    text.lines().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}
