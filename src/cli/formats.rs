//! `formats`: what is read, from the cards of the formats.

mod markdown;

use serde::Serialize;

use crate::error::Error;
use crate::format::envelope;
use crate::format::{BytesMeaning, Card, TABLE, TimeMeaning};
use crate::report::safe::{self, Json};
use crate::source::Encoding;

use super::args::Formats;
use super::exit::Exit;
use super::print;

/// A format as an object.
#[derive(Serialize)]
struct Described {
    name: &'static str,
    title: &'static str,
    directive: &'static str,
    reference: &'static str,
    time_means: TimeMeaning,
    zone: &'static str,
    bytes_mean: BytesMeaning,
    client: &'static str,
    folds_case: bool,
    samples: Vec<String>,
}

/// Lists the formats, in the order in which they are tried, and what may be
/// round their lines; or writes the page of reference.
///
/// # Errors
/// When the output cannot be written.
pub fn run(args: &Formats) -> Result<Exit, Error> {
    print(|out| {
        if args.markdown {
            return markdown::write(out);
        }
        for format in TABLE {
            let card = format.card();
            if args.json {
                safe::json(&described(card), Json::line(), out)?;
            } else {
                out.write_all(text(card).as_bytes())?;
            }
        }
        if !args.json {
            let names = |names: &[&str]| names.join(", ");
            let envelopes: Vec<&str> = envelope::all().map(|each| each.name()).collect();
            let encodings: Vec<&str> = Encoding::ALL.iter().map(|each| each.name()).collect();
            writeln!(out, "Envelopes taken off a line: {}", names(&envelopes))?;
            writeln!(out, "Encodings of a source: {}", names(&encodings))?;
        }
        Ok(())
    })?;
    Ok(Exit::Done)
}

fn described(card: &Card) -> Described {
    Described {
        name: card.name,
        title: card.title,
        directive: card.directive,
        reference: card.reference,
        time_means: card.time,
        zone: card.zone,
        bytes_mean: card.bytes,
        client: card.client,
        folds_case: card.folds_case,
        samples: card.samples.iter().map(|sample| safe::text(sample.line).text).collect(),
    }
}

/// Which moment a time is, in words.
fn time_words(time: TimeMeaning) -> &'static str {
    match time {
        TimeMeaning::End => "when the request ended",
        TimeMeaning::Start => "when the request began",
        TimeMeaning::Unknown => "when it began or ended: the line does not tell",
    }
}

/// What a byte count counts, in words.
fn bytes_words(bytes: BytesMeaning) -> &'static str {
    match bytes {
        BytesMeaning::Body => "body sent",
        BytesMeaning::Planned => "size of the response, sent or not",
        BytesMeaning::Unknown => "the line does not tell",
        BytesMeaning::Wire => "sent, headers included",
    }
}

fn text(card: &Card) -> String {
    let mut out = format!("{}\n", card.name);
    let sample = card.samples.first().map(|sample| safe::terminal(sample.line)).unwrap_or_default();
    let fields = [
        ("written by", card.title),
        ("directive", card.directive),
        ("time", time_words(card.time)),
        ("zone", card.zone),
        ("bytes", bytes_words(card.bytes)),
        ("client", card.client),
        ("reference", card.reference),
        ("sample", &sample),
    ];
    for (name, value) in fields {
        // A directive may be longer than a line.
        let mut lines = value.lines();
        out.push_str(&format!(
            "  {name:<10} {}\n",
            safe::terminal(lines.next().unwrap_or_default().as_bytes())
        ));
        for line in lines {
            out.push_str(&format!("  {:<10} {}\n", "", safe::terminal(line.as_bytes())));
        }
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_told_with_a_sample() {
        for format in TABLE {
            let text = text(format.card());
            assert!(
                text.starts_with(format.card().name) && text.contains("\n  sample     "),
                "{text}"
            );
            assert!(
                !text
                    .trim_end_matches('\n')
                    .split('\n')
                    .any(|line| line.chars().any(char::is_control))
            );
        }
    }
}
