//! Requests of object stores: a target is tried on the request's path and on
//! the object's key, and the hit says which of them named it.

mod program;

use std::fs;

use program::run_in;
use whofetched::case::target::Matcher;
use whofetched::case::{Case, load};
use whofetched::format::{Reader, Reading};

fn case_of(pattern: &str) -> Case {
    load::quick(&[pattern.to_owned()], None, None, None, None, &[], &[], None).unwrap()
}

/// An S3 line: operation, key, request field and host header.
fn s3(operation: &str, key: &str, request: &str, host: &str) -> String {
    format!(
        r#"79a5be leak [06/Feb/2019:00:00:38 +0000] 192.0.2.3 - A12 {operation} {key} {request} 200 - 5 5 3 1 "-" "-" - h= - - - {host} - - -"#
    )
}

#[test]
fn an_object_is_named_by_its_key_as_well_as_by_its_request() {
    let check = |pattern: &str, line: &str, spelling: &str, path: &str| {
        let matcher = Matcher::new(&case_of(pattern), false).unwrap();
        let mut reader = Reader::new(&[], false);
        let Reading::Read(_, record) = reader.read(line.as_bytes()) else { panic!("{line}") };
        let found = matcher.find_record(&record);
        let found = found.filter(|found| found.exposures == 1);
        let told =
            found.map(|f| (f.spelling.word(), String::from_utf8_lossy(&f.path).into_owned()));
        let told = told.as_ref().map(|(spelling, path)| (*spelling, path.as_str()));
        assert_eq!(told.unwrap_or_default(), (spelling, path), "{pattern} {line}");
    };
    let get = "REST.GET.OBJECT";
    let (styled, hosted) = ("s3.amazonaws.com", "leak.s3.amazonaws.com");
    let by_path = s3(get, "a/p.csv", r#""GET /leak/a/p.csv HTTP/1.1""#, styled);
    let by_host = s3(get, "a/p.csv", r#""GET /a/p.csv?x-id=GetObject HTTP/1.1""#, hosted);
    let without = s3(get, "a/p.csv", "-", hosted);
    let copied = s3("REST.COPY.OBJECT_GET", "a/p.csv", "-", "-");
    let batch = s3("BATCH.DELETE.OBJECT", "a/p.csv", "-", hosted);
    let select = s3(
        "REST.SELECT.OBJECT_CONTENT",
        "a/p.csv",
        r#""POST /a/p.csv?select&select-type=2 HTTP/1.1""#,
        hosted,
    );
    for line in [&by_path, &by_host, &without, &copied, &batch, &select] {
        for pattern in ["/a/p.csv", "/leak/a/p.csv"] {
            check(pattern, line, "plain", pattern);
        }
        check("/a/*.csv", line, "plain", "/a/p.csv");
        check("https://leak.s3.eu-west-1.amazonaws.com/a", line, "plain", "/a/p.csv");
        check("/other/a/p.csv", line, "", "");
    }
    check("https://s3.amazonaws.com/leak/a", &by_host, "plain", "/leak/a/p.csv");
    check("https://other.s3.amazonaws.com/a", &by_host, "", "");
    // The key is encoded once less than the request.
    let twice = s3(get, "a%2Bb.csv", r#""GET /leak/a%252Bb.csv HTTP/1.1""#, styled);
    check("/a+b.csv", &twice, "encoded", "/a+b.csv");
    check("/leak/a+b.csv", &twice, "encoded", "/leak/a+b.csv");
    // An interface of its own.
    let json = r#""1700000000123456","203.0.113.5","1","","GET","/download/storage/v1/b/leak/o/a%2Fp.csv?alt=media","200","0","5","3","storage.googleapis.com","","x","A","GET_Object","leak","a/p.csv""#;
    check("/a/p.csv", json, "plain", "/a/p.csv");
    check("https://storage.googleapis.com/leak/a/p.csv", json, "plain", "/leak/a/p.csv");
    // A static website of Azure: the container is not in the address.
    let azure = r#"{"time":"2024-02-24T12:34:56Z","operationName":"GetBlob","statusCode":200,"callerIpAddress":"203.0.113.5:5","properties":{"objectKey":"/acc/$web/a/p.csv"},"uri":"https://acc.z6.web.core.windows.net/a/p.csv"}"#;
    check("/$web/a/p.csv", azure, "plain", "/$web/a/p.csv");
    // A query condition is of the request, whichever names the target.
    check("/leak/a query:x-id=GetObject", &by_host, "plain", "/leak/a/p.csv");
    check("/leak/a query:x-id=Other", &by_host, "", "");
}

#[test]
fn a_scan_shows_the_hit_by_its_key_and_the_nearest_object() {
    let folder = tempfile::tempdir().unwrap();
    let copied = s3("REST.COPY.OBJECT_GET", "a/p.csv", "-", "-");
    let got =
        s3("REST.GET.OBJECT", "b/q.csv", r#""GET /b/q.csv HTTP/1.1""#, "leak.s3.amazonaws.com");
    fs::write(folder.path().join("s3.log"), format!("{copied}\n{got}\n")).unwrap();
    let args = ["scan", "-p", "/leak/a/p.csv", "-p", "/leak/b/other.csv", "--json", "s3.log"];
    let report = run_in(folder.path(), &args).ended(0).json();
    assert_eq!(report["evidence"].as_array().unwrap().len(), 1);
    assert_eq!(report["evidence"][0]["path"], "/leak/a/p.csv");
    assert_eq!(report["evidence"][0]["target"], "/a/p.csv");
    assert_eq!(report["evidence"][0]["spelling"], "plain");
    let text = report.to_string();
    assert!(text.contains("/leak/b/q.csv"), "{text}");
}
