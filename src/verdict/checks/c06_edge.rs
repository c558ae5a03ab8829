//! C6, edge: nothing stood in front that could answer without the servers
//! here knowing, or its logs are here too.

use crate::case::server::ServerRole;

use crate::verdict::words::checks as says;

use super::{Basis, Check, Condition, Outcome, View};

/// The condition.
pub const CONDITION: Condition = Condition {
    id: "C6",
    asks: "Was there no cache or proxy in front, or are its logs here?",
    run,
};

fn run(view: &View<'_>) -> Vec<Check> {
    let servers = &view.question.case.servers;
    let has_log = |name: &str| {
        let place = view.question.servers.iter().position(|server| server.name == name);
        view.plan.sources.iter().any(|source| Some(source.server) == place)
    };
    if let Some(server) = servers.iter().find(|server| {
        server.role == Some(ServerRole::Origin) && !server.behind.as_deref().is_some_and(has_log)
    }) {
        let because = view.say(&says::C6_BEHIND, &[&server.name]);
        return vec![Check::of("C6", Outcome::Fail, Basis::Checked, because)];
    }
    let all_edge = !servers.is_empty()
        && servers.iter().all(|server| match server.role {
            Some(ServerRole::Edge) => true,
            Some(ServerRole::Origin) => server.behind.as_deref().is_some_and(has_log),
            None => false,
        });
    let said = all_edge.then_some(true);
    vec![view.stated("C6", said, &says::DIRECT)]
}
