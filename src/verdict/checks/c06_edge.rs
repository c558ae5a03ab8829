//! C6, edge: nothing stood in front that could answer without the servers
//! here knowing, or its logs are here too.

use crate::case::Server;
use crate::case::server::ServerRole;

use super::{Basis, Check, Condition, Outcome, View};

/// The condition.
pub const CONDITION: Condition = Condition {
    id: "C6",
    asks: "Was there no cache or proxy in front, or are its logs here?",
    run,
};

fn run(view: &View<'_>) -> Vec<Check> {
    let servers = &view.question.servers;
    let is_read = |name: &str| {
        let read = view.plan.sources.iter().zip(&view.examined.sources);
        let mut read = read.filter(|(_, source)| source.coverage.lines.read > 0);
        read.any(|(planned, _)| servers[planned.server].name == name)
    };
    let is_behind = |server: &Server| server.behind.as_deref().is_some_and(is_read);
    let fail = |because: String| vec![Check::of("C6", Outcome::Fail, Basis::Checked, because)];
    // An edge that is behind another is one that was read, or is none.
    if let Some(server) = servers.iter().find(|server| {
        (server.role == Some(ServerRole::Origin) || server.behind.is_some()) && !is_behind(server)
    }) {
        return fail(format!(
            "{} answers behind another server whose logs are not here: what a cache answered \
             never reached it",
            server.name
        ));
    }
    if let Some(server) = servers.iter().find(|server| {
        let is_edge = server.role == Some(ServerRole::Edge);
        !server.trusted_proxies.is_empty() && !is_edge && !is_behind(server)
    }) {
        let because = format!(
            "proxies stand in front of {}, and no log of theirs is here: what they answered \
             themselves never reached it; give their log and say `behind`",
            server.name
        );
        return vec![Check::of("C6", Outcome::Unknown, Basis::Checked, because)];
    }
    let declared = &view.question.case.servers;
    let stands_in_front = |server: &Server| {
        declared.iter().any(|other| other.behind.as_deref() == Some(server.name.as_str()))
    };
    let all_known = !declared.is_empty()
        && declared.iter().all(|server| {
            server.role == Some(ServerRole::Edge) || is_behind(server) || stands_in_front(server)
        });
    let what = match declared.iter().any(|server| server.behind.is_some()) {
        true => "clients reach the listed servers directly, or by way of one whose logs are here",
        false => "clients reach the listed servers directly",
    };
    let mut check = view.stated("C6", all_known.then_some(true), what);
    if !view.examined.links.is_empty() && check.result == Outcome::Pass {
        check.basis = Basis::Both;
    }
    vec![check]
}
