//! What was read was used: a secret fetched, and then a login that succeeded.

use std::collections::BTreeSet;

use super::{Act, Card, Detector, Entry, Finding, Noted, Trace, Weight, shown};
use crate::case::Kind;

/// The detector.
pub struct CredentialPivot;

/// How long after the secret a login by the same client or its network is put
/// down to it, in seconds.
const WITHIN: i64 = 3 * 86_400;

/// The same for a login by an address that was never seen before.
const WITHIN_NEW: i64 = 86_400;

/// How long before the secret such logins are looked for: where they are
/// usual, one more tells nothing.
const USUAL: i64 = 7 * 86_400;

/// How soon the form is shown again to who was not let in, in seconds.
const AGAIN: i64 = 60;

/// Where administrators log in, and a redirect answers only a login that
/// succeeded.
const DOORS: [&str; 5] = ["/wp-login.php", "/phpmyadmin", "/pma/", "/adminer", "/dbadmin"];

/// Parts of other paths behind which something is logged in to; a redirect may
/// lead back to the form.
const FORMS: [&str; 6] = ["/login", "/signin", "/sign-in", "/session", "/auth", "/logon"];

/// What WordPress shows to nobody but those who were let in; the rest of its
/// folder answers everybody.
const INSIDE: [&str; 14] = [
    "/wp-admin/",
    "/wp-admin/index.php",
    "/wp-admin/plugins.php",
    "/wp-admin/plugin-install.php",
    "/wp-admin/plugin-editor.php",
    "/wp-admin/theme-editor.php",
    "/wp-admin/themes.php",
    "/wp-admin/update.php",
    "/wp-admin/users.php",
    "/wp-admin/user-new.php",
    "/wp-admin/edit.php",
    "/wp-admin/upload.php",
    "/wp-admin/tools.php",
    "/wp-admin/export.php",
];

/// What wp-login.php does besides letting in.
const OTHERWISE: [&str; 5] =
    ["postpass", "lostpassword", "retrievepassword", "register", "resetpass"];

static CARD: Card = Card {
    name: "credential-pivot",
    notices: "an exposed secret was fetched, and within three days the same client or its network \
              logged in somewhere; or within a day an address never seen before was let in where \
              administrators log in, which had not happened in the week before",
    matters: "whoever can log in may read by other ways and may alter logs: what they do not show \
              proves little from then on",
    wrong_when: "an administrator fetched the file and went on with the work, or has a new address \
                 that day; a form that leads wrong passwords elsewhere",
    source: "WordPress, phpMyAdmin and Adminer answer a login that succeeded with 302, and one \
             that failed with the form; others are told by whether the form came back",
    weight: Weight::Used,
};

impl Detector for CredentialPivot {
    fn card(&self) -> &'static Card {
        &CARD
    }

    /// Logins, and what tells whether they succeeded.
    fn notes(&self, act: &Act<'_>) -> bool {
        let answered = match act.method {
            b"POST" => matches!(act.status, Some(200 | 201 | 302 | 303 | 401 | 403)),
            _ => act.status == Some(200),
        };
        is_entry(act) || answered && has_segment(act.path, &FORMS)
    }

    fn look(&self, trace: &Trace<'_>) -> Option<Finding> {
        let reads = trace.fetches.iter().filter(|fetch| fetch.kind == Kind::Secret);
        let (read, from) = reads
            .filter(|fetch| fetch.is_sent())
            .find_map(|fetch| Some((fetch, fetch.at?.seconds)))?;
        let said = |path: &[u8], at: i64, who: &str| {
            let (read, minutes, path) = (shown(&read.path), (at - from) / 60, shown(path));
            trace.says(
                format!("it fetched the secret {read} and {minutes} minutes later {who} let in at {path}"),
                format!("il a obtenu le secret {read} et {minutes} minutes plus tard {who} sur {path}"),
            )
        };
        let strangers = strangers(trace, from);
        let mut own: Vec<&Noted> = trace.habits.noted(CARD.name).collect();
        own.retain(|noted| noted.at.is_some_and(|at| (from..=from + WITHIN).contains(&at.seconds)));
        let let_in = own.iter().enumerate().find(|(place, _)| was_let_in(&own, *place));
        if let Some((_, noted)) = let_in {
            let too = strangers.first().map_or_else(String::new, |entry| {
                let clients: BTreeSet<&str> =
                    strangers.iter().map(|entry| entry.client.as_str()).collect();
                let more = match clients.len() - 1 {
                    0 => String::new(),
                    n => trace.says(format!(" and {n} more"), format!(" et {n} de plus")),
                };
                let named = &entry.client;
                trace.says(
                    format!(
                        "; within a day {named}{more}, never seen before, was let in there, too"
                    ),
                    format!(
                        " ; en un jour {named}{more}, jamais vu auparavant, y a été admis aussi"
                    ),
                )
            });
            let who = trace.says("was", "il a été admis");
            return Some(CARD.found(said(&noted.path, noted.at?.seconds, &who) + &too));
        }
        let soon = |entry: &&Entry| (from..=from + WITHIN).contains(&entry.at.seconds);
        let of_group = |entry: &&Entry| entry.group == trace.group && soon(entry);
        if let Some(entry) = trace.scene.entries.iter().find(of_group) {
            let client = &entry.client;
            let who = trace.says(
                format!("{client}, of the same network, was"),
                format!("{client}, du même réseau, a été admis"),
            );
            return Some(CARD.found(said(&entry.path, entry.at.seconds, &who)));
        }
        let entry = strangers.first()?;
        let client = &entry.client;
        let who = trace.says(
            format!("{client}, an address never seen before, was"),
            format!("{client}, une adresse jamais vue auparavant, a été admise"),
        );
        let said = said(&entry.path, entry.at.seconds, &who);
        let doubt = trace.says(
            "; whether that was the same party the logs cannot say",
            " ; s'il s'agissait du même tiers, les journaux ne peuvent le dire",
        );
        Some(CARD.found_as(Weight::Doubt, said + &doubt))
    }
}

