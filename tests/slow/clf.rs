//! The Common Log family: `common`, `combined`, their vhost forms, nginx `main`, and extra fields on both sides.
//!
//! A line is anchored on its `[date]`, the first quoted field after it, and a status; what stands before,
//! between and behind is then told by its shape. Apache: `mod_log_config`; nginx: `ngx_http_log_module`.

use super::text;
use super::{Role, SlowRecord};

/// A field of the line: where it stands, its text without quotes, and whether it was quoted.
#[derive(Clone, Debug)]
struct Field {
    start: usize,
    end: usize,
    text: Vec<u8>,
    quoted: bool,
}

impl Field {
    /// The field as characters, for what can only be ASCII when it is well formed.
    fn word(&self) -> String {
        String::from_utf8_lossy(&self.text).into_owned()
    }

    fn is_dash(&self) -> bool {
        self.text == b"-"
    }
}

/// Reads one line of the family, or `None`.
pub fn read(line: &[u8]) -> Option<SlowRecord> {
    let line = unwrapped(line)?;
    // A user name may hold a bracket, and even a date. So the server's own date is the first behind which the
    // line reads to its end and no other date stands before the request.
    for open in positions(line, b'[') {
        let Some(length) = line[open..].iter().position(|&b| b == b']') else {
            continue;
        };
        let close = open + length;
        let inside = String::from_utf8_lossy(&line[open + 1..close]).into_owned();
        let Some(time) = text::instant(&inside) else {
            continue;
        };
        let mut record = SlowRecord { time, ..SlowRecord::default() };
        // A server without escapes also writes a quote into a user name that nothing closes.
        let head = fields(&line[..open]).unwrap_or_else(|| plain_words(&line[..open]));
        let behind = &line[close + 1..];
        let Some(tail) = fields(behind) else {
            continue;
        };
        if read_tail(&mut record, behind, &tail, head.is_empty()).is_some()
            && read_head(&mut record, &line[..open], head)
        {
            add_trailing_addresses(&mut record, &tail);
            return Some(record);
        }
    }
    None
}

/// The line without the pair of quotes that some panels and exports put round all of it.
///
/// The first quote of such a line is closed only after the date, where a quoted list of addresses is closed
/// before it. The closing quote of the pair doubles that of the last field and must be there.
fn unwrapped(line: &[u8]) -> Option<&[u8]> {
    let Some(inner) = line.strip_prefix(b"\"") else {
        return Some(line);
    };
    let next_quote = inner.iter().position(|&b| b == b'"')?;
    if inner[..next_quote].contains(&b'[') { inner.strip_suffix(b"\"") } else { Some(line) }
}

fn positions(line: &[u8], wanted: u8) -> Vec<usize> {
    (0..line.len()).filter(|&at| line[at] == wanted).collect()
}

/// Splits on spaces, quoted fields whole; `None` when a quote does not close.
///
/// A quote closes at the first unescaped quote before a space or the end: Apache before 2.0.46 and nginx with
/// `escape=none` leave inner quotes as they are.
fn fields(part: &[u8]) -> Option<Vec<Field>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < part.len() {
        if part[at] == b' ' {
            at += 1;
            continue;
        }
        let quoted = part[at] == b'"';
        let end = if quoted { closing_quote(part, at + 1)? + 1 } else { next_space(part, at) };
        let text = if quoted { &part[at + 1..end - 1] } else { &part[at..end] };
        found.push(Field { start: at, end, text: text.to_vec(), quoted });
        at = end;
    }
    Some(found)
}

/// Splits on spaces, quotes being letters like any other.
fn plain_words(part: &[u8]) -> Vec<Field> {
    let starts =
        (0..part.len()).filter(|&at| part[at] != b' ' && (at == 0 || part[at - 1] == b' '));
    let word = |start: usize| {
        let end = next_space(part, start);
        Field { start, end, text: part[start..end].to_vec(), quoted: false }
    };
    starts.map(word).collect()
}

fn next_space(part: &[u8], from: usize) -> usize {
    (from..part.len()).find(|&at| part[at] == b' ').unwrap_or(part.len())
}

fn closing_quote(part: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while at < part.len() {
        match part[at] {
            b'\\' => at += 2,
            b'"' if at + 1 == part.len() || part[at + 1] == b' ' => return Some(at),
            _ => at += 1,
        }
    }
    None
}

