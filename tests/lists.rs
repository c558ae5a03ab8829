//! Lists on disk, from the case file to the report: labels that change no
//! class, and crawlers that are verified, contradicted or unknown.

mod program;

use std::fs;
use std::path::Path;

use program::{line, run_in};
use serde_json::Value;
use tempfile::TempDir;

const GOOGLE: &str = r#"{"creationTime":"2024-03-01T10:00:00.5","prefixes":[{"ipv4Prefix":"66.249.64.0/27"},{"ipv6Prefix":"2001:4860:4801:10::/64"}]}"#;
const TOR: &str = "@type tordnsel 1.0\nDownloaded 2024-03-05 05:02:04\nExitNode 00\nExitAddress 198.51.100.9 2024-03-05 04:10:00\n";
const BOT: &str = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

fn bot(client: &str, minute: u32, path: &str, status: u16, bytes: u64) -> String {
    line(client, minute, path, status, bytes).replace("agent/1", BOT)
}

/// A folder with a case about `/exports` on 5 March 2024, with `more` of it,
/// and these files.
fn place(more: &str, log: &[String], files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let case = format!(
        "[[exposure]]\nname = \"x\"\ntargets = [\"/exports\"]\n\
         windows = [{{ from = \"2024-03-05T00:00:00Z\", to = \"2024-03-06T00:00:00Z\" }}]\n{more}"
    );
    fs::write(folder.path().join("case.toml"), case).unwrap();
    fs::write(folder.path().join("access.log"), log.concat()).unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn scan(folder: &Path) -> Value {
    run_in(folder, &["scan", "case.toml", "access.log", "--json"]).ended(0).json()
}

#[track_caller]
fn actor<'r>(report: &'r Value, client: &str) -> &'r Value {
    let actors = report["actors"].as_array().unwrap();
    actors.iter().find(|actor| actor["client"] == client).unwrap()
}

const CRAWLER: &str =
    "[[party]]\nname = \"Google\"\nrole = \"crawler\"\nnetworks_file = \"bot.json\"\n";

#[test]
fn a_forged_googlebot_is_another_and_a_listed_one_is_the_crawler() {
    let log = [
        bot("66.249.64.5", 1, "/exports/a.csv", 200, 9),
        bot("192.0.2.7", 2, "/exports/a.csv", 200, 9),
        // What it says of itself is not asked.
        line("66.249.64.6", 3, "/exports/a.csv", 200, 9),
    ];
    let folder = place(CRAWLER, &log, &[("bot.json", GOOGLE)]);
    let report = scan(folder.path());
    for client in ["66.249.64.5", "66.249.64.6"] {
        let real = actor(&report, client);
        assert_eq!((&real["class"], &real["party"]), (&"crawler".into(), &"Google".into()));
        assert_eq!(real["verification"]["result"], "verified");
        assert_eq!(real["verification"]["because"], "bot.json of 2024-03-01 names its network");
    }
    let forged = actor(&report, "192.0.2.7");
    assert_eq!(forged["class"], "other");
    assert_eq!(forged["label"], "says it is Googlebot, not verified");
    assert_eq!(forged["verification"]["claim"], "Googlebot");
    assert_eq!(forged["verification"]["result"], "contradicted");
    assert_eq!(forged["verification"]["because"], "its address is not in bot.json of 2024-03-01");
    assert_eq!(report["verdict"]["recipients"]["other"], 1);
    assert_eq!(report["verdict"]["recipients"]["crawler"], 2);
    let list = &report["lists"][0];
    assert_eq!((&list["party"], &list["shape"]), (&"Google".into(), &"google".into()));
    assert_eq!(list["date"], "2024-03-01T10:00:00Z");
    assert_eq!((&list["date_is_its_own"], &list["ranges"]), (&true.into(), &2.into()));
}

#[test]
fn a_list_of_another_date_claims_and_verifies_nobody() {
    let log = [bot("66.249.64.5", 1, "/exports/a.csv", 200, 9)];
    let later = GOOGLE.replace("2024-03", "2026-03");
    let folder = place(CRAWLER, &log, &[("bot.json", &later)]);
    let report = scan(folder.path());
    let claimed = actor(&report, "66.249.64.5");
    assert_eq!((&claimed["class"], &claimed["party"]), (&"other".into(), &Value::Null));
    assert_eq!(claimed["label"], "says it is Googlebot, not verified");
    assert_eq!(claimed["verification"]["result"], "unknown");
    assert_eq!(
        claimed["verification"]["because"],
        "bot.json claims its range, but the list is of another date (2026-03-01)"
    );
    let warnings = report["case"]["warnings"].to_string();
    assert!(warnings.contains("is not of the time of the exposure: it verifies nobody"));
    // Without a date of its own the case may give one.
    let bare = "66.249.64.0/27\n";
    let class = |more: &str| {
        let folder = place(&format!("{CRAWLER}{more}"), &log, &[("bot.json", bare)]);
        actor(&scan(folder.path()), "66.249.64.5")["class"].clone()
    };
    assert_eq!(class(""), "other");
    assert_eq!(class("as_of = \"2024-02-20\"\n"), "crawler");
    assert_eq!(class("as_of = \"2023-02-20\"\n"), "other");
}

