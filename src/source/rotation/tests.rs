//! Tests of how rotation names files.

use super::super::holes::missing;
use super::*;

#[track_caller]
fn check(name: &str, stem: &str, rotation: Rotation) {
    let member = member(name);
    assert_eq!((member.stem.as_str(), member.rotation), (stem, rotation), "{name}");
}

fn on(year: u16, month: u8, day: u8) -> Rotation {
    Rotation::Dated { year, month, day, hour: None, sequence: None }
}

fn at(year: u16, month: u8, day: u8, hour: u8) -> Rotation {
    Rotation::Dated { year, month, day, hour: Some(hour), sequence: None }
}

fn nth(year: u16, month: u8, day: u8, sequence: u32) -> Rotation {
    Rotation::Dated { year, month, day, hour: None, sequence: Some(sequence) }
}

#[test]
fn names_of_logrotate() {
    check("access.log", "access.log", Rotation::Current);
    check("access.log.gz", "access.log", Rotation::Current);
    check("access.log.1", "access.log", Rotation::Numbered(1));
    check("access.log.12.gz", "access.log", Rotation::Numbered(12));
    check("access.log.2.zst", "access.log", Rotation::Numbered(2));
    check("access.1.log", "access.log", Rotation::Numbered(1));
    check("access.log-20240131", "access.log", on(2024, 1, 31));
    check("access.log-20240131.gz", "access.log", on(2024, 1, 31));
    check("access.log-2024013107.bz2", "access.log", at(2024, 1, 31, 7));
    check("access-20240131.log.gz", "access.log", on(2024, 1, 31));
    check("access.log-20240131.2.gz", "access.log", nth(2024, 1, 31, 2));
    check("ssl_access_log", "ssl_access_log", Rotation::Current);
    check("other_vhosts_access.log.3.gz", "other_vhosts_access.log", Rotation::Numbered(3));
}

#[test]
fn names_of_other_servers() {
    check("access-2024-01-31.log", "access.log", on(2024, 1, 31));
    check("access.log.2024-01-31", "access.log", on(2024, 1, 31));
    check("access_log.2024-01-31-07", "access_log", at(2024, 1, 31, 7));
    check("access.log.1706659200", "access.log", at(2024, 1, 31, 0));
    check("localhost_access_log.2024-01-31.txt", "localhost_access_log.txt", on(2024, 1, 31));
    check("2024_01_31.request.log", "*.request.log", on(2024, 1, 31));
    check("app.2024-01-31.3.log.gz", "app.log", nth(2024, 1, 31, 3));
    check("log20240131.txt", "log.txt", on(2024, 1, 31));
    check("u_ex240131.log", "u_ex*.log", on(2024, 1, 31));
    check("u_ex240131_x.log", "u_ex*_x.log", on(2024, 1, 31));
    check("u_ex24013107.log", "u_ex*.log", at(2024, 1, 31, 7));
    check("u_in240131.log", "u_in*.log", on(2024, 1, 31));
    check("ex240131.log.zip", "ex*.log", on(2024, 1, 31));
    check("nc240131.log", "nc*.log", on(2024, 1, 31));
    check("index.log", "index.log", Rotation::Current);
    check("example.com-ssl_log-Jan-2024.gz", "example.com-ssl_log", on(2024, 1, 1));
}

#[test]
fn names_of_stores() {
    let cases = [
        ("2024-01-31-07-30-00-79A59DF900B949E5", "", at(2024, 1, 31, 7)),
        ("mybucket-2024-01-31-07-30-00-79A59DF900B949E5", "mybucket", at(2024, 1, 31, 7)),
        ("E2EXAMPLE.2024-01-31-07.a1b2c3d4.gz", "E2EXAMPLE", at(2024, 1, 31, 7)),
        (
            "12_elasticloadbalancing_eu-west-3_app.lb.0a1b_20240131T0705Z_192.0.2.1_3x.log.gz",
            "12_elasticloadbalancing_eu-west-3_app.lb.0a1b",
            at(2024, 1, 31, 7),
        ),
        ("20240131T070000Z_20240131T070500Z_5f6e.log.gz", "", at(2024, 1, 31, 7)),
    ];
    for (name, stem, rotation) in cases {
        check(name, stem, rotation);
        assert!(member(name).is_store, "{name}");
    }
}

