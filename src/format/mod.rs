//! HOW IS A LINE READ?
//!
//! One file per format, one line per format in [`TABLE`]; the table's order is
//! specificity, the narrower grammar first. All nom lives in this room.
//! Nothing here knows a case, a client or a verdict.
//!
//! ```
//! use whofetched::format::{self, Scratch, State};
//!
//! let combined = format::named("combined").unwrap();
//! let line = br#"192.0.2.7 - - [12/Apr/2018:09:48:40 +0200] "GET /a.csv HTTP/1.1" 200 5 "-" "curl""#;
//! let (mut state, mut scratch) = (State::default(), Scratch::default());
//! let record = combined.read(&mut state, line, &mut scratch).unwrap();
//! assert_eq!(record.target(), Some(&b"/a.csv"[..]));
//! ```

mod akamai_datastream;
mod alibaba_cdn;
mod api_gateway;
mod aws_alb;
mod aws_elb;
mod aws_elb_classic;
mod aws_nlb;
mod aws_s3;
mod aws_waf;
mod azure_app_service;
mod azure_front_door;
mod azure_gateway;
mod azure_storage;
mod azure_storage_classic;
mod bitbucket;
mod bunny;
mod caddy;
mod clf;
mod cloudflare;
mod cloudfront;
mod cloudfront_json;
mod cloudtrail;
mod combined;
mod common;
pub mod config;
mod couchdb;
mod couchdb_old;
mod csv_table;
mod ecs;
mod elasticsearch_audit;
mod elasticsearch_text;
pub mod envelope;
mod envoy;
mod envoy_json;
mod extended;
mod fastly_json;
mod gcp_lb;
mod gcs_audit;
mod gcs_usage;
mod gin;
pub mod guess;
mod haproxy;
mod hcp_anywhere;
mod hitachi_hcp;
mod host_last;
mod hypercorn;
mod iis_native;
mod ingress_nginx;
mod jira;
mod json;
mod json_any;
mod keycdn;
mod kibana;
mod known;
mod kong_json;
mod lighttpd;
mod logfmt;
mod ltsv;
mod m365_audit;
mod minio_audit;
mod nextcloud;
mod nginx_json;
mod nginx_main;
mod nginx_proxy_manager;
mod node_json;
mod npmplus;
mod opensearch_audit;
mod php_server;
mod plain;
mod quick;
mod reader;
mod rivals;
mod squid;
mod ssl_request;
mod summary;
mod suricata_eve;
mod template;
mod tencent_cdn;
mod token;
mod traefik_clf;
mod traefik_json;
mod uvicorn;
mod uwsgi;
mod vhost_combined;
mod vhost_common;
mod w3c;
mod werkzeug;
pub mod year;
mod zeek_http;
mod zeek_json;
mod zoraxy;

use serde::{Deserialize, Serialize};

pub use crate::record::meaning::{BytesMeaning, TimeMeaning};
use crate::record::{Instant, IpBits, Moment, Record};
use crate::source::index::{Index, Marks};
pub use guess::{Guess, Kind, guess};
pub use known::{About, Formats};
pub use reader::{Reader, Reading};
pub use rivals::{reads_any, rivals};
pub use summary::summary;
use year::Year;

/// A format of access log.
///
/// A file that implements it opens with the server, its directive, the
/// specification and the grammar in ABNF.
pub trait Format: Sync {
    /// What this format is, with samples: everything that tests, guessing,
    /// benches and documentation need to know of it.
    fn card(&self) -> &'static Card;

    /// Takes a line that is no record but says how the following ones are
    /// built (`#Fields: …`), and answers whether it was one.
    fn header(&self, _state: &mut State, _line: &[u8]) -> bool {
        false
    }

    /// Reads one line, without its line ending. Never panics; allocates only
    /// in `scratch`.
    ///
    /// # Errors
    /// A [`Miss`] says where the line stops being of this format.
    fn read<'a>(
        &self,
        state: &mut State,
        line: &'a [u8],
        scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss>;

    /// The fast way through a block of lines of this format, where there is
    /// one.
    fn quick(&self) -> Option<&dyn Quick> {
        None
    }
}

/// The fast path of a format: checks the layout of whole lines over a
/// structural index, without nom, and hands on what it finds. It knows no
/// pattern and no case.
pub trait Quick: Sync {
    /// Which bytes the index has to list.
    fn marks(&self) -> Marks;

    /// Walks the lines of `block`, which begins at a line's first byte, and
    /// calls `sink` for each in order. A line is given to [`Sweep::line`] only
    /// if [`Format::read`] would read it to the same values; everything else,
    /// however slightly it deviates, goes to [`Sweep::odd`].
    fn sweep(&self, block: &[u8], index: &Index, sink: &mut dyn Sweep);
}