#[test]
fn a_name_that_leads_back_verifies_a_crawler() {
    let log = [
        bot("66.249.64.5", 1, "/exports/a.csv", 200, 9),
        bot("192.0.2.7", 2, "/exports/a.csv", 200, 9),
        bot("192.0.2.8", 3, "/exports/a.csv", 200, 9),
    ];
    let names = "66.249.64.5,crawl-66-249-64-5.googlebot.com,66.249.64.5,2024-03-04\n\
                 192.0.2.7,crawl.evilgooglebot.com,192.0.2.7,2024-03-04\n";
    let party = "[[party]]\nname = \"Google\"\nrole = \"crawler\"\ndns_file = \"names.csv\"\n";
    let folder = place(party, &log, &[("names.csv", names)]);
    let report = scan(folder.path());
    let check = |client: &str, class: &str, result: &str| {
        let found = actor(&report, client);
        assert_eq!(
            (&found["class"], &found["verification"]["result"]),
            (&class.into(), &result.into())
        );
    };
    check("66.249.64.5", "crawler", "verified");
    check("192.0.2.7", "other", "contradicted");
    check("192.0.2.8", "other", "unknown");
    assert_eq!(report["lists"][0]["shape"], "names");
}

#[test]
fn a_list_labels_and_changes_no_class() {
    let log = [
        line("198.51.100.9", 1, "/exports/a.csv", 200, 9),
        line("203.0.113.5", 2, "/exports/a.csv", 200, 9),
        line("203.0.113.6", 3, "/exports/b.csv", 200, 9),
        line("192.0.2.7", 4, "/exports/b.csv", 200, 9),
    ];
    let asns = "203.0.113.0\t203.0.113.255\t64500\tFR\tEXAMPLE-HOSTING\n";
    let more = "[[list]]\nname = \"exits\"\nfile = \"tor.txt\"\nsays = \"Tor exit\"\n\
        [[list]]\nfile = \"asn.tsv\"\nsays = \"network\"\nas_of = \"2024-03-02\"\n";
    let bare = scan(place("", &log, &[]).path());
    let folder = place(more, &log, &[("tor.txt", TOR), ("asn.tsv", asns)]);
    let report = scan(folder.path());
    for key in ["code", "recipients", "outside"] {
        assert_eq!(report["verdict"][key], bare["verdict"][key], "{key}");
    }
    let exit = actor(&report, "198.51.100.9");
    assert_eq!(exit["class"], "other");
    let listed = &exit["listed"][0];
    let text = listed["text"].as_str().unwrap();
    let digest = report["lists"][0]["sha256"].as_str().unwrap();
    assert_eq!(digest.len(), 64);
    let expected =
        format!("Tor exit on 2024-03-05 (list exits, 2024-03-05, sha256 {}…)", &digest[..12]);
    assert_eq!(text, expected);
    assert_eq!(listed["near"], true);
    let hosted = &actor(&report, "203.0.113.5")["listed"][0];
    assert_eq!(hosted["network"], "203.0.113.0/24");
    assert_eq!(hosted["note"], "AS64500 EXAMPLE-HOSTING FR");
    assert_eq!(actor(&report, "192.0.2.7")["listed"], Value::Array(Vec::new()));
    assert_eq!(report["lists"][1]["date"], "2024-03-02T00:00:00Z");
    assert_eq!(report["lists"][1]["date_is_its_own"], false);
    // Clients of one network may be one party, and the summary says so.
    let ran = run_in(folder.path(), &["scan", "case.toml", "access.log"]).ended(0);
    let text = ran.out().replace("\n  ", " ").replace('\n', " ");
    assert!(text.contains("Tor exit on 2024-03-05"), "{}", ran.out());
    assert!(
        text.contains("2 of them are in 203.0.113.0/24 (network; asn.tsv, 2024-03-02)"),
        "{}",
        ran.out()
    );
    // The copies of what was asked hold the lists.
    let args = ["scan", "case.toml", "access.log", "--out", "report", "--quiet"];
    run_in(folder.path(), &args).ended(0);
    let digests = fs::read_to_string(folder.path().join("report/case/digests.json")).unwrap();
    assert!(digests.contains("tor.txt") && digests.contains(digest));
}

