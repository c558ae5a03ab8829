//! How much is read, and what is said of it.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};

use super::program::{run_in, run_on};
use super::{DAY, NOW, asked, line, log, look, look_at, question};

const MIB: u64 = 1 << 20;

#[test]
fn of_a_huge_log_three_places_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("access.log");
    // A hundred thousand lines of some 700 bytes, in the order of time.
    let mut file = std::io::BufWriter::new(File::create(&path).unwrap());
    let filler = "x".repeat(600);
    for second in 0..100_000 {
        let line = line("198.51.100.7", second, 200, "512").replace("agent/1", &filler);
        file.write_all(line.as_bytes()).unwrap();
    }
    file.flush().unwrap();
    let length = fs::metadata(&path).unwrap().len();
    assert!(length > 60 * MIB);
    let look_ = look(folder.path(), &[]);
    let source = &look_["sources"][0];
    assert_eq!((&source["read"], &source["bytes_read"]), (&"sampled".into(), &(3 * MIB).into()));
    let starts: Vec<u64> = source["stretches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|stretch| stretch["offset"].as_u64().unwrap())
        .collect();
    assert_eq!(starts, [0, length / 2 - MIB / 2, length - MIB]);
    let read = source["lines"]["read"].as_u64().unwrap();
    assert!((4_000..5_200).contains(&read), "{read}");
    assert_eq!(source["lines"]["unread"], 0);
    // The first line and the last are among them.
    assert_eq!(source["first"], "2024-03-01T00:00:00Z");
    assert_eq!(source["last"], "2024-03-02T03:46:39Z");
    let text = run_in(folder.path(), &[&["inspect", "access.log"], &NOW[..]].concat()).ended(0);
    for part in ["sampled, 3 of 6", "head, middle and tail", "read of the sample, 0 not read"] {
        assert!(text.out().contains(part), "no {part:?} in {}", text.out());
    }
    let full = look(folder.path(), &["--full"]);
    assert_eq!(full["sources"][0]["lines"]["read"], 100_000);
    assert_eq!(full["sources"][0]["read"], "whole");
    assert_eq!(full["full"], true);
}

#[test]
fn a_hole_in_a_sparse_file_costs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("access.log");
    let mut file = File::create(&path).unwrap();
    file.write_all(log(0, 3600, 60).as_bytes()).unwrap();
    file.set_len(64 * MIB).unwrap();
    file.seek(SeekFrom::End(0)).unwrap();
    file.write_all(b"\n").unwrap();
    file.write_all(log(7200, 10_800, 60).as_bytes()).unwrap();
    drop(file);
    let look = look(folder.path(), &[]);
    let source = &look["sources"][0];
    assert_eq!(source["bytes_read"], 3 * MIB);
    assert!(source["nul_bytes"].as_u64().unwrap() > 2 * MIB);
    assert_eq!(source["first"], "2024-03-01T00:00:00Z");
    assert_eq!(source["last"], "2024-03-01T02:59:00Z");
    assert!(asked(&look).contains(&"nul"));
}

#[test]
fn of_a_compressed_log_the_last_time_is_not_known() {
    let folder = tempfile::tempdir().unwrap();
    let packed = zstd::encode_all(log(0, 3 * DAY, 4).as_bytes(), 1).unwrap();
    fs::write(folder.path().join("access.log.1.zst"), packed).unwrap();
    let sampled = look(folder.path(), &[]);
    let source = &sampled["sources"][0];
    assert_eq!((&source["read"], &source["last_is_read"]), (&"head".into(), &false.into()));
    let text = run_in(folder.path(), &[&["inspect", "."], &NOW[..]].concat()).ended(0);
    assert!(text.out().contains("the last was not read (compressed)"), "{}", text.out());
    let full = look(folder.path(), &["--full"]);
    assert_eq!(full["sources"][0]["last"], "2024-03-03T23:59:56Z");
    assert_eq!(full["series"][0]["last_is_read"], true);
    // Where the next file of the rotation is there, it is taken to run on.
    fs::write(folder.path().join("access.log"), log(3 * DAY, 4 * DAY, 600)).unwrap();
    let window = ["--from", "2024-03-01T00:00:00Z", "--to", "2024-03-05T00:00:00Z"];
    let covered = look(folder.path(), &window)["window"]["all"]["covered_hours"].clone();
    assert!(covered.as_f64().is_some_and(|hours| hours > 95.0), "{covered}");
}

