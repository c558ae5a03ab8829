//! The behaviours that detectors are measured by: what each is meant to find,
//! and what lawful users and machines do that looks most like it.

#[path = "more.rs"]
mod more;

use super::walk::{self, Walk, guess, names, owner, patient};

/// One behaviour.
pub struct Scenario {
    /// The detector that it is for.
    pub detector: &'static str,
    /// Whether the detector is to find it.
    pub is_found: bool,
    /// What it is, for the page.
    pub what: &'static str,
    /// The case that it is scanned with.
    pub scene: &'static str,
    /// One run of it.
    pub run: fn(&mut Walk),
}

const fn found(
    detector: &'static str,
    scene: &'static str,
    what: &'static str,
    run: fn(&mut Walk),
) -> Scenario {
    Scenario { detector, is_found: true, what, scene, run }
}

const fn lawful(
    detector: &'static str,
    scene: &'static str,
    what: &'static str,
    run: fn(&mut Walk),
) -> Scenario {
    Scenario { detector, is_found: false, what, scene, run }
}

/// Every behaviour, by detector.
pub fn all() -> impl Iterator<Item = &'static Scenario> {
    FIRST.iter().chain(more::MORE)
}

/// The behaviours of the detectors up to `enumeration`.
const FIRST: &[Scenario] = &[
    found("credential-pivot", "secret", "a key read, and a WordPress login within hours", |w| {
        w.get("/.env");
        w.pause(300, 40_000);
        guess(w);
        w.send("POST", "/wp-login.php", 302, 0);
        w.get("/wp-admin/plugins.php");
    }),
    found("credential-pivot", "secret", "a key read, and a database tool entered", |w| {
        w.get("/.env");
        w.pause(60, 9_000);
        w.get("/phpmyadmin/index.php");
        w.send("POST", "/phpmyadmin/index.php", 302, 0);
    }),
    found("credential-pivot", "secret", "a key read, and a form passed", |w| {
        w.get("/.env");
        w.pause(600, 90_000);
        w.get("/admin/login");
        w.pause(2, 9);
        w.send("POST", "/admin/login", 302, 0);
        w.get("/admin/customers");
    }),
    found("credential-pivot", "secret", "a key read, and a login from the same network", |w| {
        w.run = w.run / 5 * 5;
        w.client = format!("2001:db8:{:x}:7::1", w.run);
        w.get("/.env");
        w.pause(600, 90_000);
        w.client = format!("2001:db8:{:x}:7::2", w.run);
        w.send("POST", "/wp-login.php", 302, 0);
    }),
    lawful(
        "credential-pivot",
        "secret",
        "a scanner that reads the key and guesses passwords in vain",
        |w| {
            w.get("/.env");
            w.pause(1, 600);
            guess(w);
            for _ in 0..w.between(1, 8) {
                w.send("POST", "/login", 302, 0);
                w.pause(0, 2);
                w.get("/login");
            }
        },
    ),
    lawful("credential-pivot", "secret", "a visitor of a WordPress site", |w| {
        w.get("/.env");
        w.browse(3);
        w.send("POST", "/wp-admin/admin-ajax.php", 200, 31);
        w.send("POST", "/wp-login.php?action=postpass", 302, 0);
        w.got("/wp-admin/", 302);
        w.get("/wp-login.php");
    }),
    found(
        "credential-pivot, new address",
        "alone",
        "a key read, and a stranger let in that day",
        |w| {
            owner(w);
            w.at = 12 * 86_400;
            w.other(1);
            w.get("/.env");
            w.pause(900, 60_000);
            w.other(2);
            guess(w);
            w.send("POST", "/wp-login.php", 302, 0);
            w.get("/wp-admin/");
        },
    ),
    lawful("credential-pivot, new address", "alone", "the owner, who was there before", |w| {
        owner(w);
        w.at = 12 * 86_400;
        w.other(1);
        w.get("/.env");
        w.pause(900, 60_000);
        w.other(0);
        w.send("POST", "/wp-login.php", 302, 0);
    }),
    lawful(
        "credential-pivot, new address",
        "alone",
        "an owner with another address every day",
        |w| {
            for day in 3..13 {
                w.at = day * 86_400 + 30_000;
                w.other(day as u64);
                w.get("/wp-login.php");
                w.send("POST", "/wp-login.php", 302, 0);
            }
            w.at = 12 * 86_400 + 20_000;
            w.other(1);
            w.get("/.env");
        },
    ),
    found("dictionary-scan", "files", "names from a list in haste", |w| {
        names(w, &["", ".php", "/", ".txt"], 0);
    }),
    found("dictionary-scan", "files", "names of copies, slowly", |w| {
        names(w, &[".bak", ".zip", ".sql", ".old"], 240);
    }),
    lawful("dictionary-scan", "files", "a crawler that asks for pages the site has lost", |w| {
        w.get("/exports/readme.html");
        for page in 0..w.between(60, 140) {
            w.pause(200, 2_000);
            w.got(&format!("/old/page-{page}.html"), 404);
        }
    }),
    lawful("dictionary-scan", "files", "a checker of links", |w| {
        for page in 0..w.between(80, 200) {
            w.pause(0, 2);
            let status = if w.chance(15) { 404 } else { 200 };
            w.got(&format!("/news/{page}.html"), status);
        }
        w.got("/exports/readme.html", 200);
    }),
    lawful("dictionary-scan", "files", "a monitor, and a browser with missing icons", |w| {
        w.get("/exports/readme.html");
        for _ in 0..w.between(60, 120) {
            w.pause(60, 60);
            w.got("/health", 404);
        }
        w.browse(4);
    }),
    found("elasticsearch", "elastic", "indices listed and read out", |w| {
        w.get("/");
        w.get("/_cat/indices?v");
        for _ in 0..w.between(10, 60) {
            w.pause(0, 4);
            w.get("/people/_search?scroll=1m&size=500");
        }
    }),
    found("elasticsearch", "elastic", "everything in one page", |w| {
        w.get("/_mapping");
        w.get("/_all/_search?size=10000");
    }),
    found("elasticsearch", "elastic", "wiped, with a note", |w| {
        w.get("/_cat/indices");
        w.send("DELETE", "/people", 200, 21);
        w.send("PUT", "/read_me_to_recover/_doc/1", 201, 90);
    }),
    found("elasticsearch", "elastic", "copied to a place of its own", |w| {
        w.send("PUT", "/_snapshot/backup1", 200, 21);
        w.send("PUT", "/_snapshot/backup1/all", 200, 21);
    }),
    lawful("elasticsearch", "elastic", "an application that searches", |w| {
        for _ in 0..w.between(30, 200) {
            w.pause(1, 300);
            w.send("POST", "/products/_search?size=20", 200, 4_000);
        }
    }),
    lawful("elasticsearch", "elastic", "a job that clears away by date", |w| {
        for day in 1..w.between(3, 9) {
            w.pause(80_000, 86_000);
            w.get("/_cat/indices");
            w.send("DELETE", &format!("/logs-2024.02.{day:02}"), 200, 21);
        }
    }),
    lawful("elasticsearch", "elastic", "a nightly backup", |w| {
        for day in 1..w.between(3, 9) {
            w.pause(80_000, 86_000);
            w.send("PUT", &format!("/_snapshot/nightly/snap-2024.03.{day:02}"), 200, 21);
        }
    }),
    lawful("elasticsearch", "elastic", "a monitor, and a look at a few documents", |w| {
        for _ in 0..w.between(20, 80) {
            w.pause(60, 60);
            w.get("/_cluster/health");
        }
        w.get("/_cat/indices");
        for _ in 0..w.between(1, 6) {
            w.get("/logs-2024.03.02/_search?size=50");
        }
    }),
    found("enumeration", "api", "records in a row, up or down", |w| {
        let (first, count) = (w.between(1, 90_000), w.between(25, 300));
        let down = w.chance(40);
        for step in 0..count {
            w.pause(0, 4);
            let id = if down { first + count - step } else { first + step };
            patient(w, id, 90);
        }
    }),
    found(
        "enumeration",
        "api",
        "records in a row, each with its parts, among other requests",
        |w| {
            let first = w.between(1, 90_000);
            for id in first..first + w.between(30, 80) {
                w.pause(1, 30);
                patient(w, id, 60);
                w.get(&format!("/api/v1/patients/{id}/letters"));
                if w.chance(20) {
                    w.browse(1);
                }
            }
        },
    ),
    found("enumeration", "api", "several at once", |w| {
        let first = w.between(1, 90_000);
        for row in 0..w.between(6, 30) {
            for worker in w.shuffled(8) {
                patient(w, first + row * 8 + worker, 80);
            }
            w.pause(0, 1);
        }
    }),
    found("enumeration", "api", "every seventh record", |w| {
        let first = w.between(1, 9_000);
        for step in 0..w.between(60, 200) {
            w.pause(0, 3);
            patient(w, first + step * 7, 100);
        }
    }),
    found("enumeration", "api", "numbers guessed", |w| {
        for _ in 0..w.between(70, 200) {
            w.pause(0, 20);
            let id = w.between(1, 99_999);
            patient(w, id, 40);
        }
    }),
    found("enumeration", "api", "a range swept in no order", |w| {
        let first = w.between(1, 9_000);
        for id in w.shuffled(400) {
            if w.chance(80) {
                w.pause(0, 4);
                patient(w, first + id, 100);
            }
        }
    }),
    found("enumeration", "links", "names of share links guessed", |w| {
        for at in 0..w.between(25, 90) {
            w.pause(0, 5);
            let token = w.numbers.below(u64::MAX);
            w.got(&format!("/s/{token:016x}"), if at == 9 { 200 } else { 404 });
        }
    }),
    lawful("enumeration", "api", "a patient and her own records", |w| {
        let id = w.between(1, 99_999);
        for _ in 0..w.between(5, 60) {
            w.pause(2, 4_000);
            let own = id + w.between(0, 2);
            patient(w, own, 100);
            w.browse(1);
        }
    }),
    lawful("enumeration", "api", "a practice and its worklist", |w| {
        for _ in 0..w.between(30, 160) {
            w.pause(20, 400);
            let id = w.between(1, 99_999);
            patient(w, id, 98);
        }
    }),
    lawful("enumeration", "api", "an office behind one address", |w| {
        let desks: Vec<u64> = (0..6).map(|_| w.between(1, 99_999)).collect();
        for _ in 0..w.between(100, 300) {
            w.pause(1, 90);
            let id = desks[w.numbers.below(6) as usize] + w.numbers.below(3) * 977;
            patient(w, id, 99);
        }
    }),
    lawful("enumeration", "api", "a list turned page by page", |w| {
        for page in 1..w.between(25, 90) {
            w.pause(1, 20);
            w.get(&format!("/api/v1/mine?page={page}&per_page=20"));
        }
    }),
    lawful("enumeration", "api", "an application that asks for what is new", |w| {
        for _ in 0..w.between(60, 200) {
            w.pause(20, 90);
            let now = 1_709_251_200 + w.at;
            w.get(&format!("/api/v1/mine?since={now}&_={now}123"));
        }
    }),
];
