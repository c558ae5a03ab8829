//! How much a report tells, and of whom: its level.
//!
//! A report of level **full** holds everything. At level **investigator** the
//! addresses are whole, and what opens something or names a user is not told:
//! tokens, keys, passwords, links that are their own password, the values of
//! queries, users, e-mail addresses and French social security numbers (NIR). At level
//! **public** addresses and names of clients are pseudonyms as well. The raw
//! lines, which may hold anything, are in reports of level full alone.
//!
//! What is not told is replaced by its kind, its length and sixteen digits of
//! an HMAC-SHA-256 (RFC 2104) of it, by which the same thing is known again:
//! `[token:32:9f3c1a2b40d0e817]`, `ip-9f3c1a2b40d0e817`. The key belongs to the
//! case, lies in a file of its own and is in no report. A plain digest would
//! hide nothing: there are only four thousand million addresses to try.
//!
//! This is done in one place, to the bytes of an output on their way out
//! ([`Veil::through`]), whatever the output made them of: JSON string by
//! string, sheets cell by cell, everything else as text. So an output need not
//! think of it, and cannot forget it.

mod address;
mod find;
mod json;
mod known;
mod looks;
mod view;
mod writer;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::io::{self, Write};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::evidence::Detail;

use find::{Finder, Kind};
pub use known::Known;

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Everything.
    Full,
    /// Whole addresses; no secrets, no users.
    Investigator,
    /// No addresses either.
    Public,
}

impl Level {
    /// The word of reports.
    pub fn word(self) -> &'static str {
        match self {
            Level::Full => "full",
            Level::Investigator => "investigator",
            Level::Public => "public",
        }
    }
}

/// The key of the pseudonyms of a case.
#[derive(Clone)]
pub struct Key(pub [u8; 32]);

/// How many digits of an HMAC are shown: of a million addresses, no two share
/// their 64 bits but with a chance below 1 in 10 million.
const DIGITS: usize = 16;

/// What a report of a level does not tell.
pub struct Veil {
    level: Level,
    key: Option<Key>,
    /// None where everything is told.
    finder: Option<Finder>,
}

/// The veils of a report: of one level where that was asked for, else each
/// output has its own.
pub struct Veils {
    full: Veil,
    asked: Option<Veil>,
    /// Made where an output needs it, which most runs have not.
    investigator: OnceCell<Veil>,
    known: Known,
}

impl Veils {
    /// The veils where this level is asked for. Where none is there is no key
    /// either: nobody asked for pseudonyms, and two runs write the same.
    pub fn new(level: Option<Level>, key: Option<Key>, known: Known) -> Veils {
        Veils {
            full: Veil::full(),
            asked: level.map(|level| Veil::new(level, key, &known)),
            investigator: OnceCell::new(),
            known,
        }
    }

    /// The veil of an output whose own level this is.
    pub fn of(&self, level: Level) -> &Veil {
        let own = || Veil::new(Level::Investigator, None, &self.known);
        match &self.asked {
            Some(veil) => veil,
            None if level == Level::Full => &self.full,
            // No output is public unless that is asked for.
            None => self.investigator.get_or_init(own),
        }
    }
}

/// A field that is known by its name, whatever stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    /// Bytes in another encoding, or a whole line: left out.
    Bytes,
    /// A client.
    Client,
    /// A number, a digest or a word of ours.
    Plain,
    /// A query without its question mark.
    Query,
    /// Anything.
    Text,
    /// A user.
    User,
}

impl Field {
    fn named(name: &str) -> Field {
        // Those of Elastic's schema stand in a field: `url.query`.
        match name.rsplit('.').next().unwrap_or(name) {
            "raw" => Field::Bytes,
            name if name.ends_with("_b64") => Field::Bytes,
            "client" | "address" => Field::Client,
            "query" | "url_query" => Field::Query,
            "user" | "username" => Field::User,
            // Digits of a digest may look like a number of a person.
            "sha256" | "content_id" | "identity" => Field::Plain,
            "bytes" | "received_bytes" | "offset" | "line" => Field::Plain,
            _ => Field::Text,
        }
    }
}

impl Veil {
    /// The veil of a level. Without a key what is left out has a length and no
    /// pseudonym. `known` are names and tokens that nothing shows to be such
    /// but the place where they were found.
    pub fn new(level: Level, key: Option<Key>, known: &Known) -> Veil {
        let finder = (level > Level::Full).then(|| Finder::new(level, known));
        Veil { level, key, finder }
    }

