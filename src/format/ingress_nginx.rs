//! ingress-nginx, the Kubernetes controller: combined and then what became of
//! the request upstream.
//!
//! Directive: `log-format-upstream: $remote_addr - $remote_user [$time_local]
//! "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"
//! $request_length $request_time [$proxy_upstream_name]
//! [$proxy_alternative_upstream_name] $upstream_addr
//! $upstream_response_length $upstream_response_time $upstream_status $req_id`.
//! Specification: <https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/log-format/>.
//!
//! ```abnf
//! ingress-nginx = (core / old-core) SP quoted SP quoted SP 1*DIGIT SP seconds SP "[" *OCTET "]"
//!                 [SP "[" *OCTET "]"] SP upstreams SP list SP list SP list [SP word]
//! list          = word *(("," SP / SP ":" SP) word)      ; one for each retry
//! ```
//!
//! The first address may be the cloud's balancer for every line, unless
//! `use-forwarded-headers` or the PROXY protocol is on.

use memchr::memchr;

use super::clf::{Core, core_after_ident, holds_anchor, plain_core, texts};
use super::plain::Plain;
use super::quick::Clf;
use super::token::{self, Read, fault, host, space, word};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Record, Role};

/// The access log of ingress-nginx.
pub static INGRESS_NGINX: Plain =
    Plain { card: &CARD, grammar: ingress, quick: Some(&Clf::Ingress) };

static CARD: Card = Card {
    name: "ingress-nginx",
    title: "ingress-nginx (Kubernetes): combined, then the upstreams",
    directive: r#"log-format-upstream: $remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_length $request_time [$proxy_upstream_name] [$proxy_alternative_upstream_name] $upstream_addr $upstream_response_length $upstream_response_time $upstream_status $req_id"#,
    reference: "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/log-format/",
    grammar: r#"ingress-nginx = core SP quoted SP quoted SP 1*DIGIT SP seconds SP "[" *OCTET "]" [SP "[" *OCTET "]"] SP upstreams SP list SP list SP list [SP word]"#,
    time: TimeMeaning::End,
    zone: "logged as an offset",
    bytes: BytesMeaning::Body,
    client: "the peer, or what use-forwarded-headers made of it; then the upstreams",
    folds_case: false,
    best_effort: false,
    samples: &[
        // Before 0.22: the address twice, one name; a server that failed first.
        Sample {
            preamble: &[],
            line: br#"203.0.113.9 - [203.0.113.9] - - [07/Dec/2018:18:31:33 +0000] "GET /a HTTP/1.1" 200 261 "-" "x" 1904 0.011 [proxyname-8080] 172.17.0.1:9000, 100.110.0.3:80 298, 0 0.012, 0.013 200, - abcdefg12345abcdef"#,
            reads: "peer=203.0.113.9 upstream=172.17.0.1:9000, 100.110.0.3:80 time=2018-12-07T18:31:33Z GET /a 200 261 agent=x took=11000us",
        },
        Sample {
            preamble: &[],
            line: br#"0.0.0.0 - bob [18/Mar/2023:15:00:00 +0000] "GET /some/path HTTP/2.0" 200 12312 "https://10.0.0.1/r" "Mozilla/5.0" 462 0.050 [some-upstream-service-9000] [some-other-upstream-5000] 10.0.50.80:9000 19437 0.049 200 752178adb17130b291aefd8c386279e7"#,
            reads: "peer=0.0.0.0 upstream=10.0.50.80:9000 time=2023-03-18T15:00:00Z GET /some/path 200 12312 user=bob referer=https://10.0.0.1/r agent=Mozilla/5.0 took=50000us",
        },
        Sample {
            preamble: &[],
            line: br#"10.1.1.1 - - [18/Mar/2023:15:00:00 +0000] "GET / HTTP/2.0" 502 150 "-" "x" 46 2.500 [up-80] [] 10.0.50.80:9000, 10.0.50.81:9000 0, 150 1.249, 1.251 502, 502 752178adb17130b291aefd8c386279e7"#,
            reads: "peer=10.1.1.1 upstream=10.0.50.80:9000, 10.0.50.81:9000 time=2023-03-18T15:00:00Z GET / 502 150 agent=x took=2500000us",
        },
        Sample {
            preamble: &[],
            line: br#"10.1.1.1 - - [18/Mar/2023:15:00:00 +0000] "GET / HTTP/2.0" 308 150 "-" "x" 46 0.000 [up-80] [] - - - - 752178adb17130b291aefd8c386279e7"#,
            reads: "peer=10.1.1.1 time=2023-03-18T15:00:00Z GET / 308 150 agent=x took=0us",
        },
    ],
    refusals: &[
        br#"0.0.0.0 - - [18/Mar/2023:15:00:00 +0000] "GET / HTTP/2.0" 200 12312 "-" "Mozilla/5.0""#,
        br#"0.0.0.0 - - [18/Mar/2023:15:00:00 +0000] "GET / HTTP/2.0" 200 12312 "-" "Mozilla/5.0" 462 0.050"#,
        br#"0.0.0.0 - - [18/Mar/2023:15:00:00 +0000] "GET / HTTP/2.0" 200 12312 "-" "Mozilla/5.0" 462 0.050 [up] [] 10.0.50.80:9000 19437"#,
    ],
};

