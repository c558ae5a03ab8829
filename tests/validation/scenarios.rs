//! The behaviours that detectors are measured by: what each is meant to find,
//! and what lawful users and machines do that looks most like it.

use super::walk::Walk;

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
pub const SCENARIOS: &[Scenario] = &[
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
    found("expired-link", "links", "a link used days after its end", |w| {
        w.at = w.between(10, 24) as i64 * 86_400;
        w.send("GET", &format!("/s/old-{}/download", w.run % 40), 200, 20_000 + w.run * 977);
    }),
    lawful("expired-link", "links", "a link used in time, and refused after", |w| {
        w.at = w.between(2, 7) as i64 * 86_400;
        let link = format!("/s/old-{}/download", w.run % 40);
        w.get(&link);
        w.at = w.between(10, 24) as i64 * 86_400;
        w.got(&link, 410);
    }),
    lawful("expired-link", "links", "a download that goes on when the link ends", |w| {
        w.at = 8 * 86_400 + w.between(0, 50) as i64;
        w.send("GET", &format!("/s/old-{}/download", w.run % 40), 200, 9_000_000);
    }),
    found("harvest", "files", "a listing, and its files in haste", |w| {
        let count = w.between(5, 40);
        let order = if w.chance(50) { (0..count).collect() } else { w.shuffled(count) };
        listing(w, "/exports/");
        for file in order {
            w.pause(0, 2);
            w.get(&format!("/exports/{file:03}.csv"));
        }
    }),
    found("harvest", "files", "a listing, and its files in order with long pauses", |w| {
        listing(w, "/exports/");
        for file in 0..w.between(9, 30) {
            w.pause(10, 90);
            w.get(&format!("/exports/{file:03}.csv"));
        }
    }),
    found("harvest", "files", "folder after folder", |w| {
        listing(w, "/exports/");
        for folder in 0..w.between(3, 6) {
            w.pause(0, 2);
            listing(w, &format!("/exports/{folder}/"));
            for file in 0..w.between(2, 4) {
                w.pause(0, 2);
                w.get(&format!("/exports/{folder}/{file}.csv"));
            }
        }
    }),
    lawful("harvest", "files", "a reader who opens a few files", reader),
    lawful("harvest", "files", "a crawler over days", |w| {
        w.get("/robots.txt");
        listing(w, "/exports/");
        for file in w.shuffled(9) {
            w.pause(20_000, 90_000);
            w.get(&format!("/exports/{file:03}.csv"));
        }
    }),
    lawful("harvest", "files", "a feed reader, a monitor and a checker of links", |w| {
        for _ in 0..w.between(20, 90) {
            w.pause(900, 900);
            w.get("/exports/feed.xml");
        }
        listing(w, "/exports/");
        for file in 0..12 {
            w.send("HEAD", &format!("/exports/{file:03}.csv"), 200, 0);
        }
    }),
    lawful("harvest", "files", "a job that fetches files it knows", |w| {
        for day in 0..w.between(3, 9) {
            for file in 0..6 {
                w.get(&format!("/exports/{day}-{file}.csv"));
            }
            w.pause(86_000, 86_400);
        }
    }),
    found("human-browse", "files", "a reader who opens a few files", reader),
    lawful("human-browse", "files", "a program without icons", |w| {
        listing(w, "/exports/");
        for file in 0..w.between(1, 6) {
            w.pause(5, 20);
            w.get(&format!("/exports/{file:03}.csv"));
        }
    }),
    found("list-then-get", "s3", "keys listed and objects fetched", |w| {
        for page in 0..w.between(1, 4) {
            w.get(&format!("/bucket?list-type=2&prefix={page}"));
        }
        for key in 0..w.between(3, 60) {
            w.pause(0, 9);
            w.get(&format!("/bucket/{key}.json"));
        }
    }),
    lawful("list-then-get", "s3", "a backup with a key of its own", |w| {
        w.user = "arn:aws:iam::1:user/backup".to_owned();
        w.get("/bucket?list-type=2");
        for key in 0..w.between(10, 60) {
            w.get(&format!("/bucket/{key}.json"));
        }
    }),
    lawful("list-then-get", "s3", "a page that shows objects by name", |w| {
        for key in 0..w.between(3, 60) {
            w.pause(0, 9);
            w.get(&format!("/bucket/{key}.json"));
        }
    }),
    lawful("list-then-get", "s3", "a visitor of a site in a bucket", |w| {
        w.send("GET", "/bucket/", 200, 900);
        w.referer = "https://bucket.example/".to_owned();
        for part in 0..w.between(3, 20) {
            w.get(&format!("/bucket/{part}.png"));
        }
    }),
    lawful("list-then-get", "s3", "a look at the keys and one object", |w| {
        w.get("/bucket?list-type=2");
        w.pause(5, 90);
        w.get("/bucket/readme.json");
    }),
    found("orphan", "files", "a copy confirmed that nobody fetched", |w| {
        w.send("GET", "/exports/a.csv", 304, 0);
    }),
    found("orphan", "files", "a file from a listing that was not fetched", |w| {
        w.referer = "https://a.example/exports/?C=N;O=D".to_owned();
        w.get("/exports/a.csv");
    }),
    lawful("orphan", "files", "a copy confirmed that was fetched before", |w| {
        w.get("/exports/a.csv");
        w.pause(600, 90_000);
        w.send("GET", "/exports/a.csv", 304, 0);
    }),
    lawful("orphan", "files", "a reader who opens a few files", reader),
    found("planted-script", "secret", "commands to a script among uploads", |w| {
        w.get("/.env");
        for _ in 0..w.between(1, 9) {
            w.pause(2, 90);
            w.send("POST", "/wp-content/uploads/2024/03/x.php?c=id", 200, 120);
        }
    }),
    lawful("planted-script", "secret", "forms, uploads, and scripts that are not there", |w| {
        w.get("/.env");
        w.send("POST", "/contact.php", 200, 900);
        w.send("POST", "/index.php/apps/files/ajax/upload.php", 200, 90);
        w.send("POST", "/images/upload.php", 200, 90);
        w.send("POST", "/wp-content/uploads/2024/03/x.php", 404, 196);
    }),
    found("resume", "files", "a file in pieces", |w| {
        for _ in 0..w.between(3, 20) {
            w.pause(0, 60);
            w.send("GET", "/exports/all.zip", 206, 1_048_576);
        }
    }),
    lawful("resume", "files", "a file taken up once", |w| {
        w.send("GET", "/exports/all.zip", 206, 1_048_576);
        w.pause(5, 60);
        w.send("GET", "/exports/all.zip", 206, 2_048_576);
        w.get("/exports/a.csv");
    }),
    found("search-arrival", "files", "sent by a search engine", |w| {
        let hosts = [
            "www.google.de",
            "www.google.co.uk",
            "duckduckgo.com",
            "fr.search.yahoo.com",
            "www.bing.com",
            "yandex.ru",
        ];
        w.referer = format!("https://{}/", w.numbers.pick(&hosts));
        w.get("/exports/a.csv");
    }),
    lawful("search-arrival", "files", "sent by a mail, a wiki, a page of the site", |w| {
        let hosts = [
            "mail.google.com",
            "docs.google.com",
            "wiki.example",
            "a.example",
            "google.example.net",
        ];
        w.referer = format!("https://{}/x", w.numbers.pick(&hosts));
        w.get("/exports/a.csv");
    }),
    found("shared-link", "links", "a link of many clients", |w| link_of(w, 5, 12)),
    lawful("shared-link", "links", "a link of a few", |w| link_of(w, 1, 4)),
    found("surge", "alone", "the crowd after a publication", |w| {
        crowd(w, 1, 3, 2, 10);
        crowd(w, 40, 52, 12, 13);
        w.at = 13 * 86_400;
        w.other(0);
        w.get("/exports/a.csv");
    }),
    lawful("surge", "alone", "who came before it", |w| {
        w.own = Some(w.client.clone());
        w.get("/exports/a.csv");
        crowd(w, 40, 52, 12, 13);
    }),
    lawful("surge", "alone", "as many as before", |w| {
        crowd(w, 10, 80, 2, 22);
        w.at = 13 * 86_400;
        w.other(0);
        w.get("/exports/a.csv");
    }),
    found("trimmed-url", "files", "a file, its folder, the one above", |w| {
        w.get("/exports/x/result.pdf");
        w.pause(5, 900);
        listing(w, "/exports/x/");
        w.pause(5, 90);
        listing(w, "/exports/");
    }),
    lawful("trimmed-url", "files", "a link to the folder followed", |w| {
        w.get("/exports/x/result.pdf");
        w.pause(5, 900);
        w.referer = "https://a.example/news/1.html".to_owned();
        listing(w, "/exports/x/");
    }),
    lawful("trimmed-url", "files", "a folder that was known before", |w| {
        listing(w, "/exports/x/");
        w.pause(5, 900);
        w.get("/exports/x/result.pdf");
        listing(w, "/exports/x/");
    }),
];