#[test]
fn lines_that_go_on_are_read_across_blocks() {
    // Docker cuts a long line into parts; the last ends with a newline.
    let whole = line("198.51.100.7", 60, 200, "512").replace("agent/1", &"x".repeat(900));
    let (first, second) = whole.split_at(500);
    let part = |text: &str| {
        let log = serde_json::to_string(text).unwrap();
        format!("{{\"log\":{log},\"stream\":\"stdout\",\"time\":\"2024-03-01T00:01:00Z\"}}\n")
    };
    let text = (part(first) + &part(second)).repeat(9_000);
    assert!(text.len() as u64 > 8 * MIB);
    let lines = look_at(text, &["--full"])["sources"][0]["lines"].clone();
    assert_eq!((&lines["read"], &lines["unread"]), (&18_000.into(), &0.into()));
}

#[test]
fn standard_input_is_looked_at_too() {
    let args = [&["inspect", "-", "--json"], &NOW[..]].concat();
    let look = run_on(log(0, 3600, 60).as_bytes(), &args).ended(0).json();
    assert_eq!(
        (&look["sources"][0]["path"], &look["sources"][0]["lines"]["read"]),
        (&"-".into(), &60.into())
    );
}

#[test]
fn what_cannot_be_read_is_told_and_ends_with_one() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("access.log"), log(0, 3600, 60)).unwrap();
    let packed = zstd::encode_all(log(0, 3600, 60).as_bytes(), 1).unwrap();
    fs::write(folder.path().join("torn.log"), &packed[..packed.len() / 2]).unwrap();
    let args = |more: &[&'static str]| [&["inspect"], &NOW[..], more].concat();
    run_in(folder.path(), &args(&["access.log"])).ended(0);
    let gone = run_in(folder.path(), &args(&["access.log", "gone.log"])).ended(1);
    assert!(gone.out().contains("! gone.log does not exist"), "{}", gone.out());
    let gone = run_in(folder.path(), &args(&["access.log", "gone.log", "--json"])).ended(1);
    assert_eq!(gone.err(), "whofetched: gone.log does not exist\n");
    assert_eq!(gone.json()["problems"][0], "gone.log does not exist");
    let torn = run_in(folder.path(), &args(&["torn.log", "--json"])).ended(1).json();
    assert!(torn["sources"][0]["problems"][0].as_str().unwrap().contains("is cut off"), "{torn:#}");
    assert_eq!(question(&torn, "damaged")["about"][0], "torn.log");
    let none = run_in(folder.path(), &args(&["gone.log"])).ended(1);
    assert!(none.out().is_empty() && none.err().contains("gone.log does not exist"));
}

#[test]
fn what_means_nothing_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("access.log"), log(0, 3600, 60)).unwrap();
    let refused = |args: &[&str], part: &str| {
        let ran = run_in(folder.path(), &[&["inspect"], args].concat()).ended(2);
        assert_eq!(ran.out(), "");
        assert!(ran.err().contains(part), "no {part:?} in {}", ran.err());
    };
    refused(&[], "INPUT");
    refused(&["access.log", "--from", "2024-03-01T00:00:00Z"], "--to");
    refused(&["access.log", "--from", "2024-03-01", "--to", "2024-03-02"], "--from: ");
    let backwards = ["--from", "2024-03-02T00:00:00Z", "--to", "2024-03-01T00:00:00Z"];
    refused(&[&["access.log"], &backwards[..]].concat(), "the window of --from and --to");
    refused(&["access.log", "--zone", "Nowhere"], "--zone");
    refused(&["access.log", "--format", "combind"], "combined");
    refused(&["access.log", "--now", "soon"], "--now: ");
}

#[test]
fn nothing_of_a_log_reaches_the_terminal_raw() {
    let folder = tempfile::tempdir().unwrap();
    let hostile = "\u{1b}]0;owned\u{7} \u{202e}no log\u{9b}31m\n".repeat(5) + &log(0, 3600, 60);
    fs::write(folder.path().join("a\u{1b}[2J\n.log"), &hostile).unwrap();
    fs::write(folder.path().join("b\u{202e}.txt"), "\u{1b}[31mno log at all\n").unwrap();
    for more in [&[][..], &["--json"], &["--full"]] {
        let ran = run_in(folder.path(), &[&["inspect", "."], &NOW[..], more].concat()).ended(0);
        let acts = |letter: char| {
            letter.is_control() && letter != '\n' || matches!(letter, '\u{202e}' | '\u{9b}')
        };
        assert!(!ran.out().contains(acts), "{:?}", ran.out());
    }
}

