//! How a verdict is said, and what is said besides it, over small cases.

use serde_json::Value;

use super::told::*;

/// A case without a title's doubt: C9 and silence are not what is asked here.
fn found(report: &Value) -> &str {
    report["verdict"]["finding"].as_str().unwrap()
}

fn event(at: i64, what: &str) -> String {
    format!("[[event]]\nat = \"{}\"\nwhat = \"{what}\"\n\n", iso(at))
}

fn claim(keys: &str) -> String {
    format!("[[claim]]\ntext = \"as was said\"\n{keys}\n\n")
}

fn reasons(report: &Value) -> Vec<String> {
    let reasons = report["verdict"]["reasons"].as_array().unwrap().iter();
    reasons.map(|reason| reason.as_str().unwrap().to_owned()).collect()
}

/// Files of a list, one telling name and some that anybody would try.
const FILES: &str =
    "path\n/exports/a.csv\n/exports/b.csv\n/exports/c.csv\n/exports/people-20240301.csv\n";

fn listed() -> Told {
    let mut told = Told::quiet().without("targets").with("exposure", "files", quoted("files.csv"));
    told.files = FILES.to_owned();
    told
}

#[test]
fn a_claim_is_judged_by_what_it_denies() {
    let check = |told: Told, keys: &str, expected: &str| {
        let mut told = told;
        told.more = claim(keys);
        let report = told.scan();
        let result = &report["verdict"]["claims"][0];
        assert_eq!(result["result"], expected, "{keys}: {result}");
    };
    let served = || Told::quiet().add(outsider(FROM + DAY));
    // The regulator's own download is somebody's.
    check(Told::quiet(), "denies = \"anyone\"", "contradicted");
    check(Told::quiet(), "denies = \"others\"", "not shown");
    check(served(), "denies = \"others\"", "contradicted");
    check(served(), "denies = \"misuse\"", "not testable");
    check(served(), "", "not testable");
    let border = || Told::quiet().add(outsider(TO));
    check(border(), "denies = \"others\"", "not supported");
    // In the time that the claim speaks of there was none.
    let early = format!(
        "denies = \"others\"\nwindow = {{ from = \"{}\", to = \"{}\" }}",
        iso(FROM),
        iso(FROM + HOUR)
    );
    check(served(), &early, "not shown");
    let late = format!(
        "denies = \"others\"\nwindow = {{ from = \"{}\", to = \"{}\" }}",
        iso(FROM),
        iso(TO)
    );
    check(served(), &late, "contradicted");
    check(Told::quiet(), "at_most_clients = 1", "not shown");
    check(served(), "at_most_clients = 1", "contradicted");
    check(served(), "at_most_clients = 2", "not shown");
    check(Told::quiet(), "denies = \"anyone\"\nat_most_clients = 0", "contradicted");
}

#[test]
fn what_was_sent_after_a_fix_is_found_without_being_asked() {
    let fixed = TO;
    let mut told = Told::quiet().add(outsider(fixed + 2 * HOUR)).add(outsider(fixed + 3 * HOUR));
    told.more = event(fixed, "fixed");
    let report = told.scan();
    let after = &report["verdict"]["after_closure"][0];
    assert_eq!(after["requests"], 2, "{after}");
    assert_eq!(after["clients"], 1);
    assert_eq!(after["first"], iso(fixed + 2 * HOUR));
    assert_eq!(code(&report), "A", "{}", show(&report));
    let sentence = report["verdict"]["sentence"].as_str().unwrap();
    assert!(sentence.contains("after it was declared fixed: 1 client"), "{sentence}");
    assert!(reasons(&report).iter().any(|why| why.contains("open again, or still")));
    // What was under way when it was fixed began before.
    let mut told = Told::quiet().add(outsider(fixed + 1));
    told.more = event(fixed, "fixed");
    assert_eq!(told.scan()["verdict"]["after_closure"][0]["requests"], 0);
    // From the second fix on nothing was sent.
    let mut told = Told::quiet().add(outsider(FROM + 2 * DAY));
    told.more = [event(FROM + DAY, "fixed"), event(FROM + 3 * DAY, "fixed")].concat();
    let report = told.scan();
    let after = |place: usize| report["verdict"]["after_closure"][place]["requests"].as_u64();
    assert_eq!((after(0), after(1)), (Some(1), Some(0)));
}

