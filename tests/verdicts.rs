//! Verdicts over generated cases whose truth is known: a busy public site, a
//! folder that was exposed there for two weeks, and a regulator who tried it.
//! Where everything is shown the verdict is C; where any one thing is not, or
//! any line or statement lacks, it is not.

#[path = "verdicts/answers.rs"]
mod answers;
mod common;
#[path = "verdicts/told.rs"]
mod told;

use std::collections::BTreeSet;

use common::Numbers;
use told::*;

#[test]
fn where_everything_is_shown_the_verdict_is_c() {
    let report = Told::whole().scan();
    assert_eq!(lacking(&report), BTreeSet::new(), "{}", show(&report));
    assert_eq!(code(&report), "C", "{}", show(&report));
    let verdict = &report["verdict"];
    assert!(verdict["sentence"].as_str().unwrap().starts_with("Sent content: Regulator. "));
    assert_eq!(verdict["coverage"], "whole");
    assert_eq!(verdict["servers"][0]["code"], "C");
    assert_eq!(verdict["exposures"][0]["windows"][0]["code"], "C");
    assert_eq!(verdict["would_change"], serde_json::json!([]));
    assert_eq!(verdict["covered_hours"], 288.0);
}

#[test]
fn without_a_compared_copy_somebody_must_accept_that_the_logs_are_unaltered() {
    let mut told = Told::whole().without("copies");
    told.copy = None;
    let report = told.scan();
    assert_eq!(code(&report), "D");
    let lacks = lacking(&report);
    assert!(lacks.contains("C9"), "{lacks:?}");
    let told = told.with("case", "unaltered_accepted_by", quoted("B. Person, controller"));
    let report = told.scan();
    assert_eq!(code(&report), "C*", "{}", show(&report));
    let sentence = report["verdict"]["sentence"].as_str().unwrap();
    assert!(sentence.contains("C (if the logs are unaltered)"), "{sentence}");
    assert!(sentence.contains("B. Person, controller accepts"), "{sentence}");
    // A copy that is only said to exist changes nothing.
    let told = told.with("server", "independent_copy", "true".to_owned());
    assert_eq!(code(&told.scan()), "C*");
}

/// Cases that lack one statement, over logs that lack nothing.
fn one_statement_short() -> Vec<(String, Told)> {
    let mut cases: Vec<(String, Told)> = Vec::new();
    for key in ["stated_by", "inventory_complete", "configuration_unchanged", "from", "to", "role"]
    {
        cases.push((key.to_owned(), Told::whole().without(key)));
    }
    for (key, value) in [
        ("stated_by", "\" \""),
        ("inventory_complete", "false"),
        ("configuration_unchanged", "false"),
    ] {
        let told = Told::whole().with("case", key, value.to_owned());
        cases.push((format!("{key} = {value}"), told));
    }
    for key in CHANNELS {
        cases.push((key.to_owned(), Told::whole().without(key)));
        cases.push((format!("{key} open"), Told::whole().with("channels", key, quoted("open"))));
    }
    let mut add = |name: &str, change: &dyn Fn(&mut Told)| {
        let mut told = Told::whole();
        change(&mut told);
        cases.push((name.to_owned(), told));
    };
    add("no window", &|told| told.window.clear());
    add("no control", &|told| told.controls = 0);
    add("a party that is not located", &|told| {
        told.parties.push_str("[[party]]\nname = \"Journalist\"\nrole = \"known\"\n");
    });
    add("a party that received more", &|told| {
        told.parties.push_str("received = \"40 files\"\n");
    });
    add("seen elsewhere", &|told| {
        told.more = format!("[[event]]\nat = \"{}\"\nwhat = \"sighted\"\n", iso(TO + DAY));
    });
    add("a secret beside it", &|told| {
        told.more = format!(
            "[[exposure]]\nname = \"keys\"\nkind = \"secret\"\ntargets = [\"/.env\"]\nwindows = [{{ from = \"{}\", to = \"{}\" }}]\n",
            iso(FROM),
            iso(TO)
        );
    });
    let origin = Told::whole().with("server", "role", quoted("origin"));
    cases.push(("an origin without its edge".to_owned(), origin));
    cases
}

#[test]
fn with_any_one_statement_removed_the_verdict_is_not_c() {
    let logs = Told::whole().read();
    let cases = one_statement_short();
    assert!(cases.len() > 25);
    for (name, told) in cases {
        let accepted = told.clone().with("case", "unaltered_accepted_by", quoted("B. Person"));
        for told in [told, accepted] {
            let report = logs.judge(&told);
            assert!(!["C", "C*"].contains(&code(&report)), "{name}: {}", show(&report));
            let is_a = code(&report) == "A";
            assert_eq!(is_a, name == "seen elsewhere", "{name}: {}", show(&report));
        }
    }
}

#[test]
fn with_any_one_line_less_or_unread_the_verdict_is_not_c() {
    let mut unseen = Told::whole();
    unseen.log.retain(|(_, line)| !line.contains("192.0.2.10"));
    unseen.copy = Some(unseen.log.clone());
    let mut suspect = Told::whole();
    let at = suspect.log.partition_point(|line| line.0 < FROM + 5 * DAY);
    suspect.log.insert(at, (FROM + 5 * DAY, "x /exports/a.csv".to_owned()));
    for (name, told, check) in [("no control", unseen, "C5"), ("suspect", suspect, "C8")] {
        let report = told.scan();
        assert!(lacking(&report).contains(check), "{name}: {}", show(&report));
        assert!(!["C", "C*"].contains(&code(&report)), "{name}: {}", show(&report));
    }
}

