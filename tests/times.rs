//! Times in every writing that a server may have been told to use, and what
//! they do not say: the zone, the hour a clock shows twice, the year.

mod program;

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use program::{run_in, run_on};
use serde_json::Value;
use whofetched::format::{Reader, Reading, TABLE, summary};

/// The format and the summary of a line in combined with this time in it.
fn read(time: &str) -> (String, String) {
    let line = format!(r#"192.0.2.7 - ann {time} "GET /a HTTP/1.1" 200 5 "-" "x""#);
    let mut reader = Reader::new(&[], false);
    match reader.read(line.as_bytes()) {
        Reading::Read(place, record) => (TABLE[place].card().name.to_owned(), summary(&record)),
        other => panic!("{line}: {other:?}"),
    }
}

#[test]
fn a_line_is_read_whatever_its_writing_of_time() {
    for (time, expected) in [
        ("[10/août/2018:09:45:56 +0200]", "2018-08-10T07:45:56Z"),
        ("[10/Okt/2018:09:45:56 CEST]", "2018-10-10T07:45:56Z"),
        ("[5/déc./2018:9:45:56 +0100]", "2018-12-05T08:45:56Z"),
        ("[10/Oct/2018:09:45:56 EST]", "2018-10-10T09:45:56"),
        ("[10/Oct/2018:09:45:56 PM +0530]", "2018-10-10T16:15:56Z"),
        ("[10/Oct/2018:09:45:56 -03:30]", "2018-10-10T13:15:56Z"),
        ("[2018-10-10T09:45:56,123+0200]", "2018-10-10T07:45:56.123Z"),
        ("[2018-10-10 09:45:56]", "2018-10-10T09:45:56"),
        ("[20181010T094556Z]", "2018-10-10T09:45:56Z"),
        ("[Wed, 10 Oct 2018 09:45:56 GMT]", "2018-10-10T09:45:56Z"),
        ("[Wednesday, 10-Oct-18 09:45:56 GMT]", "2018-10-10T09:45:56Z"),
        ("[Wed Oct 10 09:45:56 2018]", "2018-10-10T09:45:56"),
        ("[10.10.2018 09:45:56]", "2018-10-10T09:45:56"),
        ("[1539157556]", "2018-10-10T07:45:56Z"),
        ("[1539157556123]", "2018-10-10T07:45:56.123Z"),
        ("1539157556.123", "2018-10-10T07:45:56.123Z"),
        ("2018-10-10T09:45:56+02:00", "2018-10-10T07:45:56Z"),
    ] {
        let expected = format!("peer=192.0.2.7 time={expected} GET /a 200 5 user=ann agent=x");
        assert_eq!(read(time), ("combined".to_owned(), expected), "{time}");
    }
}

#[test]
fn a_time_may_stand_first_on_a_line_without_brackets() {
    let mut reader = Reader::new(&[], false);
    let line = br#"2018-10-10T09:45:56+02:00 192.0.2.7 - - "GET /a HTTP/1.1" 200 5 "-" "x""#;
    let Reading::Read(_, record) = reader.read(line) else { panic!("not read") };
    let expected = "peer=192.0.2.7 time=2018-10-10T07:45:56Z GET /a 200 5 agent=x";
    assert_eq!(summary(&record), expected);
    // A client may write a date into its name, so that there are two.
    let line = br#"2018-10-10T09:45:56+02:00 192.0.2.7 - [2017-01-01 00:00:00] "GET /a HTTP/1.1" 200 5 "-" "x""#;
    assert!(matches!(reader.read(line), Reading::Unread(_)));
    // Before a date in brackets it is a collector's.
    let line = br#"2018-10-10T09:45:57+02:00 192.0.2.7 - ann [10/Oct/2018:09:45:56 +0200] "GET /a HTTP/1.1" 200 5 "-" "x""#;
    let Reading::Read(_, record) = reader.read(line) else { panic!("not read") };
    assert!(summary(&record).contains("time=2018-10-10T07:45:56Z"), "{}", summary(&record));
}

/// Scans a log with this text, last written then, for `/x`, and gives the report.
fn scan(folder: &Path, name: &str, log: &str, written: u64, more: &[&str]) -> Value {
    let path = folder.join(name);
    fs::write(&path, log).unwrap();
    let then = SystemTime::UNIX_EPOCH + Duration::from_secs(written);
    fs::File::options().append(true).open(&path).unwrap().set_modified(then).unwrap();
    let mut args = vec!["scan", "-p", "/x", "--json", name];
    args.extend(more);
    run_in(folder, &args).ended(0).json()
}

fn times(report: &Value) -> Vec<&str> {
    let each = report["evidence"].as_array().unwrap().iter();
    each.map(|hit| hit["at"].as_str().unwrap_or_default()).collect()
}

fn problems(report: &Value) -> String {
    report["inputs"][0]["problems"].to_string()
}

/// Syslog's old time round lines that have none of their own.
fn uvicorn(times: &[&str]) -> String {
    let line = r#"web1 uvicorn[5]: INFO:     198.51.100.7:5 - "GET /x HTTP/1.1" 200 OK"#;
    times.iter().map(|time| format!("{time} {line}\n")).collect()
}

/// 2022-02-03T00:00:00Z.
const WRITTEN: u64 = 1_643_846_400;

#[test]
fn years_are_counted_over_new_year_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let log =
        uvicorn(&["Nov 30 10:00:00", "Dec 31 23:59:59", "Jan  1 00:00:01", "Feb  2 03:04:05"]);
    let report = scan(folder.path(), "app.log", &log, WRITTEN, &["--zone", "+01:00"]);
    let expected = [
        "2021-11-30T09:00:00Z",
        "2021-12-31T22:59:59Z",
        "2021-12-31T23:00:01Z",
        "2022-02-02T02:04:05Z",
    ];
    assert_eq!(times(&report), expected);
    assert_eq!(report["inputs"][0]["yearless"], 4);
    let told = "4 lines have a time without a year: the first is taken to be of 2021, by the time when the file was last written";
    assert!(problems(&report).contains(told), "{}", problems(&report));
    let checks = report["checks"].as_array().unwrap();
    let fields = checks.iter().find(|check| check["id"] == "C7").unwrap();
    assert_eq!(fields["result"], "unknown");
    assert!(fields["because"].as_str().unwrap().contains("without a year"), "{fields}");
    // The name of the file knows better than the time when it was copied.
    let report = scan(folder.path(), "app.log-20200203", &log, WRITTEN, &["--zone", "+01:00"]);
    assert_eq!(times(&report)[3], "2020-02-02T02:04:05Z");
    assert!(problems(&report).contains("by the date in the name"), "{}", problems(&report));
    // And a line that says its year better than that.
    let dated = r#"192.0.2.7 - - [01/Dec/2018:09:45:56 +0200] "GET / HTTP/1.1" 200 5"#;
    let log = format!("{log}{dated}\n");
    let report = scan(folder.path(), "other.log-20200203", &log, WRITTEN, &["--zone", "+01:00"]);
    assert_eq!(times(&report)[0], "2018-11-30T09:00:00Z");
}

