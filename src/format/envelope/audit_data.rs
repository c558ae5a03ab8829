//! Microsoft 365's audit log as PowerShell and Graph give it: a summary with the record inside.
//!
//! ```json
//! {"CreationDate":"2024-01-01T00:00:00Z","UserIds":"a@b.example","Operations":"FileAccessed","AuditData":"{\"CreationTime\":…}"}
//! {"id":"x","createdDateTime":"2024-01-01T00:00:00Z","operation":"FileAccessed","auditData":{"CreationTime":"…"}}
//! ```
//!
//! Specification: <https://learn.microsoft.com/powershell/module/exchange/search-unifiedauditlog>.

use super::About;
use super::wrap::{CONTENT, Wrap};
use crate::format::json::at;

/// A summary with the record inside.
pub static AUDIT_DATA: Wrap = Wrap {
    name: "audit search",
    about: About {
        title: "Microsoft 365's audit log as Search-UnifiedAuditLog and Graph give it",
        header: &[],
        sample: br#"{"CreationDate":"2024-01-01T00:00:00Z","Operations":"FileAccessed","AuditData":"{\"Id\":\"x\"}"}"#,
        holds: br#"{"Id":"x"}"#,
    },
    marks: &[&["AuditData", "auditData"]],
    never: &[],
    keys: &[at(CONTENT, &["AuditData"])],
    object: Some("auditData"),
};
