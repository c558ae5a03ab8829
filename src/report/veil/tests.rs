//! What each level tells and what it leaves out, text by text.

use super::*;

fn key(byte: u8) -> Option<Key> {
    Some(Key([byte; 32]))
}

fn veil(level: Level) -> Veil {
    let known = Known {
        names: ["pc-7.example.org".to_owned()].into(),
        tokens: ["Qm7ZxT41pa".to_owned()].into(),
    };
    Veil::new(level, key(1), &known)
}

/// With the digits of pseudonyms put out.
fn plain(text: &str) -> String {
    let mac = regex::Regex::new("[0-9a-f]{16}").unwrap();
    mac.replace_all(text, "…").into_owned()
}

#[test]
fn what_opens_something_is_not_told() {
    let check = |text: &str, expected: &str| {
        for level in [Level::Investigator, Level::Public] {
            assert_eq!(plain(&veil(level).text(text)), expected, "{text}");
        }
        assert_eq!(Veil::full().text(text), text);
    };
    check("/a?token=s3cr3t&x=12", "/a?token=[value:6:…]&x=[value:2:…]");
    check("/a/?C=N;O=D", "/a/?C=N;O=D");
    check("/find?dupont+jean", "/find?[value:11:…]");
    check("re:^/api\\?id=([0-9]+)$", "re:^/api\\?id=([0-9]+)$");
    check("/a;jsessionid=AB12/b", "/a;jsessionid=[value:6:…]");
    check("http://bob:pw@h.example/", "http://[user:6:…]@h.example/");
    check("mail jean.dupont@example.fr now", "mail [email:22:…] now");
    check("/u/jean%2Edupont%40example.fr/x", "/u/[email:22:…]/x");
    check("/u/jean%252edupont%2540example.fr", "/u/[email:22:…]");
    check("/s/Qm7ZxT41pa/download", "/s/[token:10:…]/download");
    check("seen: Qm7ZxT41pa; xQm7ZxT41pa", "seen: [token:10:…]; xQm7ZxT41pa");
    check("/share/9aKz7Lm2Qp and /share/reports", "/share/[token:10:…] and /share/reports");
    check("/f/550e8400-e29b-41d4-a716-446655440000", "/f/[token:36:…]");
    check("/static/5f3c2b1aA9d8e7f6/x.0aa11bb.js", "/static/5f3c2b1aA9d8e7f6/x.0aa11bb.js");
    check("eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.c2ln", "[token:34:…]");
    check("Bearer abcdef1234567890", "Bearer [token:16:…]");
    check("basic authentication", "basic authentication");
    check("AKIAIOSFODNN7EXAMPLE", "[token:20:…]");
    check("NIR 2 85 05 75 115 005 42.", "NIR [nir:15:…].");
    check("/nir/285057511500542.pdf", "/nir/[nir:15:…].pdf");
    check("/nir/1850599115005", "/nir/[nir:13:…]");
    check("/nir/2%2085%2005%202A%20115%20005", "/nir/[nir:13:…]");
    check("12345678901234", "12345678901234");
    check("100 % of 1,234,567", "100 % of 1,234,567");
    check("[token:32:0011223344556677]", "[token:32:…]");
}

#[test]
fn addresses_are_told_to_investigators_only() {
    let check = |text: &str, expected: &str| {
        assert_eq!(veil(Level::Investigator).text(text), text);
        assert_eq!(plain(&veil(Level::Public).text(text)), expected, "{text}");
    };
    check("of 192.0.2.7, it", "of ip-…, it");
    check("/x/192%2E0%2E2%2E7/y", "/x/ip-…/y");
    check("/x/%31%39%32.0.2.7/y", "/x/ip-…/y");
    check("for 2001%3Adb8%3A%3A5", "for ip-…");
    check("2001:db8::/32, 192.0.2.0/24", "net-…/32, net-…/24");
    check("192.0.2.7, 10.0.0.1, 2001:db8::5", "ip-…, ip-…, ip-…");
    check("asked by pc-7.example.org at 01:07:14", "asked by name-… at 01:07:14");
    assert_eq!(plain(&veil(Level::Public).client("webmail")), "name-…");
    assert_eq!(plain(&veil(Level::Public).client("192.0.2.7")), "ip-…");
    assert_eq!(veil(Level::Investigator).client("webmail"), "webmail");
}

