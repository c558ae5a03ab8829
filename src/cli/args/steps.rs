//! What was typed of the three steps of a scan: `plan`, `map` and `reduce`.

use std::path::PathBuf;

use super::{Asked, Telling};

/// `plan`.
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "\
The plan is one object a line: first what was asked and found, then a line with a key `split` for
each split: which bytes of which source, its size and time of modification. Who maps it needs the
same program, the case and the logs at the same places. Standard input cannot be planned.

Example, on one machine (docs/scale.md has several):
  whofetched plan case.toml > plan.ndjson
  seq 0 $(($(wc -l < plan.ndjson) - 2)) |
      xargs -P 8 -I % sh -c 'whofetched map --plan plan.ndjson --split % > %.part'
  whofetched reduce --plan plan.ndjson --out report/ *.part")]
pub struct Plan {
    /// What is asked.
    #[command(flatten)]
    pub asked: Asked,
    /// How many bytes a split has: 64M unless it is said; K, M and G are powers of 1024. What is
    /// compressed, in an archive or no longer is one split.
    #[arg(long = "split-size", value_name = "BYTES", value_parser = size)]
    pub split_size: Option<u64>,
}

/// `map`.
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "\
Exit status: 0 a partial was written; 1 a source could not be opened or read, or standard output
not written; 2 the plan or the ask was not understood, or a source changed since the plan; 3
interrupted. Only with 0 is what was written a partial; `reduce` refuses anything else.")]
pub struct Map {
    /// The plan.
    #[arg(long, value_name = "PLAN.ndjson")]
    pub plan: PathBuf,
    /// Map this split, by its number in the plan; by default all, or all that the ask names.
    #[arg(long, value_name = "N")]
    pub split: Vec<u32>,
    /// Map what `reduce --ask-to` wrote that it wants. A split that it does not name gives a partial
    /// with nothing in it.
    #[arg(long, value_name = "ASK")]
    pub ask: Option<PathBuf>,
    /// Read with so many threads; by default one for each processor.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
}

/// `reduce`.
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "\
What the first mapping leaves open - a header that a split did not know of, sources that may be
copies, everything that the clients of hits did - is mapped here, unless --ask-to is given: then
it is written to ASK, to be mapped by `map --ask ASK`, and reduced again with all partials so far.
That may be wanted several times.

Exit status: as of `scan`; 2 also when a split is missing or doubled, or a partial is cut, altered,
of another version, case or plan; then there is no report. 4: more is to be mapped first.")]
pub struct Reduce {
    /// The plan.
    #[arg(long, value_name = "PLAN.ndjson")]
    pub plan: PathBuf,
    /// What `map` wrote, in any order; of several mappings all.
    #[arg(value_name = "PARTIAL", required = true)]
    pub partials: Vec<PathBuf>,
    /// Where more is to be mapped, write what to this file, and end with 4.
    #[arg(long = "ask-to", value_name = "ASK")]
    pub ask_to: Option<PathBuf>,
    /// How the answer is told.
    #[command(flatten)]
    pub telling: Telling,
}

/// A number of bytes, with K, M or G for powers of 1024.
fn size(text: &str) -> Result<u64, String> {
    let (digits, factor) = match text.as_bytes().last().map(u8::to_ascii_uppercase) {
        Some(b'K') => (&text[..text.len() - 1], 1 << 10),
        Some(b'M') => (&text[..text.len() - 1], 1 << 20),
        Some(b'G') => (&text[..text.len() - 1], 1 << 30),
        _ => (text, 1),
    };
    let bytes = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(factor));
    bytes
        .filter(|bytes| *bytes > 0)
        .ok_or_else(|| "write a number of bytes, such as 67108864, 65536K or 64M".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_in_powers_of_1024() {
        let check = |text: &str, bytes| assert_eq!(size(text).ok(), bytes, "{text}");
        check("1", Some(1));
        check("64M", Some(64 << 20));
        check("3k", Some(3072));
        check("2G", Some(2 << 30));
        for text in ["", "0", "K", "-1", "1.5M", "1é", "64MB"] {
            check(text, None);
        }
    }
}
