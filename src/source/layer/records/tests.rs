//! Frames of every kind, whole, cut in pieces, and damaged.

use super::super::Layers;
use super::*;

/// Frames a whole text, given in pieces of `n` bytes.
fn frame_by(text: &[u8], n: usize) -> Vec<u8> {
    let mut layers = Layers::choose(&text[..text.len().min(64 << 10)]);
    let mut out = Vec::new();
    text.chunks(n).for_each(|piece| layers.push(piece, &mut out));
    layers.end(&mut out);
    out
}

/// Frames a text, and says its lines without blank ones and blanks; checks
/// that no byte is lost and that pieces do not show.
fn frame(text: &str) -> Vec<String> {
    let out = frame_by(text.as_bytes(), 1 << 20);
    for n in [1, 7] {
        assert_eq!(frame_by(text.as_bytes(), n), out, "{text}");
    }
    let solid = |bytes: &[u8]| -> Vec<u8> {
        bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect()
    };
    assert!(solid(&out).len() <= solid(text.as_bytes()).len(), "{text}");
    let out = String::from_utf8(out).unwrap();
    let lines = out.lines().map(str::trim_end).filter(|line| !line.is_empty());
    lines.map(|line| line.replace(OUTER as char, "^")).collect()
}

fn check(text: &str, expected: &[&str]) {
    assert_eq!(frame(text), expected, "{text}");
}