#[test]
fn a_copy_that_does_not_agree_is_no_copy() {
    // A line was taken out of the log and stands in the copy: the worst sign.
    let removed =
        Told::whole().add(outsider(FROM + 9 * DAY)).cut(FROM + 9 * DAY, FROM + 9 * DAY + 1, false);
    let report = removed.scan();
    let check =
        report["checks"].as_array().unwrap().iter().find(|check| check["id"] == "C9").unwrap();
    assert_eq!(check["result"], "fail");
    let because = check["because"].as_str().unwrap();
    assert!(because.contains("203.0.113.9"), "{because}");
    assert_eq!(report["actors"].as_array().unwrap().len(), 1, "copies are not counted");
    // An hour that the copy lacks, and one line that was altered.
    let mut short = Told::whole();
    short.copy.as_mut().unwrap().retain(|(at, _)| !(FROM + DAY..FROM + DAY + HOUR).contains(at));
    let mut altered = Told::whole();
    let place = altered.log.partition_point(|line| line.0 < FROM + 2 * DAY);
    altered.log[place].1 = altered.log[place].1.replace(" 512 ", " 513 ");
    // Outside the window a copy may lack what it likes.
    let mut rotated = Told::whole();
    rotated.copy.as_mut().unwrap().retain(|(at, _)| *at > FROM - 2 * HOUR);
    for (name, told, expected) in
        [("short", short, "unknown"), ("altered", altered, "fail"), ("rotated", rotated, "pass")]
    {
        let report = told.scan();
        let check =
            report["checks"].as_array().unwrap().iter().find(|check| check["id"] == "C9").unwrap();
        assert_eq!(check["result"], expected, "{name}: {check}");
    }
    // A log named as its own copy is none.
    let own = Told::whole().with("server", "copies", "[\"log/*\"]".to_owned());
    let report = own.scan();
    assert!(lacking(&report).contains("C9"), "{}", show(&report));
    let problems = report["problems"].to_string();
    assert!(problems.contains("it is no independent copy"), "{problems}");
}

#[test]
fn a_copy_in_the_envelope_of_a_syslog_server_agrees() {
    let mut told = Told::whole();
    for (at, line) in told.copy.as_mut().unwrap() {
        let text = clf(*at);
        *line = format!(
            "<190>Mar {:>2} {} www nginx: {line}",
            text[..2].trim_start_matches('0'),
            &text[12..20]
        );
    }
    let report = told.scan();
    assert!(!lacking(&report).contains("C9"), "{}", show(&report));
}

/// Whatever is done to a case in which everything is shown: where lines are
/// missing or an outsider was served the verdict is never C, and never A unless
/// an outsider was.
#[test]
fn no_generated_case_is_judged_better_than_it_is() {
    for seed in 0..18 {
        let mut numbers = Numbers::new(9_000 + seed);
        let at = FROM + numbers.below((TO - FROM) as u64) as i64;
        let mut told = Told::whole();
        let kind = seed % 6;
        // Where the log alone is cut its copy is what tells.
        if kind != 1 && numbers.below(4) > 0 {
            told = told.without("copies");
            told.copy = None;
            told = told.with("case", "unaltered_accepted_by", quoted("B. Person"));
        }
        let (what, is_served) = match kind {
            // Longer than the hour that the case accepts.
            0 => {
                let length = numbers.pick(&[90 * 60, 2 * HOUR, 5 * HOUR, DAY, 3 * DAY]);
                let from = at.min(TO - length);
                told = told.cut(from, from + length, true);
                (format!("cut of {length} s at {}", iso(from)), false)
            }
            1 => {
                let length = numbers.pick(&[600, HOUR, DAY]);
                told = told.cut(at, at + length, false);
                (format!("cut of {length} s from the log alone at {}", iso(at)), false)
            }
            2 => {
                told = told.add(outsider(at));
                (format!("an outsider at {}", iso(at)), true)
            }
            3 => {
                let near = numbers.pick(&[FROM - 1, FROM, TO - 1, TO, TO + 1, TO + 2]);
                told = told.add(outsider(near));
                (format!("an outsider at {}", iso(near)), true)
            }
            4 => {
                let near = numbers.pick(&[FROM - DAY, FROM - 60, TO + 60, TO + DAY]);
                told = told.add(outsider(near));
                (format!("an outsider at {}", iso(near)), true)
            }
            _ => {
                let status = numbers.pick(&[403, 404, 301, 500]);
                told = told.add(line(at, "203.0.113.9", "GET /exports/a.csv", status, 150));
                told = told.without(numbers.pick(&["stated_by", "from", "to", "role", "ftp"]));
                (format!("an outsider refused at {}", iso(at)), false)
            }
        };
        let report = told.scan();
        let code = code(&report);
        assert!(!["C", "C*"].contains(&code), "seed {seed}: {what}: {}", show(&report));
        assert!(is_served || code != "A", "seed {seed}: {what}: {}", show(&report));
        if what.starts_with("an outsider at") {
            assert!(["A", "B1"].contains(&code), "seed {seed}: {what}: {}", show(&report));
        }
    }
}
