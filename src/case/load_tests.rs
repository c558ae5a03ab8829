//! Tests of reading a case file.

use std::fs;

use super::*;

fn case_of(text: &str) -> Result<Case, String> {
    let base = Path::new("nowhere");
    parse("case.toml", base, text.as_bytes().to_vec(), None).map_err(|error| error.to_string())
}

const SMALL: &str = "[[exposure]]\ntargets = [\"/exports\"]\n";

#[test]
fn the_smallest_case_has_the_defaults() {
    let case = case_of(SMALL).unwrap();
    assert_eq!(case.exposures[0].name, "exposure 1");
    assert_eq!(case.exposures[0].kind, Kind::Files);
    assert_eq!(case.exposures[0].lawful, Lawful::Nobody);
    assert_eq!(case.tolerated_gap, 3600);
    assert_eq!(case.read.len(), 1);
    assert_eq!(case.read[0].bytes, SMALL.as_bytes());
    assert!(case.warnings.is_empty());
}

#[test]
fn every_key_is_read() {
    let text = r#"
[case]
title = "t"
id = 7
time_zone = "UTC"
input_zone = "Europe/Paris"
language = "fr"
tolerated_gap = "30m"
stated_by = "A, B, C"
inventory_complete = true
[[exposure]]
name = "x"
kind = "share-link"
host = "H.example:443"
targets = "/s"
windows = [{from = 2021-06-29, to = 2021-06-29, from_earliest = "2021-06-28", source_of_from = "mail"}]
lifetime = "7d"
lawful_when = {networks = "10.0.0.0/8", user = "present", times = [{from = 2021-06-29T00:00:00Z, to = "2021-06-29T03:00:00"}]}
rotated_at = 2021-07-02T09:00:00Z
decoy_bytes = 12
[[party]]
name = "p"
role = "self"
networks = ["192.0.2.0/24"]
paths = ["/s/*"]
received = 3
[[server]]
name = "edge"
logs = "a/*.log"
clock_offset_s = -3
time_means = "start"
bytes_mean = "wire"
[[server]]
name = "back"
behind = "edge"
role = "origin"
[[control]]
at = 2021-06-29T00:00:00Z
path = "/s/a"
ip = "192.0.2.7"
server = "back"
[[claim]]
text = "none"
date = 2021-07-01
denies = "misuse"
window = {from = "2021-06-29", to = "2021-06-30"}
[[event]]
at = "2021-06-29"
what = "fixed"
[other_channels]
ftp = "out of scope: none"
"#;
    let case = case_of(text).unwrap();
    assert_eq!(case.language, super::super::Language::Fr);
    let exposure = &case.exposures[0];
    assert_eq!(exposure.lawful, Lawful::Mixed);
    let window = &exposure.windows[0];
    assert_eq!(window.from.unwrap().to_string(), "2021-06-28T22:00:00Z");
    assert_eq!(window.to.unwrap().to_string(), "2021-06-29T22:00:00Z");
    assert_eq!(window.from_earliest.unwrap().to_string(), "2021-06-27T22:00:00Z");
    let lawful = exposure.lawful_when.as_ref().unwrap();
    assert!(lawful.user_present);
    let (from, to) = lawful.times[0];
    assert_eq!(from.plus_seconds(3600), to);
    assert_eq!(exposure.decoy_bytes, [12]);
    assert_eq!(exposure.lifetime, Some(604_800));
    assert_eq!(case.parties[0].received.as_deref(), Some("3"));
    assert_eq!(case.servers[0].clock_offset, -3.0);
    assert_eq!(case.servers[1].behind.as_deref(), Some("edge"));
    assert_eq!(case.controls[0].within, 120);
    assert_eq!(case.claims[0].date.as_deref(), Some("2021-07-01"));
    assert_eq!(case.events[0].what, super::super::Happening::Fixed);
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let check = |text: &str, parts: &[&str]| {
        let error = case_of(text).unwrap_err();
        for part in parts {
            assert!(error.contains(part), "{error}");
        }
    };
    let with = |more: &str| format!("{SMALL}{more}");
    check("", &["no [[exposure]]"]);
    check("[[exposure]]\nname = \"x\"\n", &["line 1", "[[exposure]] 1", "nothing is said"]);
    check(
        "[[exposure]]\ntarget = \"/x\"\n",
        &["line 2", "[[exposure]] 1", "did you mean \"targets\"?"],
    );
    check("[exposures]\n", &["did you mean \"exposure\"?"]);
    check(&with("kind = \"file\"\n"), &["line 3", "kind", "did you mean \"files\"?"]);
    check(&with("kind = 3\n"), &["must be a text in quotes, not the number 3"]);
    check(&with("targets = 1\n"), &["TOML", "line 3"]);
    check(&with("name = "), &["case.toml, line 3", "TOML"]);
    check(&with("decoy_bytes = [-1]\n"), &["decoy_bytes", "not negative"]);
    check(
        &with("windows = [{from = 2021-06-29T00:00:00}]\n"),
        &["windows 1 from", "--zone", "+02:00"],
    );
    check(
        &with("windows = [{from = 2021-06-29T00:00:00Z, to = 2021-06-28T00:00:00Z}]\n"),
        &["ends before it begins"],
    );
    check(
        &with("windows = [{from = 2021-06-29T00:00:00Z, to = 2021-06-29T00:00:00Z}]\n"),
        &["no instant"],
    );
    check(&with("windows = [{}]\n"), &["no time"]);
    check(&with("windows = [{from = 07:00:00}]\n"), &["not a time"]);
    check(
        &with("[[exposure]]\nname = \"exposure 1\"\ntargets = \"/y\"\n"),
        &["line 4", "another one"],
    );
    check(
        &with("[[party]]\nnetworks = [\"192.0.2.0/40\"]\n"),
        &["[[party]] 1 networks", "no network"],
    );
    check(&with("[[party]]\nnetworks_file = \"none.txt\"\n"), &["none.txt", "cannot be read"]);
    check(&with("files = \"none.csv\"\n"), &["none.csv", "cannot be read"]);
    check(&with("[[party]]\ntimes = [{from = 2021-06-29T00:00:00Z}]\n"), &["\"to\" is missing"]);
    check(
        &with("[[server]]\nname = \"web\"\nbehind = \"wev\"\n"),
        &["no server \"wev\"", "\"wev\""],
    );
    check(&with("[[server]]\nname = \"web\"\nzone = \"CEST\"\n"), &["no zone"]);
    check(&with("[[event]]\nat = 2021-06-29T00:00:00Z\n"), &["\"what\" is missing"]);
    check(&with("[other_channels]\nftp = \"shut\"\n"), &["out of scope: REASON"]);
    check("[[exposure]]\ntargets = [\"/x?id=1\"]\n", &["line 2", "query:(^|&)id="]);
    check("[case]\nlanguage = \"de\"\n", &["[case] language", "known are en, fr"]);
    check("[[exposure]]\nhost = \"https://x/\"\ntargets = \"/x\"\n", &["no host name"]);
}

