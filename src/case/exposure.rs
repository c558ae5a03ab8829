//! What was exposed: named sets of targets, open during windows of time.

use serde::{Deserialize, Serialize};

use crate::record::Instant;

use super::target::Target;
use super::window::Window;

/// A named set of targets, open during one or more windows.
#[derive(Debug, Clone)]
pub struct Exposure {
    /// Its name; unique in a case.
    pub name: String,
    /// What kind of thing was open.
    pub kind: Kind,
    /// The host it was open on; `None` for any.
    pub host: Option<String>,
    /// Which requests name it.
    pub targets: Vec<Target>,
    /// When it was open; empty where the case gives no window.
    pub windows: Vec<Window>,
    /// Whether anyone was meant to fetch it then.
    pub lawful: Lawful,
    /// What the server recorded of every lawful request.
    pub lawful_when: Option<LawfulWhen>,
    /// How long a share link was to live, in seconds.
    pub lifetime: Option<i64>,
    /// When exposed secrets were changed.
    pub rotated_at: Option<Instant>,
    /// Sizes of answers that are known not to be the data.
    pub decoy_bytes: Vec<u64>,
}

/// What kind of thing was open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// An interface that answers questions about single records.
    Api,
    /// An open Elasticsearch or OpenSearch.
    Elasticsearch,
    /// Files in a folder.
    #[default]
    Files,
    /// A page that lists names which are themselves the data.
    Listing,
    /// An object store.
    S3,
    /// Credentials or keys.
    Secret,
    /// A link that anyone who has it may use.
    ShareLink,
}

/// Whether anyone was meant to fetch the exposed thing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lawful {
    /// Lawful users came on the same paths.
    Mixed,
    /// Nobody was meant to.
    #[default]
    Nobody,
}

impl Lawful {
    /// What is assumed of a kind where the case does not say.
    pub fn of(kind: Kind) -> Lawful {
        match kind {
            Kind::Api | Kind::ShareLink | Kind::Elasticsearch => Lawful::Mixed,
            Kind::Files | Kind::Listing | Kind::S3 | Kind::Secret => Lawful::Nobody,
        }
    }
}

/// What the server itself recorded of every lawful request: never a referer,
/// an agent or a cookie, which the client writes.
#[derive(Debug, Clone, Default)]
pub struct LawfulWhen {
    /// It came from these networks.
    pub networks: Vec<ipnetwork::IpNetwork>,
    /// It carried an authenticated user.
    pub user_present: bool,
    /// It came at these times.
    pub times: Vec<(Instant, Instant)>,
}
