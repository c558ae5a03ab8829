//! What each command prints.

use std::fs;

use super::program::{finish, line, program, run, run_in, run_on};
use super::{FROM, TO, place, refused};

/// Lines with every way of ending, and what `explain --json` prints of them.
const LINES: &str = r#"192.0.2.7 - ann [12/Apr/2018:09:48:40 +0200] "GET /a%20b//c?q=1 HTTP/1.1" 200 5 "http://e.example/" "agent/1"
::ffff:198.51.100.9 - - [12/Apr/2018:09:48:41 +0200] "POST /x HTTP/1.1" 304 - "-" "-"

no log
"#;

const EXPLAINED: &str = r#"{"line":1,"reading":"read","format":"combined","client":"192.0.2.7","addresses":[{"role":"peer","ip":"192.0.2.7"}],"time":"2018-04-12T07:48:40Z","method":"GET","target":"/a%20b//c?q=1","path":"/a b/c","status":200,"bytes":5,"host":null,"referer":"http://e.example/","user_agent":"agent/1","user":"ann","duration_ms":null}
{"line":2,"reading":"read","format":"combined","client":"198.51.100.9","addresses":[{"role":"peer","ip":"198.51.100.9"}],"time":"2018-04-12T07:48:41Z","method":"POST","target":"/x","path":"/x","status":304,"bytes":null,"host":null,"referer":null,"user_agent":null,"user":null,"duration_ms":null}
{"line":3,"reading":"blank"}
"#;

#[test]
fn explain_gives_an_object_a_line() {
    let place = place();
    fs::write(place.path().join("x.log"), LINES).unwrap();
    let file = run_in(place.path(), &["explain", "--json", "x.log"]).ended(0);
    let (read, unread) = file.out().split_at(EXPLAINED.len());
    assert_eq!(read, EXPLAINED);
    let keys = ["{\"line\":4,\"reading\":\"unread\",\"at\":", ",\"wanted\":\""];
    assert!(unread.starts_with(keys[0]) && unread.contains(keys[1]), "{unread}");
    assert_eq!(unread.lines().count(), 1);
    // Standard input, named or not, is read alike, and so is a packed file.
    for args in [&["explain", "--json"][..], &["explain", "--json", "-"]] {
        assert_eq!(run_on(LINES.as_bytes(), args).ended(0).out, file.out);
    }
    let packed = zstd::encode_all(LINES.as_bytes(), 1).unwrap();
    assert_eq!(run_on(&packed, &["explain", "--json"]).ended(0).out, file.out);
    assert_eq!(run_on(b"", &["explain", "--json"]).ended(0).out(), "");
}

#[test]
fn explain_tells_people_where_reading_stopped() {
    let text = run_on(LINES.as_bytes(), &["explain"]).ended(0);
    let parts = [
        "line 1: combined (",
        "\n  client     192.0.2.7\n",
        "\n  time       2018-04-12T07:48:40Z  (the zone is on the line)\n",
        "\n  path       /a b/c\n",
        "(logged as ::ffff:198.51.100.9)",
        "\nline 3: blank\n",
        "\nline 4: not read\n  no log\n",
        ": wanted ",
    ];
    for part in parts {
        assert!(text.out().contains(part), "no {part:?} in {}", text.out());
    }
    let place = place();
    fs::write(place.path().join("other.log"), "").unwrap();
    refused(place.path(), &["explain", "."], &["one file at a time"]);
}

#[test]
fn explain_takes_formats_zones_and_proxies() {
    let w3c = "#Fields: date time c-ip cs-method cs-uri-stem sc-status\n2024-03-05 10:00:00 192.0.2.7 GET /a 200\n";
    let lines = run_on(w3c.as_bytes(), &["explain", "--json"]).ended(0).lines();
    assert_eq!((&lines[0]["reading"], &lines[1]["path"]), (&"header".into(), &"/a".into()));
    let lines = run_on(w3c.as_bytes(), &["explain", "--json", "--format", "combined"]).lines();
    assert_eq!(lines[1]["reading"], "unread");
    let main =
        r#"10.0.0.1 - - [05/Mar/2024:10:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "a" "203.0.113.9""#;
    let client = |args: &[&str]| {
        let args = [&["explain", "--json"][..], args].concat();
        run_on(main.as_bytes(), &args).ended(0).lines()[0]["client"].clone()
    };
    assert_eq!(client(&[]), "10.0.0.1");
    assert_eq!(client(&["--trust-proxy", "10.0.0.0/8"]), "203.0.113.9");
}