#[test]
fn too_many_exposures_are_refused() {
    let text: String = (0..65).map(|at| format!("[[exposure]]\ntargets = \"/{at}\"\n")).collect();
    assert!(case_of(&text).unwrap_err().contains("more than 64"));
}

#[test]
fn parties_without_bounds_are_warned_of() {
    let text = format!(
        "{SMALL}[[party]]\nname = \"a\"\nnetworks = [\"10.0.0.0/8\", \"2001:db8::/32\", \"192.0.2.1/24\"]\n\
         [[party]]\nname = \"b\"\nrole = \"self\"\nnetworks = \"10.0.0.0/8\"\n"
    );
    let warnings = case_of(&text).unwrap().warnings;
    let check = |at: usize, part: &str| assert!(warnings[at].contains(part), "{warnings:?}");
    check(0, "taken for 192.0.2.0/24");
    check(1, "\"a\" has no times");
    check(2, "wider than /16");
    check(3, "wider than /40");
    assert_eq!(warnings.len(), 4);
}

#[test]
fn files_beside_the_case_are_read_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("files.csv", "path;size\n/a.csv;5\n");
    write("nets.txt", "192.0.2.0/24\n");
    write("nginx.conf", "http {}\n");
    write(
        "case.toml",
        "[[exposure]]\nfiles = \"files.csv\"\n[[party]]\nname = \"p\"\nnetworks_file = \"nets.txt\"\n\
         [[server]]\nconfig = [\"nginx.conf\", \"gone.conf\"]\n",
    );
    let case = load(&folder.path().join("case.toml"), None).unwrap();
    let names: Vec<_> = case.read.iter().skip(1).map(|read| read.path.as_str()).collect();
    assert_eq!(names, ["files.csv", "nets.txt", "nginx.conf"]);
    let list = &case.parties[0].lists[0];
    assert!(list.find("192.0.2.7".parse().unwrap()).is_some() && list.date().is_none());
    assert!(case.warnings.iter().any(|warning| warning.contains("gone.conf")));
    assert!(matches!(load(&folder.path().join("none.toml"), None), Err(Error::Io { .. })));
}

#[test]
fn the_quick_flags_are_a_case() {
    let texts = |list: &[&str]| list.iter().map(|text| text.to_string()).collect::<Vec<_>>();
    let case = quick(
        &texts(&["/a"]),
        None,
        None,
        Some("2021-06-29"),
        Some("2021-06-29"),
        &texts(&["R=192.0.2.0/24,192.0.2.7", "R=198.51.100.1"]),
        &texts(&["10.0.0.0/8"]),
        WallClock::parse("UTC"),
    )
    .unwrap();
    assert_eq!(case.exposures[0].windows[0].to.unwrap().to_string(), "2021-06-30T00:00:00Z");
    assert_eq!(case.parties[0].networks.len(), 3);
    assert_eq!(case.servers[0].name, "unnamed");
    let wrong = |known: &[&str], from: Option<&str>| {
        quick(&texts(&["/a"]), None, None, from, None, &texts(known), &[], None)
            .unwrap_err()
            .to_string()
    };
    assert!(wrong(&["192.0.2.0/24"], None).contains("NAME=NETWORK"));
    assert!(wrong(&[], Some("2021-06-29")).starts_with("--from: "));
    assert!(quick(&[], None, None, None, None, &[], &[], None).is_err());
}

#[test]
fn the_template_loads_once_filled_and_so_does_every_key_in_it() {
    let unfilled = case_of(template()).unwrap_err();
    for (key, place) in ["targets", "from", "to"].iter().zip(template::PLACES) {
        let part = format!(", {key}: in place of \"{place}\" write ");
        assert!(unfilled.contains(&part), "no {part} in {unfilled}");
    }
    let values = ["/exports", "2021-06-29T00:00:00Z", "2021-07-02T00:00:00Z"];
    let filled = template::PLACES
        .iter()
        .zip(values)
        .fold(template().to_string(), |text, (place, value)| text.replace(place, value));
    let case = case_of(&filled).unwrap();
    assert_eq!(case.exposures.len(), 1);
    let all: String = filled
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(key) if !key.starts_with(' ') => format!("{key}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let case = case_of(&all).unwrap();
    assert_eq!((case.parties.len(), case.servers.len(), case.controls.len()), (1, 1, 1));
    assert_eq!((case.claims.len(), case.events.len()), (1, 1));
    assert!(case.channels.each().iter().all(|(_, state)| state.is_some()));
}
