//! Holes in logs, from lines to check C3: a complete log passes, and no log of
//! which more was removed than its own report says would have been noticed.

mod common;

use common::{Numbers, Way, case, scan_files};
use serde_json::Value;
use whofetched::case::{Case, Event, Happening, Server};
use whofetched::record::Instant;

/// 2024-03-04T00:00:00Z, a Monday.
const BEGIN: i64 = 1_709_510_400;
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

/// A line at a second: its time and its client.
type Call = (i64, u64);

/// Two weeks of `rate` visits an hour, fewer at night, each of some requests.
fn visits(numbers: &mut Numbers, rate: u64) -> Vec<Call> {
    let mut calls = Vec::new();
    for hour in 0..14 * 24 {
        let share = if (7..22).contains(&(hour % 24)) { 12 } else { 7 };
        for _ in 0..(rate * share + numbers.below(10)) / 10 {
            let client = numbers.below(1 << 24);
            let mut at = BEGIN + hour * HOUR + numbers.below(3_600) as i64;
            for _ in 0..1 + numbers.below(4) {
                calls.push((at, client));
                at += numbers.below(90) as i64;
            }
        }
    }
    calls.sort_unstable();
    calls
}

/// A monitor that calls every minute of two weeks, and a visit now and then.
fn monitored(numbers: &mut Numbers) -> Vec<Call> {
    let mut calls: Vec<Call> =
        (0..14 * 1_440).map(|n| (BEGIN + n * 60 + numbers.below(3) as i64, 7)).collect();
    calls.extend((0..14 * 6).map(|n| (BEGIN + n * 4 * HOUR + 1_111, 100 + n as u64)));
    calls.sort_unstable();
    calls
}

fn log(calls: &[Call]) -> Vec<u8> {
    let mut text = String::new();
    for (at, client) in calls {
        let day = (at - BEGIN) / DAY + 4;
        let (hour, minute, second) = (at / HOUR % 24, at / 60 % 60, at % 60);
        let [_, a, b, c] = (*client as u32).to_be_bytes();
        text.push_str(&format!(
            "11.{a}.{b}.{c} - - [{day:02}/Mar/2024:{hour:02}:{minute:02}:{second:02} +0000] \
             \"GET /page HTTP/1.1\" 200 512 \"-\" \"agent/1\"\n"
        ));
    }
    text.into_bytes()
}

/// The window: from the second day to the last but one.
fn asked() -> Case {
    case("2024-03-05T00:00:00Z", "2024-03-17T00:00:00Z")
}

fn report(case: &Case, calls: &[Call]) -> Value {
    scan_files(case, &[("access.log", &log(calls))], &Way::default())
}

