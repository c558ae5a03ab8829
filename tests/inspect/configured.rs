//! What a server's configuration tells at first look.

use std::fs;

use super::cases::filled;
use super::program::run_in;
use super::{asked, log, question};

const NGINX: &str = "http {
  log_format main '$remote_addr - $remote_user [$time_local] \"$request\" '
                  '$status $body_bytes_sent \"$http_referer\" \"$http_user_agent\"';
  set_real_ip_from 10.1.0.0/16;
  set_real_ip_from 0.0.0.0/0;
  access_log /var/log/nginx/access.log main;
  # Sites stand below.
  include gone.conf;
  server {
    server_name a.example;
    location /exports/ { access_log off; }
  }
  server {
    server_name b.example;
    access_log /var/log/nginx/b.log main buffer=64k;
  }
}
";

/// A folder with a log and a configuration that writes another one too.
fn place() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    fs::create_dir(place.path().join("logs")).unwrap();
    fs::write(place.path().join("logs/access.log"), log(0, 3600, 60)).unwrap();
    fs::write(place.path().join("nginx.conf"), NGINX).unwrap();
    fs::write(place.path().join("broken.conf"), "hello\n").unwrap();
    place
}

const CONFIG: [&str; 2] = ["--config", "nginx.conf"];

/// Text with its lines joined.
fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_not_logged_is_told_and_asked_about() {
    let place = place();
    let args = [&["inspect", "logs"], &CONFIG[..]].concat();
    let ran = run_in(place.path(), &args).ended(0);
    let text = joined(ran.out());
    for part in [
        "The configuration nginx.conf (nginx)",
        "- b.example: writes /var/log/nginx/b.log (nginx.conf:15) as main ",
        "- main is log_format main '$remote_addr - ",
        "- a.example: not logged: `access_log off` in location /exports/ (nginx.conf:11)",
        "- believes forwarded addresses of 10.1.0.0/16 (nginx.conf:4)",
        "! nginx.conf:8: gone.conf was not read: ",
        "Requests for location /exports/ of a.example are not logged (nginx.conf:11: \
         `access_log off`): since when? Was it so during the window?",
        "Where is /var/log/nginx/b.log, which nginx.conf:15 writes, with its rotations?",
        "Lines wait in memory before they are written (nginx.conf:15: ",
        "Forwarded addresses are believed of 0.0.0.0/0, which is nearly anybody (nginx.conf:5)",
        "whofetched new-case --config nginx.conf logs > case.toml",
    ] {
        assert!(text.contains(part), "no {part:?} in {}", ran.out());
    }
    // Neither what is at hand nor what was sent is asked for.
    assert!(!text.contains("Where is /var/log/nginx/access.log"), "{text}");
    let look = run_in(place.path(), &[&args[..], &["--json"]].concat()).ended(0).json();
    for answered in ["conditions", "bytes", "which-log", "restarts"] {
        assert!(!asked(&look).contains(&answered), "{answered}: {:?}", asked(&look));
    }
    let configuration = &look["configuration"][0];
    assert_eq!(configuration["software"], "nginx");
    assert_eq!(configuration["not_logged"][0]["at"], "nginx.conf:11");
    assert_eq!(configuration["not_logged"][0]["kind"], "off");
    assert_eq!(
        question(&look, "log-not-given")["text"],
        "Where is /var/log/nginx/b.log, which nginx.conf:15 writes, with its rotations?"
    );
    let parts = question(&look, "configuration-parts")["about"][0].as_str().unwrap();
    assert!(parts.starts_with("nginx.conf:8: gone.conf"), "{parts}");

    // Without one, it is asked for, and nothing is told.
    let look = run_in(place.path(), &["inspect", "logs", "--json"]).ended(0).json();
    assert_eq!(look["configuration"], serde_json::json!([]));
    assert!(question(&look, "restarts")["text"].as_str().unwrap().contains("logging buffered"));
    let asked = asked(&look);
    assert!(asked.contains(&"conditions") && !asked.contains(&"not-logged"), "{asked:?}");
}

