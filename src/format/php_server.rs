//! The log of PHP's built-in server.
//!
//! Directive: `php -S 0.0.0.0:8000`.
//! Specification: <https://www.php.net/manual/features.commandline.webserver.php>.
//!
//! ```abnf
//! php-server = "[" asctime "]" SP ported SP ("[" status "]: " [method SP] target [" - " *OCTET]
//!            / "Accepted" / "Closing")
//! ```
//!
//! * Its time is local, without a zone. It counts no bytes.
//! * PHP before 7.4 leaves the method out; a reason may follow the target of an
//!   answer that is not 200. `Accepted` and `Closing` ask for nothing.

use memchr::memmem;

use super::clf::with_peer;
use super::plain::Plain;
use super::token::{Read, asctime, cell, fault, is_ip, number, ported};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Record, Request};

/// PHP's built-in server.
pub static PHP_SERVER: Plain = Plain { card: &CARD, grammar: php, quick: None };

static CARD: Card = Card {
    name: "php-server",
    title: "PHP's built-in server",
    directive: "php -S 0.0.0.0:8000",
    reference: "https://www.php.net/manual/features.commandline.webserver.php",
    grammar: r#"php-server = "[" asctime "]" SP ported SP ("[" status "]: " [method SP] target [" - " *OCTET] / "Accepted" / "Closing")"#,
    time: TimeMeaning::End,
    zone: "none: the server's local time",
    bytes: BytesMeaning::Unknown,
    client: "the peer",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: b"[Mon Jan  1 12:00:00 2024] 203.0.113.4:54321 [404]: GET /a.csv?x=1 - No such file or directory",
            reads: "peer=203.0.113.4 time=2024-01-01T12:00:00 GET /a.csv?x=1 404",
        },
        // Before PHP 7.4.
        Sample {
            preamble: &[],
            line: b"[Tue Mar 15 09:30:00 2016] ::1:39743 [200]: /a.csv",
            reads: "peer=::1 time=2016-03-15T09:30:00 - /a.csv 200",
        },
        Sample {
            preamble: &[],
            line: b"[Mon Jan  1 12:00:00 2024] [2001:db8::1]:54321 Accepted",
            reads: "peer=[2001:db8::1] time=2024-01-01T12:00:00",
        },
    ],
    refusals: &[
        b"[Mon Jan  1 12:00:00 2024] PHP 8.2.0 Development Server (http://0.0.0.0:8000) started",
        b"[Mon Jan  1 12:00:00 2024] 203.0.113.4:54321 [404",
        b"[Wed Oct 11 14:32:52.123456 2023] [core:error] [pid 35708] [client 72.15.99.187] File does not exist",
    ],
};

/// ```abnf
/// php-server = "[" asctime "]" SP ported SP ("[" status "]: " [method SP] target [" - " *OCTET]
///            / "Accepted" / "Closing")
/// ```
fn php(input: &[u8]) -> Read<'_, Record<'_>> {
    let Some(inside) = input.strip_prefix(b"[") else { return fault(input, "a date in brackets") };
    let (rest, time) = asctime(inside)?;
    let Some(client_at) = rest.strip_prefix(b"] ") else { return fault(rest, "a closing bracket") };
    let (rest, client) = cell(client_at)?;
    let client = ported(client);
    if !is_ip(client) {
        return fault(client_at, "an address with its port");
    }
    let record = with_peer(Record { time: Some(time), ..Record::default() }, client);
    if matches!(rest, b"Accepted" | b"Closing") {
        return Ok((&rest[rest.len()..], record));
    }
    let [b'[', a, b, c, b']', b':', b' ', line @ ..] = rest else {
        return fault(rest, "a status in brackets");
    };
    let Some(status) = number(&[*a, *b, *c]) else { return fault(rest, "a status in brackets") };
    let (method, target): (&[u8], &[u8]) = match cell(line) {
        Ok((target, method)) if method.iter().all(u8::is_ascii_uppercase) => (method, target),
        _ => (b"-", line),
    };
    let target = match memmem::rfind(target, b" - ") {
        Some(at) if status != 200 => &target[..at],
        _ => target,
    };
    if target.is_empty() {
        return fault(line, "a target");
    }
    let request = Request::Line { method, target, version: None };
    Ok((&line[line.len()..], Record { request, status: Some(status as u16), ..record }))
}