    /// The veil that hides nothing.
    pub fn full() -> Veil {
        Veil::new(Level::Full, None, &Known::default())
    }

    /// How much is told.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Says whether everything is told.
    pub fn is_full(&self) -> bool {
        self.level == Level::Full
    }

    /// A text with what is not told replaced.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.veiled(text, false)
    }

    /// Writes an output by way of the veil; the ending of its file's name says
    /// what it is made of.
    ///
    /// # Errors
    /// When `into` cannot be written, or what was to be veiled is no text.
    pub fn through(
        &self,
        file: &str,
        into: &mut dyn Write,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        if self.is_full() {
            return write(into);
        }
        let mut writer = writer::Veiled::new(self, file, into);
        write(&mut writer)?;
        writer.finish()
    }

    /// A client, by its address or its name.
    pub fn client<'t>(&self, client: &'t str) -> Cow<'t, str> {
        if self.level < Level::Public || client.is_empty() {
            return self.text(client);
        }
        match self.text(client) {
            // Neither address nor known name: a name all the same.
            Cow::Borrowed(name) if !self.is_pseudonym(name) => {
                Cow::Owned(self.replaced(Kind::Name, name.as_bytes()))
            }
            text => text,
        }
    }

    /// The text of a hit without the line and the user.
    pub fn detail(&self, detail: &Detail) -> Detail {
        let user = detail.user.as_ref().filter(|user| !user.is_empty());
        Detail {
            user: user.map(|user| self.replaced(Kind::User, user).into_bytes()),
            raw: Vec::new(),
            ..detail.clone()
        }
    }

    /// What stands in a field; nothing where it is left out.
    fn field<'t>(&self, field: Field, text: &'t str) -> Option<Cow<'t, str>> {
        match field {
            Field::Bytes => None,
            Field::Client => Some(self.client(text)),
            Field::Plain => Some(Cow::Borrowed(text)),
            Field::Query => {
                let query = format!("/?{text}");
                Some(Cow::Owned(self.text(&query)[2..].to_owned()))
            }
            Field::User if text.is_empty() || self.is_pseudonym(text) => Some(Cow::Borrowed(text)),
            Field::User => Some(Cow::Owned(self.replaced(Kind::User, text.as_bytes()))),
            Field::Text => Some(self.text(text)),
        }
    }

    fn veiled<'t>(&self, text: &'t str, is_html: bool) -> Cow<'t, str> {
        let Some(finder) = &self.finder else { return Cow::Borrowed(text) };
        let spans = finder.spans(text, is_html);
        if spans.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for span in spans {
            out.push_str(&text[at..span.range.start]);
            out.push_str(&self.replaced(span.kind, &span.value));
            at = span.range.end;
        }
        out.push_str(&text[at..]);
        Cow::Owned(out)
    }

    /// What stands for something that is not told.
    fn replaced(&self, kind: Kind, value: &[u8]) -> String {
        let word = kind.word();
        let mac = self.key.as_ref().map(|key| mac(key, kind.domain(), value));
        let length = String::from_utf8_lossy(value).chars().count();
        match (kind, mac) {
            (Kind::Network(prefix), Some(mac)) => format!("{word}-{mac}/{prefix}"),
            (Kind::Ip | Kind::Name, Some(mac)) => format!("{word}-{mac}"),
            (Kind::Ip | Kind::Network(_) | Kind::Name, None) => format!("[{word}]"),
            (_, Some(mac)) => format!("[{word}:{length}:{mac}]"),
            (_, None) => format!("[{word}:{length}]"),
        }
    }

    /// Says whether a text is what [`Veil::replaced`] writes.
    fn is_pseudonym(&self, text: &str) -> bool {
        let is_mac = |mac: &str| mac.len() == DIGITS && mac.bytes().all(|b| b.is_ascii_hexdigit());
        let plain = ["ip-", "name-"].iter().find_map(|word| text.strip_prefix(word));
        plain.is_some_and(is_mac) || find::is_veiled(text.as_bytes())
    }
}

/// The digits by which something is known again. An address and a user of the
/// same letters are not the same; a token is, wherever it stands.
fn mac(key: &Key, domain: &str, value: &[u8]) -> String {
    // A key of any length is good for an HMAC.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key.0) else { return String::new() };
    mac.update(domain.as_bytes());
    mac.update(&[0]);
    mac.update(value);
    let bytes = mac.finalize().into_bytes();
    bytes.iter().take(DIGITS / 2).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