/// Logins within a day after the secret was read by addresses that were not
/// seen before it; none where such logins are usual.
fn strangers<'a>(trace: &Trace<'a>, from: i64) -> Vec<&'a Entry> {
    let is_other = |entry: &&Entry| is_new(entry) && entry.group != trace.group;
    let new: Vec<&Entry> = trace.scene.entries.iter().filter(is_other).collect();
    if new.iter().any(|entry| (from - USUAL..from).contains(&entry.at.seconds)) {
        return Vec::new();
    }
    let is_after = |entry: &&Entry| {
        (from..=from + WITHIN_NEW).contains(&entry.at.seconds)
            && entry.since.is_some_and(|since| since.seconds >= from)
    };
    new.into_iter().filter(is_after).collect()
}

/// Whether an entry's client was not seen longer than a day before, and had the
/// secret from nobody in these logs.
fn is_new(entry: &Entry) -> bool {
    !entry.is_reader
        && entry.since.is_some_and(|since| entry.at.seconds - since.seconds <= WITHIN_NEW)
}

/// Whether a request, by its answer alone, is one of an administrator who was
/// let in.
pub fn is_entry(act: &Act<'_>) -> bool {
    if act.status == Some(200) {
        let ends = |inside: &&str| {
            let start = act.path.len().checked_sub(inside.len());
            start.is_some_and(|start| act.path[start..].eq_ignore_ascii_case(inside.as_bytes()))
        };
        return INSIDE.iter().any(ends);
    }
    act.method == b"POST"
        && matches!(act.status, Some(302 | 303))
        && has_segment(act.path, &DOORS)
        && !has_any(act.query, &OTHERWISE)
}

/// Whether a request may be an entry, by its status and its target as logged:
/// a cheap look, which says no only where [`is_entry`] does, too.
pub fn may_be_entry(status: u16, target: &[u8]) -> bool {
    let inside = b"wp-admin";
    let is_inside = || {
        target.contains(&b'%')
            || target.windows(inside.len()).any(|part| part.eq_ignore_ascii_case(inside))
    };
    matches!(status, 302 | 303) || status == 200 && is_inside()
}

/// Whether a noted request shows that its client was let in, by what is noted
/// after it.
fn was_let_in(own: &[&Noted], place: usize) -> bool {
    let noted = own[place];
    let act = Act {
        method: &noted.method,
        path: &noted.path,
        query: b"",
        status: noted.status,
        has_referer: false,
    };
    if is_entry(&act) {
        return true;
    }
    if noted.method != b"POST" {
        return false;
    }
    let same = |other: &&&Noted| other.path == noted.path;
    match noted.status {
        // Interfaces answer a wrong password with 401.
        Some(200 | 201) => {
            memchr::memmem::find(&noted.path, b"/api/").is_some()
                || own[..place].iter().filter(same).any(|other| other.status == Some(401))
        }
        Some(302 | 303) => {
            // Requests of one second are in no order: the form may have come
            // back, which is enough of a doubt.
            let mut others = own.iter().filter(same).filter(|other| !std::ptr::eq(**other, noted));
            let soon = |other: &&Noted| {
                let between = other.at.zip(noted.at).map(|(next, at)| next.seconds - at.seconds);
                between.is_none_or(|between| (0..=AGAIN).contains(&between))
            };
            !others.any(soon)
        }
        _ => false,
    }
}

/// Whether one of a path's segments begins, in any letter case, as one of these,
/// each of which begins with a slash.
fn has_segment(path: &[u8], beginnings: &[&str]) -> bool {
    let begins = |at: usize, beginning: &str| {
        let there = path[at..].get(..beginning.len());
        there.is_some_and(|there| there.eq_ignore_ascii_case(beginning.as_bytes()))
    };
    memchr::memchr_iter(b'/', path)
        .any(|at| beginnings.iter().any(|beginning| begins(at, beginning)))
}

