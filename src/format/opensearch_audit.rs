//! OpenSearch's security plugin (and Open Distro's and Search Guard's before it):
//! audit events, one object a line.
//!
//! Directive: `plugins.security.audit.type: log4j` (or an index that was exported).
//! Specification: <https://docs.opensearch.org/latest/security/audit-logs/field-reference/>.
//!
//! ```abnf
//! opensearch-audit = object
//! ```
//!
//! Events of the REST layer have a path and a method; the parameters of the query
//! are an object and not read. What the transport layer did has a privilege or a
//! request type, which stands for the request. There is no status:
//! `audit_category` says whether a client was let in (`AUTHENTICATED`,
//! `FAILED_LOGIN`). `audit_request_remote_address` is the peer, or what the site's
//! `xff` setting made of a header.

use super::json::{
    self, AGENT, FORWARDED, HOST, METHOD, PEER, RAW, REFERER, Shape, TARGET, TIME, USER,
    as_it_stands, at, nothing_more,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};

/// OpenSearch's audit log.
pub static OPENSEARCH_AUDIT: Shape = Shape {
    card: &CARD,
    tells: &[&["audit_category"], &["audit_request_remote_address", "audit_rest_request_path"]],
    keys: &[
        at(PEER, &["audit_request_remote_address"]),
        at(FORWARDED, &["audit_rest_request_headers", "X-Forwarded-For"]),
        at(TIME, &["audit_utc_timestamp"]),
        at(TIME, &["@timestamp"]),
        at(METHOD, &["audit_rest_request_method"]),
        at(TARGET, &["audit_rest_request_path"]),
        at(RAW, &["audit_request_privilege"]),
        at(RAW, &["audit_transport_request_type"]),
        at(RAW, &["audit_category"]),
        at(HOST, &["audit_rest_request_headers", "Host"]),
        at(REFERER, &["audit_rest_request_headers", "Referer"]),
        at(AGENT, &["audit_rest_request_headers", "User-Agent"]),
        at(USER, &["audit_request_effective_user"]),
    ],
    unit: json::SECONDS,
    utc: true,
    before: as_it_stands,
    after: nothing_more,
};

static CARD: Card = Card {
    name: "opensearch-audit",
    title: "OpenSearch audit log",
    directive: "plugins.security.audit.type: log4j",
    reference: "https://docs.opensearch.org/latest/security/audit-logs/field-reference/",
    grammar: "opensearch-audit = object",
    time: TimeMeaning::Start,
    zone: "logged as an offset",
    bytes: BytesMeaning::Unknown,
    client: "the peer (audit_request_remote_address), and X-Forwarded-For",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"{"audit_cluster_name":"c","audit_node_name":"n1","audit_rest_request_method":"GET","audit_category":"AUTHENTICATED","audit_request_origin":"REST","audit_request_layer":"REST","audit_rest_request_path":"/patients/_search","audit_rest_request_params":{"size":"10000"},"@timestamp":"2023-01-31T10:00:00.123+00:00","audit_format_version":4,"audit_request_remote_address":"203.0.113.5","audit_rest_request_headers":{"Host":["es.example.org:9200"],"User-Agent":["curl/8.5.0"],"X-Forwarded-For":["198.51.100.9"]},"audit_request_effective_user":"admin"}"#,
            reads: "peer=203.0.113.5 forwarded=198.51.100.9 time=2023-01-31T10:00:00.123Z GET /patients/_search user=admin host=es.example.org agent=curl/8.5.0",
        },
        // The transport layer, in Open Distro.
        Sample {
            preamble: &[],
            line: br#"{"audit_category":"GRANTED_PRIVILEGES","audit_request_layer":"TRANSPORT","audit_request_privilege":"indices:data/read/search","audit_utc_timestamp":"2019-01-31T10:00:00.123+00:00","audit_request_remote_address":"203.0.113.5","audit_request_effective_user":"bob"}"#,
            reads: "peer=203.0.113.5 time=2019-01-31T10:00:00.123Z raw=<indices:data/read/search> user=bob",
        },
    ],
    refusals: &[
        br#"{"audit_category":"COMPLIANCE_INTERNAL_CONFIG_READ","@timestamp":"2023-01-31T10:00:00.123+00:00","audit_request_origin":"LOCAL"}"#,
        br#"{"audit_category":"AUTHENTICATED","audit_request_remote_address":"203.0.113.5","audit_rest_request_path":"/"}"#,
    ],
};