#[test]
fn a_sighting_says_whether_the_logs_show_the_fetch() {
    let sighting = |told: Told| {
        let mut told = told;
        told.more = event(TO + DAY, "sighted");
        let report = told.scan();
        assert_eq!(code(&report), "A");
        report["verdict"]["sentence"].as_str().unwrap().to_owned()
    };
    let alone = sighting(Told::quiet());
    assert!(alone.ends_with("these logs do not show the fetch."), "{alone}");
    let both = sighting(Told::quiet().add(outsider(FROM + DAY)));
    assert!(both.contains("was sent content") && both.contains("also seen elsewhere"), "{both}");
}

#[test]
fn requests_in_vain_matter_when_they_show_knowledge() {
    let refused =
        |client: &str, path: &str, at: i64| line(at, client, &format!("GET {path}"), 404, 150);
    let at = FROM + DAY;
    let two = listed().add(refused("203.0.113.9", "/exports/a.csv", at)).add(refused(
        "203.0.113.9",
        "/exports/b.csv",
        at + 1,
    ));
    assert_eq!(found(&two.scan()), "none");
    let three = two.clone().add(refused("203.0.113.9", "/exports/c.csv", at + 2));
    assert_eq!(found(&three.scan()), "B2");
    let by_two = two.add(refused("203.0.113.8", "/exports/c.csv", at + 2));
    assert_eq!(found(&by_two.scan()), "none");
    // Who asks for a name that nobody guesses, and for nothing before, knew it.
    let knew = listed().add(refused("203.0.113.9", "/exports/people-20240301.csv", at));
    assert_eq!(found(&knew.scan()), "B2");
    let led = knew.add(line(at - 60, "203.0.113.9", "GET /", 200, 512));
    assert_eq!(found(&led.scan()), "none");
}

#[test]
fn a_copy_held_after_a_listing_was_sent() {
    let at = FROM + DAY;
    let asked = line(at + 60, "203.0.113.9", "GET /exports/a.csv", 304, 0);
    let alone = Told::quiet().add(asked.clone());
    assert_eq!(found(&alone.scan()), "B2");
    let listing = line(at, "203.0.113.9", "GET /exports/?C=N;O=D", 200, 3_000);
    let report = alone.add(listing).scan();
    assert_eq!(found(&report), "B1");
}

#[test]
fn an_answer_of_a_stated_size_is_not_the_content() {
    let page = line(FROM + DAY, "203.0.113.9", "GET /exports/a.csv", 200, 777);
    let told = Told::quiet().add(page);
    assert_eq!(found(&told.scan()), "A");
    let stated = told.with("exposure", "decoy_bytes", "[777]".to_owned());
    assert_eq!(found(&stated.scan()), "none");
}

#[test]
fn what_was_lawful_or_not_is_an_open_question() {
    let mut told = Told::quiet().with("exposure", "kind", quoted("api"));
    told = told.add(outsider(FROM + DAY));
    let report = told.scan();
    assert_eq!(code(&report), "D", "{}", show(&report));
    assert!(reasons(&report).iter().any(|why| why.contains("lawful or not: the log cannot say")));
}

