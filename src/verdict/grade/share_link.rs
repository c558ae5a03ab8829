//! Whether a request for a share link is one for the content or for the page
//! before it.
//!
//! A link shows a page (a name, a button, a form for a password), and the
//! content is behind another path or query of it: `/s/TOKEN` and
//! `/s/TOKEN/download` (Nextcloud, ownCloud), `/sharing/TOKEN` and
//! `/fsdownload/TOKEN/name` (Synology). Other products send the content at
//! once, so only those shapes are pages which products are known to use, and
//! any path beneath which the logs show a `download` ([`page_of`]); what cannot
//! be told is content, because a download that is taken for a page is one that
//! is missed.

use crate::evidence::Method;

/// What stands before the token of a page.
const PAGES: [&[u8]; 2] = [b"s", b"sharing"];

/// What stands behind the token where a password is asked for.
const PASSWORDS: [&[u8]; 4] = [b"auth", b"authenticate", b"login", b"password"];

/// The keys of a query by which a page is told to send the content.
const DOWNLOADS: [&[u8]; 7] = [b"dl", b"download", b"export", b"file", b"files", b"fileid", b"raw"];

/// What stands behind the path of a page where its content is asked for.
const BENEATH: [&[u8]; 2] = [b"/dl", b"/download"];

/// The shortest token: a shorter word may be the name of something.
const TOKEN: usize = 6;

/// The page before the content, where a path is one of its download.
pub fn page_of(path: &[u8]) -> Option<&[u8]> {
    BENEATH.iter().find_map(|end| path.strip_suffix(*end)).filter(|page| page.len() > 1)
}

/// Says whether an answer to this is the page before the content. `shown`: the
/// logs show a download beneath it.
pub fn is_page(method: Method, path: &[u8], query: &[u8], shown: bool) -> bool {
    let asks_content = query.split(|byte| matches!(byte, b'&' | b';')).any(|pair| {
        let key = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
        DOWNLOADS.iter().any(|name| name.eq_ignore_ascii_case(key))
    });
    let segments: Vec<&[u8]> =
        path.split(|byte| *byte == b'/').filter(|segment| !segment.is_empty()).collect();
    let is_link = |at: usize| {
        let mark = segments.get(at).is_some_and(|mark| PAGES.contains(mark));
        mark && segments.get(at + 1).is_some_and(|token| is_token(token))
    };
    let link = (0..segments.len()).find(|at| is_link(*at));
    if asks_content {
        return false;
    }
    // A form that was sent in may be answered by what it unlocks.
    let is_seen = method == Method::Get;
    let Some(link) = link else { return shown && is_seen };
    match segments.get(link + 2) {
        None => is_seen,
        // The password itself is answered by a page or by a redirect.
        Some(next) => PASSWORDS.contains(next),
    }
}

/// Says whether a word may be a token and not the name of a file.
fn is_token(word: &[u8]) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    word.len() >= TOKEN && word.iter().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_told_only_where_it_can_be() {
        let check = |method: &str, target: &str, expected: bool| {
            let (path, query) = target.split_once('?').unwrap_or((target, ""));
            let method = Method::of(method.as_bytes());
            let found = is_page(method, path.as_bytes(), query.as_bytes(), false);
            assert_eq!(found, expected, "{target}");
        };
        check("GET", "/s/Ab3dEf9hJk", true);
        check("GET", "/s/Ab3dEf9hJk/", true);
        check("GET", "/index.php/s/Ab3dEf9hJk", true);
        check("GET", "/cloud/s/Ab3dEf9hJk?redirect=1", true);
        check("GET", "/sharing/Ab3dEf9hJk", true);
        check("GET", "/s/Ab3dEf9hJk/authenticate/showShare", true);
        check("POST", "/s/Ab3dEf9hJk/authenticate", true);
        for target in [
            "/s/Ab3dEf9hJk/download",
            "/s/Ab3dEf9hJk/download/people.csv",
            "/s/Ab3dEf9hJk/preview",
            "/s/Ab3dEf9hJk?download=1",
            "/s/Ab3dEf9hJk?dl=1",
            "/s/Ab3dEf9hJk?path=/&files=people.csv",
            "/s/people.csv",
            "/s/abc",
            "/share/Ab3dEf9hJk",
            "/d/Ab3dEf9hJk",
            "/public.php/webdav/",
            "/Ab3dEf9hJk",
        ] {
            check("GET", target, false);
        }
        check("POST", "/s/Ab3dEf9hJk", false);
    }

    #[test]
    fn a_path_with_a_download_beneath_it_is_a_page() {
        assert_eq!(page_of(b"/get/x1/download"), Some(&b"/get/x1"[..]));
        assert_eq!(page_of(b"/download"), None);
        assert_eq!(page_of(b"/get/x1"), None);
        let shown = |method, query| is_page(method, b"/get/x1", query, true);
        assert!(shown(Method::Get, b""));
        assert!(!shown(Method::Post, b""));
        assert!(!shown(Method::Get, b"dl=1"));
    }
}