#[test]
fn a_server_may_have_been_told_to_leave_the_year_out() {
    let folder = tempfile::tempdir().unwrap();
    let line = |time: &str| format!("198.51.100.7 - - [{time}] \"GET /x HTTP/1.1\" 200 5\n");
    let log = [line("Dec 31 23:59:59"), line("Jan  1 00:00:01")].concat();
    let report = scan(folder.path(), "access.log", &log, WRITTEN, &["--zone", "UTC"]);
    assert_eq!(times(&report), ["2021-12-31T23:59:59Z", "2022-01-01T00:00:01Z"]);
    assert_eq!(report["inputs"][0]["yearless"], 2);
}

#[test]
fn a_year_is_not_invented() {
    let log = uvicorn(&["Nov 30 10:00:00"]);
    let report = run_on(log.as_bytes(), &["scan", "-p", "/x", "--json", "-"]).ended(0).json();
    assert_eq!(times(&report), [""]);
    assert_eq!(report["inputs"][0]["timeless"], 1);
}

#[test]
fn an_hour_that_the_clock_showed_twice_is_border_and_told() {
    let folder = tempfile::tempdir().unwrap();
    // Paris went from 03:00 to 02:00 at 2021-10-31T01:00:00Z.
    let line =
        |clock: &str| format!("198.51.100.7 - - [31/Oct/2021 {clock}] \"GET /x HTTP/1.1\" 200 5\n");
    let log = [line("01:30:00"), line("02:30:00"), line("03:30:00")].concat();
    let window = ["--zone", "Europe/Paris", "--from", "2021-10-30T00:00:00Z"];
    let window = [&window[..], &["--to", "2021-10-31T01:10:00Z"]].concat();
    let report = scan(folder.path(), "access.log", &log, WRITTEN, &window);
    let places: Vec<_> = report["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hit| (hit["at"].as_str().unwrap(), hit["where"].as_str().unwrap()))
        .collect();
    assert_eq!(places[0], ("2021-10-30T23:30:00Z", "inside"));
    // 00:30 or 01:30 in UTC: inside or not.
    assert_eq!(places[1], ("2021-10-31T00:30:00Z", "border"));
    assert_eq!(report["inputs"][0]["twice"], 1);
    let told =
        "1 lines are of an hour that the server's clock showed twice, from 2021-10-31T00:30:00Z on";
    assert!(problems(&report).contains(told), "{}", problems(&report));
}

#[test]
fn fractions_are_kept_as_logged() {
    let folder = tempfile::tempdir().unwrap();
    let line = |time: &str, path: &str| {
        format!("198.51.100.7 - - [31/Oct/2021:{time} +0000] \"GET {path} HTTP/1.1\" 200 5\n")
    };
    let log =
        [line("01:30:00.120", "/x"), line("01:30:01.5", "/"), line("01:30:02", "/y")].concat();
    let report = scan(folder.path(), "access.log", &log, WRITTEN, &[]);
    assert_eq!(report["inputs"][0]["first"], "2021-10-31T01:30:00.120Z");
    assert_eq!(report["inputs"][0]["last"], "2021-10-31T01:30:02Z");
    assert_eq!(report["actors"][0]["first"], "2021-10-31T01:30:00.120Z");
    assert_eq!(report["actors"][0]["seen"]["first"], "2021-10-31T01:30:00.120Z");
    let log = [line("01:30:00", "/x"), line("01:30:01.500", "/")].concat();
    let report = scan(folder.path(), "second.log", &log, WRITTEN, &[]);
    assert_eq!(report["inputs"][0]["last"], "2021-10-31T01:30:01.500Z");
    assert_eq!(report["actors"][0]["seen"]["last"], "2021-10-31T01:30:01.500Z");
}
