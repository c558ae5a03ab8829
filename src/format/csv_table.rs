//! Tables that a SIEM, a console or a query exports: one request a row, and a
//! row of names first.
//!
//! Directive: none; the export of Splunk, Kibana's Discover, Azure Log Analytics,
//! Cloudflare, Google's Logs Explorer, Graylog, Athena or BigQuery.
//! Specification: RFC 4180 for the cells; the names are those of the JSON formats of this room,
//! their levels joined by dots or underscores, and the synonyms in `names.rs`.
//!
//! ```abnf
//! header = cell 1*(separator cell)       ; names, by which columns are found
//! record = cell *(separator cell)        ; as many as names
//! cell   = *OCTET / DQUOTE *(%x00-21 / %x23-FF / 2DQUOTE) DQUOTE
//! separator = "," / ";" / HTAB           ; the one that the names have most
//! ```
//!
//! A table is read only if its names say a client, a request and a time; one with a column
//! that holds the line of a server whole is an envelope of that line. What the time and the bytes mean is
//! unknown, since a query may have computed them. A row with another number of cells is refused.

use super::json::{Found, Objects, PLACES};
use super::{BytesMeaning, Card, Format, Miss, Sample, Scratch, State, TimeMeaning};
use crate::record::{Record, Zone};

pub mod header;
mod names;

use header::{Table, cells};

/// An exported table.
pub struct CsvTable;

const KIBANA: &[u8] = br#""@timestamp","source.ip","http.request.method","url.original","http.response.status_code","http.response.body.bytes""#;

static CARD: Card = Card {
    name: "csv",
    title: "a table exported from a SIEM, a console or a query, with a row of names",
    directive: "none",
    reference: "https://www.rfc-editor.org/rfc/rfc4180",
    grammar: "record = cell *(separator cell)        ; as many as names",
    time: TimeMeaning::Unknown,
    zone: "as the time is written; UTC where the name of its column says so",
    bytes: BytesMeaning::Unknown,
    client: "what the names say: a peer, a client, a forwarded list",
    folds_case: false,
    best_effort: false,
    samples: &[
        // Kibana.
        Sample {
            preamble: &[KIBANA],
            line: br#""Feb 24, 2024 @ 12:34:56.789","203.0.113.5",GET,"/a.csv?x=""1"",2",200,"88412""#,
            reads: r#"forwarded=203.0.113.5 time=2024-02-24T12:34:56.789 GET /a.csv?x="1",2 200 88412"#,
        },
        // Splunk.
        Sample {
            preamble: &[b"_time,clientip,method,uri_path,uri_query,status,bytes,useragent"],
            line: b"2024-02-24T12:34:56.000+0100,203.0.113.5,GET,/a.csv,x=1,200,88412,curl/8.5",
            reads: "forwarded=203.0.113.5 time=2024-02-24T11:34:56Z GET /a.csv?x=1 200 88412 agent=curl/8.5",
        },
        // Azure Log Analytics.
        Sample {
            preamble: &[br#""TimeGenerated [UTC]","clientIP_s","httpMethod_s","requestUri_s","requestQuery_s","httpStatus_d""#],
            line: br#""2/24/2024, 12:34:56.789 PM","203.0.113.5","GET","/a.csv","x=1","200""#,
            reads: "peer=203.0.113.5 time=2024-02-24T12:34:56.789Z GET /a.csv?x=1 200",
        },
        // Google's Logs Explorer, and BigQuery, which writes underscores.
        Sample {
            preamble: &[b"timestamp,httpRequest.requestMethod,httpRequest.requestUrl,httpRequest.status,httpRequest.remoteIp,httpRequest.responseSize"],
            line: b"2024-02-24T12:34:56.1Z,GET,https://a.example/a.csv,200,203.0.113.5,88412",
            reads: "peer=203.0.113.5 time=2024-02-24T12:34:56.1Z GET https://a.example/a.csv 200 88412 host=a.example",
        },
        Sample {
            preamble: &[b"timestamp;httpRequest_requestMethod;httpRequest_requestUrl;httpRequest_status;httpRequest_remoteIp"],
            line: b"2024-02-24 12:34:56.100000 UTC;GET;https://a.example/a.csv;200;203.0.113.5",
            reads: "peer=203.0.113.5 time=2024-02-24T12:34:56.1Z GET https://a.example/a.csv 200 host=a.example",
        },
        // Cloudflare.
        Sample {
            preamble: &[b"ClientIP\tClientRequestMethod\tClientRequestURI\tEdgeStartTimestamp\tEdgeResponseStatus\tEdgeResponseBytes"],
            line: b"203.0.113.5\tGET\t/a.csv?x=1\t1708778096123000000\t200\t88412",
            reads: "peer=203.0.113.5 time=2024-02-24T12:34:56.123Z GET /a.csv?x=1 200 88412",
        },
        // Athena over CloudFront's log: a date and a time.
        Sample {
            preamble: &[br#""date","time","request_ip","method","uri","query_string","status","bytes","user_agent""#],
            line: br#""2024-02-24","12:34:56","203.0.113.5","GET","/a.csv","-","200","88412","curl/8.5""#,
            reads: "forwarded=203.0.113.5 time=2024-02-24T12:34:56 GET /a.csv 200 88412 agent=curl/8.5",
        },
    ],
    refusals: &[
        KIBANA,
        br#""Feb 24, 2024 @ 12:34:56.789","203.0.113.5",GET,"/a.csv",200,"88412""#,
        b"name,email,path\nbob,bob@a.example,/a",
    ],
};

impl Format for CsvTable {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn header(&self, state: &mut State, line: &[u8]) -> bool {
        header::compile(state, line)
    }

    fn read<'a>(
        &self,
        state: &mut State,
        line: &'a [u8],
        scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        let wanted = "a row of names before it";
        let table = Table::of(state).ok_or(Miss { at: 0, wanted })?;
        let shape = table.shape().ok_or(Miss { at: 0, wanted })?;
        let n_cells = cells(line, table.separator).filter(Option::is_some).count();
        if n_cells != table.codes.len() || cells(line, table.separator).any(|cell| cell.is_none()) {
            return Err(Miss { at: line.len(), wanted: "as many cells as there are names" });
        }
        let mut found = Found::of_cells(line, shape.keys, scratch);
        for (cell, code) in cells(line, table.separator).flatten().zip(table.codes) {
            found.fill(usize::from(*code), cell.text, cell.is_doubled);
        }
        debug_assert!(shape.keys.iter().all(|key| key.place < PLACES));
        let is_utc = table.is_utc;
        let mut record = shape.finish(found, line.len())?;
        if let Some(time) = record.time.as_mut().filter(|time| is_utc && time.zone == Zone::Local) {
            time.zone = Zone::Implied;
        }
        Ok(record)
    }
}
