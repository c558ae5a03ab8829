//! `verify`: a report that was altered, is not whole, or that the logs no
//! longer give, is found out; one that is as it was written is not.

mod program;

use std::fs;
use std::path::Path;

use program::{Ran, files, line, run, run_in};
use serde_json::Value;

const ASK: [&str; 8] = [
    "scan",
    "-p",
    "/exports",
    "--from",
    "2024-03-05T00:00:00Z",
    "--to",
    "2024-03-06T00:00:00Z",
    "access.log",
];

fn place() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let log = [
        line("192.0.2.7", 10, "/exports/a.csv?token=abcdef123456", 200, 500),
        line("192.0.2.8", 11, "/exports/b.csv", 404, 10),
        line("2001:db8::9", 12, "/index.html", 200, 10),
        "a broken line of /exports\n".to_owned(),
        line("192.0.2.7", 13, "/exports/c.csv", 206, 40),
    ];
    fs::write(folder.path().join("access.log"), log.concat()).unwrap();
    folder
}

fn report(place: &Path, more: &[&str]) -> Ran {
    run_in(place, &[&ASK[..], &["--out", "report"], more].concat()).ended(0)
}

fn verify(place: &Path, more: &[&str]) -> Ran {
    run_in(place, &[&["verify", "report"][..], more].concat())
}

fn identity(ran: &Ran) -> String {
    let line = ran.out().lines().find(|line| line.starts_with("Its identity")).unwrap();
    line.rsplit(' ').next().unwrap().to_owned()
}

#[test]
fn a_report_as_it_was_written_agrees() {
    let place = place();
    let written = report(place.path(), &["--export", "csv,ecs,stix"]);
    let identity = identity(&written);
    assert!(written.out().ends_with("whofetched verify report\n"), "{}", written.out());
    let manifest = fs::read_to_string(place.path().join("report/manifest.json")).unwrap();
    assert!(manifest.ends_with(&format!("\n \"identity\":\"{identity}\"\n}}\n")), "{manifest}");
    let agrees = verify(place.path(), &["--identity", &identity]).ended(0);
    assert!(agrees.out().ends_with("All agrees: the logs give this report.\n"), "{}", agrees.out());
    for told in
        ["the seal is whole", "the sums agree", "the digests of 1 inputs agree", "figures agree"]
    {
        assert!(agrees.out().contains(told), "{told}: {}", agrees.out());
    }
    let other = verify(place.path(), &["--identity", &"0".repeat(64)]).ended(1);
    assert!(other.out().contains("the identity of this report is"), "{}", other.out());
    // Another run of the same question has the same identity.
    let again =
        run_in(place.path(), &[&ASK[..], &["--out", "again", "--export", "csv,ecs,stix"]].concat());
    assert_eq!(self::identity(&again.ended(0)), identity);
    // From elsewhere, by the folder that it was made in.
    let elsewhere = place.path().join("report").to_string_lossy().into_owned();
    let agrees = run(&["verify", &elsewhere]).ended(0);
    assert!(agrees.out().contains("the logs give this report"), "{}", agrees.out());
}

#[test]
fn an_altered_byte_of_any_file_is_found_out() {
    let place = place();
    report(place.path(), &["--export", "ecs"]);
    let folder = place.path().join("report");
    fs::rename(place.path().join("access.log"), place.path().join("away.log")).unwrap();
    let alone = verify(place.path(), &[]).ended(0);
    assert!(alone.out().contains("as far as it can be told without the logs"), "{}", alone.out());
    let all = files(&folder);
    assert!(all.len() >= 8, "{all:?}");
    for (name, bytes) in &all {
        let path = folder.join(name);
        for at in [bytes.len() / 3, bytes.len() / 2] {
            let mut altered = bytes.clone();
            // Still a letter, so that what is read of it stays readable.
            altered[at] = if altered[at] == b'1' { b'2' } else { b'1' };
            fs::write(&path, &altered).unwrap();
            let ran = verify(place.path(), &[]);
            assert_eq!(ran.status, Some(1), "{name} byte {at}: {}", ran.out());
        }
        fs::remove_file(&path).unwrap();
        let ran = verify(place.path(), &[]);
        assert_eq!(ran.status, Some(1), "{name} removed: {}", ran.out());
        fs::write(&path, bytes).unwrap();
    }
    verify(place.path(), &[]).ended(0);
    fs::write(folder.join("added.txt"), "mine").unwrap();
    let added = verify(place.path(), &[]).ended(1);
    assert!(added.out().contains("added.txt is not of this report"), "{}", added.out());
}

#[test]
fn logs_that_changed_or_moved_are_told_apart() {
    let place = place();
    report(place.path(), &[]);
    let log = place.path().join("access.log");
    let was = fs::read_to_string(&log).unwrap();
    fs::create_dir(place.path().join("moved")).unwrap();
    fs::rename(&log, place.path().join("moved/elsewhere.log")).unwrap();
    let agrees = verify(place.path(), &["moved/elsewhere.log"]).ended(0);
    assert!(agrees.out().contains("the logs give this report"), "{}", agrees.out());
    assert!(agrees.out().contains("all 4 other files agree"), "{}", agrees.out());
    // The page, too, where no name is too long for its drawings.
    fs::copy(place.path().join("moved/elsewhere.log"), place.path().join("b.log")).unwrap();
    let agrees = verify(place.path(), &["b.log"]).ended(0);
    assert!(agrees.out().contains("all 5 other files agree"), "{}", agrees.out());
    fs::write(&log, was.replace("206 40", "206 41")).unwrap();
    let differs = verify(place.path(), &[]).ended(1);
    for told in
        ["access.log differs: its SHA-256 is", "bytes is 40, in the replay 41", "hits.csv differs"]
    {
        assert!(differs.out().contains(told), "{told}: {}", differs.out());
    }
    assert!(verify(place.path(), &["nothing.log"]).ended(1).err().contains("nothing.log"));
}