#[track_caller]
fn check_missing(names: &[&str], expected: &[(&str, &str, &str)]) {
    let members: Vec<Member> = names.iter().map(|name| member(name)).collect();
    let found = missing(&members);
    let found: Vec<(&str, &str, &str)> =
        found.iter().map(|m| (m.name.as_str(), names[m.after], names[m.before])).collect();
    assert_eq!(found, expected);
}

#[test]
fn holes_in_numbers() {
    check_missing(&["access.log", "access.log.1", "access.log.2.gz"], &[]);
    check_missing(&["access.log.0", "access.log", "access.log.1"], &[]);
    check_missing(
        &["access.log.4.gz", "access.log.2.gz", "access.log.1"],
        &[("access.log.3.gz", "access.log.4.gz", "access.log.2.gz")],
    );
    check_missing(
        &["access.log", "access.log.2.gz"],
        &[("access.log.1.gz", "access.log.2.gz", "access.log")],
    );
    check_missing(&["access.log.3", "access.log.4"], &[]);
    check_missing(&["a.001", "a.003"], &[("a.002", "a.003", "a.001")]);
    check_missing(&["a.1", "a.5000"], &[("a.4999 to a.2 (4998 files)", "a.5000", "a.1")]);
    check_missing(&["access.log"], &[]);
}

#[test]
fn holes_in_dates() {
    check_missing(
        &[
            "access.log-20240514.gz",
            "access.log-20240515.gz",
            "access.log-20240517.gz",
            "access.log",
        ],
        &[("access.log-20240516.gz", "access.log-20240515.gz", "access.log-20240517.gz")],
    );
    // Weekly, over the end of February.
    check_missing(
        &["a-20240218", "a-20240225", "a-20240303", "a-20240317"],
        &[("a-20240310", "a-20240303", "a-20240317")],
    );
    // Monthly, with the day in the name.
    check_missing(
        &["a-20231101", "a-20231201", "a-20240101", "a-20240301"],
        &[("a-20240201", "a-20240101", "a-20240301")],
    );
    check_missing(
        &["a-ssl_log-Nov-2023.gz", "a-ssl_log-Dec-2023.gz", "a-ssl_log-Feb-2024.gz"],
        &[("a-ssl_log-Jan-2024.gz", "a-ssl_log-Dec-2023.gz", "a-ssl_log-Feb-2024.gz")],
    );
    check_missing(
        &["u_ex240228.log", "u_ex240229.log", "u_ex240302.log"],
        &[("u_ex240301.log", "u_ex240229.log", "u_ex240302.log")],
    );
    // Hourly, over midnight.
    check_missing(
        &["a.2024-01-31-22", "a.2024-01-31-23", "a.2024-02-01-01"],
        &[("a.2024-02-01-00", "a.2024-01-31-23", "a.2024-02-01-01")],
    );
    check_missing(
        &["a-20240131.1.gz", "a-20240131.3.gz"],
        &[("a-20240131.2.gz", "a-20240131.1.gz", "a-20240131.3.gz")],
    );
    // No step can be learnt from one pair.
    check_missing(&["a-20240101", "a-20240105"], &[]);
    check_missing(
        &[
            "a-2024-01-31-07-30-00-79A59DF900B949E5",
            "a-2024-01-31-08-30-00-79A59DF900B949E5",
            "a-2024-01-31-11-30-00-79A59DF900B949E5",
        ],
        &[],
    );
}

#[test]
fn the_oldest_comes_first() {
    let names = [
        "access.log",
        "access.log.1",
        "access.log.10.gz",
        "access.log.2.gz",
        "access.log-20240201",
        "access.log-20240131",
    ];
    let members: Vec<Member> = names.iter().map(|name| member(name)).collect();
    let ordered: Vec<&str> = time_order(&members).into_iter().map(|index| names[index]).collect();
    assert_eq!(
        ordered,
        [
            "access.log-20240131",
            "access.log-20240201",
            "access.log.10.gz",
            "access.log.2.gz",
            "access.log.1",
            "access.log"
        ]
    );
}

#[test]
fn any_name_is_read() {
    for name in [
        "",
        ".",
        "..",
        ".1",
        "-",
        "é20240131é.log",
        "20240131",
        ".gz",
        "ex",
        "u_ex",
        "日本-Jan-2024",
        "a.99999999999",
        "2024-",
        "Jan-",
        "20240131T",
        "20240131-",
    ] {
        let member = member(name);
        missing(&[member.clone(), member]);
    }
}
