//! Law 10, on the level of evidence: lines that are swept and counted together
//! are counted as if each had been read alone by its grammar.

mod common;

use std::fs;
use std::net::IpAddr;

use common::{Numbers, quick};
use whofetched::evidence::{ClientKey, Coverage, SourceEvidence};
use whofetched::examine::map::Mapper;
use whofetched::examine::plan::{self, Question, ReadingOptions};
use whofetched::record::{Client, Instant, Moment};
use whofetched::source::{Blocks, LINE_CAP};

/// 2024-03-05, in seconds since 1970.
const DAY: i64 = 1_709_596_800;

/// Targets of which whether a line names one may be told before it is swept,
/// of which it may not, and of which there are none in the logs; and one with a
/// letter that more than two characters fold to.
const TARGETS: [&[&str]; 4] =
    [&["/exports/a.csv"], &["/exports", "re:/c\\d$"], &["/nowhere"], &["/kept"]];

/// A record of a log before it is written.
struct Request {
    client: String,
    path: &'static str,
    /// Seconds of the day.
    seconds: u64,
    /// Its digits, of none to nine.
    fraction: String,
    status: u16,
    referer: &'static str,
}

impl Request {
    fn moment(&self) -> Moment {
        let nanos = format!("{:0<9}", self.fraction).parse().unwrap();
        let at = Instant { seconds: DAY + self.seconds as i64, nanos };
        Moment { at, digits: self.fraction.len() as u8 }
    }

    fn clock(&self) -> String {
        let at = self.seconds;
        format!("{:02}:{:02}:{:02}", at / 3600, at / 60 % 60, at % 60)
    }

    fn combined(&self) -> String {
        let Request { client, path, status, referer, .. } = self;
        let time = self.clock();
        format!(
            r#"{client} - - [05/Mar/2024:{time} +0000] "GET {path} HTTP/1.1" {status} 512 "{referer}" "a/1""#
        )
    }

    fn balanced(&self) -> String {
        let Request { client, path, status, .. } = self;
        let client = match client.parse() {
            Ok(IpAddr::V6(client)) => format!("[{client}]:99"),
            _ => format!("{client}:99"),
        };
        let point = if self.fraction.is_empty() { "" } else { "." };
        let time = format!("2024-03-05T{}{point}{}Z", self.clock(), self.fraction);
        format!(
            r#"http {time} app/a/1f {client} 10.0.0.1:80 0.001 0.052 0.000 {status} 200 589 2084 "GET http://h.example:80{path} HTTP/1.1" "a/1" - -"#
        )
    }

    fn in_columns(&self) -> String {
        let Request { client, path, status, referer, .. } = self;
        let (stem, query) = path.split_once('?').unwrap_or((path, "-"));
        let time = self.clock();
        format!("2024-03-05 {time} {client} GET {stem} {query} {status} 512 {referer} a/1")
    }
}

/// The head of a log of IIS, whose servers do not heed the case of letters.
const COLUMNS: &str = "#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status \
                       sc-bytes cs(Referer) cs(User-Agent)\n";

/// How a request is written as a line.
#[derive(Clone, Copy)]
struct Form {
    head: &'static str,
    write: fn(&Request) -> String,
    has_fractions: bool,
    /// Some clients are told by their names.
    has_names: bool,
}

/// A log, and what was written into it.
#[derive(Default)]
struct Log {
    bytes: Vec<u8>,
    requests: Vec<Request>,
}

/// A log whose lines mostly follow each other in time, as servers write them:
/// many in one quarter of an hour, and now and then one that is earlier, one
/// far off, one that asks for a target, one that is no plain line.
fn log(numbers: &mut Numbers, n_lines: u64, form: Form) -> Log {
    let mut log = Log { bytes: form.head.into(), ..Log::default() };
    let mut seconds = 30_000;
    for _ in 0..n_lines {
        match numbers.below(60) {
            0 => seconds -= numbers.below(9),
            1 => seconds = 20_000 + numbers.below(40_000),
            _ => seconds += numbers.below(2),
        }
        let ending: &[u8] = if numbers.below(9) == 0 { b"\r\n" } else { b"\n" };
        match numbers.below(400) {
            0 => {}
            1 => log.bytes.extend_from_slice(b"no line of a log"),
            _ => {
                let request = request(numbers, seconds, form);
                log.bytes.extend_from_slice((form.write)(&request).as_bytes());
                log.requests.push(request);
            }
        }
        log.bytes.extend_from_slice(ending);
    }
    // Some logs have no newline at their end.
    if numbers.below(2) == 0 {
        log.bytes.truncate(log.bytes.trim_ascii_end().len());
    }
    log
}