#[test]
fn lists_of_records_become_lines() {
    check(r#"[{"a":1},{"b":[{"c":"},{"}]}]"#, &[r#"{"a":1}"#, r#"{"b":[{"c":"},{"}]}"#]);
    check(
        "[\n  {\n    \"a\": 1,\n    \"b\": \"x\\\"{\"\n  },\r\n  {\n    \"a\": 2\n  }\n]\n",
        &[r#"{     "a": 1,     "b": "x\"{"   }"#, r#"{     "a": 2   }"#],
    );
    check("[]", &["[]"]);
    check("[ {} ]", &["{}"]);
}

#[test]
fn offsets_are_those_of_the_source() {
    for text in [
        "[\n  {\n    \"a\": 1\n  },\n  {\"a\": 2}\n]\n",
        "{\"Records\": [{\"a\":1},\n{\"a\":2}], \"next\": \"x\"}\n",
        "\u{feff}{\"hits\":{\"total\":2,\"hits\":[{\"_source\":{\"a\":1}},{\"_source\":{\"a\":2}}]}}",
    ] {
        let out = frame_by(text.as_bytes(), 5);
        assert_eq!(out.len(), text.len(), "{text}");
        for record in ["\"a\": 2", "\"a\":2"] {
            let find = |text: &[u8]| memchr::memmem::find(text, record.as_bytes());
            assert_eq!(find(&out), find(text.as_bytes()));
        }
    }
}

#[test]
fn objects_give_the_records_inside_them() {
    check(
        r#"{"Records":[{"eventName":"GetObject","resources":[{"a":1}]},{"b":2}]}"#,
        &[r#"^"Records":"#, r#"{"eventName":"GetObject","resources":[{"a":1}]}"#, r#"{"b":2}"#],
    );
    check(
        r#"{"messageType":"DATA_MESSAGE","logGroup":"g","logEvents":[{"id":"1","message":"A"}]}{"messageType":"CONTROL_MESSAGE","logEvents":[{"id":"","message":"B"}],"owner":"1"}"#,
        &[
            r#"^"messageType":"DATA_MESSAGE","logGroup":"g","logEvents":"#,
            r#"{"id":"1","message":"A"}"#,
            r#"^"messageType":"CONTROL_MESSAGE","logEvents":"#,
            r#"{"id":"","message":"B"}"#,
            r#"^"owner":"1"}"#,
        ],
    );
    check(
        r#"{"took":3,"timed_out":false,"hits":{"total":{"value":2},"max_score":1,"hits":[{"_source":{"hits":[{}]}},{"_id":"x"}]},"aggregations":{}}"#,
        &[
            r#"^"took":3,"timed_out":false,"hits":{"total":{"value":2},"max_score":1,"hits":"#,
            r#"{"_source":{"hits":[{}]}}"#,
            r#"{"_id":"x"}"#,
            r#"^"aggregations":{}}"#,
        ],
    );
    check(
        r#"{"status":"success","data":{"result":[{"stream":{"host":"w"},"values":[["1","A"],["2","B",{"t":1}]]},{"stream":{},"values":[["3","C"]]}],"stats":{}}}"#,
        &[
            r#"^"status":"success","data":{"result":"#,
            r#"^"stream":{"host":"w"},"values":"#,
            r#"["1","A"]"#,
            r#"["2","B",{"t":1}]"#,
            r#"^"stream":{},"values":"#,
            r#"["3","C"]"#,
            r#"^"stats":{}}}"#,
        ],
    );
    check(
        r#"{"value":[{"a":1},{"a":2}],"@odata.nextLink":"u"}"#,
        &[r#"^"value":"#, r#"{"a":1}"#, r#"{"a":2}"#, r#"^"@odata.nextLink":"u"}"#],
    );
    check(r#"{"Records":[]}"#, &[r#"{"Records":[]}"#]);
}

#[test]
fn what_needs_no_frame_has_none() {
    for text in [
        "",
        "192.0.2.7 - - [12/Apr/2018:09:48:40 +0200] \"GET / HTTP/1.1\" 200 5\n",
        "[10/Aug/2018:09:45:56 +0200] 172.30.0.119 TLSv1.2 x \"GET / HTTP/1.1\" 5\n",
        "[pid: 1|app: 0]\n",
        "{\"a\":1}\n{\"a\":2}\n",
        "{\"a\":1}",
        "{\"time\":1,\"data\":[{\"b\":1}]}\n",
        "{\"a\":1,\"data\":[{\"b\":1}]}\n{\"a\":2,\"data\":[{\"b\":1}]}\n",
        "{\"time\":\"x\",\"records\":[{\"b\":1}],\"path\":\"/\"}\n",
        "{\"records\":[{\"b\":1}],\"time\":\"x\",\"path\":\"/\"}\n{\"a\":1}\n",
        "{\"eventName\":\"GetObject\",\"resources\":[{\"a\":1}]}\n{\"b\":1}\n",
        "{ server x; }\n",
        "{\"a\":\"x\n{\"a\":\"x\n",
    ] {
        assert!(Layers::choose(text.as_bytes()).is_empty(), "{text}");
        assert_eq!(frame_by(text.as_bytes(), 3), text.as_bytes());
    }
}

#[test]
fn documents_follow_one_another_in_every_way() {
    check(r#"{"a":1}{"a":2} {"a":3}"#, &[r#"{"a":1}"#, r#"{"a":2}"#, r#"{"a":3}"#]);
    check("{\n\"a\":1\n}\n{\n\"a\":2\n}\n", &["{ \"a\":1 }", "{ \"a\":2 }"]);
    check("{\"a\":1},\n{\"a\":2},\n{\n\"a\":3}", &[r#"{"a":1}"#, r#"{"a":2}"#, r#"{ "a":3}"#]);
    check(
        "{\"Records\":[{\"a\":1},{\"a\":2}]}\n{\"Records\":[{\"a\":3}]}\n{\"Records\":[]}\n",
        &[
            "^\"Records\":",
            r#"{"a":1}"#,
            r#"{"a":2}"#,
            "^\"Records\":",
            r#"{"a":3}"#,
            "^\"Records\":[]}",
        ],
    );
}

#[test]
fn damage_is_given_as_it_stands_and_ends_with_the_next_record() {
    // A quote that is missing, on one line and laid out.
    check(
        r#"[{"a":"1"},{"a":"2,"b":"3"},{"a":"4"},{"a":"5"}]"#,
        &[r#"{"a":"1"}"#, r#"{"a":"2,"b":"3"}"#, r#"{"a":"4"}"#, r#"{"a":"5"}"#],
    );
    check(
        "[\n  {\n    \"a\": \"1\"\n  },\n  {\n    \"a\": \"2\n  },\n  {\n    \"a\": 3\n  }\n]\n",
        &["{     \"a\": \"1\"   }", "{     \"a\": \"2", "  }", "{     \"a\": 3   }"],
    );
    // A brace that is missing, text between, a value that a template left out.
    check(
        r#"[{"a":1},{"b":{"c":1},{"d":2},{"e":3}]"#,
        &[r#"{"a":1}"#, r#"{"b":{"c":1}"#, r#"{"d":2}"#, r#"{"e":3}"#],
    );
    check(
        "[{\"a\":1},\n{\"b\":,\"c\":2},\n{\"d\":3}]",
        &[r#"{"a":1}"#, r#"{"b":,"c":2}"#, r#"{"d":3}"#],
    );
    check(
        "{\"Records\":[{\"a\":1}]}\nnot JSON\n{\"Records\":[{\"a\":2}]}\n",
        &["^\"Records\":", r#"{"a":1}"#, "not JSON", "^\"Records\":", r#"{"a":2}"#],
    );
    // Cut off.
    check("[{\"a\":1},{\"a\":\"x", &[r#"{"a":1}"#, r#"{"a":"x"#]);
    check("{\"Records\":[{\"a\":1}]", &["^\"Records\":", r#"{"a":1}"#]);
}

#[test]
fn behind_damage_of_the_source_the_next_record_is_found() {
    let mut walk = Walk::new(Lists::All);
    let mut out = Vec::new();
    walk.push(br#"[{"a":1},{"a":"x"#, &mut out);
    walk.end(&mut out);
    walk.push(br#"yz"},{"a":3}]"#, &mut out);
    walk.end(&mut out);
    assert_eq!(out, b"\n{\"a\":1}\n{\"a\":\"xyz\"}\n{\"a\":3}\n");
}

#[test]
fn every_damage_of_every_text_keeps_every_byte() {
    let texts = [
        "[\n  {\n    \"a\": \"x\\\"y\", \"b\": [1, {\"c\": null}]\n  },\n  {\"d\": 2}\n]\n",
        "{\"owner\":\"1\",\"logEvents\":[{\"id\":\"1\"},{\"id\":\"2\"}],\"x\":{\"y\":[{}]}}{\"logEvents\":[]}",
        "{\"data\":{\"result\":[{\"stream\":{},\"values\":[[\"1\",\"A\"],[\"2\",\"B\"]]}]}}",
    ];
    for text in texts {
        for at in 0..text.len() {
            for byte in *b"\"\\[]{},: \n0x\0\xff" {
                let mut damaged = text.as_bytes().to_vec();
                damaged[at] = byte;
                let mut walk = Walk::new(Lists::All);
                let mut out = Vec::new();
                for piece in damaged.chunks(3) {
                    walk.push(piece, &mut out);
                }
                walk.end(&mut out);
                // Nothing but separators and layout changes.
                let letters = |bytes: &[u8]| -> Vec<u8> {
                    let is_solid = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'\\';
                    bytes.iter().copied().filter(is_solid).collect()
                };
                assert_eq!(
                    letters(&out),
                    letters(&damaged),
                    "{}",
                    String::from_utf8_lossy(&damaged)
                );
                assert_eq!(out.len() as u64, damaged.len() as u64 + walk.n_inserted);
            }
            let mut out = Vec::new();
            let mut walk = Walk::new(Lists::Sure);
            walk.push(&text.as_bytes()[..at], &mut out);
            walk.end(&mut out);
            assert_eq!(out.len() as u64, at as u64 + walk.n_inserted);
        }
    }
}

#[test]
fn nesting_and_length_cost_no_memory() {
    let deep = format!("[{{\"a\":{}1{}}},{{\"b\":2}}]", "[{\"x\":".repeat(5000), "}]".repeat(5000));
    let lines = frame(&deep);
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[1], r#"{"b":2}"#);
    let mut walk = Walk::new(Lists::All);
    let mut out = Vec::new();
    walk.push(b"[", &mut out);
    let mut n_bytes = 1;
    for _ in 0..40_000 {
        out.clear();
        let piece = br#"{"message":"192.0.2.7 - - x","list":[{"a":1}],"pad":"0123456789"},   "#;
        walk.push(piece, &mut out);
        n_bytes += piece.len();
        assert!(out.len() < 2 * HELD && walk.held() <= HELD);
    }
    // An object without an end, and blanks without an end.
    walk.push(br#"{"a":""#, &mut out);
    for _ in 0..100 {
        out.clear();
        walk.push(&[b'x'; 4096], &mut out);
        assert!(out.len() <= 2 * HELD && walk.held() <= HELD);
    }
    walk.push(b"\"}", &mut out);
    for _ in 0..100 {
        out.clear();
        walk.push(&[b' '; 4096], &mut out);
        assert!(out.len() <= 2 * HELD && walk.held() <= HELD);
    }
    assert!(n_bytes > 2_500_000);
}