/// A person with a browser.
fn reader(w: &mut Walk) {
    listing(w, "/exports/");
    w.referer = "https://a.example/exports/".to_owned();
    for icon in ["/icons/blank.gif", "/icons/text.gif"] {
        w.get(icon);
    }
    let order = w.shuffled(12);
    for file in &order[..w.numbers.below(6) as usize + 1] {
        w.pause(12, 120);
        w.get(&format!("/exports/{file:03}.csv"));
    }
}

fn listing(w: &mut Walk, folder: &str) {
    w.send("GET", folder, 200, 2_345);
}

/// Passwords that are wrong.
fn guess(w: &mut Walk) {
    for _ in 0..w.between(0, 12) {
        w.pause(1, 5);
        w.send("POST", "/wp-login.php", 200, 4_321);
    }
}

/// The owner of a site, long before.
fn owner(w: &mut Walk) {
    w.at = 86_400;
    w.browse(2);
    w.send("POST", "/wp-login.php", 302, 0);
    w.get("/wp-admin/");
}

/// Names from a list, one of which is there.
fn names(w: &mut Walk, endings: &[&str], slow: u64) {
    let hit = w.between(5, 60);
    for name in 0..w.between(70, 250) {
        w.pause(0, 1 + slow);
        let ending = w.numbers.pick(endings);
        match name == hit {
            true => w.get("/exports/"),
            false => w.got(&format!("/w{name}x{ending}"), 404),
        }
    }
}

/// A record, which exists in so many of a hundred.
fn patient(w: &mut Walk, id: u64, exists: u64) {
    let status = if w.chance(exists) { 200 } else { 404 };
    w.got(&format!("/api/v1/patients/{id}"), status);
}

/// A link, each time of another client.
fn link_of(w: &mut Walk, least: u64, most: u64) {
    let link = format!("/s/t{}/download", w.run);
    let clients = w.between(least, most);
    for client in (0..clients).rev() {
        w.other(client);
        w.pause(60, 9_000);
        w.get(&link);
    }
}

/// So many clients between two days, each with a request or two.
fn crowd(w: &mut Walk, least: u64, most: u64, from: u64, to: u64) {
    for client in 0..w.between(least, most) {
        w.client = format!("203.0.{}.{}", from, client + 1);
        w.at = w.between(from * 86_400 + 1, to * 86_400) as i64;
        w.get("/exports/a.csv");
    }
}
