//! The classic logs of Azure Storage analytics, versions 1.0 and 2.0.
//!
//! Directive: `az storage logging update`; blobs of the container `$logs`.
//! Specification:
//! <https://learn.microsoft.com/rest/api/storageservices/storage-analytics-log-format>.
//!
//! ```abnf
//! azure-storage = version ";" iso ";" operation ";" result ";" status ";" ms ";" ms ";" auth ";"
//!                 requester ";" owner ";" service ";" url ";" key ";" id ";" number ";" ported ";"
//!                 12(value ";") agent ";" referer *(";" value)
//! value         = *(%x00-21 / %x23-3A / %x3C-FF) / DQUOTE *(%x00-21 / %x23-FF) DQUOTE
//! ```
//!
//! * Time is when the request was received, in UTC, to 100 nanoseconds.
//! * A value with a semicolon or a quote in it is quoted and HTML-encoded
//!   (`&amp;`, `&quot;`), and so is the URL; that is undone here.
//! * The line has no method: it is what the operation amounts to.
//! * Anonymous requests that failed are logged only in part: a missing line
//!   proves nothing.

use super::azure_storage::object;
use super::clf::with_peer;
use super::token::{is_ip, iso, number, ported, present};
use super::{BytesMeaning, Card, Format, Miss, Sample, Scratch, State, TimeMeaning};
use crate::record::{Record, Request};

/// Azure Storage analytics.
pub struct AzureStorage;

static CARD: Card = Card {
    name: "azure-storage-classic",
    title: "Azure Storage analytics, $logs",
    directive: "az storage logging update --log r --services b",
    reference: "https://learn.microsoft.com/rest/api/storageservices/storage-analytics-log-format",
    grammar: r#"azure-storage = version ";" iso ";" operation ";" result ";" status ";" ms ";" ms ";" auth ";" requester ";" owner ";" service ";" url ";" key ";" id ";" number ";" ported ";" 12(value ";") agent ";" referer *(";" value)"#,
    time: TimeMeaning::Start,
    zone: "logged as Z",
    bytes: BytesMeaning::Body,
    client: "the peer",
    folds_case: false,
    best_effort: true,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"1.0;2014-06-19T22:59:22.1967026Z;GetBlob;AnonymousSuccess;200;17;16;anonymous;;acc;blob;"https://acc.blob.core.windows.net/c/a%3Bb.csv?x=1&amp;y=2";"/acc/c/a;b.csv";61d2e3f6;0;203.0.113.50:2003;2012-02-12;235;0;265;1000;0;;;"0x8D";Thursday, 19-Jun-14 22:58:43 GMT;;"Mozilla/5.0 (X11; Linux)";"http://a.example/";"""#,
            reads: "peer=203.0.113.50 time=2014-06-19T22:59:22.1967026Z GET https://acc.blob.core.windows.net/c/a%3Bb.csv?x=1&y=2 200 1000 referer=http://a.example/ agent=Mozilla/5.0 (X11; Linux) took=17000us bucket=c key=a;b.csv",
        },
        Sample {
            preamble: &[],
            line: br#"2.0;2020-06-19T22:59:22.1967026Z;GetBlobProperties;SASSuccess;200;5;5;sas;;acc;blob;"https://acc.blob.core.windows.net/c/b.csv";"/acc/c/b.csv";61d2e3f6;0;[2001:db8::5]:2003;2019-02-02;235;0;265;0;0;;;"0x8D";;;;;"";user;tenant;app;aud;iss;upn;;"""#,
            reads: "peer=[2001:db8::5] time=2020-06-19T22:59:22.1967026Z HEAD https://acc.blob.core.windows.net/c/b.csv 200 0 took=5000us bucket=c key=b.csv",
        },
    ],
    refusals: &[
        br#"1.0;2014-06-19T22:59:22.1967026Z;GetBlob;AnonymousSuccess;200;17;16;anonymous;;acc;blob;"https://acc.blob.core.win"#,
        br#"1.0;2014-06-19T22:59:22.1967026Z;GetBlob;AnonymousSuccess;200;17;16;anonymous;;acc;blob;"https://a/c";"/a/c";6;0;203.0.113.50:2003;2012-02-12;235;0;265"#,
        b"3;2014-06-19;x",
    ],
};

/// How many values version 1.0 has.
const COUNT: usize = 30;

