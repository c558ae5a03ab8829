//! What no line can say: what was never logged, and where else there is a log.

use crate::format::config::Kind;
use crate::verdict::triage::meaning::Software;

use super::{IIS, Question, Seen, configured};

/// Formats of services that clients reach first.
const EDGES: [&str; 11] = [
    "aws-alb",
    "aws-elb-classic",
    "aws-nlb",
    "cloudflare-logpush",
    "cloudfront",
    "cloudfront-json",
    "azure-front-door",
    "azure-app-gateway",
    "fastly-json",
    "akamai-datastream2",
    "gcp-lb",
];

/// Formats of services that log when they are told to, and as well as they
/// can.
const STORES: [&str; 8] = [
    "aws-alb",
    "aws-elb-classic",
    "aws-nlb",
    "aws-s3",
    "cloudflare-logpush",
    "cloudfront",
    "cloudfront-json",
    "cloudtrail-s3",
];

/// The format of HAProxy.
const HAPROXY: [&str; 1] = ["haproxy-http"];

/// What stands in front of a server, or behind it.
pub fn edge(seen: &Seen<'_>) -> Vec<Question> {
    let edges = seen.series_where(|series| seen.is_format(series, &EDGES));
    let others = seen.series_where(|series| {
        !seen.is_format(series, &EDGES) && series.clients.proxies.is_empty()
    });
    let mut questions = Vec::new();
    if !edges.is_empty() && others.is_empty() {
        questions.extend(
            Question::new(
                "origin",
                "Could the servers behind these be reached in another way (by their address, another name or port), and where are their logs?",
                "these logs show only who came by the front door",
            )
            .about(edges),
        );
    } else if edges.is_empty() {
        questions.extend(
            Question::new(
                "edge",
                "Does anything answer in front of these servers (a CDN, cache, load balancer, WAF), and did the same data have other ways out (another name, port, staging host, IPv6)? Please send those logs.",
                "what a cache answers never reaches these logs",
            )
            .about(others),
        );
    }
    questions
}

/// What switches logging off for some requests.
pub fn conditions(seen: &Seen<'_>) -> Vec<Question> {
    let is = |software: Software| {
        seen.series_where(move |series| {
            series.software.as_ref().is_some_and(|known| known.value == software)
        })
    };
    let (apache, nginx) = (is(Software::Apache), is(Software::Nginx));
    let haproxy = seen.series_where(|series| seen.is_format(series, &HAPROXY));
    let why = "a request that is not logged by rule cannot be told from one that never came";
    let mut questions = Vec::new();
    // What was sent is not asked for.
    let is_sent = |software: &str| {
        let mut sent = seen.question.configured.iter().flat_map(|each| &each.read);
        sent.any(|read| software.is_empty() || read.software == software)
    };
    let unsent = |software: &str, names: Vec<String>| {
        if is_sent(software) { Vec::new() } else { names }
    };
    let all = apache.is_empty() && nginx.is_empty() && haproxy.is_empty();
    questions.extend(
        Question::new(
            "conditions",
            "Please send the whole configuration (apachectl -S, every CustomLog, SetEnvIf and LogFormat): does any CustomLog have an env= condition, and has every virtual host one?",
            why,
        )
        .about(unsent("Apache", apache)),
    );
    questions.extend(
        Question::new(
            "conditions",
            "Please send the whole configuration (nginx -T): is access_log off anywhere (often for images, archives and documents), or does it have an if= condition?",
            why,
        )
        .about(unsent("nginx", nginx)),
    );
    questions.extend(
        Question::new(
            "conditions",
            "Please send haproxy.cfg: are dontlog-normal, dontlognull or monitor rules set, and how long may a syslog message be (len)?",
            why,
        )
        .about(unsent("HAProxy", haproxy)),
    );
    if all && !is_sent("") && seen.read_series().next().is_some() {
        questions.push(Question::new(
            "conditions",
            "Please send the configuration of logging: is any path, kind of file, status or client left out, or only a sample logged?",
            why,
        ));
    }
    questions
}

/// Services that log as well as they can.
pub fn stores(seen: &Seen<'_>) -> Vec<Question> {
    let question = Question::new(
        "delivery",
        "Since when is logging switched on, is every request logged or a sample, and which deliveries failed?",
        "such services deliver logs as well as they can and write no file without traffic: an absent file proves nothing",
    );
    let names = seen.series_where(|series| seen.is_format(series, &STORES));
    question.about(names).into_iter().collect()
}

/// Logs that lie beside those at hand.
pub fn other_logs(seen: &Seen<'_>) -> Vec<Question> {
    let iis = seen.series_where(|series| seen.is_format(series, &IIS));
    let question = Question::new(
        "httperr",
        "Please send the HTTPERR logs of the same machine (System32\\LogFiles\\HTTPERR), if this is IIS.",
        "requests that http.sys refuses or breaks off are logged there, not here",
    );
    question.about(iis).into_iter().collect()
}

/// Lines that were not written yet when a server went down.
pub fn in_flight(seen: &Seen<'_>) -> Vec<Question> {
    if seen.read_series().next().is_none() {
        return Vec::new();
    }
    let (text, why) = match configured::read(seen).is_empty() {
        true => (
            "When was the server restarted, killed or moved, and is logging buffered (BufferedLogs of Apache, buffer= of nginx, syslog over UDP)?",
            "a killed server loses the lines of running requests, a buffer many more",
        ),
        // Where lines wait, that is asked already.
        false if !configured::silences(seen, &[Kind::Buffer]).is_empty() => return Vec::new(),
        false => (
            "When was the server restarted, killed or moved?",
            "a killed server loses the lines of running requests",
        ),
    };
    vec![Question::new("restarts", text, why)]
}

/// How long logs are kept, and where else.
pub fn retention(seen: &Seen<'_>) -> Vec<Question> {
    let firsts = seen.read_series().filter_map(|series| series.series.first);
    let Some(first) = firsts.min() else { return Vec::new() };
    vec![
        Question::new(
            "retention",
            format!(
                "The earliest request at hand is of {first}: are there older logs (backups, snapshots, the hosting provider), and since when did logging run?"
            ),
            "an exposure that began before the logs cannot be cleared by them",
        ),
        Question::new(
            "copies",
            "Is there a second copy that the server cannot alter (central syslog, SIEM, the provider), and who could write to the logs at hand?",
            "without one, a missing line proves nothing where the server itself was reached",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format;

    #[test]
    fn every_format_that_is_named_is_one() {
        let all = EDGES.iter().chain(&STORES).chain(&HAPROXY).chain(&IIS);
        all.for_each(|name| assert!(format::named(name).is_some(), "{name}"));
    }
}