/// `ingress-nginx = core headers upstream`
fn ingress(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, core) = match plain_core(input) {
        Ok(read) => read,
        Err(error) => old_core(input).map_err(|_| error)?,
    };
    let (rest, (referer, agent)) = texts(rest)?;
    upstream(rest, Record { referer, agent, ..core.record() })
}

/// `old-core = host SP ident " [" host "] " core-after-host`: the controller
/// before 0.22 wrote `$the_real_ip` a second time, in brackets.
fn old_core(input: &[u8]) -> Read<'_, Core<'_>> {
    let (rest, peer) = host(input)?;
    let Some(again_at) = rest.strip_prefix(b" - [") else { return fault(rest, "a dash") };
    let Some(rest) = again_at.strip_prefix(peer).and_then(|rest| rest.strip_prefix(b"] - ")) else {
        return fault(again_at, "the same address again");
    };
    core_after_ident(rest, peer)
}

/// ```abnf
/// upstream = SP 1*DIGIT SP seconds SP "[" *OCTET "]" [SP "[" *OCTET "]"]
///            SP upstreams SP list SP list SP list [SP word]
/// ```
fn upstream<'a>(input: &'a [u8], mut record: Record<'a>) -> Read<'a, Record<'a>> {
    if holds_anchor(input) {
        return fault(input, "one record, not two fused into one line");
    }
    let (length, ()) = space(input)?;
    let (rest, text) = word(length)?;
    if token::number(text).is_none() {
        return fault(length, "a request length");
    }
    let (time, ()) = space(rest)?;
    let (rest, text) = word(time)?;
    record.took = token::seconds(text);
    if record.took.is_none() {
        return fault(time, "seconds with decimals");
    }
    let (rest, ()) = space(rest)?;
    let (mut rest, ()) = bracketed(rest)?;
    if let Some(second) = rest.strip_prefix(b" ")
        && second.starts_with(b"[")
    {
        (rest, ()) = bracketed(second)?;
    }
    let (rest, ()) = space(rest)?;
    let (mut rest, upstreams) = list(rest)?;
    record.addresses.push(Role::Upstream, upstreams);
    for _ in 0..3 {
        let (after, ()) = space(rest)?;
        (rest, _) = list(after)?;
    }
    if let [b' ', id @ ..] = rest {
        (rest, _) = word(id)?;
    }
    Ok((rest, record))
}

/// `bracketed = "[" *OCTET "]"`
fn bracketed(input: &[u8]) -> Read<'_, ()> {
    match input {
        [b'[', inside @ ..] => match memchr(b']', inside) {
            Some(at) => Ok((&inside[at + 1..], ())),
            None => fault(input, "a closing bracket"),
        },
        _ => fault(input, "a name in brackets"),
    }
}

/// `list = word *(("," SP / SP ":" SP) word)`: nginx writes one element for
/// each server it tried, and a colon where it changed the group.
fn list(input: &[u8]) -> Read<'_, &[u8]> {
    let (mut rest, mut last) = word(input)?;
    loop {
        let next = match rest {
            [b' ', b':', b' ', next @ ..] => next,
            [b' ', next @ ..] if last.ends_with(b",") => next,
            _ => break,
        };
        (rest, last) = word(next)?;
    }
    Ok((rest, &input[..input.len() - rest.len()]))
}
