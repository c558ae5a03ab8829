//! Words that hurt, in logs, in names of files and in the question.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;

use super::program::{line, run};
use super::{Scene, count, ends_by_itself, is_calm, n_lines, words};

#[test]
fn no_word_of_a_log_acts_on_its_reader() {
    for (number, log) in words::logs().into_iter().enumerate() {
        let scene = Scene::with("access.log", &log);
        let (ran, report) = scene.scan(&[]);
        assert_eq!(ran.status, Some(0), "log {number}: {}", ran.err());
        assert_eq!(report["inputs"][0]["lines"]["total"], n_lines(&log));
        let has_hits = memchr::memmem::find(&log, b"/exports/a.csv").is_some();
        let actors = report["actors"].as_array().unwrap();
        assert_eq!(actors.is_empty(), !has_hits, "log {number}");
        let slow = scene.scan(&["--no-fast-path", "--threads", "1"]).1;
        assert_eq!(slow["actors"], report["actors"], "log {number}");
        assert_eq!(slow["evidence"], report["evidence"], "log {number}");
        let lines = scene.explain(&scene.logs().join("access.log"));
        let lines_of = |reading| count(&lines, reading) as u64;
        assert_eq!(lines.len() as u64, n_lines(&log));
        assert_eq!(lines_of("read"), report["inputs"][0]["lines"]["read"], "log {number}");
        assert_eq!(lines_of("unread"), report["inputs"][0]["lines"]["unread"], "log {number}");
    }
}

#[test]
fn a_mark_of_byte_order_in_the_middle_costs_no_line() {
    let mark = "\u{feff}";
    let one = line("192.0.2.7", 1, "/exports/a.csv", 200, 10);
    let log = format!("{mark}{one}{mark}{one}{one}{mark}");
    let (_, report) = Scene::with("access.log", log.as_bytes()).scan(&[]);
    assert_eq!(report["inputs"][0]["lines"]["total"], 4);
    let hits = report["actors"][0]["received"]["requests"].as_u64().unwrap();
    let suspects = report["inputs"][0]["suspects"].as_u64().unwrap();
    assert_eq!(hits + suspects, 3, "each of the three is a hit or a suspect");
}

#[test]
fn names_of_files_are_calm_too() {
    let scene = Scene::new();
    let odd = [&b"two\nlines.log"[..], b"\xff\xfe.log", b"=1+1.log", b"-p", b"--out"];
    let words = words::words().into_iter().chain(odd.map(<[u8]>::to_vec));
    for (minute, word) in (0..).zip(words) {
        let word: Vec<u8> = word.into_iter().filter(|byte| !matches!(byte, 0 | b'/')).collect();
        let name = OsString::from_vec([&word[..], b".log"].concat());
        // A log that differs from all others, so that none is a copy.
        scene.log(&name, line("192.0.2.7", minute, "/exports/a.csv", 200, 10).as_bytes());
    }
    // An unreadable one, whose name stands in a problem.
    let torn = OsString::from_vec(b"\x1b[2J\xfftorn\n.gz".to_vec());
    scene.log(&torn, b"\x1f\x8b\x08\x00torn");
    let (ran, report) = scene.scan(&[]);
    assert_eq!(ran.status, Some(1), "{}", ran.err());
    let inputs = report["inputs"].as_array().unwrap();
    let exact = inputs.iter().filter(|input| input["path_b64"].is_string()).count();
    assert!(inputs.len() > 50 && exact >= 6, "{} inputs, {exact} exact names", inputs.len());
    assert_eq!(report["evidence"].as_array().unwrap().len(), inputs.len() - 1);
    for entry in fs::read_dir(scene.logs()).unwrap() {
        let path = entry.unwrap().path();
        let ran = run(&["explain".as_ref(), path.as_os_str()]);
        ends_by_itself(&ran);
        is_calm(&ran.out);
        is_calm(&ran.err);
    }
    let logs = scene.logs();
    for args in [&["new-case"][..], &["inspect"], &["inspect", "--full"], &["inspect", "--json"]] {
        let args = args.iter().map(|arg| arg.as_ref()).chain([logs.as_os_str()]);
        let ran = run(&args.collect::<Vec<&std::ffi::OsStr>>());
        ends_by_itself(&ran);
        is_calm(&ran.out);
        is_calm(&ran.err);
    }
}

#[test]
fn words_in_the_question_are_calm_too() {
    let scene = Scene::with("access.log", line("192.0.2.7", 1, "/exports/a", 200, 1).as_bytes());
    for word in words::words() {
        let Ok(word) = String::from_utf8(word) else { continue };
        if word.contains('\0') {
            continue;
        }
        let quoted = serde_json::to_string(&word).unwrap().replace('\u{7f}', "\\u007f");
        let case = format!(
            "[case]\ntitle = {quoted}\nstated_by = {quoted}\n[[exposure]]\nname = {quoted}\ntargets = [\"/exports\"]\n\
             [[party]]\nname = {quoted}\nnetworks = [\"192.0.2.0/24\"]\n\
             [[server]]\nname = {quoted}\nlogs = [\"logs/*\"]\n\
             [[claim]]\ntext = {quoted}\ndenies = \"others\"\n"
        );
        let path = scene.folder.path().join("case.toml");
        fs::write(&path, case).unwrap();
        let out = scene.out();
        let args = ["scan".as_ref(), path.as_os_str(), "--out".as_ref(), out.as_os_str()];
        let ran = run(&args);
        ends_by_itself(&ran);
        is_calm(&ran.out);
        is_calm(&ran.err);
        if out.exists() {
            // The copy of the case is the case, byte for byte.
            fs::remove_dir_all(out.join("case")).unwrap();
            super::folder_is_calm(&out);
            fs::remove_dir_all(&out).unwrap();
        }
        // As a key.
        fs::write(&path, format!("[case]\n{quoted} = 1\n")).unwrap();
        let ran = run(&["scan".as_ref(), path.as_os_str()]);
        ends_by_itself(&ran);
        is_calm(&ran.err);
    }
}

#[test]
fn words_on_the_command_line_are_calm_too() {
    let scene = Scene::with("access.log", line("192.0.2.7", 1, "/exports/a", 200, 1).as_bytes());
    let logs = scene.logs();
    let logs = logs.to_str().unwrap();
    let words = words::words().into_iter().filter_map(|word| String::from_utf8(word).ok());
    let words: Vec<String> = words.map(|word| word.replace('\0', "")).collect();
    // Every word, and all of them in one.
    let all = words.concat();
    for (number, word) in words.iter().chain([&all]).enumerate() {
        let pattern = format!("/exports/{word}");
        let expression = format!("re:{word}");
        let known = format!("{word}=192.0.2.0/24");
        let scan = ["scan", "-p"];
        let flagged = |flag| vec!["scan", "-p", "/exports", flag, word, logs];
        let ways = [
            [&scan[..], &[&pattern, logs]].concat(),
            [&scan[..], &[&expression, logs]].concat(),
            [&scan[..], &[word, logs]].concat(),
            vec!["scan", "-p", "/exports", "--known", &known, logs],
            flagged("--zone"),
            flagged("--format"),
            flagged("--from"),
            vec!["scan", "-p", "/exports", "--", word],
            vec!["explain", "--", word],
            vec![word],
        ];
        let is_last = number == words.len();
        for (place, way) in ways.iter().enumerate() {
            if !is_last && place != number % ways.len() {
                continue;
            }
            let ran = run(way);
            ends_by_itself(&ran);
            is_calm(&ran.out);
            is_calm(&ran.err);
        }
    }
}
