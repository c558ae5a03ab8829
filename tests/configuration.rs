//! The servers' own words: what a configuration says is not logged refuses
//! what the logs would otherwise allow, with file and line.

mod program;

use std::fs;
use std::path::Path;

use program::{line, run_in};
use serde_json::Value;
use tempfile::TempDir;

/// A folder with a log and a configuration of nginx in two files.
fn place(location: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let log = [
        line("192.0.2.1", 0, "/", 200, 5),
        line("192.0.2.7", 600, "/exports/", 403, 40),
        line("192.0.2.1", 1439, "/", 200, 5),
    ];
    write("logs/access.log", &log.concat());
    let main =
        "http {\n  access_log /var/log/nginx/access.log;\n  include /etc/nginx/sites/*;\n}\n";
    write("conf/nginx.conf", main);
    let site = format!("server {{\n  server_name a.example;\n  {location}\n}}\n");
    write("conf/sites/a", &site);
    folder
}

fn report(folder: &Path, args: &[&str]) -> Value {
    let window = ["--from", "2024-03-05T09:00:00Z", "--to", "2024-03-05T12:00:00Z", "--json"];
    let ran = run_in(folder, &[&["scan"], args, &window[..]].concat());
    serde_json::from_str(ran.out()).unwrap_or_else(|_| panic!("{}", ran.err()))
}

fn check(report: &Value, id: &str) -> (String, String) {
    let checks = report["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["id"] == id).unwrap();
    let text = |key: &str| check[key].as_str().unwrap().to_owned();
    (text("result"), text("because"))
}

#[test]
fn logging_that_is_off_fails_the_check_with_file_and_line() {
    let place = place("location ~* \\.(zip|csv)$ { access_log off; }");
    let args = ["-p", "/exports/a.csv", "--config", "conf/nginx.conf", "logs"];
    let told = report(place.path(), &args);
    let because = "requests for /exports/a.csv are not logged: conf/sites/a:3 says \
                   `access_log off` in location ~* \\.(zip|csv)$";
    assert_eq!(check(&told, "C4"), ("fail".to_owned(), because.to_owned()));
    assert_eq!(told["verdict"]["coverage"], "not shown");
    let configuration = &told["configuration"][0];
    assert_eq!(configuration["files"], serde_json::json!(["conf/nginx.conf", "conf/sites/a"]));
    assert_eq!(configuration["not_logged"][0]["at"], "conf/sites/a:3");
    assert_eq!(configuration["logs"][0]["to"], "/var/log/nginx/access.log");
    assert_eq!(configuration["problems"], serde_json::json!([]));

    // Of a folder some may be meant, of another kind of file none is.
    let told = report(place.path(), &["-p", "/exports", "--config", "conf/nginx.conf", "logs"]);
    assert_eq!(check(&told, "C4").0, "unknown");
    assert!(check(&told, "C4").1.starts_with("some requests for /exports may not be logged"));
    let args = ["-p", "/exports/a.html", "--config", "conf/nginx.conf", "logs"];
    assert!(check(&report(place.path(), &args), "C4").1.starts_with("no request ever named"));
}

#[test]
fn a_configuration_that_leaves_nothing_out_supports_the_check() {
    let place = place("location /exports/ { root /srv; }");
    let told = report(place.path(), &["-p", "/exports", "--config", "conf/nginx.conf", "logs"]);
    assert_eq!(check(&told, "C4").0, "pass", "{:?}", check(&told, "C4"));
    // The same of a case file; and a log that it writes and nobody gave.
    let other = "location /exports/ { access_log /var/log/nginx/exports.log; }";
    fs::write(place.path().join("conf/sites/a"), format!("server {{\n{other}\n}}\n")).unwrap();
    let case = "[[exposure]]\nname = \"x\"\ntargets = [\"/exports\"]\n\
                windows = [{from = 2024-03-05T09:00:00Z, to = 2024-03-05T12:00:00Z}]\n\
                [[server]]\nname = \"web\"\nlogs = [\"logs\"]\nconfig = [\"conf/nginx.conf\"]\n";
    fs::write(place.path().join("case.toml"), case).unwrap();
    let ran = run_in(place.path(), &["scan", "case.toml", "--json"]).ended(0);
    let told: Value = serde_json::from_str(ran.out()).unwrap();
    let because =
        "the configuration writes /var/log/nginx/exports.log (conf/sites/a:2), which was not given";
    assert_eq!(check(&told, "C1"), ("fail".to_owned(), because.to_owned()));
}

#[test]
fn a_configuration_that_cannot_be_read_is_said() {
    let place = place("");
    fs::write(place.path().join("no.conf"), "hello\n").unwrap();
    let args = ["scan", "-p", "/exports", "--config", "no.conf", "--config", "gone.conf", "logs"];
    let ran = run_in(place.path(), &args).ended(1);
    for part in ["no.conf is no configuration of Apache, HAProxy, nginx", "gone.conf: No such file"]
    {
        assert!(ran.out().contains(part), "{}", ran.out());
    }
    // An include that was not given leaves the check open.
    fs::remove_dir_all(place.path().join("conf/sites")).unwrap();
    let told = report(place.path(), &["-p", "/exports", "--config", "conf/nginx.conf", "logs"]);
    assert_eq!(check(&told, "C4").0, "unknown");
    let problem = "conf/nginx.conf:3: /etc/nginx/sites/* was not read: its folder was not given";
    assert_eq!(told["configuration"][0]["problems"][0], problem);
}

#[test]
fn a_log_is_read_in_the_format_that_its_configuration_gives_it() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    // Two addresses, of which the second is the client: no guess can know.
    let line = "10.9.8.7|192.0.2.7|2024-03-05T10:10:00+00:00|GET /exports/a.csv HTTP/1.1|200|5\n";
    write("own.log.1", line);
    let main = "http {\n  log_format own '$hostname_ip|$remote_addr|$time_iso8601|$request|$status|$body_bytes_sent';\n  \
                access_log /var/log/nginx/own.log own;\n  server { server_name a.example; }\n}\n";
    write("nginx.conf", main);
    let told = report(folder.path(), &["-p", "/exports", "--config", "nginx.conf", "own.log.1"]);
    assert_eq!(told["actors"][0]["client"], "192.0.2.7", "{}", told["inputs"]);
    assert_eq!(told["inputs"][0]["bytes_mean"], "body");
    assert_eq!(told["verdict"]["code"], "A");
    // A format that cannot be compiled is among the problems.
    write("nginx.conf", &main.replace("$status|", "${status|"));
    let told = report(folder.path(), &["-p", "/exports", "--config", "nginx.conf", "own.log.1"]);
    let problems = told["configuration"][0]["problems"].to_string();
    assert!(problems.contains("nginx.conf:3: "), "{problems}");
}
