//! The sums of a report, which must agree with one another: lines by input,
//! requests by grade and class, actors and evidence, the verdict and its
//! parts. They need nothing but the report.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Found;

/// The codes, the gravest first.
const CODES: [&str; 6] = ["A", "B1", "B2", "D", "C*", "C"];

/// The grades by which content left the server.
const SENT: [&str; 5] = ["F1", "F2", "F3", "P", "L"];

/// The sums of a report, and of the requests in `hits.csv`.
///
/// # Errors
/// When `hits` is no sheet of requests.
pub fn check(report: &Value, hits: &[u8]) -> Result<Found, csv::Error> {
    let mut found = Found::default();
    each(&report["inputs"]).for_each(|input| lines(input, &mut found));
    let actors: Vec<&Value> = each(&report["actors"]).collect();
    let requests = requests(hits)?;
    for actor in &actors {
        of_actor(actor, &requests, &mut found);
    }
    evidence(report, &actors, &mut found);
    recipients(report, &actors, &mut found);
    codes(&report["verdict"], &mut found);
    Ok(found)
}

fn each(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_default()
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn sum(counts: &Value, of: impl Fn(&str) -> bool) -> u64 {
    let counts = counts.as_object().into_iter().flatten();
    counts.filter(|(key, _)| of(key)).map(|(_, count)| number(count)).sum()
}

/// Every line ends as one of four.
fn lines(input: &Value, found: &mut Found) {
    let lines = &input["lines"];
    let (total, ends) = (number(&lines["total"]), sum(lines, |key| key != "total"));
    found.check(total == ends, || {
        format!("{} has {total} lines, of which {ends} are accounted for", word(&input["path"]))
    });
}

/// The requests of one actor, as `hits.csv` lists them.
#[derive(Default)]
struct Requests {
    inside: u64,
    border: u64,
    by_grade: BTreeMap<String, u64>,
    class: BTreeSet<String>,
}

fn requests(hits: &[u8]) -> Result<BTreeMap<String, Requests>, csv::Error> {
    let mut sheet = csv::Reader::from_reader(hits);
    let mut actors: BTreeMap<String, Requests> = BTreeMap::new();
    for row in sheet.deserialize::<BTreeMap<String, String>>() {
        let row = row?;
        let cell = |name: &str| row.get(name).map(String::as_str).unwrap_or_default();
        let of_actor = actors.entry(cell("actor").to_owned()).or_default();
        of_actor.class.insert(cell("class").to_owned());
        // Neither what is not counted nor what repeats another.
        if cell("id").is_empty() || !cell("not_counted_because").is_empty() {
            continue;
        }
        match cell("where") {
            "inside" => {
                of_actor.inside += 1;
                *of_actor.by_grade.entry(cell("grade").to_owned()).or_default() += 1;
            }
            _ => of_actor.border += 1,
        }
    }
    Ok(actors)
}

fn of_actor(actor: &Value, requests: &BTreeMap<String, Requests>, found: &mut Found) {
    let (id, hits) = (word(&actor["id"]), &actor["hits"]);
    let (inside, border) = (number(&hits["inside"]), number(&hits["border"]));
    for by in ["by_grade", "by_status"] {
        let all = sum(&hits[by], |_| true);
        found.check(all == inside, || {
            format!("{id} has {inside} requests inside, and {all} {}", by.replace('_', " "))
        });
    }
    let sent = sum(&hits["by_grade"], |grade| SENT.contains(&grade));
    let received = number(&actor["received"]["requests"]);
    found.check(sent == received, || {
        format!("{id} was sent content by {received} requests, and has {sent} of such a grade")
    });
    let cited = each(&actor["evidence"]).count() as u64 + number(&actor["evidence_left_out"]);
    found.check(cited == inside + border, || {
        format!("{id} has {} requests, of which {cited} are evidence", inside + border)
    });
    let none = Requests::default();
    let listed = requests.get(id).unwrap_or(&none);
    found.check((listed.inside, listed.border) == (inside, border), || {
        format!(
            "{id} has {inside} requests inside and {border} at a border, in hits.csv {} and {}",
            listed.inside, listed.border
        )
    });
    for (grade, count) in &listed.by_grade {
        let stated = number(&hits["by_grade"][grade]);
        found.check(stated == *count, || {
            format!("{id} has {stated} requests of grade {grade}, in hits.csv {count}")
        });
    }
    let class = word(&actor["class"]);
    found.check(listed.class.iter().all(|listed| listed == class), || {
        format!("{id} is of class {class}, in hits.csv of another")
    });
}

fn evidence(report: &Value, actors: &[&Value], found: &mut Found) {
    let of: BTreeMap<&str, &str> =
        each(&report["evidence"]).map(|one| (word(&one["id"]), word(&one["actor"]))).collect();
    let ids: BTreeSet<&str> = actors.iter().map(|actor| word(&actor["id"])).collect();
    for actor in actors {
        let id = word(&actor["id"]);
        for cited in each(&actor["evidence"]).map(word) {
            found.check(of.get(cited) == Some(&id), || {
                format!("{id} cites {cited}, which is not its own in the list of evidence")
            });
        }
    }
    if number(&report["actors_left_out"]) == 0 {
        for (cited, actor) in of {
            found
                .check(ids.contains(actor), || format!("{cited} is of {actor}, who is not listed"));
        }
    }
}

fn recipients(report: &Value, actors: &[&Value], found: &mut Found) {
    if number(&report["actors_left_out"]) > 0 {
        return;
    }
    let stated = report["verdict"]["recipients"].as_object().into_iter().flatten();
    for (class, stated) in stated {
        let is_sent = |actor: &&&Value| {
            word(&actor["class"]) == class && number(&actor["received"]["requests"]) > 0
        };
        let listed = actors.iter().filter(is_sent).count() as u64;
        found.check(number(stated) == listed, || {
            format!("{stated} clients of class {class} were sent content, and {listed} are listed")
        });
    }
}

/// A whole is never milder than its parts, and a code is what the finding and
/// the coverage make it.
fn codes(verdict: &Value, found: &mut Found) {
    let expected = match (word(&verdict["finding"]), word(&verdict["coverage"])) {
        ("none", "whole") => "C",
        ("none", "conditional") => "C*",
        ("none", _) => "D",
        (finding, _) => finding,
    };
    let code = word(&verdict["code"]);
    found.check(code == expected, || {
        format!("the verdict is {code}, and its finding and coverage make {expected}")
    });
    for exposure in each(&verdict["exposures"]) {
        milder(code, exposure, "the verdict", found);
        let name = word(&exposure["name"]);
        for window in each(&exposure["windows"]) {
            milder(word(&exposure["code"]), window, name, found);
            for part in each(&window["parts"]) {
                milder(word(&window["code"]), part, &format!("a window of {name}"), found);
            }
        }
    }
}

fn milder(code: &str, part: &Value, whole: &str, found: &mut Found) {
    let rank = |code: &str| CODES.iter().position(|one| *one == code);
    let own = word(&part["code"]);
    let agrees = matches!((rank(code), rank(own)), (Some(whole), Some(part)) if whole <= part);
    found.check(agrees, || format!("{whole} is {code}, and a part of it {own}"));
}
