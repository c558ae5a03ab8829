//! The case file that `new-case` makes of a first look.

use std::fs;
use std::path::Path;

use super::program::run_in;
use super::{line, log};

/// Fills in what only the user knows.
pub fn filled(text: &str) -> String {
    text.replace("WHAT-WAS-EXPOSED", "/a")
        .replace("WHEN-IT-OPENED", "2024-03-01T00:00:00Z")
        .replace("WHEN-IT-CLOSED", "2024-03-02T00:00:00Z")
}

/// The same with every guess taken.
pub fn taken(text: &str) -> String {
    let (template, suggestions) = text.split_once("# ---- Suggestions").unwrap();
    let lines = suggestions.lines().map(|line| match line.strip_prefix('#') {
        Some(key) if !key.starts_with([' ', '#']) => format!("{key}\n"),
        _ => format!("{line}\n"),
    });
    format!("{template}# ---- Suggestions{}", lines.collect::<String>())
}

/// Logs of two servers, of which one stands behind proxies and one is IIS.
fn place() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| {
        let path = place.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let proxied = |minute: u64| {
        line("10.0.0.9", minute * 60, if minute.is_multiple_of(2) { 304 } else { 200 }, "0")
    };
    write("web1/logs/access.log", (0..60).map(proxied).collect());
    write(
        "web1/logs/access.log.1",
        log(0, 3600, 60).replace("198.51.100.1", "10.0.0.9").replace("198.51.100", "10.0.0"),
    );
    write("web1/logs/error.log", "2024/03/01 12:00:00 [error] 12#12: x\n".repeat(3));
    let iis = "#Fields: date time cs-method cs-uri-stem c-ip sc-status\n2024-03-01 00:00:00 GET /A 192.0.2.7 200\n";
    write("iis/u_ex240301.log", iis.to_owned());
    write("iis/u_ex240302.log", iis.replace("03-01", "03-02"));
    write("lb/haproxy.log", log(0, 3600, 60).replace(" +0000]", "]"));
    place
}

#[test]
fn what_was_seen_loads_and_finds_its_logs() {
    let place = place();
    let ran = run_in(place.path(), &["new-case", "web1", "iis", "lb"]).ended(0);
    for part in [
        "[[server]]\nname = \"web1\"\nlogs = [\"web1/logs/access.log*\"]\n",
        "#software = \"nginx\"\n",
        "#bytes_mean = \"body\"\n#time_means = \"end\"\n",
        "name = \"iis\"\nlogs = [\"iis/u_ex24030*\"]\n",
        "\ncase_insensitive = true\n",
        "#zone = \"Europe/Paris\"\n",
        "# Seen: 2024-03-01T00:00:00Z to ",
    ] {
        assert!(ran.out().contains(part), "no {part:?} in {}", ran.out());
    }
    for text in [filled(ran.out()), filled(&taken(ran.out()))] {
        fs::write(place.path().join("case.toml"), text).unwrap();
        let report = run_in(place.path(), &["scan", "case.toml", "--json"]).ended(0).json();
        let inputs = report["inputs"].as_array().unwrap();
        let read: Vec<(&str, &str)> = inputs
            .iter()
            .map(|input| (input["path"].as_str().unwrap(), input["server"].as_str().unwrap()))
            .collect();
        assert_eq!(
            read,
            [
                ("iis/u_ex240301.log", "iis"),
                ("iis/u_ex240302.log", "iis"),
                ("lb/haproxy.log", "lb"),
                ("web1/logs/access.log", "web1"),
                ("web1/logs/access.log.1", "web1"),
            ]
        );
    }
}

#[test]
fn proxies_are_suggested_and_not_believed() {
    let place = place();
    fs::remove_file(place.path().join("web1/logs/access.log.1")).unwrap();
    let ran = run_in(place.path(), &["new-case", "web1"]).ended(0);
    assert!(ran.out().contains("\n#trusted_proxies = [\"10.0.0.9\"]\n"), "{}", ran.out());
    assert!(ran.out().contains("# 60 lines come from these; forwarded addresses stand on 0."));
}

#[test]
fn what_is_not_filled_in_is_told_with_its_key() {
    let place = place();
    let ran = run_in(place.path(), &["new-case", "web1"]).ended(0);
    fs::write(place.path().join("case.toml"), ran.out()).unwrap();
    let refused = run_in(place.path(), &["scan", "case.toml"]).ended(2);
    for part in [
        "case.toml: the case is not filled in yet",
        ", targets: in place of \"WHAT-WAS-EXPOSED\" write the path or pattern",
        ", from: in place of \"WHEN-IT-OPENED\" write when",
        ", to: in place of \"WHEN-IT-CLOSED\" write when",
    ] {
        assert!(refused.err().contains(part), "no {part:?} in {}", refused.err());
    }
    // One that is left is enough.
    let text = ran
        .out()
        .replace("WHAT-WAS-EXPOSED", "/a")
        .replace("WHEN-IT-OPENED", "2024-03-01T00:00:00Z");
    fs::write(place.path().join("case.toml"), text).unwrap();
    let refused = run_in(place.path(), &["scan", "case.toml"]).ended(2);
    assert!(refused.err().contains("WHEN-IT-CLOSED") && !refused.err().contains("OPENED"));
}

#[test]
fn a_case_elsewhere_still_finds_its_logs() {
    let place = place();
    let other = tempfile::tempdir().unwrap();
    let output = other.path().join("case.toml");
    let output = output.to_str().unwrap();
    run_in(place.path(), &["new-case", "web1", "-o", output]).ended(0);
    let text = filled(&fs::read_to_string(output).unwrap());
    fs::write(output, text).unwrap();
    let report = run_in(Path::new("/"), &["scan", output, "--json"]).ended(0).json();
    assert_eq!(report["inputs"].as_array().unwrap().len(), 2);
}

#[test]
fn nasty_names_are_written_so_that_they_load() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let place = tempfile::tempdir().unwrap();
    let names = [
        &b"a\"b\\c.log"[..],
        b"tab\tand\nnewline\x1b[2J.log",
        b"glob[1]*?{x}.log",
        b"\xff\xfe.log",
        "\u{202e}\u{e0041}é.log".as_bytes(),
    ];
    // Were they alike, they would count once.
    for (name, minute) in names.iter().zip(1..) {
        let folder = place.path().join(OsStr::from_bytes(&[&b"d-"[..], *name].concat()));
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join(OsStr::from_bytes(name)), log(minute * 60, 3600, 60)).unwrap();
    }
    let ran = run_in(place.path(), &["new-case", "."]).ended(0);
    assert!(!ran.out().contains(|letter: char| letter.is_control() && letter != '\n'));
    fs::write(place.path().join("case.toml"), filled(&taken(ran.out()))).unwrap();
    let report = run_in(place.path(), &["scan", "case.toml", "--json"]).ended(0).json();
    let inputs = report["inputs"].as_array().unwrap();
    assert_eq!(inputs.len(), 5, "{}", ran.out());
    assert!(inputs.iter().all(|input| input["server"] != "unnamed"));
}
