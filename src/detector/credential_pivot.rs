//! What was read was used: a secret fetched, and then a login that succeeded.

use super::{Act, Card, Detector, Finding, Sent, Trace, Weight, shown};
use crate::case::Kind;

/// The detector.
pub struct CredentialPivot;

/// How long after the secret a login is put down to it, in seconds.
const WITHIN: i64 = 3 * 86_400;

/// Parts of paths behind which something is logged in to.
const LOGINS: [&str; 12] = [
    "/wp-login.php",
    "/wp-admin/",
    "/xmlrpc.php",
    "/login",
    "/signin",
    "/sign-in",
    "/session",
    "/auth",
    "/administrator/",
    "/phpmyadmin",
    "/pma/",
    "/adminer",
];

static CARD: Card = Card {
    name: "credential-pivot",
    notices: "an exposed secret was fetched, and within three days the same client logged in somewhere",
    matters: "whoever can log in may read by other ways and may alter logs: what they do not show \
              proves little from then on",
    wrong_when: "an administrator fetched the file and went on with the work; a login page that \
                 answers 200 to a wrong password",
    source: "WordPress answers a login that succeeded with 302; phpMyAdmin and others alike",
    weight: Weight::Used,
};

impl Detector for CredentialPivot {
    fn card(&self) -> &'static Card {
        &CARD
    }

    /// Logins that succeeded, by their answer.
    fn notes(&self, act: &Act<'_>) -> bool {
        let path = act.path.to_ascii_lowercase();
        let is_login =
            LOGINS.iter().any(|login| memchr::memmem::find(&path, login.as_bytes()).is_some());
        // The form is sent by POST and answered with a redirect; the inside
        // of an administration answers GET with 200 to those let in.
        let is_inside = path.starts_with(b"/wp-admin/") && act.status == Some(200);
        is_login && (act.method == b"POST" && matches!(act.status, Some(302 | 303)) || is_inside)
    }

    fn look(&self, trace: &Trace<'_>) -> Option<Finding> {
        let read = trace.fetches.iter().find(|fetch| {
            fetch.kind == Kind::Secret && matches!(fetch.sent, Sent::Content | Sent::Part)
        })?;
        let from = read.at?.seconds;
        let login = trace.habits.noted().find(|noted| {
            let act = Act {
                method: &noted.method,
                path: &noted.path,
                status: noted.status,
                has_referer: false,
            };
            let after = noted.at.map(|at| at.seconds - from);
            self.notes(&act) && after.is_some_and(|after| (0..=WITHIN).contains(&after))
        })?;
        let minutes = (login.at?.seconds - from) / 60;
        Some(CARD.found(format!(
            "it fetched the secret {} and {minutes} minutes later was let in at {}",
            shown(&read.path),
            shown(&login.path)
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fetch, look};
    use super::super::{Fetch, Habits};
    use super::*;
    use crate::record::Instant;

    #[test]
    fn a_login_after_the_secret_is_noticed() {
        let secret = [Fetch { kind: Kind::Secret, ..fetch(1000, "/.env") }];
        let check = |at: i64, method: &str, path: &str, status, expected: Option<&str>| {
            let mut habits = Habits::default();
            let act = Act {
                method: method.as_bytes(),
                path: path.as_bytes(),
                status: Some(status),
                has_referer: false,
            };
            habits.see(Some(Instant::at(at)), &act);
            let said = look(&CredentialPivot, &secret, &habits);
            assert_eq!(said.as_deref(), expected, "{path} {status}");
        };
        let said = "it fetched the secret /.env and 10 minutes later was let in at /wp-login.php";
        check(1600, "POST", "/wp-login.php", 302, Some(said));
        check(1600, "POST", "/wp-login.php", 200, None);
        check(400, "POST", "/wp-login.php", 302, None);
        check(1600, "GET", "/wp-login.php", 302, None);
        let said = "it fetched the secret /.env and 10 minutes later was let in at /wp-admin/";
        check(1600, "GET", "/wp-admin/", 200, Some(said));
        check(1000 + WITHIN + 1, "POST", "/wp-login.php", 302, None);
    }
}