/// What takes the lines of a sweep. Ranges are offsets into the block.
pub trait Sweep {
    /// A line whose whole layout was checked.
    fn line(&mut self, line: &QuickLine);
    /// Several such lines, each behind the one before, whose paths are plain
    /// and which name no object.
    fn lines(&mut self, lines: &[QuickLine]) {
        lines.iter().for_each(|line| self.line(line));
    }
    /// A line for the grammar to decide: `start` to `end`, line ending off;
    /// `next` is where the following line begins.
    fn odd(&mut self, start: u32, end: u32, next: u32);
    /// What is carried to the next line, once every line before was taken.
    fn state(&self) -> &State;
}

/// A line as a sweep sees it: ranges into the block, and small numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuickLine {
    /// First byte of the line.
    pub start: u32,
    /// One past its last byte, line ending off.
    pub end: u32,
    /// Where the following line begins.
    pub next: u32,
    /// The peer's address field.
    pub peer: (u32, u32),
    /// The address it holds, if it is one.
    pub ip: IpBits,
    /// It is a name.
    pub is_named: bool,
    /// The field of forwarded addresses, where the layout has one.
    pub forwarded: Option<(u32, u32)>,
    /// The method, in front of the target or a field of its own; empty where the
    /// sweep does not tell it.
    pub method: (u32, u32),
    /// The request target.
    pub target: (u32, u32),
    /// The path of the target, the authority of an absolute URI and the query
    /// off.
    pub path: (u32, u32),
    /// The query, where it is a column of its own and no part of `target`.
    pub query: Option<(u32, u32)>,
    /// The path has no other form than its own bytes: `path::is_odd` of the
    /// room `record` says no.
    pub is_plain: bool,
    /// The sweep knows that the path is as `path::is_lowered` says: where case is
    /// folded it has no other form than its letters in lower case.
    pub is_lowered: bool,
    /// Bucket and key of the object of a store that the line names beside the
    /// target; the path ends with a slash and the key.
    pub object: Option<[(u32, u32); 2]>,
    /// The referer, its quotes off; empty where there is none.
    pub referer: (u32, u32),
    /// The time, UTC.
    pub time: Moment,
    /// The status.
    pub status: u16,
    /// The byte count, where there is one.
    pub bytes: Option<u64>,
}

impl QuickLine {
    /// Room for a line.
    pub const EMPTY: QuickLine = QuickLine {
        start: 0,
        end: 0,
        next: 0,
        peer: (0, 0),
        ip: IpBits::NOBODY,
        is_named: false,
        forwarded: None,
        method: (0, 0),
        target: (0, 0),
        path: (0, 0),
        query: None,
        is_plain: false,
        is_lowered: false,
        object: None,
        referer: (0, 0),
        time: Moment { at: Instant::at(0), digits: 0 },
        status: 0,
        bytes: None,
    };

    /// The address of the peer, if it is one.
    #[inline(always)]
    pub fn ip(&self) -> Option<IpBits> {
        (!self.is_named).then_some(self.ip)
    }
}

/// Why a line is not of a format. A bad line is data, not an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Miss {
    /// The offset in the line at which reading stopped.
    pub at: usize,
    /// What would have been right there, in words.
    pub wanted: &'static str,
}

/// What a format carries from line to line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// The last header line that says how records are built, as it stands.
    pub header: Vec<u8>,
    /// The same, compiled by the format that owns it: a code per column.
    pub columns: Vec<u8>,
    /// The date of a header, for records that carry a time only; in days
    /// since 1970-01-01.
    pub day: Option<i64>,
    /// The year of lines that give none.
    pub year: Option<Year>,
    /// The parts of a line that goes on in a later envelope: of standard
    /// output and of standard error.
    pub parts: [Vec<u8>; 2],
}

/// Where a format puts values that are not one slice of the line: joined or
/// unescaped ones. Reused from line to line, so that nothing is allocated
/// once it has grown.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    /// The values of the current line, one behind the other.
    pub bytes: Vec<u8>,
    /// A text that must be read a second time: JSON inside JSON, or a line
    /// that had to be mended.
    pub text: Vec<u8>,
    /// Values that are put together from others that stand in `bytes`.
    pub joined: Vec<u8>,
    /// What is remembered of the names of objects from line to line.
    pub names: json::Remembered,
    /// The values of the current line, where it is an object.
    pub slots: json::Slots,
    /// Of a directive that did not read the last line: the part that failed,
    /// and whether it is one of an object.
    pub failed: Option<(usize, bool)>,
}

