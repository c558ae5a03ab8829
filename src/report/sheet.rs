//! A sheet of comma-separated values (RFC 4180) in which every cell is
//! escaped and quoted: there is no way to write one that is not.

use std::io::{self, Write};

use super::safe;

/// A sheet being written.
pub(super) struct Sheet<'w> {
    writer: csv::Writer<&'w mut dyn Write>,
}

impl<'w> Sheet<'w> {
    /// Begins a sheet with the names of its columns.
    pub(super) fn new(into: &'w mut dyn Write, columns: &[&str]) -> io::Result<Sheet<'w>> {
        let mut builder = csv::WriterBuilder::new();
        let writer = builder.quote_style(csv::QuoteStyle::Always).from_writer(into);
        let mut sheet = Sheet { writer };
        sheet.row(columns.iter().map(|name| name.as_bytes()))?;
        Ok(sheet)
    }

    /// Writes a row.
    pub(super) fn row<'c>(&mut self, cells: impl IntoIterator<Item = &'c [u8]>) -> io::Result<()> {
        Ok(self.writer.write_record(cells.into_iter().map(safe::cell))?)
    }

    /// Ends the sheet.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_is_escaped_and_quoted() {
        let mut out = Vec::new();
        let mut sheet = Sheet::new(&mut out, &["a", "b", "c"]).unwrap();
        sheet.row([&b"=1\n"[..], b"say \"x\", y", b"-"]).unwrap();
        sheet.row([&b""[..], b"\x1b\xff", b"5"]).unwrap();
        sheet.finish().unwrap();
        let expected = "\"a\",\"b\",\"c\"\n\"'=1\\x0A\",\"say \"\"x\"\", y\",\"'-\"\n\"\",\"\\x1B\\xFF\",\"5\"\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