/// The result of C3, and why.
fn silence(report: &Value) -> (String, String) {
    let checks = report["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["id"] == "C3").unwrap();
    let text = |key: &str| check[key].as_str().unwrap().to_owned();
    (text("result"), text("because"))
}

/// The shortest interruption that would have been noticed, in seconds, as the
/// report says it.
fn noticed(because: &str) -> i64 {
    let (_, rest) = because.split_once("an interruption shorter than ").unwrap();
    let mut words = rest.split(' ');
    let number: f64 = words.next().unwrap().parse().unwrap();
    let unit = if words.next().unwrap() == "h" { 3_600.0 } else { 60.0 };
    (number * unit) as i64
}

fn without(calls: &[Call], from: i64, to: i64) -> Vec<Call> {
    calls.iter().filter(|(at, _)| *at < from || *at >= to).copied().collect()
}

#[test]
fn a_complete_busy_log_passes_and_no_log_that_was_cut() {
    let numbers = &mut Numbers::new(1);
    for rate in [30, 80] {
        let whole = visits(numbers, rate);
        let (result, because) = silence(&report(&asked(), &whole));
        assert_eq!(result, "pass", "{rate}: {because}");
        let noticed = noticed(&because);
        assert!(noticed <= HOUR, "{because}");
        for _ in 0..4 {
            let length = noticed + 1 + numbers.below(3 * HOUR as u64) as i64;
            let from = BEGIN + DAY + numbers.below((12 * DAY - length) as u64) as i64;
            let report = report(&asked(), &without(&whole, from, from + length));
            let (result, because) = silence(&report);
            assert_ne!(result, "pass", "{rate}, {length} s from {from}: {because}");
        }
    }
}

#[test]
fn ten_minutes_without_a_monitor_are_a_hole_on_a_quiet_site() {
    let numbers = &mut Numbers::new(2);
    let whole = monitored(numbers);
    let mut declared = asked();
    declared.servers.push(Server {
        name: "unnamed".to_owned(),
        monitors: vec!["11.0.0.7/32".parse().unwrap()],
        ..Server::default()
    });
    for case in [asked(), declared] {
        let (result, because) = silence(&report(&case, &whole));
        assert_eq!(result, "pass", "{because}");
        assert!(because.contains("every 60 s"), "{because}");
        assert!(noticed(&because) <= 900, "{because}");
        for (from, length) in [(5 * DAY + 10 * HOUR + 77, 600), (7 * DAY + 100, 900)] {
            let from = BEGIN + from;
            let report = report(&case, &without(&whole, from, from + length));
            let (result, because) = silence(&report);
            assert_eq!(result, "fail", "{because}");
            assert!(because.contains("calls at regular times"), "{because}");
            assert_eq!(report["coverage"]["gaps"][0]["why"], "silent");
        }
    }
}

#[test]
fn a_day_that_was_taken_out_is_found_though_the_files_are_renumbered() {
    let whole = visits(&mut Numbers::new(3), 20);
    let mut days: Vec<Vec<Call>> = (0..14)
        .map(|day| {
            let on = |call: &&Call| (call.0 - BEGIN) / DAY == day;
            whole.iter().filter(on).copied().collect()
        })
        .collect();
    days.remove(6);
    let files: Vec<(String, Vec<u8>)> = days
        .iter()
        .rev()
        .enumerate()
        .map(|(place, calls)| {
            let name = if place == 0 { String::new() } else { format!(".{place}") };
            (format!("access.log{name}"), log(calls))
        })
        .collect();
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let report = scan_files(&asked(), &files, &Way::default());
    let (result, because) = silence(&report);
    assert_eq!(result, "fail", "{because}");
    assert!(because.contains("from 2024-03-09T23:"), "{because}");
    let gap = &report["coverage"]["gaps"][0];
    assert_eq!((&gap["why"], &gap["members"]), (&"silent".into(), &Value::Array(Vec::new())));
    // The parts of the window's verdict know it.
    let parts = report["verdict"]["exposures"][0]["windows"][0]["parts"].as_array().unwrap();
    assert_eq!((parts.len(), &parts[1]["from"]), (3, &gap["from"]), "{parts:?}");
}

#[test]
fn a_restart_in_the_window_leaves_open_what_was_under_way() {
    let whole = visits(&mut Numbers::new(5), 30);
    let restart =
        |at: i64| Event { at: Instant::at(at), what: Happening::Restarted, by: None, source: None };
    let inside = Case { events: vec![restart(BEGIN + 5 * DAY)], ..asked() };
    let report_inside = report(&inside, &whole);
    let (result, because) = silence(&report_inside);
    assert_eq!(result, "unknown");
    assert!(because.contains("was restarted at 2024-03-09T00:00:00Z"), "{because}");
    assert_eq!(report_inside["coverage"]["gaps"][0]["why"], "restarted");
    let before = Case { events: vec![restart(BEGIN + 3_600)], ..asked() };
    assert_eq!(silence(&report(&before, &whole)).0, "pass");
}

#[test]
fn where_traffic_is_low_silence_says_nothing() {
    let numbers = &mut Numbers::new(4);
    let few: Vec<Call> = visits(numbers, 10).into_iter().filter(|call| call.1 % 9 == 0).collect();
    let (result, because) = silence(&report(&asked(), &few));
    assert_eq!(result, "unknown", "{because}");
    assert!(because.contains("carries no information"), "{because}");
    // A case that tolerates half a day is content with it.
    let patient = Case { tolerated_gap: DAY, ..asked() };
    let (result, because) = silence(&report(&patient, &few));
    assert_eq!(result, "pass", "{because}");
    let noticed = noticed(&because);
    let from = BEGIN + 4 * DAY;
    let cut = without(&few, from, from + noticed + 60);
    assert_ne!(silence(&report(&patient, &cut)).0, "pass");
}