#[test]
fn standard_input_is_an_input() {
    let log = line("192.0.2.7", 600, "/exports/a.csv", 200, 40_000);
    let args = ["scan", "-p", "/exports", "--from", FROM, "--to", TO, "-", "--json"];
    for bytes in [log.clone().into_bytes(), zstd::encode_all(log.as_bytes(), 1).unwrap()] {
        let report = run_on(&bytes, &args).ended(0).json();
        assert_eq!(report["inputs"][0]["path"], "-");
        assert_eq!(report["inputs"][0]["bytes"], bytes.len());
        assert_eq!(report["actors"][0]["received"]["bytes"], 40_000);
        assert_eq!(report["evidence"][0]["target"], "/exports/a.csv");
    }
    let empty = run_on(b"", &args).ended(0).json();
    assert_eq!(empty["verdict"]["code"], "D");
}

#[test]
fn quick_flags_make_a_case() {
    let place = place();
    let list = "path;size\n/var/www/exports/a.csv;40000\n/var/www/never.csv;1\n";
    fs::write(place.path().join("list.csv"), list).unwrap();
    let args = [
        "scan",
        "--path",
        "/exports/b.csv",
        "--files",
        "list.csv",
        "--strip",
        "/var/www",
        "--from",
        FROM,
        "--to",
        TO,
        "--known",
        "Regulator=192.0.2.8,198.51.100.0/24",
        "--known",
        "Press=2001:db8::/48",
        "--json",
        "access.log",
    ];
    let report = run_in(place.path(), &args).ended(0).json();
    assert_eq!(report["case"]["exposures"][0]["targets"][0], "/exports/b.csv");
    let parties: Vec<_> =
        report["case"]["parties"].as_array().unwrap().iter().map(|party| &party["name"]).collect();
    assert_eq!(parties, ["Regulator", "Press"]);
    let actors: Vec<_> = report["actors"].as_array().unwrap().iter().collect();
    assert_eq!((&actors[0]["ip"], &actors[0]["class"]), (&"192.0.2.7".into(), &"other".into()));
    assert_eq!((&actors[1]["ip"], &actors[1]["party"]), (&"192.0.2.8".into(), &"Regulator".into()));
    assert_eq!(report["unnamed"][0]["target"], "/var/www/never.csv");
    assert_eq!(report["unnamed"].as_array().unwrap().len(), 1);
    // With a case file they have no meaning.
    fs::write(place.path().join("case.toml"), super::case("", "")).unwrap();
    refused(place.path(), &["scan", "case.toml", "--from", FROM], &["--from belongs to --path"]);
    // A list of paths on a disk.
    refused(place.path(), &["scan", "--files", "list.csv", "access.log"], &["line 2", "--strip"]);
    fs::write(place.path().join("list.csv"), "path\nC:\\www\\a.csv\n").unwrap();
    refused(place.path(), &["scan", "--files", "list.csv", "access.log"], &["line 2", "--strip"]);
}

#[test]
fn formats_are_listed_with_samples_that_read_as_themselves() {
    let text = run(&["formats"]).ended(0);
    let json = run(&["formats", "--json"]).ended(0).lines();
    assert!(json.len() >= 10, "{} formats", json.len());
    for format in json {
        let name = format["name"].as_str().unwrap();
        assert!(text.out().contains(&format!("{name}\n  written by ")), "{name}");
        for key in ["title", "directive", "reference", "time_means", "zone", "bytes_mean", "client"]
        {
            assert!(format[key].is_string(), "{name} {key}");
        }
        assert!(!format["samples"].as_array().unwrap().is_empty(), "{name}");
    }
}

