//! The behaviours of the detectors from `expired-link` on.

use super::walk::{crowd, link_of, listing, reader};
use super::{Scenario, found, lawful};

/// Every behaviour of these detectors.
pub const MORE: &[Scenario] = &[
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