#[test]
fn clients_of_a_wide_network_are_grouped_by_neighbours() {
    let log = [
        line("203.0.113.5", 1, "/exports/a.csv", 200, 9),
        line("203.0.113.6", 2, "/exports/a.csv", 200, 9),
        line("203.0.112.6", 3, "/exports/b.csv", 200, 9),
        line("2001:db8:1:2::6", 4, "/exports/b.csv", 200, 9),
    ];
    let more = "[[list]]\nfile = \"cloud.txt\"\nsays = \"cloud\"\nas_of = \"2024-03-02\"\n";
    let folder = place(more, &log, &[("cloud.txt", "203.0.0.0/16\n2001:db8::/32\n")]);
    let report = scan(folder.path());
    let check = |client: &str, network: &str| {
        assert_eq!(actor(&report, client)["network"], network);
    };
    check("203.0.113.5", "203.0.113.0/24");
    check("203.0.113.6", "203.0.113.0/24");
    check("203.0.112.6", "203.0.112.0/24");
    check("2001:db8:1:2::6", "2001:db8:1::/48");
    assert_eq!(actor(&report, "203.0.113.5")["listed"][0]["network"], "203.0.0.0/16");
    let ran = run_in(folder.path(), &["scan", "case.toml", "access.log"]).ended(0);
    let text = ran.out().replace("\n  ", " ");
    assert!(text.contains("2 of them are in 203.0.113.0/24 (cloud; cloud.txt,"), "{}", ran.out());
    assert!(!text.contains("203.0.112.0/24"), "{}", ran.out());
}

#[test]
fn an_exit_of_another_day_is_told_as_such() {
    let log = [line("198.51.100.9", 1, "/exports/a.csv", 200, 9)];
    let more = "[[list]]\nfile = \"tor.txt\"\nsays = \"Tor exit\"\n";
    let later = TOR.replace("2024-03-05", "2024-03-09");
    let folder = place(more, &log, &[("tor.txt", &later)]);
    let report = scan(folder.path());
    let listed = &actor(&report, "198.51.100.9")["listed"][0];
    assert_eq!(listed["near"], false);
    let text = listed["text"].as_str().unwrap();
    assert!(
        text.starts_with("Tor exit on 2024-03-09 (")
            && text.ends_with("not of the time of its requests)")
    );
}

#[test]
fn outside_parties_are_counted_by_group() {
    let log = [
        line("2001:db8:1:2::1", 1, "/exports/a.csv", 200, 9),
        line("2001:db8:1:2::2", 2, "/exports/a.csv", 200, 9),
        line("2001:db8:1:3::1", 3, "/exports/a.csv", 200, 9),
        line("192.0.2.7", 4, "/exports/a.csv", 200, 9),
        line("192.0.2.8", 5, "/exports/a.csv", 404, 9),
        line("host.example", 6, "/exports/a.csv", 200, 9),
    ];
    let check = |more: &str, min: u64, max: u64, clients: u64| {
        let report = scan(place(more, &log, &[("nets.txt", "192.0.2.7\n")]).path());
        let outside = &report["verdict"]["outside"];
        assert_eq!(
            (&outside["min"], &outside["max"], &outside["clients"]),
            (&min.into(), &max.into(), &clients.into()),
            "{more}"
        );
        assert_eq!(actor(&report, "2001:db8:1:2::2")["group"], "2001:db8:1:2::/64");
    };
    check("", 1, 4, 5);
    // A known party that was not located may be among them.
    check("[[party]]\nname = \"finder\"\n", 0, 4, 5);
    check("[[party]]\nname = \"finder\"\nnetworks_file = \"nets.txt\"\n", 1, 3, 4);
}

#[test]
fn a_scanner_is_another_with_a_label() {
    let log =
        [line("192.0.2.7", 1, "/exports/a.csv", 200, 9).replace("agent/1", "sqlmap/1.5#stable")];
    let report = scan(place("", &log, &[]).path());
    let scanner = actor(&report, "192.0.2.7");
    assert_eq!(
        (&scanner["class"], &scanner["label"]),
        (&"other".into(), &"says it is sqlmap, a scanner".into())
    );
    assert_eq!(scanner["verification"], Value::Null);
}

#[test]
fn a_damaged_list_is_refused_with_its_line() {
    let log = [line("192.0.2.7", 1, "/", 200, 9)];
    let check = |more: &str, list: &str, parts: &[&str]| {
        let folder = place(more, &log, &[("list", list)]);
        let ran = run_in(folder.path(), &["scan", "case.toml", "access.log"]).ended(2);
        assert!(parts.iter().all(|part| ran.err().contains(part)), "{}", ran.err());
    };
    let label = "[[list]]\nfile = \"list\"\nsays = \"x\"\n";
    check(label, "192.0.2.0/24\nnonsense\n", &["[[list]] 1 file", "list: line 2: ", "nonsense"]);
    check(label, "{\"prefixes\":[\n{", &["line 2: the JSON is damaged"]);
    check("[[list]]\nfile = \"list\"\n", "192.0.2.0/24\n", &["the key \"says\" is missing"]);
    check("[[list]]\nfile = \"gone\"\nsays = \"x\"\n", "", &["\"gone\" cannot be read"]);
    let table = "1.0.0.0\t1.0.0.255\t13335\tUS\tX\n";
    let party = "[[party]]\nname = \"p\"\nnetworks_file = \"list\"\n";
    check(party, table, &["name those of this party by their AS numbers"]);
    check(&format!("{party}asns = [7]\n"), table, &["no network of the AS numbers"]);
    check("[[party]]\nname = \"p\"\nasns = [7]\n", "", &["is of `networks_file`"]);
    check(
        "[[party]]\nname = \"p\"\ndns_file = \"list\"\n",
        "192.0.2.7,a.example,192.0.2.7,2024-03-05\n",
        &["domains = "],
    );
}
