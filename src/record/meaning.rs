//! What the numbers of a log mean: which moment a time is, what a byte count
//! counts. A format says it where it can, a server's operator where it cannot.

use serde::{Deserialize, Serialize};

/// Which moment of a request the logged time is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum TimeMeaning {
    /// The request was answered, or the line was written.
    End,
    /// The request was received.
    Start,
    /// The line does not tell; both must be allowed for.
    Unknown,
}

/// What the logged byte count counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum BytesMeaning {
    /// Body bytes that were sent.
    Body,
    /// The size of the response, whether or not it was sent (Apache `%b`).
    Planned,
    /// The line does not tell.
    Unknown,
    /// Bytes that were sent, headers included.
    Wire,
}
