//! One run of a behaviour: what clients send, line by line, with chance from a
//! seed.

use crate::common::Numbers;

/// What is served in the logs of a run, and who fetches it.
pub struct Walk {
    pub numbers: Numbers,
    /// The run's number, for names that no other run uses.
    pub run: u64,
    /// Who sends the next request.
    pub client: String,
    /// When, in seconds since 2024-03-01T00:00:00Z.
    pub at: i64,
    /// The referer of the next requests.
    pub referer: String,
    /// The user of the next requests.
    pub user: String,
    /// The client that the run is about; the last one where it is not said.
    pub own: Option<String>,
    /// Lines by time.
    pub lines: Vec<(i64, String)>,
}

const AGENTS: [&str; 6] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:123.0) Gecko/20100101 Firefox/123.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/122.0.0.0 Safari/537.36",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Wget/1.21.3",
    "curl/8.5.0",
    "-",
];

impl Walk {
    /// The first client of a run; it begins on a day from the third to the
    /// twelfth.
    pub fn new(seed: u64) -> Walk {
        let mut numbers = Numbers::new(seed);
        let at = 2 * 86_400 + numbers.below(10 * 86_400) as i64;
        let mut walk = Walk {
            numbers,
            run: seed,
            client: String::new(),
            at,
            referer: "-".to_owned(),
            user: "-".to_owned(),
            own: None,
            lines: Vec::new(),
        };
        walk.other(0);
        walk
    }

    /// Another client of the same run.
    pub fn other(&mut self, number: u64) {
        let (high, low) = (self.run % 250, self.run / 250 * 16 + number);
        self.client = match self.run % 5 {
            0 => format!("2001:db8:{:x}:{:x}::{number}", self.run, number),
            _ => format!("198.{}.{high}.{}", 18 + low / 250, low % 250 + 1),
        };
    }

    /// A number of a range, its last one in it.
    pub fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.numbers.below(most - least + 1)
    }

    /// Waits so many seconds.
    pub fn pause(&mut self, least: u64, most: u64) {
        self.at += self.between(least, most) as i64;
    }

    /// Chance in so many of a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.numbers.below(100) < percent
    }

    /// A request.
    pub fn send(&mut self, method: &str, target: &str, status: u16, bytes: u64) {
        let agent = AGENTS[(self.run % 6) as usize];
        let (day, second) = (self.at / 86_400 + 1, self.at % 86_400);
        assert!((1..=31).contains(&day), "a run leaves its month");
        let line = format!(
            "{} - {} [{day:02}/Mar/2024:{:02}:{:02}:{:02} +0000] \"{method} {target} HTTP/1.1\" {status} {bytes} \"{}\" \"{agent}\"\n",
            self.client,
            self.user,
            second / 3600,
            second / 60 % 60,
            second % 60,
            self.referer,
        );
        self.lines.push((self.at, line));
    }

    /// A GET that is answered with content.
    pub fn get(&mut self, target: &str) {
        let bytes = 400 + target.len() as u64 * 37;
        self.send("GET", target, 200, bytes);
    }

    /// A GET with another answer.
    pub fn got(&mut self, target: &str, status: u16) {
        self.send("GET", target, status, 196);
    }

    /// What a browser does besides: a page and its parts.
    pub fn browse(&mut self, pages: u64) {
        for page in 0..pages {
            self.pause(2, 40);
            let target = format!("/news/{}.html", self.numbers.below(40) + page);
            self.get(&target);
            let referer =
                std::mem::replace(&mut self.referer, format!("https://a.example{target}"));
            for part in ["/site.css", "/site.js", "/logo.png"] {
                self.get(part);
            }
            self.referer = referer;
        }
    }

    /// The first so many numbers in an order of chance.
    pub fn shuffled(&mut self, count: u64) -> Vec<u64> {
        let mut all: Vec<u64> = (0..count).collect();
        for at in (1..all.len()).rev() {
            let other = self.numbers.below(at as u64 + 1) as usize;
            all.swap(at, other);
        }
        all
    }
}

/// A person with a browser.
pub fn reader(w: &mut Walk) {
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

pub fn listing(w: &mut Walk, folder: &str) {
    w.send("GET", folder, 200, 2_345);
}

/// Passwords that are wrong.
pub fn guess(w: &mut Walk) {
    for _ in 0..w.between(0, 12) {
        w.pause(1, 5);
        w.send("POST", "/wp-login.php", 200, 4_321);
    }
}

/// The owner of a site, long before.
pub fn owner(w: &mut Walk) {
    w.at = 86_400;
    w.browse(2);
    w.send("POST", "/wp-login.php", 302, 0);
    w.get("/wp-admin/");
}

/// Names from a list, one of which is there.
pub fn names(w: &mut Walk, endings: &[&str], slow: u64) {
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
pub fn patient(w: &mut Walk, id: u64, exists: u64) {
    let status = if w.chance(exists) { 200 } else { 404 };
    w.got(&format!("/api/v1/patients/{id}"), status);
}

/// A link, each time of another client.
pub fn link_of(w: &mut Walk, least: u64, most: u64) {
    let link = format!("/s/t{}/download", w.run);
    let clients = w.between(least, most);
    for client in (0..clients).rev() {
        w.other(client);
        w.pause(60, 9_000);
        w.get(&link);
    }
}

/// So many clients between two days, each with a request or two.
pub fn crowd(w: &mut Walk, least: u64, most: u64, from: u64, to: u64) {
    for client in 0..w.between(least, most) {
        w.client = format!("203.0.{}.{}", from, client + 1);
        w.at = w.between(from * 86_400 + 1, to * 86_400) as i64;
        w.get("/exports/a.csv");
    }
}
