//! Formats that are described in the server's own words.

use std::fs;

use serde_json::Value;

use super::program::{run_in, run_on};
use super::{FROM, TO, place, refused};

const BARS: &str = "$time_iso8601|$remote_addr|$http_x_forwarded_for|$request_method|$uri$is_args$args|$status|$body_bytes_sent|$request_time";

/// A line as [`BARS`] writes it, so many minutes after nine.
fn bar(minute: u32, client: &str, target: &str, status: u16) -> String {
    let (hour, minute) = (9 + minute / 60, minute % 60);
    format!(
        "2024-03-05T{hour:02}:{minute:02}:00+00:00|10.0.0.7|{client}|GET|{target}|{status}|40000|0.250\n"
    )
}

#[test]
fn explain_reads_what_a_directive_writes() {
    let log = [bar(1, "203.0.113.5", "/a%20b?c=d|e", 200), "10.0.0.7 - -\n".to_owned()].concat();
    let args = ["explain", "--json", "--format", BARS, "--trust-proxy", "10.0.0.0/8"];
    let ran = run_on(log.as_bytes(), &args).ended(0);
    let expected = r#"{"line":1,"reading":"read","format":"nginx: $time_iso8601|$remote_addr|$http_x_forwarded_for|$request_m…","client":"203.0.113.5","addresses":[{"role":"peer","ip":"10.0.0.7"},{"role":"forwarded","ip":"203.0.113.5"}],"time":"2024-03-05T09:01:00Z","method":"GET","target":"/a%20b?c=d|e","path":"/a b","status":200,"bytes":40000,"host":null,"referer":null,"user_agent":null,"user":null,"duration_ms":250.0}
{"line":2,"reading":"unread","at":0,"wanted":"a date like 2000-10-31 for $time_iso8601"}
"#;
    assert_eq!(ran.out(), expected);
    let ran = run_on(log.as_bytes(), &["explain", "--format", BARS]).ended(0);
    for part in [
        "line 1: nginx: $time_iso8601|$remote_addr|$http_x_forwarded_for|$request_m… (as its directive says)\n",
        "line 2: not read\n  10.0.0.7 - -\n  ^ byte 0: wanted a date like 2000-10-31 for $time_iso8601\n",
    ] {
        assert!(ran.out().contains(part), "no {part:?} in {}", ran.out());
    }
}

#[test]
fn a_directive_that_is_wrong_is_pointed_at() {
    let place = place();
    let ran =
        run_in(place.path(), &["explain", "--format", "%h %{Referer %r", "access.log"]).ended(2);
    assert_eq!(
        ran.err(),
        "whofetched: the format cannot be understood: this brace is never closed\n  %h %{Referer %r\n      ^\n"
    );
    let case = format!(
        "[[exposure]]\nname = \"x\"\ntargets = [\"/exports\"]\nwindows = [{{ from = \"{FROM}\", to = \"{TO}\" }}]\n\
         [[server]]\nname = \"web\u{1b}1\"\nlogs = [\"access.log\"]\nformat = '''\n$remote_addr\n${{request'''\n"
    );
    fs::write(place.path().join("case.toml"), case.replace('\u{1b}', "\\u001b")).unwrap();
    let ran = run_in(place.path(), &["scan", "case.toml"]).ended(2);
    assert_eq!(
        ran.err(),
        "whofetched: the format of server \"web\\x1B1\" cannot be understood: this brace is never closed\n  ${request\n   ^\n"
    );
    refused(
        place.path(),
        &["explain", "--format", "combimed", "access.log"],
        &["did you mean \"combined\"?"],
    );
}

/// Enough lines that a file is read by several threads.
fn long() -> String {
    let filler = (0..60_000).map(|n| bar(n % 240, "198.51.100.1", &format!("/page/{n}"), 200));
    let hits = [
        bar(60, "203.0.113.5", "/exports/a.csv", 200),
        "torn /exports/b.csv\n".to_owned(),
        bar(61, "203.0.113.5", "/exports/c.csv", 200),
    ];
    let mut lines: Vec<String> = filler.collect();
    lines.splice(30_000..30_000, hits);
    lines.concat()
}

