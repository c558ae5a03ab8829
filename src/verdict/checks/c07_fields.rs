//! C7, fields: the lines carry method, path, status, client and a time whose
//! zone is known; and the client is a client, not a proxy.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::evidence::coverage::Addresses;
use crate::verdict::gaps::Series;
use crate::verdict::words::checks as says;

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
        return (Outcome::Fail, view.say(&says::C7_NO_LINE, &[]));
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
        let flags = names.replace(", ", " --trust-proxy ");
        let because = view.say(&says::C7_PROXIES, &[&private, &read, &names, &flags]);
        return (Outcome::Fail, because);
    }
    let mut addresses = Addresses::default();
    sources().for_each(|coverage| addresses.merge(coverage.addresses));
    let (four, six) = (Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into());
    if addresses.are_masked(four) || addresses.are_masked(six) {
        let (number, kind) = match addresses.are_masked(four) {
            true => (addresses.four, "IPv4"),
            false => (addresses.six, "IPv6"),
        };
        let because = view.say(&says::C7_MASKED, &[&number, &kind]);
        return (Outcome::Fail, because);
    }
    let zoneless: u64 = sources().map(|coverage| coverage.zoneless).sum();
    if zoneless > 0 && view.question.wall(series.server).is_none() {
        let because = view.say(&says::C7_NO_ZONE, &[&zoneless, &read]);
        return (Outcome::Unknown, because);
    }
    let yearless: u64 = sources().map(|coverage| coverage.yearless).sum();
    if yearless > 0 {
        let because = view.say(&says::C7_NO_YEAR, &[&yearless, &read]);
        return (Outcome::Unknown, because);
    }
    let timeless: u64 = sources().map(|coverage| coverage.timeless).sum();
    let fieldless: u64 = sources().map(|coverage| coverage.fieldless).sum();
    if timeless > 0 || fieldless > 0 {
        let because = view.say(&says::C7_FIELDS_LACK, &[&read, &timeless, &fieldless]);
        return (Outcome::Unknown, because);
    }
    let phrase = if is_proxied && is_behind { &says::C7_ALL_BEHIND } else { &says::C7_ALL };
    (Outcome::Pass, view.say(phrase, &[&read]))
}