impl Format for AzureStorage {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        if !(line.starts_with(b"1.0;") || line.starts_with(b"2.0;")) {
            return Err(Miss { at: 0, wanted: "1.0; or 2.0;" });
        }
        let mut values = [&b""[..]; COUNT];
        let n_values = cut(line, &mut values)?;
        if n_values < COUNT {
            return Err(Miss { at: line.len(), wanted: "thirty values or more" });
        }
        let miss = |value: &[u8], wanted| Miss {
            at: (value.as_ptr() as usize).saturating_sub(line.as_ptr() as usize).min(line.len()),
            wanted,
        };
        let Ok(([], time)) = iso(values[1]) else { return Err(miss(values[1], "a time")) };
        let status = match number(values[4]) {
            Some(status) if status < 1000 => Some(status as u16),
            None if values[4].is_empty() => None,
            _ => return Err(miss(values[4], "a status of three digits")),
        };
        let client = ported(values[15]);
        if !client.is_empty() && !is_ip(client) {
            return Err(miss(values[15], "an address with its port"));
        }
        let sent = number(values[20]);
        let target: &'a [u8] = if memchr::memchr(b'&', values[11]).is_some() {
            scratch.bytes.clear();
            undo(values[11], &mut scratch.bytes);
            &scratch.bytes
        } else {
            values[11]
        };
        let request = match present(target) {
            Some(target) => Request::Line { method: method(values[2]), target, version: None },
            None => Request::Raw(present(values[2])),
        };
        let record = Record {
            object: object(values[12]),
            time: Some(time),
            request,
            status,
            bytes: sent,
            no_body: sent == Some(0),
            referer: present(values[28]),
            agent: present(values[27]),
            user: present(values[8]),
            took: number(values[5]).and_then(|ms| ms.checked_mul(1000)),
            ..Record::default()
        };
        Ok(with_peer(record, client))
    }
}

/// Cuts a line at its semicolons outside quotes, and takes the quotes off;
/// answers how many values there are.
fn cut<'a>(line: &'a [u8], values: &mut [&'a [u8]; COUNT]) -> Result<usize, Miss> {
    let mut rest = line;
    let mut count = 0;
    loop {
        let (value, after) = match rest {
            [b'"', inside @ ..] => match memchr::memchr(b'"', inside) {
                Some(end) => (&inside[..end], &inside[end + 1..]),
                None => return Err(Miss { at: line.len(), wanted: "a closing quote" }),
            },
            _ => rest.split_at(memchr::memchr(b';', rest).unwrap_or(rest.len())),
        };
        if let Some(slot) = values.get_mut(count) {
            *slot = value;
        }
        count += 1;
        match after {
            [] => return Ok(count),
            [b';', next @ ..] => rest = next,
            _ => return Err(Miss { at: line.len() - after.len(), wanted: "a semicolon" }),
        }
    }
}

/// The HTTP method that an operation amounts to; the operation itself where
/// that is not plain.
fn method(operation: &[u8]) -> &[u8] {
    let begins = |words: &[&str]| words.iter().any(|word| operation.starts_with(word.as_bytes()));
    let ends = |words: &[&str]| words.iter().any(|word| operation.ends_with(word.as_bytes()));
    if begins(&["Get"]) && ends(&["BlobProperties", "BlobMetadata", "FileProperties"]) {
        b"HEAD"
    } else if begins(&["Get", "List", "Peek", "Query"]) {
        b"GET"
    } else if begins(&["Delete", "Clear"]) {
        b"DELETE"
    } else if begins(&["Put", "Set", "Create", "Copy", "Append", "Lease", "Snapshot", "Undelete"]) {
        b"PUT"
    } else {
        operation
    }
}

/// Undoes `&amp;`, `&quot;`, `&lt;` and `&gt;`.
fn undo(text: &[u8], into: &mut Vec<u8>) {
    let entities: [(&[u8], u8); 4] =
        [(b"&amp;", b'&'), (b"&quot;", b'"'), (b"&lt;", b'<'), (b"&gt;", b'>')];
    let mut rest = text;
    while let [first, after @ ..] = rest {
        match entities.iter().find(|(entity, _)| rest.starts_with(entity)) {
            Some((entity, byte)) => {
                into.push(*byte);
                rest = &rest[entity.len()..];
            }
            None => {
                into.push(*first);
                rest = after;
            }
        }
    }
}