#[test]
fn a_scan_reads_everything_by_a_directive() {
    let place = place();
    fs::write(place.path().join("own.log"), long()).unwrap();
    let scan = |threads: &str, format: &[&str]| {
        let args = ["scan", "-p", "/exports", "--from", FROM, "--to", TO, "--json", "own.log"];
        let more = ["--threads", threads, "--trust-proxy", "10.0.0.0/8"];
        run_in(place.path(), &[&args[..], &more, format].concat()).ended(0)
    };
    let ran = scan("4", &["--format", BARS]);
    assert_eq!(ran.out, scan("1", &["--format", BARS, "--no-fast-path"]).out);
    let report: Value = ran.json();
    assert_eq!(report["verdict"]["code"], "A");
    assert_eq!(report["actors"][0]["ip"], "203.0.113.5");
    assert_eq!(report["actors"][0]["hits"]["inside"], 2);
    assert_eq!(report["actors"][0]["received"]["bytes"], 80_000);
    let input = &report["inputs"][0];
    assert_eq!(input["lines"]["read"], 60_002);
    assert_eq!(
        input["format"],
        "nginx: $time_iso8601|$remote_addr|$http_x_forwarded_for|$request_m…"
    );
    assert_eq!((&input["time_means"], &input["bytes_mean"]), (&"end".into(), &"body".into()));
    assert_eq!(input["zone"], "logged");
    assert_eq!(report["unread"][0]["suspect"], true);
    assert_eq!(report["unread"][0]["wanted"], "a date like 2000-10-31 for $time_iso8601");
    // Without the directive the lines are not read, and nothing is hidden.
    let report = scan("4", &[]).json();
    assert_eq!(report["inputs"][0]["lines"]["read"], 0);
}

#[test]
fn each_server_may_have_its_own() {
    let place = place();
    fs::write(place.path().join("own.log"), bar(60, "203.0.113.5", "/exports/a.csv", 200)).unwrap();
    let lost = "2024-03-05 10:05:00 10.0.0.9 GET /EXPORTS/b.csv - 443 - 192.0.2.33 curl/8 - 200 0 0 18 extra\n";
    fs::write(place.path().join("u_ex.log"), format!("#Software: IIS\n{lost}")).unwrap();
    let case = format!(
        r##"[[exposure]]
name = "x"
targets = ["/exports"]
windows = [{{ from = "{FROM}", to = "{TO}" }}]
[[server]]
name = "proxy"
logs = ["own.log"]
trusted_proxies = ["10.0.0.0/8"]
format = '{BARS}'
[[server]]
name = "iis"
logs = ["u_ex.log"]
format = "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken x-own"
[[server]]
name = "web"
logs = ["access.log"]
format = "apache:combined"
time_means = "end"
"##
    );
    fs::write(place.path().join("case.toml"), case).unwrap();
    let report = run_in(place.path(), &["scan", "case.toml", "--json"]).ended(0).json();
    let inputs = report["inputs"].as_array().unwrap();
    let of = |key: &str| inputs.iter().map(|input| input[key].to_string()).collect::<Vec<_>>();
    assert_eq!(of("server"), [r#""web""#, r#""proxy""#, r#""iis""#]);
    assert_eq!(of("time_means"), [r#""end""#, r#""end""#, r#""end""#]);
    assert_eq!(of("bytes_mean"), [r#""planned""#, r#""body""#, r#""unknown""#]);
    assert!(inputs.iter().all(|input| input["lines"]["unread"] == 0), "{inputs:#?}");
    assert_eq!(inputs[2]["lines"]["header"], 1);
    let mut clients: Vec<_> =
        report["actors"].as_array().unwrap().iter().map(|one| one["ip"].to_string()).collect();
    clients.sort();
    // IIS folds the case of paths.
    assert_eq!(
        clients,
        [r#""192.0.2.33""#, r#""192.0.2.7""#, r#""192.0.2.8""#, r#""203.0.113.5""#]
    );
}

#[test]
fn the_examples_of_the_readme_can_be_compiled() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let begins = "whofetched explain --format '";
    let given = readme.lines().filter_map(|line| line.strip_prefix(begins)?.rsplit_once('\''));
    let directives: Vec<&str> = given.map(|(directive, _)| directive).collect();
    assert!(directives.len() >= 7, "{directives:?}");
    for directive in directives {
        run_on(b"", &["explain", "--format", directive, "-"]).ended(0);
    }
}
