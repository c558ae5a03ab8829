//! Words that hurt, and lines of several formats to put them into.

/// Words that have been seen in attacks on the readers of logs, or could be.
/// None holds a newline, which would make two lines of one.
pub fn words() -> Vec<Vec<u8>> {
    let mut words: Vec<Vec<u8>> = [
        // Terminal: title, clear, colours, DCS, hyperlink, clipboard, keys.
        &b"\x1b]0;owned\x07"[..],
        b"\x1b[2J\x1b[1;1H",
        b"\x1b[31;5mred",
        b"\x1bP+q436f\x1b\\",
        b"\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
        b"\x1b]52;c;ZXZpbA==\x07",
        b"\x1b[?1049h\x1bc",
        b"\x1b",
        // C1 controls, as UTF-8 and raw.
        "\u{9b}2J\u{9d}0;x\u{9c}\u{90}\u{85}\u{84}".as_bytes(),
        b"\x9b2J\x9d0;x\x9c\x90\x85\x84",
        // Control bytes, lone carriage returns, tabs.
        b"\x00\x01\x02\x08\x0b\x0c\x0e\x7f",
        b"seen\roverwritten\r\r",
        b"\tcell\t",
        // Directions, zero widths, separators of lines, fillers, tags.
        "\u{202e}gpj.exe\u{202c}\u{2066}a\u{2069}\u{200f}\u{61c}".as_bytes(),
        "a\u{200b}b\u{200c}c\u{200d}d\u{2060}e\u{ad}f".as_bytes(),
        "x\u{feff}y\u{2028}z\u{2029}\u{e0041}\u{e007f}\u{fff9}".as_bytes(),
        "\u{3164}\u{115f}\u{ffa0}".as_bytes(),
        "Z\u{300}\u{301}\u{302}\u{303}\u{304}algo".as_bytes(),
        // What is not UTF-8: overlong, surrogates, cut, too large.
        b"\xff\xfe\xc0\xaf\xed\xa0\x80\xf8\x88\x80\x80\x80",
        b"\xe2\x80",
        b"\xf4\x90\x80\x80",
        b"\xc0\x80",
        // Formulas, also behind blanks and in full width.
        b"=cmd|' /C calc'!A0",
        b"+1+1",
        b"-2+3",
        b"@SUM(A1)",
        b"\t=1+1",
        b" =1+1",
        "＝1+1".as_bytes(),
        "＠SUM".as_bytes(),
        "\u{a0}=1".as_bytes(),
        "\u{200b}=1".as_bytes(),
        b"a,=1,\"=2\"",
        // Pages, tickets, shells, formats, templates.
        b"<script>alert(1)</script>",
        b"\"><img src=x onerror=alert(1)>",
        b"&lt;b&gt;&#x1b;",
        b"[x](javascript:alert(1))",
        b"`rm -rf /`$(id);|&",
        b"%s%n%x%00%0a%0d%1b[2J",
        b"{{7*7}}${jndi:ldap://x}",
        // The log's own marks, and its escapes.
        b"\\x1b[2J\\n\\r\\t\\\\\\\"",
        b"\\",
        b"\\\"",
        b"\\x",
        b"\\u0000\\ud800\\u202e",
        b"[05/Mar/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 5",
        b"]",
        b"'",
        b"|",
        b"../../../../etc/passwd",
        b"#Fields: date time",
        b"",
    ]
    .map(<[u8]>::to_vec)
    .into();
    words.push(b"\"".to_vec());
    words.push("é日本🙂".as_bytes().to_vec());
    words
}

/// Lines of many formats, with `{client}`, `{user}`, `{host}`, `{path}`,
/// `{referer}` and `{agent}` where a word may stand.
const LINES: &[&str] = &[
    r#"{client} - {user} [05/Mar/2024:10:00:00 +0000] "GET /exports/{path} HTTP/1.1" 200 10 "{referer}" "{agent}""#,
    r#"{client} - {user} [05/Mar/2024:10:00:00 +0000] "{path}" 400 10 "{referer}" "{agent}""#,
    r#"{host}:443 {client} - {user} [05/Mar/2024:10:00:00 +0000] "GET /exports/{path} HTTP/1.1" 200 10 "{referer}" "{agent}""#,
    r#"{client} - {user} [05/Mar/2024:10:00:00 +0000] "GET /exports/{path} HTTP/1.1" 200 10"#,
    r#"{client} - {user} [05/Mar/2024:10:00:00 +0000] "GET /exports/{path} HTTP/1.1" 200 10 "{referer}" "{agent}" "{client}""#,
    r#"{"level":"info","ts":1709632800.5,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"{client}","remote_port":"1","client_ip":"{client}","proto":"HTTP/1.1","method":"GET","host":"{host}","uri":"/exports/{path}","headers":{"User-Agent":["{agent}"],"Referer":["{referer}"]}},"user_id":"{user}","duration":0.01,"size":10,"status":200}"#,
];

/// The fields of [`LINES`], each with something harmless.
const FIELDS: [(&str, &[u8]); 6] = [
    ("{client}", b"192.0.2.7"),
    ("{user}", b"-"),
    ("{host}", b"www.example.org"),
    ("{path}", b"a.csv"),
    ("{referer}", b"-"),
    ("{agent}", b"agent/1"),
];

/// A line with a word in one field, or in all of them.
fn line(form: &str, field: Option<&str>, word: &[u8]) -> Vec<u8> {
    let mut line = form.as_bytes().to_vec();
    for (name, harmless) in FIELDS {
        let value = if field.is_none_or(|field| field == name) { word } else { harmless };
        let mut rest = std::mem::take(&mut line);
        while let Some(at) = rest.windows(name.len()).position(|part| part == name.as_bytes()) {
            line.extend_from_slice(&rest[..at]);
            line.extend_from_slice(value);
            rest.drain(..at + name.len());
        }
        line.append(&mut rest);
    }
    line
}

/// A log for each format: every word in every field, and in all at once.
pub fn logs() -> Vec<Vec<u8>> {
    let each = LINES.iter().map(|form| {
        let mut log = Vec::new();
        // The format is told from its first lines, so these are harmless.
        for _ in 0..20 {
            log.extend(line(form, Some("none"), b""));
            log.push(b'\n');
        }
        for word in words() {
            for field in FIELDS.iter().map(|(name, _)| Some(*name)).chain([None]) {
                if field.is_none_or(|field| form.contains(field)) {
                    log.extend(line(form, field, &word));
                    log.push(b'\n');
                }
            }
        }
        log
    });
    let mut logs: Vec<Vec<u8>> = each.collect();
    logs.push(w3c());
    logs
}

/// A log of IIS with every word in every text field.
fn w3c() -> Vec<u8> {
    let mut log = b"#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2024-03-05 10:00:00\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status sc-bytes time-taken cs-host\n".to_vec();
    for word in words() {
        for field in 0..6 {
            let value = |place: usize, harmless: &[u8]| {
                if place == field { word.clone() } else { harmless.to_vec() }
            };
            let parts = [
                b"2024-03-05 10:00:00 10.0.0.1 GET /exports/".to_vec(),
                value(0, b"a.csv"),
                b" - 80 ".to_vec(),
                value(1, b"-"),
                b" ".to_vec(),
                value(2, b"192.0.2.7"),
                b" ".to_vec(),
                value(3, b"agent/1"),
                b" ".to_vec(),
                value(4, b"-"),
                b" 200 0 0 10 15 ".to_vec(),
                value(5, b"www.example.org"),
                b"\n".to_vec(),
            ];
            log.extend(parts.concat());
        }
    }
    log
}
