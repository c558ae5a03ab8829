//! How many records and people, from a list of files to the report: records
//! are summed, people are not, and what is not stated is not nothing.

mod program;

use std::fs;
use std::path::Path;

use program::{line, run_in};
use serde_json::{Value, json};

/// Writes a case whose list of files is `list`, and a log.
fn place(list: &str, log: &[String]) -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    let case = r#"
[[exposure]]
name = "exports"
targets = ["/exports"]
files = "lists/files.csv"
windows = [{ from = "2024-03-05T00:00:00Z", to = "2024-03-06T00:00:00Z" }]
[[party]]
name = "the finder"
role = "known"
networks = ["192.0.2.0/28"]
times = [{ from = "2024-03-05T00:00:00Z", to = "2024-03-06T00:00:00Z" }]
[[server]]
name = "web1"
logs = ["access.log"]
software = "nginx"
"#;
    fs::create_dir(place.path().join("lists")).unwrap();
    fs::write(place.path().join("lists/files.csv"), list).unwrap();
    fs::write(place.path().join("case.toml"), case).unwrap();
    fs::write(place.path().join("access.log"), log.concat()).unwrap();
    place
}

fn report(place: &Path) -> Value {
    run_in(place, &["scan", "case.toml", "--json"]).ended(0).json()
}

/// The bounds of records and people of figures.
fn bounds(figures: &Value) -> [Value; 4] {
    let of = |what: &str, bound: &str| figures[what][bound].clone();
    [of("records", "min"), of("records", "max"), of("people", "min"), of("people", "max")]
}

fn actor<'a>(report: &'a Value, client: &str) -> &'a Value {
    let mut actors = report["actors"].as_array().unwrap().iter();
    actors.find(|actor| actor["client"] == client).unwrap_or_else(|| panic!("no {client}"))
}

/// Two files of 350,000 records each: of 386,970 people, many stand in both.
fn two_files(place: &Path) {
    let keys = |people: std::ops::Range<u32>| {
        people.map(|one| format!("{:032x}\n", u64::from(one) * 0x9E37_79B9)).collect::<String>()
    };
    fs::write(place.join("lists/june.txt"), keys(0..300_000)).unwrap();
    fs::write(place.join("lists/july.txt"), keys(213_030..386_970).to_uppercase()).unwrap();
}

const TWO: &str = "path;records;subjects;subject_keys\n\
                   /exports/june.csv;350000;300000;june.txt\n\
                   /exports/july.csv;350000;173940;july.txt\n\
                   /exports/%6auly.csv;350000;173940;july.txt\n";

#[test]
fn seven_hundred_thousand_records_of_fewer_people() {
    let log = [
        line("203.0.113.5", 1, "/exports/june.csv", 200, 9_000_000),
        line("203.0.113.5", 2, "/exports/july.csv", 200, 9_000_000),
        // Twice the same, and in another spelling.
        line("203.0.113.5", 3, "/exports/%6Aune.csv", 200, 9_000_000),
        line("203.0.113.6", 4, "/exports//july.csv", 200, 9_000_000),
        line("192.0.2.5", 5, "/exports/june.csv", 200, 9_000_000),
    ];
    let place = place(TWO, &log);
    two_files(place.path());
    let report = report(place.path());
    let people = &report["people"];
    assert_eq!(
        people["listed"],
        json!({"rows": 3, "files": 2, "records": 2, "subjects": 2, "keys": 2})
    );
    let all = [700_000, 700_000, 386_970, 386_970].map(Value::from);
    assert_eq!(bounds(&people["exposed"]), all);
    assert_eq!(bounds(&people["by_class"]["other"]["confirmed"]), all);
    assert_eq!(bounds(&people["by_class"]["other"]["possible"]), all);
    assert_eq!(people["by_class"]["other"]["confirmed"]["people"]["basis"], "keys");
    assert_eq!(bounds(&actor(&report, "203.0.113.5")["people"]["confirmed"]), all);
    let july = [350_000, 350_000, 173_940, 173_940].map(Value::from);
    assert_eq!(bounds(&actor(&report, "203.0.113.6")["people"]["confirmed"]), july);
    // What the finder was sent is told apart.
    let june = [350_000, 350_000, 300_000, 300_000].map(Value::from);
    assert_eq!(bounds(&people["by_class"]["known"]["confirmed"]), june);
    assert_eq!(people["by_class"]["unresolved"]["possible"]["files"], 0);

    let text = run_in(place.path(), &["scan", "case.toml"]).ended(0);
    let text = text.out().split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "Of 2 listed files (700,000 records about 386,970 people, counted by their keys) others were sent 2: 700,000 records about 386,970 people",
        "Clients of class known were sent 1: 350,000 records about 300,000 people",
    ] {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
    // No key is ever shown.
    let key = format!("{:032x}", 0x9E37_79B9_u64);
    assert!(!report.to_string().contains(&key) && !text.contains(&key));
}

#[test]
fn without_keys_the_same_people_are_told_within_bounds() {
    let list = TWO.replace("june.txt", "").replace("july.txt", "");
    let log = [
        line("203.0.113.5", 1, "/exports/june.csv", 200, 9_000_000),
        line("203.0.113.5", 2, "/exports/july.csv", 200, 9_000_000),
    ];
    let place = place(&list, &log);
    let report = report(place.path());
    let other = &report["people"]["by_class"]["other"]["confirmed"];
    assert_eq!(bounds(other), [700_000, 700_000, 300_000, 473_940].map(Value::from));
    assert_eq!(other["people"]["basis"], "numbers");
}