#[test]
fn what_a_configuration_includes_is_sealed_and_verified() {
    let place = place();
    let write = |name: &str, text: &str| {
        fs::create_dir_all(place.path().join("conf/sites")).unwrap();
        fs::write(place.path().join(name), text).unwrap();
    };
    let main = "http {\n  access_log /var/log/nginx/access.log;\n  include sites/*;\n}\n";
    let site = "server {\n  server_name a.example;\n  location / { root /srv; }\n}\n";
    write("conf/nginx.conf", main);
    write("conf/sites/a", site);
    report(place.path(), &["--config", "conf/nginx.conf"]);
    let path = place.path().join("report/manifest.json");
    let manifest: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let sealed: Vec<(&str, u64)> = manifest["case"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| (file["path"].as_str().unwrap(), file["bytes"].as_u64().unwrap()))
        .collect();
    let expected = [("conf/nginx.conf", main.len() as u64), ("conf/sites/a", site.len() as u64)];
    assert_eq!(sealed, expected);
    let agrees = verify(place.path(), &[]).ended(0);
    assert!(agrees.out().contains("the digests of its 2 files agree"), "{}", agrees.out());
    // What says nothing of logging is a part of the question all the same.
    write("conf/sites/a", &site.replace("/srv", "/var"));
    let differs = verify(place.path(), &[]).ended(1);
    assert!(differs.out().contains("conf/sites/a differs: its SHA-256 is"), "{}", differs.out());
    fs::remove_file(place.path().join("conf/sites/a")).unwrap();
    let missing = verify(place.path(), &[]).ended(1);
    assert!(missing.out().contains("conf/sites/a is missing"), "{}", missing.out());
}

#[test]
fn sums_that_do_not_agree_are_told_though_the_seal_is_made_anew() {
    let place = place();
    report(place.path(), &[]);
    let path = place.path().join("report/report.json");
    let was = fs::read_to_string(&path).unwrap();
    for (from, to, told) in [
        ("\"total\":5", "\"total\":6", "access.log has 6 lines, of which 5 are accounted for"),
        ("\"inside\":2,\"border\":0", "\"inside\":3,\"border\":0", "has 3 requests inside"),
        (
            "\"other\":1,",
            "\"other\":4,",
            "4 clients of class other were sent content, and 1 are listed",
        ),
        ("\n  \"code\":\"A\",", "\n  \"code\":\"C\",", "the verdict is C"),
    ] {
        assert!(was.contains(from), "{from}: {was}");
        fs::write(&path, was.replacen(from, to, 1)).unwrap();
        let ran = verify(place.path(), &[]).ended(1);
        assert!(ran.out().contains(told), "{told}: {}", ran.out());
    }
}

#[test]
fn what_another_version_made_is_said_to_be() {
    let place = place();
    report(place.path(), &[]);
    let path = place.path().join("report/manifest.json");
    let manifest = fs::read_to_string(&path).unwrap();
    let own = format!("\"version\":\"{}\"", env!("CARGO_PKG_VERSION"));
    assert!(manifest.contains(&own));
    fs::write(&path, manifest.replace(&own, "\"version\":\"0.0.9\"")).unwrap();
    let other = verify(place.path(), &[]).ended(1);
    assert!(other.out().contains("made by version 0.0.9"), "{}", other.out());
    assert!(other.out().contains("manifest.json was altered"), "{}", other.out());
}

#[test]
fn a_public_report_is_verified_by_its_key() {
    let place = place();
    report(place.path(), &["--level", "public"]);
    let agrees = verify(place.path(), &["--key", "whofetched.key"]).ended(0);
    assert!(agrees.out().contains("the logs give this report"), "{}", agrees.out());
    fs::remove_file(place.path().join("whofetched.key")).unwrap();
    let alone = verify(place.path(), &[]).ended(0);
    assert!(alone.out().contains("the key of its pseudonyms is not at hand"), "{}", alone.out());
    assert!(!place.path().join("whofetched.key").exists(), "verify makes no key");
}

#[test]
fn what_is_no_report_is_refused() {
    let place = place();
    fs::create_dir(place.path().join("report")).unwrap();
    assert!(verify(place.path(), &[]).ended(1).err().contains("manifest.json"));
    fs::write(place.path().join("report/manifest.json"), "{}").unwrap();
    assert!(verify(place.path(), &[]).ended(1).err().contains("no manifest"));
    run_in(place.path(), &["verify", "nowhere"]).ended(1);
}

#[test]
fn every_story_is_given_again_by_its_logs() {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-logs");
    let mut stories = 0;
    for entry in fs::read_dir(root).unwrap() {
        let story = entry.unwrap();
        if !story.path().join("case.toml").is_file() {
            continue;
        }
        let case = format!("sample-logs/{}/case.toml", story.file_name().to_string_lossy());
        let out = folder.path().join(format!("report-{stories}")).to_string_lossy().into_owned();
        run(&["scan", &case, "--quiet", "--out", &out]).ended(0);
        let ran = run(&["verify", &out]).ended(0);
        assert!(ran.out().contains("the logs give this report"), "{case}: {}", ran.out());
        stories += 1;
    }
    assert!(stories >= 10);
}
