//! The way out of every output of a report that is not of level full.

use std::io::{self, Write};

use super::{Field, Veil, json};

/// What an output is made of, by the ending of its name.
enum Syntax {
    /// One value, or one a line.
    Json(json::Place),
    /// A row a line, with the names of columns in the first.
    Sheet(Vec<Field>),
    /// Text, in which a page may write characters by reference.
    Text { is_html: bool },
}

/// A writer that veils what goes through it.
pub(super) struct Veiled<'a> {
    veil: &'a Veil,
    into: &'a mut dyn Write,
    syntax: Syntax,
    pending: Vec<u8>,
}

impl<'a> Veiled<'a> {
    pub(super) fn new(veil: &'a Veil, file: &str, into: &'a mut dyn Write) -> Veiled<'a> {
        let ending = file.rsplit('.').next().unwrap_or_default();
        let syntax = match ending {
            "json" | "jsonl" | "ndjson" | "geojson" => Syntax::Json(json::Place::default()),
            "csv" => Syntax::Sheet(Vec::new()),
            _ => Syntax::Text { is_html: matches!(ending, "html" | "htm" | "svg" | "xml") },
        };
        Veiled { veil, into, syntax, pending: Vec::new() }
    }

    /// Writes what is left.
    pub(super) fn finish(mut self) -> io::Result<()> {
        let rest = std::mem::take(&mut self.pending);
        self.put(&rest)
    }

    /// Lines of JSON and sheets go out as they come; a text is kept to its end,
    /// because what is hidden may reach over lines.
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        let text = std::str::from_utf8(bytes).map_err(|_| {
            io::Error::new(
                io::ErrorKind::InvalidData,
                "what is no text is for reports of level full",
            )
        })?;
        match &mut self.syntax {
            Syntax::Json(place) => {
                for line in text.split_inclusive('\n') {
                    self.into.write_all(place.line(self.veil, line).as_bytes())?;
                }
                Ok(())
            }
            Syntax::Sheet(columns) => rows(self.veil, columns, text, self.into),
            Syntax::Text { is_html } => {
                self.into.write_all(self.veil.veiled(text, *is_html).as_bytes())
            }
        }
    }
}

impl Write for Veiled<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.pending.extend_from_slice(bytes);
        if !matches!(self.syntax, Syntax::Text { .. })
            && bytes.contains(&b'\n')
            && let Some(end) = self.pending.iter().rposition(|byte| *byte == b'\n')
        {
            let rest = self.pending.split_off(end + 1);
            let lines = std::mem::replace(&mut self.pending, rest);
            self.put(&lines)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.into.flush()
    }
}

/// Rows of a sheet; what is the same after all is written as it stood.
fn rows(veil: &Veil, columns: &mut Vec<Field>, text: &str, into: &mut dyn Write) -> io::Result<()> {
    for line in text.split_inclusive('\n') {
        let mut reader = csv::ReaderBuilder::new();
        let mut reader = reader.has_headers(false).flexible(true).from_reader(line.as_bytes());
        let mut row = csv::StringRecord::new();
        if !reader.read_record(&mut row)? {
            into.write_all(line.as_bytes())?;
            continue;
        }
        if columns.is_empty() {
            *columns = row.iter().map(Field::named).collect();
            into.write_all(line.as_bytes())?;
            continue;
        }
        let cells: Vec<_> = row
            .iter()
            .enumerate()
            .map(|(at, cell)| {
                let field = columns.get(at).copied().unwrap_or(Field::Text);
                veil.field(field, cell).unwrap_or_default()
            })
            .collect();
        if row.iter().eq(cells.iter().map(|cell| cell.as_ref())) {
            into.write_all(line.as_bytes())?;
            continue;
        }
        let mut builder = csv::WriterBuilder::new();
        let mut writer = builder.quote_style(csv::QuoteStyle::Always).from_writer(&mut *into);
        writer.write_record(cells.iter().map(|cell| cell.as_bytes()))?;
        writer.flush()?;
    }
    Ok(())
}
