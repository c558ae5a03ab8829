//! C7, fields: the lines carry method, path, status, client and a time whose
//! zone is known; and the client is a client, not a proxy.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::evidence::coverage::Addresses;
use crate::verdict::gaps::Series;

use super::{Basis, Check, Condition, Outcome, View};

/// The condition.
pub const CONDITION: Condition =
    Condition { id: "C7", asks: "Do the lines carry method, path, status, client and time?", run };

/// From which share of a series' lines on a handful of private addresses
/// means that proxies are logged instead of clients.
const PROXY_SHARE: f64 = 0.95;

/// How many addresses are a handful.
const PROXY_ADDRESSES: usize = 5;

fn run(view: &View<'_>) -> Vec<Check> {
    let series = view.series();
    let each = series.iter().map(|series| {
        let (result, because) = judge(view, series);
        Check::of("C7", result, Basis::Checked, because).series(view, series)
    });
    each.collect()
}

fn judge(view: &View<'_>, series: &Series) -> (Outcome, String) {
    let sources = || series.sources.iter().map(|&place| &view.examined.sources[place].coverage);
    let read: u64 = sources().map(|coverage| coverage.lines.read).sum();
    if read == 0 {
        return (Outcome::Fail, "no line was read".to_owned());
    }
    let private: u64 = sources().map(|coverage| coverage.private).sum();
    let mut proxies: Vec<_> = sources().flat_map(|coverage| &coverage.private_clients).collect();
    proxies.sort_unstable();
    proxies.dedup();
    // The clients of a server behind an edge are named by the edge's log.
    let is_behind = view.examined.links.iter().any(|link| link.origin == series.server);
    let is_proxied = private as f64 > PROXY_SHARE * read as f64;
    if is_proxied && !is_behind && proxies.len() <= PROXY_ADDRESSES {
        let names: Vec<String> = proxies.iter().map(ToString::to_string).collect();
        let names = names.join(", ");
        let because = format!(
            "{private} of {read} lines come from {names}: these are proxies, not clients; if the \
             lines carry forwarded addresses, give --trust-proxy {}",
            names.replace(", ", " --trust-proxy ")
        );
        return (Outcome::Fail, because);
    }
    let mut addresses = Addresses::default();
    sources().for_each(|coverage| addresses.merge(coverage.addresses));
    let (four, six) = (Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into());
    if addresses.are_masked(four) || addresses.are_masked(six) {
        let because = format!(
            "the addresses are masked: all {} of the {} end in zeros, so that none tells a client \
             from its neighbours",
            if addresses.are_masked(four) { addresses.four } else { addresses.six },
            if addresses.are_masked(four) { "IPv4 addresses" } else { "IPv6 addresses" },
        );
        return (Outcome::Fail, because);
    }
    let zoneless: u64 = sources().map(|coverage| coverage.zoneless).sum();
    if zoneless > 0 && view.question.wall(series.server).is_none() {
        let because = format!(
            "{zoneless} of {read} lines have a time without a zone, read as UTC; give `zone`"
        );
        return (Outcome::Unknown, because);
    }
    let yearless: u64 = sources().map(|coverage| coverage.yearless).sum();
    if yearless > 0 {
        let because = format!(
            "{yearless} of {read} lines have a time without a year, which was counted on from the first line's"
        );
        return (Outcome::Unknown, because);
    }
    let timeless: u64 = sources().map(|coverage| coverage.timeless).sum();
    let fieldless: u64 = sources().map(|coverage| coverage.fieldless).sum();
    if timeless > 0 || fieldless > 0 {
        let because = format!(
            "{timeless} of {read} lines have no time and {fieldless} no status or no client"
        );
        return (Outcome::Unknown, because);
    }
    let because = match is_proxied && is_behind {
        true => format!(
            "all {read} lines carry method or request, status and time; their clients are in the \
             log of the edge"
        ),
        false => format!("all {read} lines carry method or request, status, client and time"),
    };
    (Outcome::Pass, because)
}