#[test]
fn a_new_case_loads_once_its_places_are_filled() {
    let place = place();
    let fill = |text: &str| {
        let text = text.replace("WHAT-WAS-EXPOSED", "/exports").replace("WHEN-IT-OPENED", FROM);
        text.replace("WHEN-IT-CLOSED", TO)
    };
    let path = place.path().join("case.toml");
    let empty = run_in(place.path(), &["new-case"]).ended(0);
    fs::write(&path, empty.out()).unwrap();
    refused(place.path(), &["scan", "case.toml", "access.log"], &["WHAT-WAS-EXPOSED"]);
    fs::write(&path, fill(empty.out())).unwrap();
    let args = ["scan", "case.toml", "access.log", "--exit-code", "--quiet"];
    run_in(place.path(), &args).ended(10);

    // With its suggestions taken it knows where the logs are.
    let suggested = run_in(place.path(), &["new-case", "access.log"]).ended(0);
    let (template, suggestions) = suggested.out().split_once("# ---- Suggestions").unwrap();
    assert_eq!(template.trim_end(), empty.out().trim_end());
    let taken: Vec<String> = suggestions
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(key) if !key.starts_with([' ', '#']) => key.to_owned(),
            _ => line.to_owned(),
        })
        .collect();
    fs::write(&path, fill(&format!("{template}\n#{}\n", taken.join("\n")))).unwrap();
    let report = run_in(place.path(), &["scan", "case.toml", "--json"]).ended(0).json();
    let globbed = ["scan", "-p", "/exports", "--quiet", "--exit-code", "access.*"];
    run_in(place.path(), &globbed).ended(10);
    assert_eq!(report["inputs"][0]["path"], "access.log");
    assert_eq!(report["inputs"][0]["format"], "combined");
    assert_eq!(report["verdict"]["code"], "A");

    // It never writes over anything.
    let before = fs::read(&path).unwrap();
    let ran = run_in(place.path(), &["new-case", "--output", "case.toml"]).ended(1);
    assert!(ran.err().contains("case.toml"), "{}", ran.err());
    assert_eq!(fs::read(&path).unwrap(), before);
    run_in(place.path(), &["new-case", "-o", "new.toml"]).ended(0);
    assert_eq!(fs::read(place.path().join("new.toml")).unwrap(), empty.out);
}

#[test]
fn lines_are_as_wide_as_is_asked_for() {
    let place = place();
    let widest = |columns: &str| {
        let mut scan = program();
        let args = ["scan", "-p", "/exports", "--from", FROM, "--to", TO, "access.log"];
        scan.current_dir(place.path()).args(args).env("COLUMNS", columns);
        let ran = finish(&mut scan, b"").ended(0);
        // The last line is a command, to be copied whole.
        let lines: Vec<&str> = ran.out().lines().filter(|line| !line.contains("--out")).collect();
        lines.iter().map(|line| line.chars().count()).max().unwrap()
    };
    assert!(widest("60") <= 60, "{}", widest("60"));
    assert!((61..=100).contains(&widest("100")));
    assert!(widest("160") > 100);
    for other in ["", "0", "wide"] {
        assert_eq!(widest(other), widest("100"), "{other:?}");
    }
}

#[test]
fn help_and_version_are_no_faults() {
    for args in
        [&["--help"][..], &["-h"], &["scan", "--help"], &["explain", "-h"], &["inspect", "-h"]]
    {
        let ran = run(args).ended(0);
        assert!(ran.out().contains("Usage: whofetched"), "{}", ran.out());
        assert_eq!(ran.err(), "");
    }
    let version = run(&["--version"]).ended(0);
    assert_eq!(version.out(), concat!("whofetched ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn a_report_names_the_formats_that_would_do_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let coloured =
        "127.0.0.1 - - [01/Jan/2024 12:00:00] \"\x1b[33mGET /x HTTP/1.1\x1b[0m\" 404 -\n";
    fs::write(folder.path().join("a.log"), coloured).unwrap();
    fs::write(folder.path().join("b.log"), line("192.0.2.7", 0, "/x", 200, 5)).unwrap();
    let args = ["scan", "-p", "/x", "--json", "a.log", "b.log"];
    let report = run_in(folder.path(), &args).ended(0).json();
    assert_eq!(report["inputs"][0]["format"], "werkzeug");
    assert_eq!(report["inputs"][0]["also_readable_as"], serde_json::json!(["common"]));
    assert_eq!(report["inputs"][1]["also_readable_as"], serde_json::Value::Null);
}