#[test]
fn what_no_list_states_is_null() {
    let log = [
        line("203.0.113.5", 1, "/exports/a.csv", 200, 9_000),
        line("203.0.113.6", 2, "/exports/unlisted.csv", 200, 9_000),
        line("203.0.113.7", 3, "/exports/b.csv", 404, 150),
    ];
    let place = place("path,records\n/exports/a.csv,\n/exports/b.csv,7\n", &log);
    let report = report(place.path());
    let people = &report["people"];
    assert_eq!(
        bounds(&people["exposed"]),
        [json!(7), Value::Null, Value::Null, Value::Null],
        "{people:#}"
    );
    let one = &actor(&report, "203.0.113.5")["people"]["confirmed"];
    assert_eq!(bounds(one), [Value::Null, Value::Null, Value::Null, Value::Null]);
    assert_eq!((&one["files"], &one["people"]["not_stated"]), (&json!(1), &json!(1)));
    // Nobody knows what a path holds that no list names.
    let other = &actor(&report, "203.0.113.6")["people"]["confirmed"];
    assert_eq!((&other["files"], &other["unlisted"]), (&json!(0), &json!(1)));
    assert_eq!(bounds(other), [Value::Null, Value::Null, Value::Null, Value::Null]);
    // Who was sent nothing has no figures.
    assert!(actor(&report, "203.0.113.7").get("people").is_none());
    let text = run_in(place.path(), &["scan", "case.toml"]).ended(0);
    let text = text.out().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("at least 7 records about people not stated"), "{text}");
}

#[test]
fn a_part_is_bounded() {
    let format = r#"format = '$remote_addr - - [$time_local] "$request" $status $body_bytes_sent $request_completion'"#;
    let cut = |client: &str, minute: u32, bytes: u64| {
        format!(
            "{client} - - [05/Mar/2024:10:{minute:02}:00 +0000] \"GET /exports/a.csv HTTP/1.1\" 200 {bytes} \n"
        )
    };
    let whole =
        "203.0.113.9 - - [05/Mar/2024:10:30:00 +0000] \"GET /exports/b.csv HTTP/1.1\" 200 777 OK\n";
    let log = [cut("203.0.113.5", 1, 25_001), cut("203.0.113.6", 2, 90_000), whole.to_owned()];
    let list = "path,size,records,shortest_record,subject_keys\n\
                /exports/a.csv,100000,1000,50,k1 k2 k3\n\
                /exports/b.csv,90000,10,,k3 k4\n";
    let place = place(list, &log);
    let case = fs::read_to_string(place.path().join("case.toml")).unwrap();
    fs::write(place.path().join("case.toml"), format!("{case}{format}\n")).unwrap();
    let report = report(place.path());
    let of = |client: &str| actor(&report, client)["people"].clone();
    let one = of("203.0.113.5");
    assert_eq!(one["confirmed"]["files"], 0, "{one:#}");
    assert_eq!(bounds(&one["possible"]), [0, 501, 0, 3].map(Value::from));
    assert_eq!(one["possible"]["records"]["estimate"], 250);
    assert_eq!(bounds(&of("203.0.113.6")["possible"]), [0, 1_000, 0, 3].map(Value::from));
    assert_eq!(bounds(&of("203.0.113.9")["confirmed"]), [10, 10, 2, 2].map(Value::from));
    let other = &report["people"]["by_class"]["other"];
    assert_eq!(bounds(&other["confirmed"]), [10, 10, 2, 2].map(Value::from));
    assert_eq!(bounds(&other["possible"]), [10, 1_010, 2, 4].map(Value::from));
}

#[test]
fn the_size_of_a_file_is_known_though_its_folder_is_a_target_too() {
    let log = [
        line("203.0.113.5", 1, "/exports/a.csv", 200, 9_000),
        line("203.0.113.6", 2, "/exports/a.csv", 200, 8_999),
    ];
    let place = place("path,size\n/exports/a.csv,9000\n", &log);
    let report = report(place.path());
    assert_eq!(actor(&report, "203.0.113.5")["grade"], "F1");
    assert_eq!(actor(&report, "203.0.113.6")["grade"], "F3");
}

#[test]
fn the_same_question_gives_the_same_bytes() {
    let log = [
        line("203.0.113.5", 1, "/exports/june.csv", 200, 9_000_000),
        line("203.0.113.6", 2, "/exports/july.csv", 200, 9_000_000),
        line("203.0.113.7", 3, "/exports/other.csv", 206, 9_000),
    ];
    let place = place(TWO, &log);
    two_files(place.path());
    let scan = |more: &[&str]| {
        let args = [&["scan", "case.toml", "--json"], more].concat();
        run_in(place.path(), &args).ended(0).out().to_owned()
    };
    let once = scan(&["--threads", "1"]);
    assert!(once.contains("\"people\""));
    assert_eq!(once, scan(&["--threads", "4"]));
    assert_eq!(once, scan(&["--no-fast-path"]).replace("\"--no-fast-path\"", ""));
}

#[test]
fn a_file_of_keys_that_is_not_there_is_refused() {
    let place = place(TWO, &[]);
    let ran = run_in(place.path(), &["scan", "case.toml"]).ended(2);
    assert!(
        ran.err().contains("row at line 2, subject_keys: \"june.txt\" cannot be read"),
        "{}",
        ran.err()
    );
}

#[test]
fn the_keys_are_part_of_the_question() {
    let log = [line("203.0.113.5", 1, "/exports/june.csv", 200, 9_000_000)];
    let place = place(TWO, &log);
    two_files(place.path());
    run_in(place.path(), &["scan", "case.toml", "--out", "report"]).ended(0);
    let copies = program::files(&place.path().join("report/case"));
    let june = fs::read(place.path().join("lists/june.txt")).unwrap();
    assert!(copies.iter().any(|(_, bytes)| *bytes == june));
}