#[test]
fn a_pseudonym_is_of_the_case_and_of_what_it_stands_for() {
    let public =
        |byte, text| Veil::new(Level::Public, key(byte), &Known::default()).text(text).into_owned();
    assert_eq!(public(1, "192.0.2.7"), public(1, "::ffff:192.0.2.7"));
    assert_eq!(public(1, "2001:db8::5"), public(1, "2001:DB8:0::5"));
    assert_ne!(public(1, "192.0.2.7"), public(1, "192.0.2.8"));
    assert_ne!(public(1, "192.0.2.7"), public(2, "192.0.2.7"));
    let unkeyed = Veil::new(Level::Investigator, None, &Known::default());
    assert_eq!(unkeyed.text("/a?token=s3cr3t"), "/a?token=[value:6]");
    // Of RFC 4231's kind, reckoned apart: HMAC-SHA-256 of "ip\0192.0.2.7".
    assert_eq!(mac(&Key([1; 32]), "ip", b"192.0.2.7"), MAC_OF_IP);
}

/// By `python3 -c 'import hmac; print(hmac.digest(b"\1"*32, b"ip\0" + b"192.0.2.7", "sha256").hex()[:16])'`.
const MAC_OF_IP: &str = "0d6e7c27c2ac97a4";

fn written(level: Level, file: &str, text: &str) -> String {
    let mut out = Vec::new();
    // Byte by byte, as an output may.
    let write = |into: &mut dyn Write| {
        text.as_bytes().iter().try_for_each(|byte| into.write_all(std::slice::from_ref(byte)))
    };
    veil(level).through(file, &mut out, write).unwrap();
    plain(&String::from_utf8(out).unwrap())
}

#[test]
fn json_is_veiled_string_by_string() {
    let text = "{\"client\":\"webmail\",\n \"user\":\"bob\",\"raw\":\"x\",\"a_b64\":[\"eA==\",null],\n\
                \"bytes\":1850599115005,\"b\":{\"c\":[\"at \\u0031\\u003192.0.2.7\",\"/?q=a\\\"b\"]},\
                \"192.0.2.7\":\"d\",\"e\":\"\\u001b\",\"sha256\":\"1850599115005\",\"identity\":\"1850599115005\"}\n";
    let expected = "{\"client\":\"name-…\",\n \"user\":\"[user:3:…]\",\"raw\":null,\"a_b64\":[null,null],\n\
                    \"bytes\":1850599115005,\"b\":{\"c\":[\"at 11ip-…\",\"/?q=a\\\"b\"]},\
                    \"ip-…\":\"d\",\"e\":\"\\u001b\",\"sha256\":\"1850599115005\",\"identity\":\"1850599115005\"}\n";
    let text = text.replace("11192", "11 192").replace("\\u003192", "\\u0031 192");
    let expected = expected.replace("11ip", "11 ip");
    assert_eq!(written(Level::Public, "x.json", &text), expected);
    assert_eq!(written(Level::Full, "x.json", &text), text);
}

#[test]
fn sheets_are_veiled_cell_by_cell() {
    let text = "\"client\",\"user\",\"offset\",\"target\"\n\
                \"webmail\",\"bob\",\"1850599115005\",\"/a, \"\"?q=ab\"\n\
                \"\",\"\",\"5\",\"/a\"\n";
    let expected = "\"client\",\"user\",\"offset\",\"target\"\n\
                    \"name-…\",\"[user:3:…]\",\"1850599115005\",\"/a, \"\"?q=[value:2:…]\"\n\
                    \"\",\"\",\"5\",\"/a\"\n";
    assert_eq!(written(Level::Public, "x.csv", text), expected);
}

#[test]
fn pages_and_texts_are_veiled_whole() {
    let page = "<a title=\"/a?x=12&amp;token=s3cr3t&quot;\">192.0.2.7</a> é";
    let expected = "<a title=\"/a?x=[value:2:…]&amp;token=[value:6:…]&quot;\">ip-…</a> é";
    assert_eq!(written(Level::Public, "x.html", page), expected);
    assert_eq!(written(Level::Public, "x.txt", "2 85 05 75\n115 005 42\n"), "[nir:15:…]\n");
}

#[test]
fn what_is_no_text_is_refused_below_full() {
    let mut out = Vec::new();
    let error =
        veil(Level::Public).through("x.bin", &mut out, |into| into.write_all(b"\xff")).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidData);
}
