//! People by their keys: whom a listed file is about, so that those who are
//! named in several files are counted once.
//!
//! A key is whatever the owner of the list made of a person, best a hash under
//! a secret of his own; keys are compared as texts and never shown. Kept are
//! their XXH3-128 hashes, 16 bytes each: among twenty million people two share
//! one with a chance of less than 1 in 10^24.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128;

/// How many keys a list may give: their hashes fill 320 MB.
pub const MOST: usize = 20_000_000;

/// What the name of a file of keys ends with.
const ENDINGS: [&str; 6] = [".csv", ".keys", ".list", ".lst", ".tsv", ".txt"];

/// What the first line of a file of keys may be where it is no key.
const HEADS: [&str; 8] =
    ["hash", "id", "key", "keys", "subject", "subject_id", "subject_key", "subject_keys"];

/// A set of people, by the hashes of their keys in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keys(Arc<[u128]>);

impl Keys {
    /// The people of these keys; empty ones are none.
    pub fn of<'a>(texts: impl Iterator<Item = &'a [u8]>) -> Keys {
        let keys = texts.map(bare).filter(|text| !text.is_empty());
        let mut hashes: Vec<u128> = keys.map(hash).collect();
        hashes.sort_unstable();
        hashes.dedup();
        Keys(hashes.into())
    }

    /// Reads a cell of a list: the keys themselves, with blanks, commas,
    /// semicolons or bars between them, or the name of a file with one in each
    /// line.
    ///
    /// # Errors
    /// Why a file cannot be read.
    pub(super) fn read(cell: &str, beside: &mut Beside) -> Result<Keys, String> {
        let name = cell.trim();
        let lower = name.to_ascii_lowercase();
        if !ENDINGS.iter().any(|ending| lower.ends_with(ending)) {
            let parts = name.split([' ', '\t', ',', ';', '|']);
            return Ok(Keys::of(parts.map(str::as_bytes)));
        }
        let bytes = beside.open(name).map_err(|why| format!("\"{name}\" cannot be read: {why}"))?;
        if bytes.contains(&0) {
            return Err(format!("\"{name}\" is no plain text with a key in each line"));
        }
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let lines = text.split(|byte| *byte == b'\n');
        let lines = lines.enumerate().filter(|(number, line)| *number > 0 || !is_head(line));
        Ok(Keys::of(lines.map(|(_, line)| line).filter(|line| !line.starts_with(b"#"))))
    }

    /// The hashes, in order, each once.
    pub fn each(&self) -> &[u128] {
        &self.0
    }
}

/// The largest file of keys that is read, in bytes.
const MOST_BYTES: u64 = 1 << 30;

/// Files that a list names, which lie relative to its own folder.
#[derive(Debug)]
pub(super) struct Beside {
    /// The folder of the list, and how the question names it.
    folder: PathBuf,
    named: PathBuf,
    /// What was read so far: its name, as the question would name it, and
    /// what is in it.
    pub read: Vec<(String, Vec<u8>)>,
}

impl Beside {
    /// What lies beside a list that the question names so, from `base`.
    pub fn new(base: &Path, list: &str) -> Beside {
        let named = Path::new(list).parent().unwrap_or(Path::new("")).to_owned();
        Beside { folder: base.join(&named), named, read: Vec::new() }
    }

    /// What is in a file, read once.
    fn open(&mut self, name: &str) -> io::Result<&[u8]> {
        let shown = self.named.join(name).display().to_string();
        let known = self.read.iter().position(|(known, _)| *known == shown);
        let place = match known {
            Some(place) => place,
            None => {
                self.read.push((shown, read(&self.folder.join(name))?));
                self.read.len() - 1
            }
        };
        Ok(&self.read[place].1)
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is larger than 1 GiB"));
    }
    Ok(bytes)
}

/// A key without blanks and quotes around it.
fn bare(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii();
    text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")).unwrap_or(text)
}

fn is_head(line: &[u8]) -> bool {
    HEADS.iter().any(|head| bare(line).eq_ignore_ascii_case(head.as_bytes()))
}

/// The hash of a key. A digest in hexadecimal digits is one in any letter case.
fn hash(text: &[u8]) -> u128 {
    let is_digest = text.len() >= 32 && text.iter().all(|b| b.is_ascii_hexdigit() || *b == b'-');
    if is_digest { xxh3_128(&text.to_ascii_lowercase()) } else { xxh3_128(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cell: &str, file: &[u8]) -> Result<usize, String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("lists/keys")).unwrap();
        std::fs::write(folder.path().join("lists/keys/a.txt"), file).unwrap();
        let mut beside = Beside::new(folder.path(), "lists/files.csv");
        let keys = Keys::read(cell, &mut beside)?;
        if cell == "keys/a.txt" {
            assert_eq!(beside.read, [("lists/keys/a.txt".to_owned(), file.to_vec())]);
        }
        Ok(keys.each().len())
    }

    #[test]
    fn keys_stand_in_the_cell_or_in_a_file() {
        let check =
            |cell: &str, expected: usize| assert_eq!(read(cell, b""), Ok(expected), "{cell}");
        check("a", 1);
        check("a b a", 2);
        check("a,b; c | d", 4);
        check("a/b+c==", 1);
        check(" ", 0);
        let digest = "0123456789abcdef0123456789abcdef";
        check(&format!("{digest} {}", digest.to_uppercase()), 1);
        check("Ann ann", 2);

        let check = |file: &[u8], expected: usize| {
            assert_eq!(read("keys/a.txt", file), Ok(expected));
        };
        check(b"\xEF\xBB\xBFsubject_key\r\na\r\n\r\n\"b\"\r\n# end\r\na", 2);
        check(b"a\nkey\n", 2);
        check(b"", 0);
        let error = read("gone.txt", b"").unwrap_err();
        assert!(error.starts_with("\"gone.txt\" cannot be read: "), "{error}");
        assert!(read("keys/a.txt", b"a\0b").unwrap_err().contains("no plain text"));
    }

    #[test]
    fn the_order_does_not_matter() {
        let of = |texts: &[&str]| Keys::of(texts.iter().map(|text| text.as_bytes()));
        assert_eq!(of(&["a", "b", "c"]), of(&["c", "a", "b", "b", ""]));
    }
}
