//! nginx's `log_format`.
//!
//! Specification: <https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format>,
//! <https://nginx.org/en/docs/varindex.html>.
//!
//! ```abnf
//! directive = "log_format" name ["escape=" ("default" / "json" / "none")] 1*string ";"
//! variable  = "$" 1*(ALPHA / DIGIT / "_") / "${" 1*(ALPHA / DIGIT / "_") "}"
//! ```
//!
//! Every time is when the line was written, at the end of the request.
//! `$remote_addr` is the peer, or what ngx_http_realip made of it; then
//! `$realip_remote_addr` is the peer. `$body_bytes_sent` is the body,
//! `$bytes_sent` all that went over the wire. `$uri` is decoded and rewritten.
//! A variable that is not known is a text.

use super::apache::placed;
use super::clock::Clock;
use super::ending::Mark;
use super::field::{Escaping, Kind, Moment, Pieces, answer_header, header};
use super::pattern::strftime;
use super::text::{Text, Wrong, is_wrapped, words};
use super::{Compiled, Dialect};
use crate::record::BytesMeaning;

/// The format that has a name without being defined.
const COMBINED: &str = r#"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent""#;

/// Compiles a `log_format` line, its strings, or one string alone.
///
/// # Errors
/// What is wrong with it, and where.
pub fn compile(source: &str, from: usize) -> Result<Compiled, Wrong> {
    let (text, escaping) = format(source, from)?;
    let pieces = variables(&text)?;
    Ok(Compiled::new(Dialect::Nginx, pieces, escaping))
}

/// The format string of what was given, and how it escapes.
fn format(source: &str, from: usize) -> Result<(Text, Escaping), Wrong> {
    let given = source[from..].trim();
    let start = from + source[from..].len() - source[from..].trim_start().len();
    let end = start + given.len();
    let has_head = given.starts_with("log_format") || given.starts_with("escape=");
    let single = given.strip_suffix(';').unwrap_or(given).trim_end();
    let is_quoted = single.starts_with('\'') && single.ends_with('\'') && !is_each_quoted(single);
    if has_head || is_quoted {
        return strings(source, start);
    }
    let text = if single == "combined" {
        placed(COMBINED, start)
    } else if is_wrapped(single, '"') {
        Text::of(source, start + 1, start + single.len() - 1)
    } else {
        Text::of(source, start, end)
    };
    Ok((text.unescaped(b""), Escaping::Backslash))
}

/// Says whether the quotes stand in the lines: each holds one variable and
/// nothing else, as strings that are put together do not.
fn is_each_quoted(text: &str) -> bool {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || "_{}".contains(letter);
    let inside = |word: &str| {
        let word = word.strip_prefix("'$")?.strip_suffix('\'')?;
        word.chars().all(is_name).then_some(())
    };
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    words.len() > 1 && words.iter().all(|word| inside(word).is_some())
}

/// `log_format name escape=json 'a' 'b';`, from its first word on.
fn strings(source: &str, from: usize) -> Result<(Text, Escaping), Wrong> {
    let mut words = words(source, from)?.into_iter().peekable();
    if words.next_if(|word| word.text.bytes == b"log_format").is_some() && words.next().is_none() {
        return Err(Wrong::at(source.len(), "here stand a name and the format in quotes"));
    }
    let mut escaping = Escaping::Backslash;
    if let Some(word) = words.next_if(|word| word.text.bytes.starts_with(b"escape=")) {
        escaping = match &word.text.bytes["escape=".len()..] {
            b"default" => Escaping::Backslash,
            b"json" => Escaping::Json,
            b"none" => Escaping::Nothing,
            _ => return Err(Wrong::at(word.at + 7, "escape is default, json or none")),
        };
    }
    let mut text = Text::default();
    let mut ended = false;
    for word in words {
        if word.quote.is_none() && word.text.bytes == b";" {
            ended = true;
        } else if ended {
            return Err(Wrong::at(word.at, "the directive has ended before; give one at a time"));
        } else {
            text.append(word.text.unescaped(b""));
        }
    }
    match text.bytes.is_empty() {
        true => Err(Wrong::at(source.len(), "here stands the format in quotes")),
        false => Ok((text, escaping)),
    }
}

