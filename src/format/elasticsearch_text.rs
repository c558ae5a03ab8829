//! Elasticsearch's audit log as text, until 6.4: `*_access.log`.
//!
//! Directive: `xpack.security.audit.enabled: true` with the output `logfile`.
//! Specification:
//! <https://www.elastic.co/guide/en/x-pack/6.2/auditing.html#audit-log-entry-format>.
//!
//! ```abnf
//! elasticsearch-audit-text = "[" iso "]" 1*(SP "[" *OCTET "]") BLANKS
//!                            attribute *("," SP attribute)
//! attribute                = 1*(ALPHA / "_") "=[" *OCTET "]"
//! ```
//!
//! The brackets behind the time are the node (which may be left out), the layer
//! and the event. An event of the REST layer has a `uri`; one of the transport
//! layer has an `action`, which stands for the request. No method, no status and
//! no byte is logged. The time is local. A request target holds no space, so
//! that `], ` ends a `uri` and no client can write the attributes behind it.

use memchr::memchr;
use memchr::memmem;

use super::token::{Read, blanks, fault, iso, miss, present};
use super::{BytesMeaning, Card, Format, Miss, Sample, Scratch, State, TimeMeaning};
use crate::record::{Record, Request, Role};

/// Elasticsearch's audit log as text.
pub struct ElasticsearchText;

static CARD: Card = Card {
    name: "elasticsearch-audit-text",
    title: "Elasticsearch audit log as text, until 6.4",
    directive: "xpack.security.audit.enabled: true",
    reference: "https://www.elastic.co/guide/en/x-pack/6.2/auditing.html",
    grammar: r#"elasticsearch-audit-text = "[" iso "]" 1*(SP "[" *OCTET "]") BLANKS attribute *("," SP attribute)"#,
    time: TimeMeaning::Start,
    zone: "local, nothing is logged",
    bytes: BytesMeaning::Unknown,
    client: "the peer (origin_address)",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: b"[2018-06-19T05:24:15,190] [v_VJhjV] [rest] [authentication_failed]\torigin_address=[172.18.0.3], principal=[elastic], uri=[/_nodes?filter_path=nodes.*.version%2Cnodes.*.ip], request_body=[body]",
            reads: "peer=172.18.0.3 time=2018-06-19T05:24:15.19 - /_nodes?filter_path=nodes.*.version%2Cnodes.*.ip user=elastic",
        },
        // The node is left out, and a body has brackets of its own.
        Sample {
            preamble: &[],
            line: br#"[2019-01-27T20:04:27,244] [rest] [authentication_success]    origin_address=[::1], principal=[admin], realm=[default_file], uri=[/_xpack/security/user/j], request_body=[{"roles":["a","b"], "x":1}]"#,
            reads: "peer=::1 time=2019-01-27T20:04:27.244 - /_xpack/security/user/j user=admin",
        },
        Sample {
            preamble: &[],
            line: b"[2018-06-19T05:24:15,190] [v_VJhjV] [transport] [access_granted]\torigin_type=[rest], origin_address=[203.0.113.5], principal=[bob], action=[indices:data/read/search], indices=[patients], request=[SearchRequest]",
            reads: "peer=203.0.113.5 time=2018-06-19T05:24:15.19 raw=<indices:data/read/search> user=bob",
        },
    ],
    refusals: &[
        b"[2018-06-19T05:24:15,190][INFO ][o.e.n.Node               ] [v_VJhjV] started",
        b"[2018-06-19T05:24:15,190] [v_VJhjV] [rest] [authentication_failed]\torigin_address=[172.18.0.3], uri=[/_no",
        b"[2018-06-19T05:24:15,190] [v_VJhjV] [ip_filter] [connection_granted] transport_profile=[.http], rule=[allow default:accept_all]",
    ],
};

impl Format for ElasticsearchText {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        _scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        event(line).map(|(_, record)| record).map_err(|error| miss(line, error))
    }
}

/// The whole line.
fn event(line: &[u8]) -> Read<'_, Record<'_>> {
    let [b'[', inside @ ..] = line else { return fault(line, "a date in brackets") };
    let (rest, time) = iso(inside)?;
    let Some(mut rest) = rest.strip_prefix(b"]") else {
        return fault(rest, "a closing bracket");
    };
    let mut n_brackets = 0;
    while let Some(inside) = rest.strip_prefix(b" [") {
        let Some(end) = memchr(b']', inside) else { return fault(inside, "a closing bracket") };
        rest = &inside[end + 1..];
        n_brackets += 1;
    }
    if n_brackets < 2 {
        return fault(rest, "a layer and an event in brackets");
    }
    let (mut rest, ()) = blanks(rest)?;
    let start = rest;
    let mut record = Record { time: Some(time), ..Record::default() };
    let mut action = None;
    while !rest.is_empty() {
        let (after, (name, value)) = attribute(rest)?;
        match name {
            b"origin_address" => {
                record.addresses.push(Role::Peer, value.strip_prefix(b"/").unwrap_or(value));
            }
            b"principal" => record.user = present(value),
            b"uri" => {
                record.request = Request::Line { method: b"-", target: value, version: None };
            }
            b"action" => action = present(value),
            _ => {}
        }
        rest = after;
    }
    if let (Request::Raw(None), Some(action)) = (record.request, action) {
        record.request = Request::Raw(Some(action));
    }
    if record.request == Request::Raw(None) || record.addresses.fields().next().is_none() {
        return fault(start, "an origin_address, and a uri or an action");
    }
    Ok((rest, record))
}

/// `attribute = 1*(ALPHA / "_") "=[" *OCTET "]"`, with the comma behind it. The
/// body of a request may hold anything and is the last one: it is taken whole.
fn attribute(input: &[u8]) -> Read<'_, (&[u8], &[u8])> {
    let wanted = "an attribute like uri=[/]";
    let named = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
    let end = input.iter().position(|byte| !named(byte)).unwrap_or(input.len());
    let (name, rest) = input.split_at(end);
    let Some(inside) = rest.strip_prefix(b"=[").filter(|_| !name.is_empty()) else {
        return fault(rest, wanted);
    };
    if name != b"request_body"
        && let Some(end) = memmem::find(inside, b"], ")
    {
        return Ok((&inside[end + 3..], (name, &inside[..end])));
    }
    match inside.strip_suffix(b"]") {
        Some(value) => Ok((&inside[inside.len()..], (name, value))),
        None => fault(&inside[inside.len()..], "a closing bracket"),
    }
}