/// What a format is: data, from which tests, guessing, benches, the command
/// `formats` and the documentation are made.
#[derive(Debug)]
pub struct Card {
    /// The name to give to `--format`, in lower case with hyphens.
    pub name: &'static str,
    /// One line: what writes it.
    pub title: &'static str,
    /// The server's own directive for it.
    pub directive: &'static str,
    /// Where the format is specified: a manual page or section.
    pub reference: &'static str,
    /// The grammar, in ABNF over the bricks of `token.rs`.
    pub grammar: &'static str,
    /// What the time of a line means.
    pub time: TimeMeaning,
    /// How a line's zone is known, in words.
    pub zone: &'static str,
    /// What the byte count means.
    pub bytes: BytesMeaning,
    /// Which address is on the line, in words.
    pub client: &'static str,
    /// Whether servers that write this format fold the case of paths.
    pub folds_case: bool,
    /// Whether the service that writes it says that some requests may be in no
    /// log.
    pub best_effort: bool,
    /// Real lines and what they read as.
    pub samples: &'static [Sample],
    /// Lines that look alike and must be refused.
    pub refusals: &'static [&'static [u8]],
}

/// A real line and what it reads as.
#[derive(Debug)]
pub struct Sample {
    /// Lines that come before it (`#Fields`), each without its ending.
    pub preamble: &'static [&'static [u8]],
    /// The line.
    pub line: &'static [u8],
    /// What it reads as, in the notation of [`summary`].
    pub reads: &'static str,
}

/// The formats, the narrower grammar first: where two read a line, the earlier
/// one is right.
pub static TABLE: &[&dyn Format] = &[
    &nginx_main::NginxMain,
    &ingress_nginx::INGRESS_NGINX,
    &host_last::HOST_LAST,
    &vhost_combined::VHOST_COMBINED,
    &lighttpd::LIGHTTPD,
    &hypercorn::Hypercorn,
    &combined::Combined,
    &csv_table::CsvTable,
    &werkzeug::WERKZEUG,
    &vhost_common::VHOST_COMMON,
    &common::Common,
    &ssl_request::SSL_REQUEST,
    &npmplus::NPMPLUS,
    &aws_alb::AWS_ALB,
    &aws_elb_classic::AWS_ELB_CLASSIC,
    &aws_nlb::AWS_NLB,
    &aws_s3::AwsS3,
    &cloudfront::CloudFront,
    &haproxy::HaproxyHttp,
    &envoy::ENVOY,
    &traefik_clf::TRAEFIK_CLF,
    &nginx_proxy_manager::NGINX_PROXY_MANAGER,
    &squid::SQUID,
    &zoraxy::ZORAXY,
    &hitachi_hcp::HITACHI_HCP,
    &hcp_anywhere::HcpAnywhere,
    &iis_native::IisNative,
    &ltsv::Ltsv,
    &uvicorn::UVICORN,
    &uwsgi::UWSGI,
    &php_server::PHP_SERVER,
    &gin::GIN,
    &gcs_usage::GcsUsage,
    &azure_storage_classic::AzureStorage,
    &zeek_http::ZeekHttp,
    &couchdb::COUCHDB,
    &couchdb_old::COUCHDB_OLD,
    &jira::JIRA,
    &bitbucket::BITBUCKET,
    &bunny::BUNNY,
    &keycdn::KEYCDN,
    &tencent_cdn::TENCENT_CDN,
    &alibaba_cdn::ALIBABA_CDN,
    &w3c::W3c,
    &caddy::Caddy,
    &traefik_json::TRAEFIK_JSON,
    &envoy_json::ENVOY_JSON,
    &cloudflare::CLOUDFLARE,
    &cloudfront_json::CLOUDFRONT_JSON,
    &gcp_lb::GCP_LB,
    &gcs_audit::GCS_AUDIT,
    &azure_gateway::AZURE_GATEWAY,
    &azure_front_door::AZURE_FRONT_DOOR,
    &azure_storage::AZURE_STORAGE,
    &azure_app_service::AZURE_APP_SERVICE,
    &api_gateway::API_GATEWAY,
    &aws_waf::AWS_WAF,
    &cloudtrail::CLOUDTRAIL,
    &elasticsearch_audit::ELASTICSEARCH_AUDIT,
    &elasticsearch_text::ElasticsearchText,
    &opensearch_audit::OPENSEARCH_AUDIT,
    &ecs::ECS,
    &fastly_json::FASTLY_JSON,
    &akamai_datastream::AKAMAI_DATASTREAM,
    &kong_json::KONG_JSON,
    &minio_audit::MINIO_AUDIT,
    &suricata_eve::SURICATA_EVE,
    &zeek_json::ZEEK_JSON,
    &nextcloud::NEXTCLOUD,
    &m365_audit::M365_AUDIT,
    &kibana::KIBANA,
    &node_json::NODE_JSON,
    &nginx_json::NGINX_JSON,
    &logfmt::LOGFMT,
    &json_any::JSON_ANY,
    &extended::Extended,
];

/// The format of a name.
pub fn named(name: &str) -> Option<&'static dyn Format> {
    TABLE.iter().copied().find(|format| format.card().name == name)
}
