//! Usage logs of Google Cloud Storage buckets.
//!
//! Directive: `gcloud storage buckets update --log-bucket=…`.
//! Specification: <https://cloud.google.com/storage/docs/access-logs>.
//!
//! ```abnf
//! header = DQUOTE "time_micros" DQUOTE *("," value)
//! record = value 14*("," value)
//! value  = DQUOTE *(%x00-21 / %x23-FF / 2DQUOTE) DQUOTE
//! ```
//!
//! * Time is when the request was completed, in microseconds since 1970. Every
//!   value is quoted; a quote inside is doubled, and is kept so.
//! * The target is `cs_uri`. Where that is empty it is `/`, the bucket, `/` and
//!   the object. A download by the JSON interface names its object inside the
//!   path, percent-encoded: `/download/storage/v1/b/BUCKET/o/OBJECT`.

use super::clf::with_peer;
use super::token::{number, present};
use super::{BytesMeaning, Card, Format, Miss, Sample, Scratch, State, TimeMeaning};
use crate::record::{Instant, Object, Record, Request, Time, Zone};

/// The usage log of a bucket.
pub struct GcsUsage;

const HEADER: &[u8] = br#""time_micros","c_ip","c_ip_type","c_ip_region","cs_method","cs_uri","sc_status","cs_bytes","sc_bytes","time_taken_micros","cs_host","cs_referer","cs_user_agent","s_request_id","cs_operation","cs_bucket","cs_object""#;

static CARD: Card = Card {
    name: "gcs-usage",
    title: "Google Cloud Storage usage log",
    directive: "gcloud storage buckets update --log-bucket=…",
    reference: "https://cloud.google.com/storage/docs/access-logs",
    grammar: r#"record = value 14*("," value)"#,
    time: TimeMeaning::End,
    zone: "an epoch, UTC",
    bytes: BytesMeaning::Body,
    client: "the peer",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[HEADER],
            line: br#""1700000000123456","203.0.113.5","1","","GET","/leak/export/patients.csv","200","0","88412","35000","storage.googleapis.com","","curl/8.5 ""x""","AAANsU","GET_Object","leak","export/patients.csv""#,
            reads: r#"peer=203.0.113.5 time=2023-11-14T22:13:20.123456Z GET /leak/export/patients.csv 200 88412 host=storage.googleapis.com agent=curl/8.5 ""x"" took=35000us bucket=leak key=export/patients.csv"#,
        },
        Sample {
            preamble: &[],
            line: br#""1700000000123456","2001:db8::5","2","","GET","","206","0","5","35000","","https://a.example/","","AAANsU","GET_Object","leak","a, b.csv""#,
            reads: "peer=2001:db8::5 time=2023-11-14T22:13:20.123456Z GET /leak/a, b.csv 206 5 referer=https://a.example/ took=35000us bucket=leak key=a, b.csv",
        },
    ],
    refusals: &[
        HEADER,
        br#""1700000000123456","203.0.113.5","1","","GET","/leak/export/pat"#,
        br#""1700000000","203.0.113.5","1","","GET","/leak/a","200","0","88412","35000","h","","x","AAANsU","GET_Object","leak","a""#,
    ],
};

/// The columns that Google writes; newer ones come behind them.
const KNOWN: usize = 17;
/// The columns up to the operation, which every log has.
const FEWEST: usize = 15;

impl Format for GcsUsage {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn header(&self, _state: &mut State, line: &[u8]) -> bool {
        line.starts_with(b"\"time_micros\",")
    }

    fn read<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        let mut values = [&b""[..]; KNOWN];
        let n_values = cut(line, &mut values)?;
        if n_values < FEWEST {
            return Err(Miss { at: line.len(), wanted: "fifteen columns or more" });
        }
        let [micros, client, _, _, method, uri, status, _, sent, took, host, referer, agent, ..] =
            values;
        let time = time(micros).ok_or(Miss { at: 0, wanted: "microseconds since 1970" })?;
        let miss = |value: &[u8], wanted| Miss {
            at: (value.as_ptr() as usize).saturating_sub(line.as_ptr() as usize).min(line.len()),
            wanted,
        };
        let status = match number(status) {
            Some(status) if status < 1000 => Some(status as u16),
            None if status.is_empty() => None,
            _ => return Err(miss(status, "a status of three digits")),
        };
        let (bucket, object) = (values[15], values[16]);
        let target = match (present(uri), present(object)) {
            (Some(uri), _) => Some(uri),
            (None, Some(object)) => {
                scratch.bytes.clear();
                for piece in [b"/", bucket, b"/", object] {
                    scratch.bytes.extend_from_slice(piece);
                }
                Some(scratch.bytes.as_slice())
            }
            (None, None) => None,
        };
        let request = match target {
            Some(target) => {
                Request::Line { method: present(method).unwrap_or(b"-"), target, version: None }
            }
            None => Request::Raw(present(method)),
        };
        let record = Record {
            object: Object::new(present(bucket), present(object)),
            time: Some(time),
            request,
            status,
            bytes: number(sent),
            no_body: number(sent) == Some(0),
            host: present(host),
            referer: present(referer),
            agent: present(agent),
            took: number(took),
            ..Record::default()
        };
        Ok(with_peer(record, client))
    }
}

/// `record = value *("," value)`; answers how many there are.
fn cut<'a>(line: &'a [u8], values: &mut [&'a [u8]; KNOWN]) -> Result<usize, Miss> {
    let mut rest = line;
    let mut count = 0;
    loop {
        let at = line.len() - rest.len();
        let Some(inside) = rest.strip_prefix(b"\"") else {
            return Err(Miss { at, wanted: "an opening quote" });
        };
        let mut end = 0;
        loop {
            match memchr::memchr(b'"', &inside[end..]) {
                Some(quote) if inside.get(end + quote + 1) == Some(&b'"') => end += quote + 2,
                Some(quote) => {
                    end += quote;
                    break;
                }
                None => return Err(Miss { at: line.len(), wanted: "a closing quote" }),
            }
        }
        if let Some(slot) = values.get_mut(count) {
            *slot = &inside[..end];
        }
        count += 1;
        match &inside[end + 1..] {
            [] => return Ok(count),
            [b',', after @ ..] => rest = after,
            other => return Err(Miss { at: line.len() - other.len(), wanted: "a comma" }),
        }
    }
}

/// Microseconds since 1970, of this century or the next.
fn time(text: &[u8]) -> Option<Time> {
    let micros = number(text).filter(|_| matches!(text.len(), 15 | 16))?;
    let seconds = i64::try_from(micros / 1_000_000).ok()?;
    let reading = Instant { seconds, nanos: (micros % 1_000_000) as u32 * 1000 };
    Some(Time { reading, digits: 6, zone: Zone::Implied })
}