/// The pieces of a format string.
fn variables(text: &Text) -> Result<Pieces, Wrong> {
    let mut pieces = Pieces::default();
    let bytes = &text.bytes;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte != b'$' {
            pieces.literal(byte);
            at += 1;
            continue;
        }
        let braced = bytes.get(at + 1) == Some(&b'{');
        let from = at + 1 + usize::from(braced);
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let length = bytes.get(from..).unwrap_or_default().iter().take_while(|byte| is_name(byte));
        let to = from + length.count();
        if to == from {
            return Err(Wrong::at(
                text.place(at),
                "behind a dollar stands the name of a variable, such as $remote_addr",
            ));
        }
        if braced && bytes.get(to) != Some(&b'}') {
            return Err(Wrong::at(text.place(at + 1), "this brace is never closed"));
        }
        let end = to + usize::from(braced);
        let name = text.name(from, to);
        pieces.field(variable(&name), text.name(at, end), text.place(at));
        at = end;
    }
    Ok(pieces)
}

/// What a variable is.
fn variable(name: &str) -> Kind {
    let written = |clock: Clock| Kind::Time(Moment::End, clock);
    match name {
        "args" | "query_string" => Kind::Query,
        "body_bytes_sent" => Kind::Bytes(BytesMeaning::Body),
        "bytes_sent" => Kind::Bytes(BytesMeaning::Wire),
        "connection"
        | "connection_requests"
        | "pid"
        | "proxy_protocol_port"
        | "remote_port"
        | "realip_remote_port"
        | "request_length"
        | "server_port" => Kind::Number,
        "date_gmt" | "date_local" => match strftime(b"%A, %d-%b-%Y %H:%M:%S %Z") {
            Ok(parts) => written(Clock::Parts(parts)),
            Err(_) => Kind::Opaque,
        },
        "document_uri" | "uri" => Kind::Path,
        "host" => Kind::Host(1),
        "hostname" => Kind::Opaque,
        "is_args" => Kind::IsArgs,
        "msec" => written(Clock::Decimal),
        "proxy_add_x_forwarded_for" => Kind::Forwarded,
        "proxy_protocol_addr" => Kind::Real,
        "realip_remote_addr" => Kind::Connection,
        "remote_addr" => Kind::Client,
        "remote_user" => Kind::User,
        "request" => Kind::Request,
        "request_completion" => Kind::Ending(Mark::Completion),
        "request_method" => Kind::Method,
        "request_time" => Kind::Took(1_000_000_000, 0),
        "request_uri" => Kind::Target,
        "server_name" | "ssl_server_name" => Kind::Host(2),
        "server_protocol" => Kind::Protocol,
        "status" => Kind::Status(0),
        // The second is what many sites make of `$msec` by a map.
        "time_iso8601" | "time_iso8601_ms" | "time_rfc3339" => written(Clock::Iso),
        "time_local" | "time_local_ms" => written(Clock::Clf),
        "upstream_addr" => Kind::Upstream,
        // Older ingress-nginx.
        "the_real_ip" => Kind::Client,
        _ => match (name.strip_prefix("http_"), name.strip_prefix("sent_http_")) {
            (Some(name), _) => header(&name.replace('_', "-")),
            (_, Some(name)) => answer_header(&name.replace('_', "-")),
            _ => own(name),
        },
    }
}

/// A variable of a site's own (`map`, `set`), by what its name says beyond
/// doubt.
fn own(name: &str) -> Kind {
    match header(&name.replace('_', "-")) {
        kind @ (Kind::Forwarded | Kind::Real) => kind,
        _ if name.ends_with("forwarded_for") => Kind::Forwarded,
        _ if name.starts_with("upstream_http_") || name == "upstream_cache_status" => Kind::Opaque,
        _ if name.starts_with("upstream_") => Kind::Listed,
        _ => match name {
            "client_ip" | "client_real_ip" | "clientip" | "clientRealIp" | "real_ip"
            | "real_client_ip" | "realip" | "remote_ip" => Kind::Real,
            "original_uri" | "sanitized_uri" | "loggable_uri" | "clean_uri" | "filtered_uri"
            | "safe_request_uri" | "request_uri_path" => Kind::Target,
            _ => Kind::Opaque,
        },
    }
}