#[test]
fn an_end_of_the_window_that_matters_is_named() {
    let report = Told::quiet().add(outsider(FROM + HOUR / 2)).scan();
    assert_eq!(code(&report), "A");
    let moved = report["verdict"]["moved_ends"].as_array().unwrap();
    let tried: Vec<(&str, i64, &str)> = moved
        .iter()
        .map(|one| {
            (
                one["end"].as_str().unwrap(),
                one["by_seconds"].as_i64().unwrap(),
                one["code"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        tried,
        [("from", -HOUR, "A"), ("from", HOUR, "B1"), ("to", -HOUR, "A"), ("to", HOUR, "A")]
    );
    let told = reasons(&report);
    let told = told.iter().find(|why| why.starts_with("the ends of a window matter")).unwrap();
    assert!(told.ends_with("had its beginning 1 h later, its verdict would be B1"), "{told}");
    // One that is stated to be doubtful is tried as well.
    let doubtful = Told::quiet().with("window", "to_latest", quoted(&iso(TO + 600)));
    let report = doubtful.scan();
    let moved = report["verdict"]["moved_ends"].to_string();
    assert!(moved.contains("\"by_seconds\":600"), "{moved}");
}

#[test]
fn a_verdict_is_drawn_by_part_and_by_server() {
    let report = Told::quiet().add(outsider(FROM + DAY)).scan();
    let verdict = &report["verdict"];
    assert_eq!(verdict["servers"][0]["finding"], "A");
    let window = &verdict["exposures"][0]["windows"][0];
    assert_eq!(window["code"], "A");
    assert_eq!(window["parts"][0]["code"], "A");
    let needs = verdict["would_change"].as_array().unwrap();
    assert!(needs.iter().all(|need| need["check"] == "C3"), "{needs:?}");
    // Logs that begin in the middle of the window leave its first part open.
    let half = (FROM + TO) / 2;
    let mut told = Told::quiet().add(outsider(half + DAY));
    told.log.retain(|(at, _)| *at >= half);
    let report = told.scan();
    let parts = &report["verdict"]["exposures"][0]["windows"][0]["parts"];
    assert_eq!((&parts[0]["code"], &parts[1]["code"]), (&"D".into(), &"A".into()), "{parts}");
    let speaks = report["verdict"]["speaks"].as_str().unwrap();
    assert!(
        speaks.starts_with("The logs speak for 144 of 288 hours of the window (50 %)"),
        "{speaks}"
    );
    let sentence = report["verdict"]["sentence"].as_str().unwrap();
    assert!(sentence.contains("at least 1 client"), "{sentence}");
}

/// Cases of every code, with everything that a verdict may have to say.
fn all_kinds() -> Vec<Told> {
    let mut bare = Told::quiet();
    bare.parties.clear();
    bare.window.clear();
    let mut secret = Told::quiet().with("exposure", "kind", quoted("secret"));
    secret.more = claim("denies = \"others\"");
    let mut late = Told::quiet().add(outsider(TO + DAY));
    late.more = [event(TO, "fixed"), claim("denies = \"anyone\"")].concat();
    let mut cases = vec![
        Told::quiet(),
        bare.clone().add(outsider(FROM + DAY)),
        bare,
        secret,
        late,
        Told::quiet().add(outsider(TO)),
        Told::quiet().add(line(FROM + DAY, "203.0.113.9", "GET /exports/?C=N;O=D", 200, 3_000)),
        Told::quiet().add(line(FROM + DAY, "203.0.113.9", "PUT /exports/a.csv", 201, 0)),
        Told::quiet().cut(FROM + DAY, FROM + 3 * DAY, false),
        Told::quiet().without("stated_by").without("role").without("ftp"),
    ];
    let mut sighted = Told::quiet();
    sighted.more = event(TO, "sighted");
    cases.push(sighted);
    cases
}

#[test]
fn everything_in_the_verdict_is_in_the_language_of_the_case() {
    let english =
        [" the ", " of ", " was ", " were ", " is ", " and ", "logs", "request ", "nobody"];
    for told in all_kinds() {
        let report = told.with("case", "language", quoted("fr")).scan();
        let verdict = &report["verdict"];
        let mut texts =
            vec![verdict["sentence"].as_str().unwrap(), verdict["speaks"].as_str().unwrap()];
        let own = reasons(&report);
        // Of silence others speak.
        texts.extend(own.iter().map(String::as_str).filter(|why| !why.starts_with("C3")));
        let each = |list: &'static str, key: &'static str| {
            verdict[list].as_array().unwrap().iter().map(move |one| one[key].as_str().unwrap())
        };
        texts.extend(each("claims", "because"));
        texts.extend(each("would_change", "what"));
        texts.extend(each("would_change", "held_by"));
        for text in texts {
            for word in english {
                assert!(!text.contains(word), "{word}: {text}");
            }
        }
    }
}

#[test]
fn nothing_that_is_said_says_more_than_a_log_can() {
    for told in all_kinds() {
        for language in ["en", "fr"] {
            let report = told.clone().with("case", "language", quoted(language)).scan();
            banned_in(&report["verdict"].to_string());
            banned_in(&report["checks"].to_string());
        }
    }
    let stories = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-logs");
    let mut told = 0;
    for story in std::fs::read_dir(stories).unwrap() {
        if let Ok(text) = std::fs::read_to_string(story.unwrap().path().join("report.txt")) {
            // A claim is quoted, whatever it says.
            let own = text.lines().filter(|line| !line.contains("the claim \""));
            own.for_each(banned_in);
            told += 1;
        }
    }
    assert!(told >= 2);
}

/// What must not be said in either language.
fn banned_in(text: &str) {
    let text = text.to_lowercase();
    for banned in [
        "no data was",
        "no data were",
        "not leaked",
        "proves",
        "proven",
        "nobody accessed",
        "nobody fetched",
        "hacker",
        "attacker",
        "criminal",
        "stolen",
        "aucune donnée n'a",
        "prouve",
        "pirate",
        "volé",
        "attaquant",
    ] {
        assert!(!text.contains(banned), "{banned}: {text}");
    }
}