#[test]
fn colours_are_as_in_a_scan() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("access.log"), log(0, 3600, 60)).unwrap();
    let colored = |more: &[&str]| {
        let args = [&["inspect", "access.log"], &NOW[..], more].concat();
        run_in(folder.path(), &args).ended(0).out().contains("\x1b[1m")
    };
    assert!(!colored(&[]) && colored(&["--color", "always"]) && !colored(&["--color", "never"]));
    // Colours apart, it is the same text.
    let plain = |text: &str| text.replace("\x1b[1m", "").replace("\x1b[0m", "");
    let text = |more: &[&str]| {
        let args = [&["inspect", "access.log"], &NOW[..], more].concat();
        run_in(folder.path(), &args).ended(0).out().to_owned()
    };
    assert_eq!(plain(&text(&["--color", "always"])), text(&[]));
    assert!(text(&[]).lines().all(|line| line.chars().count() <= 100));
}

#[test]
fn many_logs_stay_in_order() {
    let folder = tempfile::tempdir().unwrap();
    for host in 0..70 {
        let own = folder.path().join(format!("host{host:02}"));
        fs::create_dir(&own).unwrap();
        for name in ["access.log", "access.log.1", "access.log.3"] {
            let text = log(host * 60, host * 60 + 1800, 60) + name + "\n";
            fs::write(own.join(name), text).unwrap();
        }
    }
    let text = run_in(folder.path(), &[&["inspect", "."], &NOW[..]].concat()).ended(0);
    assert!(text.out().lines().count() < 320, "{}", text.out());
    for part in ["210 inputs in 70 series", "More series", "and 18 series more: --json"] {
        assert!(text.out().contains(part), "no {part:?} in {}", text.out());
    }
    assert_eq!(text.out().matches("access.log.2?").count(), 3);
    assert!(text.out().contains("67 more series"), "{}", text.out());
    let all = look(folder.path(), &[]);
    assert_eq!(all["sources"].as_array().unwrap().len(), 210);
    assert_eq!(all["series"].as_array().unwrap().len(), 70);
}

#[test]
fn copies_count_once() {
    let folder = tempfile::tempdir().unwrap();
    let text = log(0, 3600, 60);
    fs::write(folder.path().join("access.log"), &text).unwrap();
    let packed = zstd::encode_all(text.as_bytes(), 1).unwrap();
    fs::write(folder.path().join("backup.zst"), packed).unwrap();
    let look_ = look(folder.path(), &[]);
    assert_eq!(look_["sources"][1]["duplicate_of"], 0);
    assert_eq!(look_["series"].as_array().unwrap().len(), 1);
    assert_eq!(look_["series"][0]["lines"]["read"], 60);
    let said = run_in(folder.path(), &[&["inspect", "."], &NOW[..]].concat()).ended(0);
    assert!(
        said.out().contains("backup.zst has the same content as ./access.log"),
        "{}",
        said.out()
    );
    // What was not read to its end may be one.
    let long = log(0, 3 * DAY, 4);
    fs::write(folder.path().join("access.log"), &long).unwrap();
    fs::write(folder.path().join("backup.zst"), zstd::encode_all(long.as_bytes(), 1).unwrap())
        .unwrap();
    let sampled = look(folder.path(), &[]);
    assert_eq!(sampled["sources"][1]["duplicate_of"], serde_json::Value::Null);
    assert_eq!(sampled["sources"][1]["begins_like"], 0);
    assert_eq!(look(folder.path(), &["--full"])["sources"][1]["duplicate_of"], 0);
}

#[test]
fn the_first_lines_that_were_not_read_are_told() {
    let text = log(0, 600, 60) + "no log\n" + &log(600, 1200, 60);
    let look = look_at(&text, &[]);
    let unread = &look["sources"][0]["unread"][0];
    assert_eq!((&unread["line"], &unread["offset"]), (&11.into(), &text.find("no log").into()));
    assert!(!unread["wanted"].as_str().unwrap().is_empty());
    assert_eq!(look["series"][0]["formats"][0]["share"], 0.9524);
}
