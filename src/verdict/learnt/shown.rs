//! Which pages the logs show to be pages by which other names are found: lists
//! of what is in a folder, and the pages before a download.
//!
//! A folder is shown to be a list by a client that was sent it and then went
//! through what is in it in the order of a list; by a request for something in
//! it that names it as its referer; by a link with which only listings sort
//! themselves. Requests that were refused or failed show nothing: a client that
//! guesses names is not one that reads them. Nor do pictures, styles and
//! scripts, which any page has beside it.
//!
//! This alone of what is learnt makes a grade less. A client that wants to
//! pass off content as a list must fetch what lies under it, and is found by
//! that.

use std::collections::{HashMap, HashSet};

use xxhash_rust::xxh3::xxh3_128;

use crate::evidence::{ClientKey, Detail, Hit, Method, Signs};
use crate::record::Escape;
use crate::record::path::Forms;

use crate::verdict::grade::{is_sorted, share_link};

/// How many names in a folder a client must have asked for in their order,
/// and in the reverse order, which fewer lists have.
const IN_ORDER: (u32, u32) = (2, 3);

/// How many clients are followed on their way through a folder, as long as it
/// is not shown to be a list: the first ones.
const WALKS_KEPT: usize = 1 << 14;

/// The endings of what belongs to a page.
const ASSETS: [&[u8]; 14] = [
    b".avif", b".css", b".gif", b".ico", b".jpeg", b".jpg", b".js", b".map", b".mjs", b".png",
    b".svg", b".webp", b".woff", b".woff2",
];

/// The pages that are shown to lead to other names, by a hash of their path.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    pages: HashSet<u128>,
    /// What each client asked for since it was sent a folder.
    walks: HashMap<(ClientKey, u128), Walk>,
}

/// How a client goes through a folder that it was sent.
#[derive(Debug, Clone, Default)]
struct Walk {
    last: Vec<u8>,
    /// How many names it asked for, each behind the one before.
    rising: u32,
    /// The same downwards, as of a list sorted the other way round.
    falling: u32,
}

impl Shown {
    /// Whether a path, by its hash, is such a page.
    pub fn holds(&self, path: u128) -> bool {
        self.pages.contains(&path)
    }

    /// Learns from one hit, in the order of the logs.
    pub fn see(&mut self, hit: &Hit, detail: &Detail) {
        let is_answered = matches!(hit.status(), Some(200 | 203 | 206 | 304));
        if let Some(page) = share_link::page_of(&detail.path)
            && (is_answered || matches!(hit.status(), Some(302 | 303 | 307)))
        {
            self.pages.insert(xxh3_128(page));
        }
        if hit.method != Method::Get || !is_answered {
            return;
        }
        if let Some(folder) = folder(&detail.path) {
            self.within(hit.client, folder, detail);
        }
        if hit.signs.has(Signs::FOLDER) {
            let path = xxh3_128(&detail.path);
            let query = memchr::memchr(b'?', &detail.target);
            if query.is_some_and(|at| is_sorted(&detail.target[at + 1..])) {
                self.pages.insert(path);
            }
            if self.walks.len() < WALKS_KEPT && !self.pages.contains(&path) {
                self.walks.entry((hit.client, path)).or_default();
            }
        }
    }

    /// Learns from a hit in a folder.
    fn within(&mut self, client: ClientKey, folder: &[u8], detail: &Detail) {
        let key = xxh3_128(folder);
        let is_asset = ASSETS.iter().any(|ending| {
            let at = detail.path.len().saturating_sub(ending.len());
            detail.path[at..].eq_ignore_ascii_case(ending)
        });
        if is_asset || self.pages.contains(&key) {
            return;
        }
        let referer = detail.referer.as_deref().unwrap_or_default();
        let is_linked = referer.ends_with(b"/") || memchr::memchr(b'?', referer).is_some();
        if is_linked && Forms::of(referer, Escape::None, false).canonical == folder {
            self.pages.insert(key);
            return;
        }
        let Some(walk) = self.walks.get_mut(&(client, key)) else { return };
        if walk.go(&detail.path[folder.len()..]) {
            self.pages.insert(key);
        }
    }
}

impl Walk {
    /// Takes the next name; says whether they are in the order of a list.
    fn go(&mut self, name: &[u8]) -> bool {
        let name = name.to_ascii_lowercase();
        if name == self.last {
            return false;
        }
        let is_first = self.last.is_empty();
        self.rising = if is_first || name > self.last { self.rising + 1 } else { 1 };
        self.falling = if is_first || name < self.last { self.falling + 1 } else { 1 };
        self.last = name;
        self.rising >= IN_ORDER.0 || self.falling >= IN_ORDER.1
    }
}