/// Reads what stands behind the date: perhaps more fields, the request, status, bytes, referer and agent.
fn read_tail(record: &mut SlowRecord, part: &[u8], tail: &[Field], date_first: bool) -> Option<()> {
    let at = tail.iter().position(|field| field.quoted)?;
    read_request(record, &tail[at].text);
    let (middle, rest) = (&tail[..at], &tail[at + 1..]);
    if middle.iter().any(|field| field.text.starts_with(b"[") && field.text.contains(&b'/')) {
        return None;
    }
    for field in middle {
        let word = field.word();
        if text::ip(&word).is_some() {
            let role = if date_first && record.addresses.is_empty() {
                Role::Peer
            } else {
                Role::Forwarded
            };
            text::add_addresses(record, role, &word);
        } else if record.host.is_none() && text::is_host_name(&word) {
            record.host = text::host(&word);
        }
    }
    if date_first
        && middle
            .iter()
            .any(|field| field.text.starts_with(b"TLSv") || field.text.starts_with(b"SSLv"))
    {
        // Apache's `ssl_request_log`: %t %h %{SSL_PROTOCOL}x %{SSL_CIPHER}x "%r" %b. It has no status.
        record.bytes = bytes(rest.first()?)?;
        return if rest.len() == 1 { Some(()) } else { None };
    }
    // Squid writes `0 0` where it answered nothing.
    let is_zero =
        |place: usize| rest.get(place).is_some_and(|field| !field.quoted && field.text == b"0");
    record.status = if is_zero(0) && is_zero(1) { Some(0) } else { status(rest.first()?)? };
    record.bytes = match rest.get(1) {
        Some(field) if !field.quoted => bytes(field)?,
        _ => None,
    };
    let after =
        if rest.get(1).is_some_and(|field| !field.quoted) { &rest[2..] } else { &rest[1..] };
    read_referer_and_agent(record, part, after);
    if let Some(last) = after.last() {
        let word = last.word();
        if record.host.is_none() && !last.quoted && text::is_host_name(&word) {
            record.host = text::host(&word);
        }
    }
    Some(())
}

/// The status: three digits, or `-`.
fn status(field: &Field) -> Option<Option<u16>> {
    if field.quoted {
        return None;
    }
    if field.is_dash() {
        return Some(None);
    }
    if field.text.len() != 3 || !field.text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(field.word().parse().ok())
}

/// The bytes: digits, or `-`.
fn bytes(field: &Field) -> Option<Option<u64>> {
    if field.is_dash() {
        return Some(None);
    }
    if !field.text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(Some(field.word().parse().ok()?))
}

/// The first two neighbours that are both quoted or `-`, behind nothing but numbers, are referer and agent.
///
/// Where the line ends in a bare word with a quote at its end, that quote closes the agent: the one before
/// was the client's own, as no server ends a word with a quote.
fn read_referer_and_agent(record: &mut SlowRecord, part: &[u8], after: &[Field]) {
    let Some(at) = referer_at(after) else { return };
    record.referer = text::present(&after[at].text).map(text::unescape);
    let (agent, behind) = (&after[at + 1], &after[at + 2..]);
    let whole = match behind.last() {
        Some(last) if agent.quoted && !last.quoted && last.text.ends_with(b"\"") => {
            &part[agent.start + 1..last.end - 1]
        }
        _ => &agent.text,
    };
    record.user_agent = text::present(whole).map(text::unescape);
}

fn referer_at(after: &[Field]) -> Option<usize> {
    let numbers = after.iter().take_while(|field| !field.quoted && is_number(&field.text)).count();
    let pair = after.get(numbers..numbers + 2)?;
    if pair.iter().all(|field| field.quoted || field.is_dash()) { Some(numbers) } else { None }
}

fn is_number(text: &[u8]) -> bool {
    text.iter().all(|b| b.is_ascii_digit() || *b == b'.')
}

/// A quoted field behind the agent that holds addresses is a forwarded list, as in nginx `main`.
fn add_trailing_addresses(record: &mut SlowRecord, tail: &[Field]) {
    let quoted: Vec<&Field> = tail.iter().filter(|field| field.quoted).collect();
    for field in quoted.iter().skip(1) {
        if text::holds_ip(&field.word()) {
            text::add_addresses(record, Role::Forwarded, &field.word());
        }
    }
}

/// The request field: a request line, an HTTP/0.9 request, or raw bytes.
fn read_request(record: &mut SlowRecord, request: &[u8]) {
    let mut words: Vec<&[u8]> = request.split(|byte| *byte == b' ').collect();
    while words.first().is_some_and(|word| word.is_empty()) {
        words.remove(0);
    }
    while words.last().is_some_and(|word| word.is_empty()) {
        words.pop();
    }
    let method = words.first().map(|word| word.to_vec());
    let is_line = words.len() > 2
        && words[words.len() - 1].starts_with(b"HTTP/")
        && words[1..words.len() - 1].iter().any(|word| !word.is_empty());
    if is_line {
        words.pop();
    }
    let target = words.get(1..).unwrap_or_default().join(&b' ');
    let target = trimmed(&target).to_vec();
    let mut found = method.zip(Some(target)).filter(|(method, target)| {
        is_line || method.iter().all(u8::is_ascii_alphabetic) && is_resource(target)
    });
    if !is_line {
        let words = words_by_any_space(request);
        let is_asked = (2..=3).contains(&words.len())
            && words[0].len() <= 32
            && words[0].iter().all(u8::is_ascii_alphabetic)
            && is_resource(&words[1])
            && words.get(2).is_none_or(|version| version.starts_with(b"HTTP/"));
        if is_asked {
            found = Some((words[0].clone(), words[1].clone()));
        }
    }
    match found {
        Some((method, target)) => {
            record.method = Some(String::from_utf8_lossy(&text::unescape(&method)).into_owned());
            record.target = Some(text::unescape(&target));
        }
        None => record.raw_request = text::present(request).map(text::unescape),
    }
}

