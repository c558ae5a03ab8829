//! Lines of shapes and sizes that no server writes in good faith.

use super::program::line;
use super::{Scene, n_lines};

/// One line of a combined log with what is given in place of its parts.
fn with(time: &str, status: &str, bytes: &str) -> String {
    format!(
        "192.0.2.7 - - [{time}] \"GET /exports/a.csv HTTP/1.1\" {status} {bytes} \"-\" \"agent/1\"\n"
    )
}

const NOON: &str = "05/Mar/2024:12:00:00 +0000";

#[test]
fn numbers_may_be_anything() {
    let numbers = [
        "0",
        "000",
        "1",
        "99",
        "999",
        "1000",
        "65535",
        "65536",
        "99999",
        "-1",
        "-200",
        "+200",
        "2e2",
        "0x10",
        "4294967296",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "99999999999999999999999999",
        "NaN",
        "-",
        "--",
        "",
    ];
    let times = [
        "05/Mar/0000:12:00:00 +0000",
        "01/Jan/0000:00:00:00 +1400",
        "31/Dec/9999:23:59:59 -1200",
        "31/Dec/9999:23:59:60 +0000",
        "05/Mar/-001:12:00:00 +0000",
        "05/Mar/99999:12:00:00 +0000",
        "30/Feb/2024:12:00:00 +0000",
        "00/Mar/2024:12:00:00 +0000",
        "05/Xxx/2024:12:00:00 +0000",
        "05/Mar/2024:24:60:61 +0000",
        "05/Mar/2024:12:00:00 +9999",
        "05/Mar/2024:12:00:00 -9999",
        "05/Mar/2024:12:00:00",
        "1709640000",
        "",
        "-",
        "05/Mar/1969:12:00:00 +0000",
    ];
    let mut log = with(NOON, "200", "10").repeat(20);
    numbers.iter().for_each(|status| log += &with(NOON, status, "10"));
    // The sum of these is more than any number holds.
    numbers.iter().for_each(|bytes| log += &with(NOON, "200", bytes).repeat(3));
    times.iter().for_each(|time| log += &with(time, "200", "10"));
    let scene = Scene::with("access.log", log.as_bytes());
    let window = ["--from", "2024-03-05T00:00:00Z", "--to", "2024-03-06T00:00:00Z"];
    let ages = ["--from", "0000-01-01T00:00:00Z", "--to", "9999-12-31T23:59:59Z"];
    for more in [&[][..], &window, &ages] {
        assert_eq!(scene.scan(more).0.status, Some(0));
        let slow = [more, &["--no-fast-path"]].concat();
        assert_eq!(scene.scan(&slow).1["actors"], scene.scan(more).1["actors"]);
    }
    assert_eq!(
        scene.explain(&scene.logs().join("access.log")).len() as u64,
        n_lines(log.as_bytes())
    );
}

#[test]
fn numbers_of_json_may_be_anything() {
    let numbers = [
        "0",
        "-1",
        "-0",
        "1e308",
        "-1e308",
        "1e999",
        "1e-999",
        "18446744073709551616",
        "0.1e1",
        "253402300799",
        "253402300800",
        "-62167219200",
        "-62167219201",
        "9223372036854775807",
        "null",
        "true",
        "\"x\"",
        "[]",
        "{}",
        "NaN",
        "01",
        "1.",
        "-",
        "",
    ];
    let mut log = String::new();
    let object = |ts: &str, duration: &str, size: &str, status: &str| {
        format!(
            "{{\"ts\":{ts},\"msg\":\"handled request\",\"request\":{{\"remote_ip\":\"192.0.2.7\",\"method\":\"GET\",\"host\":\"h\",\"uri\":\"/exports/a.csv\"}},\"duration\":{duration},\"size\":{size},\"status\":{status}}}\n"
        )
    };
    log += &object("1709632800.5", "0.1", "10", "200").repeat(20);
    for number in numbers {
        log += &object(number, "0.1", "10", "200");
        log += &object("1709632800.5", number, "10", "200");
        log += &object("1709632800.5", "0.1", number, "200");
        log += &object("1709632800.5", "0.1", "10", number);
        log += &object(number, number, number, number);
    }
    let scene = Scene::with("access.log", log.as_bytes());
    let window = ["--from", "2024-03-05T00:00:00Z", "--to", "2024-03-06T00:00:00Z"];
    for more in [&[][..], &window] {
        let (ran, report) = scene.scan(more);
        assert_eq!((ran.status, &report["inputs"][0]["format"]), (Some(0), &"caddy".into()));
    }
    scene.explain(&scene.logs().join("access.log"));
}