/// The folder that a path lies in, with its slash.
fn folder(path: &[u8]) -> Option<&[u8]> {
    let bare = path.strip_suffix(b"/").unwrap_or(path);
    memchr::memrchr(b'/', bare).map(|slash| &path[..=slash])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::hit::Facts;
    use crate::record::Client;

    /// What is shown by requests: client, target, status, referer.
    fn shown(requests: &[(&str, &str, u16, &str)], path: &str) -> bool {
        let mut shown = Shown::default();
        for (client, target, status, referer) in requests {
            let mut hit = Hit::new(Facts { status: Some(*status), ..Facts::default() });
            let path = target.split('?').next().unwrap_or_default();
            hit.method = Method::Get;
            hit.client = ClientKey::of(Client::read(client.as_bytes()));
            hit.signs = hit.signs.with(Signs::FOLDER, path.ends_with('/'));
            let referer = (!referer.is_empty()).then(|| referer.as_bytes().to_vec());
            let (path, target) = (path.as_bytes().to_vec(), target.as_bytes().to_vec());
            shown.see(&hit, &Detail { path, target, referer, ..Detail::default() });
        }
        shown.holds(xxh3_128(path.as_bytes()))
    }

    const A: &str = "192.0.2.1";
    const B: &str = "192.0.2.2";

    #[test]
    fn a_folder_is_shown_by_those_who_go_through_it() {
        let check = |requests: &[(&str, &str, u16, &str)], expected: bool| {
            assert_eq!(shown(requests, "/x/"), expected, "{requests:?}");
        };
        let (page, a, b) = ("/x/", "/x/a.csv", "/x/b.csv");
        check(&[(A, page, 200, "")], false);
        check(&[(A, page, 200, ""), (A, a, 200, "")], false);
        check(&[(A, page, 200, ""), (A, a, 200, ""), (A, b, 200, "")], true);
        check(&[(A, page, 200, ""), (A, b, 200, ""), (A, a, 200, "")], false);
        let down = [(A, page, 200, ""), (A, "/x/c", 200, ""), (A, b, 200, ""), (A, a, 200, "")];
        check(&down, true);
        let styles = [(A, page, 200, ""), (A, "/x/a.css", 200, ""), (A, "/x/b.js", 200, "")];
        check(&styles, false);
        check(&[(A, page, 200, ""), (A, a, 200, ""), (A, "/x/sub/", 200, "")], true);
        check(&[(A, page, 200, ""), (A, a, 200, ""), (A, a, 200, "")], false);
        check(&[(A, page, 200, ""), (A, a, 404, ""), (A, b, 404, "")], false);
        check(&[(A, page, 200, ""), (B, a, 200, ""), (B, b, 200, "")], false);
        check(&[(A, a, 200, ""), (A, b, 200, ""), (A, page, 200, "")], false);
        // Deeper ones are not of this list.
        check(&[(A, page, 200, ""), (A, "/x/y/a", 200, ""), (A, "/x/y/b", 200, "")], false);
    }

    #[test]
    fn a_folder_is_shown_by_a_referer_or_by_its_own_link() {
        let check = |request: (&str, &str, u16, &str), expected: bool| {
            assert_eq!(shown(&[request], "/x/"), expected, "{request:?}");
        };
        check((A, "/x/a.csv", 200, "https://www.example.org/x/"), true);
        check((A, "/x/a.csv", 200, "https://www.example.org/x/?C=M;O=D"), true);
        check((A, "/x/sub/", 200, "https://www.example.org/%78/"), true);
        check((A, "/x/a.CSS", 200, "https://www.example.org/x/"), false);
        check((A, "/x/a.csv", 404, "https://www.example.org/x/"), false);
        check((A, "/x/a.csv", 200, "https://www.example.org/"), false);
        check((A, "/x/?C=N;O=D", 200, ""), true);
        check((A, "/x/?C=N;O=D", 403, ""), false);
        check((A, "/x/?page=2", 200, ""), false);
    }

    #[test]
    fn a_page_is_shown_by_the_download_beneath_it() {
        assert!(shown(&[(A, "/get/x1/download", 302, "")], "/get/x1"));
        assert!(!shown(&[(A, "/get/x1/download", 404, "")], "/get/x1"));
    }
}