/// A text without the spaces at its ends.
fn trimmed(mut text: &[u8]) -> &[u8] {
    while let Some(rest) = text.strip_prefix(b" ").or(text.strip_suffix(b" ")) {
        text = rest;
    }
    text
}

/// A path, a star, or what begins with a scheme, a colon and a slash.
fn is_resource(text: &[u8]) -> bool {
    let colon = text.windows(2).position(|two| two == b":/").unwrap_or(0);
    let is_of_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    text.starts_with(b"/")
        || text.starts_with(b"*")
        || colon > 0 && text[..colon].iter().all(is_of_scheme)
}

/// Words between spaces, tabs and the like, as they are or as servers escape
/// them.
fn words_by_any_space(text: &[u8]) -> Vec<Vec<u8>> {
    let escaped = ["\\t", "\\v", "\\f", "\\r", "\\x09", "\\x0b", "\\x0B", "\\x0c", "\\x0C"];
    let escaped = escaped.into_iter().chain(["\\x0d", "\\x0D"]).map(str::as_bytes);
    let mut words = vec![Vec::new()];
    let mut at = 0;
    while at < text.len() {
        let is_space = b" \t\r\x0b\x0c".contains(&text[at]);
        let length = escaped.clone().find(|space| text[at..].starts_with(space)).map(<[u8]>::len);
        match length.or(is_space.then_some(1)) {
            Some(length) => {
                words.push(Vec::new());
                at += length;
            }
            None => {
                words.last_mut().unwrap().push(text[at]);
                at += 1;
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Reads what stands before the date: host, addresses, ident and user, in the order the shape allows.
fn read_head(record: &mut SlowRecord, part: &[u8], head: Vec<Field>) -> bool {
    if head.is_empty() {
        return !record.addresses.is_empty();
    }
    let mut groups = joined_lists(part, &head);
    let is_list = |group: &Field| group.quoted || group.text.contains(&b',');
    if is_list(&groups[0]) {
        // A forwarded list first, or in place of %h; a peer of its own may follow.
        text::add_addresses(record, Role::Forwarded, &groups.remove(0).word());
        if groups.first().is_some_and(|group| text::ip(&group.word()).is_some()) {
            text::add_addresses(record, Role::Peer, &groups.remove(0).word());
        }
        record.user = user(part, &groups);
        return true;
    }
    let words: Vec<String> = groups.iter().map(Field::word).collect();
    let second_is_ip = words.len() >= 2 && text::ip(&words[1]).is_some();
    let second_is_name = words.len() >= 3 && text::is_host_name(&words[1]);
    let first_is_name = text::ip(&words[0]).is_none() && text::is_host_name(&words[0]);
    if second_is_ip || (second_is_name && first_is_name && words.len() >= 4) {
        // %v:%p %h %l %u, %v %h %l %u, nginx $host $remote_addr - $remote_user.
        record.host = text::host(&words[0]);
        text::add_addresses(record, Role::Peer, &words[1]);
        groups.drain(..2);
    } else if second_is_name {
        // OVH: %h %v %u, with no ident.
        text::add_addresses(record, Role::Peer, &words[0]);
        record.host = text::host(&words[1]);
        groups.remove(0);
    } else {
        text::add_addresses(record, Role::Peer, &words[0]);
        groups.remove(0);
    }
    record.user = user(part, &groups);
    true
}

/// The fields before the date, where a field that ends in a comma is one with the next.
fn joined_lists(part: &[u8], head: &[Field]) -> Vec<Field> {
    let mut groups: Vec<Field> = Vec::new();
    for field in head {
        match groups.last_mut() {
            Some(before) if !before.quoted && before.text.ends_with(b",") => {
                before.end = field.end;
                before.text = part[before.start..field.end].to_vec();
            }
            _ => groups.push(field.clone()),
        }
    }
    groups
}

/// The user: all that stands between the ident and the date, as a user name may hold spaces.
///
/// With one field left, the ident was not logged. Apache writes `""` for an empty name.
fn user(part: &[u8], ident_and_user: &[Field]) -> Option<Vec<u8>> {
    let own = if ident_and_user.len() > 1 { &ident_and_user[1..] } else { ident_and_user };
    let (first, last) = (own.first()?, own.last()?);
    if own.iter().all(|field| field.is_dash() || field.text.is_empty()) {
        return None;
    }
    let whole = if own.len() == 1 { &first.text } else { &part[first.start..last.end].to_vec() };
    text::present(whole).map(text::unescape)
}