fn has_any(text: &[u8], parts: &[&str]) -> bool {
    parts.iter().any(|part| memchr::memmem::find(text, part.as_bytes()).is_some())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{act, fetch, look, trace};
    use super::super::{Fetch, Habits, Scene};
    use super::*;
    use crate::record::Instant;

    fn secret(at: i64) -> [Fetch; 1] {
        [Fetch { kind: Kind::Secret, ..fetch(at, "/.env") }]
    }

    fn said(acts: &[(i64, &str, &str, u16)]) -> Option<String> {
        let mut habits = Habits::default();
        for (at, method, target, status) in acts {
            habits.see(Some(Instant::at(*at)), &act(method, target, *status));
        }
        look(&CredentialPivot, &secret(1000), &habits)
    }

    #[test]
    fn a_login_after_the_secret_is_noticed() {
        let check = |acts: &[(i64, &str, &str, u16)], expected: Option<&str>| {
            let expected = expected.map(|path| {
                format!("it fetched the secret /.env and 10 minutes later was let in at {path}")
            });
            assert_eq!(said(acts), expected, "{acts:?}");
        };
        check(&[(1600, "POST", "/wp-login.php", 302)], Some("/wp-login.php"));
        check(&[(1600, "POST", "/wp-login.php", 200)], None);
        check(&[(1600, "POST", "/wp-login.php?action=postpass", 302)], None);
        check(&[(400, "POST", "/wp-login.php", 302)], None);
        check(&[(1600, "GET", "/wp-login.php", 302)], None);
        check(&[(1600, "GET", "/wp-admin/", 200)], Some("/wp-admin/"));
        check(&[(1600, "POST", "/wp-admin/admin-ajax.php", 200)], None);
        check(&[(1600, "POST", "/phpmyadmin/index.php", 302)], Some("/phpmyadmin/index.php"));
        check(&[(1000 + WITHIN + 1, "POST", "/wp-login.php", 302)], None);
    }

    #[test]
    fn a_form_that_comes_back_lets_nobody_in() {
        assert!(said(&[(1600, "POST", "/login", 302), (1601, "GET", "/home", 200)]).is_some());
        assert_eq!(said(&[(1600, "POST", "/login", 302), (1601, "GET", "/login", 200)]), None);
        assert_eq!(said(&[(1600, "POST", "/login", 302), (1610, "POST", "/login", 200)]), None);
        assert_eq!(said(&[(1600, "POST", "/login", 302), (1600, "GET", "/login", 200)]), None);
        assert_eq!(said(&[(1600, "POST", "/login", 200)]), None);
        assert!(said(&[(1600, "POST", "/api/login", 200)]).is_some());
        assert_eq!(said(&[(1600, "POST", "/api/login", 401)]), None);
        let guessed = [(1600, "POST", "/login", 401), (1602, "POST", "/login", 200)];
        assert!(said(&guessed).is_some());
    }

    #[test]
    fn a_login_by_another_address_is_told_by_how_near_it_is() {
        let entry = |at: i64, client: &str, since: i64| Entry {
            at: Instant::at(at),
            client: client.to_owned(),
            group: client.to_owned(),
            path: b"/wp-login.php".to_vec(),
            since: Some(Instant::at(since)),
            is_reader: false,
        };
        let check = |entries: &[Entry], expected: Option<Weight>| {
            let scene = Scene { entries: entries.to_vec(), ..Scene::default() };
            let (fetches, habits) = (secret(100_000), Habits::default());
            let found = CredentialPivot.look(&trace(&fetches, &habits, &scene));
            assert_eq!(found.map(|found| found.weight), expected, "{entries:?}");
        };
        check(&[entry(103_600, "192.0.2.7", 0)], Some(Weight::Used));
        check(&[entry(103_600, "198.51.100.9", 103_500)], Some(Weight::Doubt));
        check(&[entry(103_600, "198.51.100.9", 99_000)], None);
        check(&[entry(103_600, "198.51.100.9", 0)], None);
        check(&[entry(200_000, "198.51.100.9", 199_000)], None);
        let (fetches, mut habits) = (secret(100_000), Habits::default());
        habits.see(Some(Instant::at(103_600)), &act("POST", "/wp-login.php", 302));
        let scene =
            Scene { entries: vec![entry(104_000, "198.51.100.9", 103_900)], ..Scene::default() };
        let found = CredentialPivot.look(&trace(&fetches, &habits, &scene)).unwrap();
        let too = "within a day 198.51.100.9, never seen before, was let in there, too";
        assert!(found.because.ends_with(too), "{}", found.because);
        assert_eq!(found.weight, Weight::Used);
        let reader = Entry { is_reader: true, ..entry(103_600, "198.51.100.9", 103_500) };
        check(&[reader], None);
        // Where administrators come from a new address every day.
        check(
            &[entry(40_000, "203.0.113.1", 39_000), entry(103_600, "198.51.100.9", 103_500)],
            None,
        );
    }
}