#[test]
fn a_log_under_another_name_is_asked_for_by_the_names_of_the_configuration() {
    let place = place();
    let look = |name: &str, config: &str| {
        let lines = (0..60).map(|minute| {
            format!(
                "203.0.113.5 - - [01/Mar/2024:08:{minute:02}:00 +0000] \"GET /a HTTP/1.1\" 200 500 \"-\" \"c\"\n"
            )
        });
        fs::write(place.path().join(name), lines.collect::<String>()).unwrap();
        fs::write(place.path().join("plain.conf"), config).unwrap();
        let args = ["inspect", name, "--json", "--config", "plain.conf"];
        run_in(place.path(), &args).ended(0).json()
    };
    let plain = NGINX.replace(" buffer=64k", "");
    let found = look("copy-of-a-log.txt", &plain);
    assert!(!asked(&found).contains(&"bytes"), "{:?}", asked(&found));
    assert_eq!(
        question(&found, "which-log")["text"],
        "Which of the logs that the configuration writes is this: /var/log/nginx/access.log, /var/log/nginx/b.log?"
    );
    // What is buffered is known, when it was restarted is not.
    assert_eq!(
        question(&found, "restarts")["text"],
        "When was the server restarted, killed or moved?"
    );
    // Under its own name it is known.
    let found = look("b.log", &plain);
    assert!(!asked(&found).contains(&"which-log"), "{:?}", asked(&found));
}

#[test]
fn a_configuration_is_told_without_a_log() {
    let place = place();
    let window = ["--from", "2024-03-01T00:00:00Z", "--to", "2024-03-02T00:00:00Z"];
    let args = [&["inspect"], &CONFIG[..], &window].concat();
    let text = joined(run_in(place.path(), &args).ended(0).out());
    for part in [
        "No log was given: only the configuration is told of.",
        "Was it so between 2024-03-01T00:00:00Z and 2024-03-02T00:00:00Z?",
        "Where is /var/log/nginx/access.log, which nginx.conf:6 writes",
        "Where is /var/log/nginx/b.log, which nginx.conf:15 writes",
    ] {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
    assert!(!text.contains("0 inputs"), "{text}");
}

#[test]
fn a_configuration_that_cannot_be_read_is_a_fault() {
    let place = place();
    for (file, why) in [
        ("no.conf", "no.conf: "),
        ("broken.conf", "broken.conf is no configuration of Apache, HAProxy, nginx"),
    ] {
        let alone = run_in(place.path(), &["inspect", "--config", file]).ended(1);
        assert!(alone.err().contains(why) && alone.out().is_empty(), "{}", alone.err());
        // What can be told is told all the same.
        let ran = run_in(place.path(), &["inspect", "--config", file, "logs"]).ended(1);
        assert!(joined(ran.out()).contains(&format!("! {why}")), "{}", ran.out());
        let json = ["inspect", "--config", file, "logs", "--json"];
        let ran = run_in(place.path(), &json).ended(1);
        assert!(ran.err().contains(why), "{}", ran.err());
        let ran = run_in(place.path(), &["new-case", "--config", file, "logs"]).ended(1);
        assert!(ran.err().contains(why) && !ran.out().contains("\nconfig ="), "{}", ran.err());
    }
}

#[test]
fn a_case_with_a_configuration_loads() {
    let place = place();
    let ran = run_in(place.path(), &[&["new-case", "logs"], &CONFIG[..]].concat()).ended(0);
    for part in [
        "\nlogs = [\"logs/access.log\"]\nconfig = [\"nginx.conf\"]\nsoftware = \"nginx\"\n",
        "\n# nginx.conf:6 logs it so:\n#format = \"log_format main '$remote_addr - ",
        "\n# The configuration believes forwarded addresses of 10.1.0.0/16.\n\
         #trusted_proxies = [\"10.1.0.0/16\"]\n",
    ] {
        assert!(ran.out().contains(part), "no {part:?} in {}", ran.out());
    }
    let taken = super::cases::taken(ran.out());
    for text in [filled(ran.out()), filled(&taken)] {
        fs::write(place.path().join("case.toml"), text).unwrap();
        let report = run_in(place.path(), &["scan", "case.toml", "--json"]).ended(0).json();
        assert_eq!(report["configuration"][0]["file"], "nginx.conf");
        assert_eq!(report["inputs"][0]["lines"]["unread"], 0, "{}", report["inputs"][0]);
    }

    // In another folder paths are whole; without a log there is the server.
    fs::create_dir(place.path().join("case")).unwrap();
    let args = [&["new-case"], &CONFIG[..], &["-o", "case/case.toml"]].concat();
    run_in(place.path(), &args).ended(0);
    let written = place.path().join("case/case.toml");
    let text = fs::read_to_string(&written).unwrap();
    assert!(text.contains("#logs = [\"/var/log/nginx/access.log\", \"/var/log/nginx/b.log\"]"));
    fs::write(&written, filled(&text)).unwrap();
    let ran = run_in(place.path(), &["scan", "case/case.toml", "logs", "--json"]).ended(0);
    assert_eq!(ran.json()["configuration"][0]["software"], "nginx");
}
