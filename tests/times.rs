//! Times in every writing that a server may have been told to use, and what
//! they do not say: the zone, the hour a clock shows twice, the year.

use whofetched::format::{Reader, Reading, TABLE, summary};

/// The format and the summary of a line in combined with this time in it.
fn read(time: &str) -> (String, String) {
    let line = format!(r#"192.0.2.7 - ann {time} "GET /a HTTP/1.1" 200 5 "-" "x""#);
    let mut reader = Reader::new(&[], false);
    match reader.read(line.as_bytes()) {
        Reading::Read(place, record) => (TABLE[place].card().name.to_owned(), summary(&record)),
        other => panic!("{line}: {other:?}"),
    }
}

#[test]
fn a_line_is_read_whatever_its_writing_of_time() {
    for (time, expected) in [
        ("[10/août/2018:09:45:56 +0200]", "2018-08-10T07:45:56Z"),
        ("[10/Okt/2018:09:45:56 CEST]", "2018-10-10T07:45:56Z"),
        ("[5/déc./2018:9:45:56 +0100]", "2018-12-05T08:45:56Z"),
        ("[10/Oct/2018:09:45:56 EST]", "2018-10-10T09:45:56"),
        ("[10/Oct/2018:09:45:56 PM +0530]", "2018-10-10T16:15:56Z"),
        ("[10/Oct/2018:09:45:56 -03:30]", "2018-10-10T13:15:56Z"),
        ("[2018-10-10T09:45:56,123+0200]", "2018-10-10T07:45:56.123Z"),
        ("[2018-10-10 09:45:56]", "2018-10-10T09:45:56"),
        ("[20181010T094556Z]", "2018-10-10T09:45:56Z"),
        ("[Wed, 10 Oct 2018 09:45:56 GMT]", "2018-10-10T09:45:56Z"),
        ("[Wednesday, 10-Oct-18 09:45:56 GMT]", "2018-10-10T09:45:56Z"),
        ("[Wed Oct 10 09:45:56 2018]", "2018-10-10T09:45:56"),
        ("[10.10.2018 09:45:56]", "2018-10-10T09:45:56"),
        ("[1539157556]", "2018-10-10T07:45:56Z"),
        ("[1539157556123]", "2018-10-10T07:45:56.123Z"),
        ("1539157556.123", "2018-10-10T07:45:56.123Z"),
        ("2018-10-10T09:45:56+02:00", "2018-10-10T07:45:56Z"),
    ] {
        let expected = format!("peer=192.0.2.7 time={expected} GET /a 200 5 user=ann agent=x");
        assert_eq!(read(time), ("combined".to_owned(), expected), "{time}");
    }
}

#[test]
fn a_time_may_stand_first_on_a_line_without_brackets() {
    let mut reader = Reader::new(&[], false);
    let line = br#"2018-10-10T09:45:56+02:00 192.0.2.7 - ann "GET /a HTTP/1.1" 200 5 "-" "x""#;
    let Reading::Read(_, record) = reader.read(line) else { panic!("not read") };
    let expected = "peer=192.0.2.7 time=2018-10-10T07:45:56Z GET /a 200 5 user=ann agent=x";
    assert_eq!(summary(&record), expected);
    // A client may write a date into its name, so that there are two.
    let line = br#"2018-10-10T09:45:56+02:00 192.0.2.7 - [2017-01-01 00:00:00] "GET /a HTTP/1.1" 200 5 "-" "x""#;
    assert!(matches!(reader.read(line), Reading::Unread(_)));
    // Before a date in brackets it is a collector's.
    let line = br#"2018-10-10T09:45:57+02:00 192.0.2.7 - ann [10/Oct/2018:09:45:56 +0200] "GET /a HTTP/1.1" 200 5 "-" "x""#;
    let Reading::Read(_, record) = reader.read(line) else { panic!("not read") };
    assert!(summary(&record).contains("time=2018-10-10T07:45:56Z"), "{}", summary(&record));
}