fn request(numbers: &mut Numbers, seconds: u64, form: Form) -> Request {
    let client = match numbers.below(12) {
        0 => "10.1.2.3".to_owned(),
        1 => format!("2001:db8::{:x}", numbers.below(900)),
        2 => format!("203.{}.77.0", numbers.below(200)),
        3 => "127.0.0.1".to_owned(),
        4 if form.has_names => format!("Host-{}.example", numbers.below(90)),
        _ => format!("81.2.{}.{}", numbers.below(8), numbers.below(250)),
    };
    let path = match numbers.below(40) {
        0 => "/exports/a.csv",
        1 => "/exports/b?x=/exports/a.csv",
        2 => "/%65xports/a.csv",
        3..6 => "/wp-login.php",
        6..12 => "/static/site.css",
        12..15 => "/.env",
        15 => "/b/c7",
        18 => numbers.pick(&[
            "//exports/a.csv",
            "/exports;v=1/a.csv",
            "/./exports/b",
            "/.well-known/a",
            "/exports+/a.csv",
        ]),
        19 => numbers.pick(&[
            "/caf%C3%A9/%20x",
            "/s;jsessionid=1",
            "/%2Fexports",
            "/a/../b",
            "/x%",
            "/a+b",
        ]),
        16 => numbers.pick(&["/EXPORTS/a.CSV", "/Exports./a.csv", "/ab/C7", "/b/c7.", "/NoWhere"]),
        17 => numbers.pick(&["/Kept/x", "/\u{212a}ept/x", "/a/\u{c9}", "/kept..", "/KEPT./"]),
        _ => "/index.html",
    };
    let fraction = match numbers.below(20) {
        _ if !form.has_fractions => String::new(),
        0 => String::new(),
        1 => "25".to_owned(),
        2 => "250000".to_owned(),
        _ => format!("{:06}", numbers.below(1_000_000)),
    };
    let status = numbers.pick(&[200, 200, 304, 404]);
    let referer = match numbers.below(60) {
        0 => "https://h/Exports/",
        1 => "https://h/exports/",
        _ => numbers.pick(&["-", "https://h/"]),
    };
    Request { client, path, seconds, fraction, status, referer }
}

/// What is known of when the requests were, and of whom, one after the other.
fn told_slowly(requests: &[Request]) -> Coverage {
    let mut coverage = Coverage::default();
    let mut before = None;
    for request in requests {
        let moment = request.moment();
        coverage.reach(moment);
        if let Some(before) = before.replace(moment.at) {
            coverage.texture.step(before, moment.at);
        }
        let bin = moment.at.seconds / 900;
        let entry = coverage.bins.entry(bin).or_default();
        entry.lines += 1;
        entry.slots |= 1 << (moment.at.seconds % 900 / 15);
        let hash = ClientKey::of(Client::read(request.client.as_bytes())).hash();
        coverage.crowds.entry(bin).or_default().absorb(hash);
    }
    coverage
}

/// The evidence of a log, and of its one reading.
fn map(bytes: &[u8], targets: &[&str], no_fast_path: bool, block_bytes: usize) -> SourceEvidence {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("access.log");
    fs::write(&path, bytes).unwrap();
    let case = quick(targets, "2024-03-05T02:00:00Z", "2024-03-05T22:00:00Z");
    let reading = ReadingOptions { no_fast_path, ..ReadingOptions::default() };
    let question = Question::new(case, reading).unwrap();
    let inputs = [path.to_string_lossy().into_owned()];
    let plan = plan::plan(&question, &inputs, folder.path()).unwrap();
    let mut mapper = Mapper::new(&question, &plan.sources[0], 0, plan.sources[0].begin.clone());
    for block in Blocks::new(bytes, block_bytes, LINE_CAP) {
        mapper.block(&block);
    }
    mapper.finish().unwrap()
}

/// Checks one log, each with each of the targets.
fn check_log(log: &Log) {
    let told = told_slowly(&log.requests);
    let at_once = log.bytes.len().max(1);
    for targets in TARGETS {
        let slow = map(&log.bytes, targets, true, at_once);
        for block_bytes in [at_once, 4_000] {
            let fast = map(&log.bytes, targets, false, block_bytes);
            assert_eq!(fast, slow, "{targets:?}, blocks of {block_bytes}");
            let found = &fast.coverage;
            let order = |coverage: &Coverage| {
                let texture = &coverage.texture;
                (texture.disordered, texture.most_back)
            };
            assert_eq!(order(found), order(&told));
            assert_eq!((found.first, found.last), (told.first, told.last));
            assert_eq!(found.digits, told.digits);
            assert!(found.crowds == told.crowds, "the clients of a bin");
            let bins = found.bins.iter().filter(|(_, bin)| bin.lines > 0);
            let bins: Vec<_> = bins.map(|(at, bin)| (*at, bin.lines, bin.slots)).collect();
            let expected = told.bins.iter().map(|(at, bin)| (*at, bin.lines, bin.slots));
            assert_eq!(bins, expected.collect::<Vec<_>>());
        }
    }
}

/// Checks logs of a form, long ones and many short ones.
fn check(form: Form) {
    for seed in 900..904 {
        let log = log(&mut Numbers::new(seed), 3_000, form);
        let slow = map(&log.bytes, &["/exports"], true, log.bytes.len());
        let texture = &slow.coverage.texture;
        let counts = [texture.disordered, texture.crlf, texture.probes, texture.parts];
        assert!(counts.iter().all(|count| *count > 20), "{counts:?}");
        assert!(slow.hits.len() > 20 && slow.coverage.lines.unread > 2);
        check_log(&log);
    }
    for seed in 0..60 {
        let mut numbers = Numbers::new(seed);
        let n_lines = 1 + numbers.below(70);
        check_log(&log(&mut numbers, n_lines, form));
    }
}

#[test]
fn lines_of_combined_are_counted_as_by_their_grammar() {
    check(Form { head: "", write: Request::combined, has_fractions: false, has_names: true });
}

#[test]
fn lines_with_fractions_of_seconds_are_counted_as_by_their_grammar() {
    check(Form { head: "", write: Request::balanced, has_fractions: true, has_names: false });
}

#[test]
fn lines_of_servers_that_fold_case_are_counted_as_by_their_grammar() {
    check(Form {
        head: COLUMNS,
        write: Request::in_columns,
        has_fractions: false,
        has_names: false,
    });
}