#[test]
fn lines_may_be_of_any_length() {
    let mut log = line("192.0.2.7", 1, "/exports/a.csv", 200, 10).repeat(20);
    let long = |part: &str, n: usize| part.repeat(n);
    // An agent of two mebibytes, a target of one and a half, a field each.
    log += &format!(
        "192.0.2.7 - - [{NOON}] \"GET /exports/b HTTP/1.1\" 200 10 \"-\" \"{}\"\n",
        long("A", 2 << 20)
    );
    log += &line("192.0.2.7", 2, &format!("/exports/{}", long("%41", 1 << 19)), 200, 10);
    log += &line("192.0.2.7", 3, &format!("/exports/{}", long("../", 200_000)), 200, 10);
    log += &line("192.0.2.7", 3, &format!("/exports/{}", long("%25", 200_000)), 200, 10);
    log += &line(&long("a", 300_000), 4, "/exports/c", 200, 10);
    log += &format!("{}\n", long("field ", 100_000));
    log += &line("192.0.2.7", 5, "/exports/d", 200, 10);
    let scene = Scene::with("access.log", log.as_bytes());
    // Three mebibytes and no newline, alone in its log.
    scene.log("other.log", &vec![b'x'; 3 << 20]);
    scene.log("spaces.log", &vec![b' '; 3 << 20]);
    let (ran, report) = scene.scan(&[]);
    assert_eq!(ran.status, Some(0), "{}", ran.err());
    let totals = report["inputs"].as_array().unwrap().iter().map(|input| &input["lines"]["total"]);
    assert_eq!(totals.collect::<Vec<_>>(), [27, 1, 1]);
    assert_eq!(scene.explain(&scene.logs().join("access.log")).len(), 27);
    let last = report["actors"].as_array().unwrap().iter().find(|actor| actor["ip"] == "192.0.2.7");
    assert!(last.unwrap()["received"]["requests"].as_u64() >= Some(21), "what follows is read");
}

#[test]
fn storms_of_one_letter_cost_no_more_than_their_length() {
    const MANY: usize = 80_000;
    let mut log = line("192.0.2.7", 1, "/exports/a.csv", 200, 10).repeat(20).into_bytes();
    for storm in [
        "\"", "\\", "\\\"", "\" \"", "[", "]", "{", "}", "[[", "{\"a\":", ",", " ", "\t", "%", "/",
        "/.", "//", ";", "\\x", "\r", "\0", "&", "=", "\\u0000", "\u{202e}",
    ] {
        let storm = storm.repeat(MANY / storm.len());
        log.extend(storm.as_bytes());
        log.push(b'\n');
        log.extend(line("192.0.2.7", 2, &format!("/exports/{storm}"), 200, 10).as_bytes());
    }
    let scene = Scene::with("access.log", &log);
    let (ran, report) = scene.scan(&[]);
    assert_eq!((ran.status, &report["inputs"][0]["lines"]["total"]), (Some(0), &70.into()));
    assert_eq!(scene.explain(&scene.logs().join("access.log")).len(), 70);
}

#[test]
fn json_may_be_of_any_depth_and_breadth() {
    const DEPTH: usize = 200_000;
    let hit = "\"ts\":1709632800.5,\"msg\":\"handled request\",\"request\":{\"remote_ip\":\"192.0.2.7\",\"method\":\"GET\",\"host\":\"h\",\"uri\":\"/exports/a.csv\"},\"duration\":0.1,\"size\":10,\"status\":200";
    let mut log = format!("{{{hit}}}\n").repeat(20);
    let (arrays, objects) = ("[".repeat(DEPTH), "{\"a\":".repeat(DEPTH / 4));
    log += &format!("{arrays}\n{objects}\n");
    log += &format!("{arrays}{}\n", "]".repeat(DEPTH));
    log += &format!("{{\"deep\":{arrays}{},{hit}}}\n", "]".repeat(DEPTH));
    log += &format!("{{\"deep\":{objects}1{},{hit}}}\n", "}".repeat(DEPTH / 4));
    log += &format!("{{\"wide\":[{}1],{hit}}}\n", "1,".repeat(DEPTH));
    let keys: String = (0..DEPTH / 4).map(|n| format!("\"k{n}\":1,")).collect();
    log += &format!("{{{keys}{hit}}}\n");
    log += &format!("{{{}{hit}}}\n", "\"status\":404,".repeat(DEPTH / 8));
    log += &format!("{{{hit}}}}}}}\n{{{hit}\n{{{hit}}}{{{hit}}}\n");
    let scene = Scene::with("access.log", log.as_bytes());
    let (ran, report) = scene.scan(&[]);
    assert_eq!((ran.status, &report["inputs"][0]["format"]), (Some(0), &"caddy".into()));
    scene.explain(&scene.logs().join("access.log"));
}

#[test]
fn headers_of_w3c_may_be_anything() {
    let many = format!("#Fields: {}\n", "cs-uri-stem ".repeat(50_000));
    let heads = [
        "#Fields:\n",
        "#Fields: \n",
        "#Fields: date\n",
        "#Fields: date time date time\n",
        "#\n",
        "#Date: 0000-00-00 99:99:99\n",
        "#Fields: c-ip c-ip c-ip cs-uri-stem cs-uri-stem\n",
        &many,
        "#Fields: cs(\x1b[2J) \u{202e}\n",
        "#Fields: date time c-ip cs-method cs-uri-stem sc-status\n",
    ];
    let mut log = String::new();
    for head in heads {
        log += head;
        for row in [
            "2024-03-05 10:00:00 192.0.2.7 GET /exports/a.csv 200\n",
            "- - - - - -\n",
            "x\n",
            "0000-00-00 99:99:99 x x /exports/a 999999\n",
            "9999-12-31 23:59:59 192.0.2.7 GET /exports/b 200\n",
        ] {
            log += row;
        }
    }
    let scene = Scene::with("u_ex240305.log", log.as_bytes());
    let (ran, _) = scene.scan(&[]);
    assert_eq!(ran.status, Some(0));
    scene.explain(&scene.logs().join("u_ex240305.log"));
}
