//! The access log of Jira and Confluence: Tomcat's `AccessLogValve` with a
//! pattern of Atlassian's, in which nothing is quoted.
//!
//! Directive: `pattern="%t %{X-AUSERNAME}o %I %h %r %s %Dms %b %{Referer}i
//! %{User-Agent}i"`; since Confluence 7.11 and Jira 9.4 with
//! `%{X-Forwarded-For}i` behind `%t`.
//! Specification: <https://confluence.atlassian.com/doc/configure-access-logs-1044780567.html>.
//!
//! ```abnf
//! jira   = "[" date "] " [list SP] user SP thread SP host SP method SP target SP version SP
//!          status SP 1*DIGIT "ms" SP bytes SP referer SP agent
//! list   = "-" / address *("," [SP] address)
//! thread = 1*OCTET "-exec-" 1*DIGIT
//! ```
//!
//! * Neither spaces nor anything else is escaped: what a client wrote into the
//!   target may look like the fields behind it. A line in which the version, the
//!   status and the duration stand more than once is refused.
//! * The month is in the language of the server.

use super::clf::with_peer;
use super::plain::Plain;
use super::token::{
    Read, bracketed_date, bytes, cell, fault, host, is_forwarded, number, present, space, status,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Record, Request, Role};

/// Jira's and Confluence's access log.
pub static JIRA: Plain = Plain { card: &CARD, grammar: jira, quick: None };

static CARD: Card = Card {
    name: "jira",
    title: "Atlassian Jira and Confluence",
    directive: r#"pattern="%t %{X-Forwarded-For}i %{X-AUSERNAME}o %I %h %r %s %Dms %b %{Referer}i %{User-Agent}i""#,
    reference: "https://confluence.atlassian.com/doc/configure-access-logs-1044780567.html",
    grammar: r#"jira = "[" date "] " [list SP] user SP thread SP host SP method SP target SP version SP status SP 1*DIGIT "ms" SP bytes SP referer SP agent"#,
    time: TimeMeaning::Unknown,
    zone: "logged as an offset",
    bytes: BytesMeaning::Body,
    client: "the peer; X-Forwarded-For, where it is logged, is forwarded",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: b"[17/Jun/2021:12:57:26 +0200] - http-nio-8080-exec-6 192.168.192.1 GET /index.action HTTP/1.1 200 1020ms 7881 http://localhost/ Mozilla/5.0 (X11)",
            reads: "peer=192.168.192.1 time=2021-06-17T10:57:26Z GET /index.action 200 7881 referer=http://localhost/ agent=Mozilla/5.0 (X11) took=1020000us",
        },
        // With the list of proxies; a target with a space.
        Sample {
            preamble: &[],
            line: b"[03/Oct/2022:09:00:30 +0100] 203.0.113.5, 10.0.0.6 ann http-nio-8080-exec-2 0:0:0:0:0:0:0:1 DELETE /a b HTTP/1.1 204 125ms - - curl/7.85.0",
            reads: "peer=0:0:0:0:0:0:0:1 forwarded=203.0.113.5, 10.0.0.6 time=2022-10-03T08:00:30Z DELETE /a b 204 user=ann agent=curl/7.85.0 took=125000us",
        },
    ],
    refusals: &[
        b"[03/Oct/2022:25:00:01 +0000] admin http-nio-8080-exec-1 192.168.1.10 GET /a HTTP/1.1 200 350ms 12345 - -",
        b"[03/Oct/2022:09:00:01 +0000] admin http-nio-8080-exec-1 192.168.1.10 GET /a HTTP/1.1 200 350ms 12345",
        b"[03/Oct/2022:09:00:01 +0000] admin http-nio-8080-exec-1 192.168.1.10 GET /a HTTP/1.1 200 1ms 5 - x HTTP/1.1 404 2ms 5 - x",
        b"[03/Oct/2022:09:00:01 +0000] x admin http-nio-8080-exec-1 192.168.1.10 GET /a HTTP/1.1 200 350ms 12345 - -",
    ],
};

/// ```abnf
/// jira = "[" date "] " [list SP] user SP thread SP host SP method SP target SP version SP
///        status SP 1*DIGIT "ms" SP bytes SP referer SP agent
/// ```
fn jira(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, time) = bracketed_date(input)?;
    let (who_at, ()) = space(rest)?;
    let (rest, (list, user)) = who(who_at)?;
    let (rest, peer) = host(rest)?;
    let (rest, ()) = space(rest)?;
    let (target_at, method) = cell(rest)?;
    if !method.iter().all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'-' | b'_')) {
        return fault(rest, "a method");
    }
    let Some((length, answer)) = answers(target_at).next() else {
        return fault(target_at, "a version, a status and a duration behind the target");
    };
    if answers(&target_at[length + 1..]).next().is_some() {
        return fault(&target_at[length..], "one version, status and duration");
    }
    let (rest, sent) = bytes(answer.rest)?;
    let (rest, ()) = space(rest)?;
    let (agent, referer) = cell(rest)?;
    let target = &target_at[..length];
    let record = Record {
        time: Some(time),
        request: Request::Line { method, target, version: Some(answer.version) },
        status: answer.status,
        bytes: sent,
        no_body: sent.unwrap_or(0) == 0,
        referer: present(referer),
        agent: present(agent),
        user: present(user),
        took: answer.took.checked_mul(1000),
        ..Record::default()
    };
    let mut record = with_peer(record, peer);
    if let Some(list) = list {
        record.addresses.push(Role::Forwarded, list);
    }
    Ok((&agent[agent.len()..], record))
}

/// The list of proxies, where there is one, and the user.
type Who<'a> = (Option<&'a [u8]>, &'a [u8]);

/// `[list SP] user SP thread SP`
fn who(input: &[u8]) -> Read<'_, Who<'_>> {
    let (mut rest, mut user_at) = (input, input);
    // A list of more than a dozen elements no proxy wrote.
    for n_words in 0..16 {
        let (after, one) = cell(rest)?;
        if n_words > 0 && is_thread(one) {
            let list = input[..input.len() - user_at.len()].trim_ascii_end();
            if !list.is_empty() && list != b"-" && !is_forwarded(list) {
                return fault(input, "a list of addresses");
            }
            let user = &user_at[..user_at.len() - rest.len() - 1];
            return Ok((after, (present(list), user)));
        }
        (user_at, rest) = (rest, after);
    }
    fault(input, "a user and a thread")
}

/// `thread = 1*OCTET "-exec-" 1*DIGIT`
fn is_thread(word: &[u8]) -> bool {
    memchr::memmem::rfind(word, b"-exec-")
        .is_some_and(|at| at > 0 && number(&word[at + 6..]).is_some())
}

/// What stands behind the target.
struct Answer<'a> {
    version: &'a [u8],
    status: Option<u16>,
    took: u64,
    rest: &'a [u8],
}

/// Every place of a text where `SP version SP status SP 1*DIGIT "ms" SP`
/// begins, and what it says.
fn answers(text: &[u8]) -> impl Iterator<Item = (usize, Answer<'_>)> {
    memchr::memmem::find_iter(text, b" HTTP/").filter_map(|at| {
        let (rest, version) = cell(&text[at + 1..]).ok()?;
        let (rest, status) = status(rest).ok()?;
        let (rest, ()) = space(rest).ok()?;
        let (rest, took) = cell(rest).ok()?;
        let took = number(took.strip_suffix(b"ms")?)?;
        (at > 0).then_some((at, Answer { version, status, took, rest }))
    })
}
