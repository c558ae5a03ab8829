//! What lies beside access logs and is none: told by the look of its lines, so
//! that it can be named instead of counted as unread.

use memchr::memmem;

use super::super::token::iso;

/// A kind of text that is no access log.
pub struct Decoy {
    /// What it is, in words.
    pub name: &'static str,
    /// Says whether a line is of it.
    pub test: fn(&[u8]) -> bool,
}

/// A kind of file that is known by its first bytes, whatever its lines look like.
pub struct Sign {
    /// What it is, in words.
    pub name: &'static str,
    begins: &'static [u8],
    holds: &'static [u8],
}

impl Sign {
    /// Says whether a file with this head is of it.
    pub fn is_on(&self, head: &[u8]) -> bool {
        head.starts_with(self.begins) && memmem::find(head, self.holds).is_some()
    }
}

/// The kinds. macOS puts the first beside every file that it archives. Other
/// pages in HTML may hold a log.
pub static SIGNS: [Sign; 7] = [
    Sign { name: "AppleDouble file", begins: b"\0\x05\x16\x07", holds: b"" },
    Sign { name: "PNG image", begins: b"\x89PNG\r\n\x1a\n", holds: b"" },
    Sign { name: "JPEG image", begins: b"\xff\xd8\xff", holds: b"" },
    Sign { name: "GIF image", begins: b"GIF8", holds: b"" },
    Sign { name: "PDF document", begins: b"%PDF-", holds: b"" },
    Sign { name: "Apache status page", begins: b"<", holds: b"<title>Apache Status</title>" },
    Sign { name: "nginx status page", begins: b"Active connections: ", holds: b"Reading: " },
];

/// The decoys, the surer test first.
pub static DECOYS: [Decoy; 4] = [
    Decoy { name: "nginx error log", test: is_nginx_error },
    Decoy { name: "Apache error log", test: is_apache_error },
    Decoy { name: "Apache configuration", test: is_apache_configuration },
    Decoy { name: "nginx configuration", test: is_nginx_configuration },
];

/// `2024/01/31 12:00:00 [error] 12#12: …`
fn is_nginx_error(line: &[u8]) -> bool {
    let Ok((rest, _)) = iso(line) else { return false };
    let Some(rest) = rest.strip_prefix(b" [") else { return false };
    let levels: [&[u8]; 8] =
        [b"debug", b"info", b"notice", b"warn", b"error", b"crit", b"alert", b"emerg"];
    levels.iter().any(|level| rest.strip_prefix(*level).is_some_and(|rest| rest.starts_with(b"] ")))
}

/// `[Wed Oct 11 14:32:52.123456 2023] [core:error] [pid …] …`
fn is_apache_error(line: &[u8]) -> bool {
    let days: [&[u8]; 7] = [b"Mon ", b"Tue ", b"Wed ", b"Thu ", b"Fri ", b"Sat ", b"Sun "];
    let Some(inside) = line.strip_prefix(b"[") else { return false };
    days.iter().any(|day| inside.starts_with(day))
        && memmem::find(inside, b"] ").is_some_and(|at| at < 40)
}

/// A section, its end, a comment, or a directive that every site has. Other
/// text in angle brackets may be a log in XML.
fn is_apache_configuration(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let sections: [&[u8]; 9] = [
        b"VirtualHost",
        b"Directory",
        b"Location",
        b"Files",
        b"If",
        b"Proxy",
        b"Limit",
        b"Require",
        b"Macro",
    ];
    let tag = line.strip_prefix(b"<").filter(|tag| tag.ends_with(b">"));
    let section = tag.map(|tag| tag.strip_prefix(b"/").unwrap_or(tag));
    let words: [&[u8]; 22] = [
        b"ServerName ",
        b"ServerAlias ",
        b"ServerAdmin ",
        b"DocumentRoot ",
        b"Listen ",
        b"LoadModule ",
        b"Options ",
        b"AllowOverride ",
        b"Require ",
        b"Order ",
        b"Allow from",
        b"Deny from",
        b"ErrorLog ",
        b"CustomLog ",
        b"LogFormat ",
        b"LogLevel ",
        b"Rewrite",
        b"SSL",
        b"Include",
        b"Alias ",
        b"Header ",
        b"Directory",
    ];
    line.starts_with(b"#")
        || section.is_some_and(|tag| sections.iter().any(|name| tag.starts_with(name)))
        || words.iter().any(|word| line.starts_with(word))
}

/// A block, its end, a comment, or a directive with its semicolon. Neither an
/// object of JSON nor a whole block on one line is any of these.
fn is_nginx_configuration(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let is_directive = matches!(line.first(), Some(b'a'..=b'z' | b'~' | b'$'));
    line.starts_with(b"#")
        || line == b"}"
        || is_directive && matches!(line.last(), Some(b'{' | b';'))
}
