//! `kubectl logs --prefix`: the pod and its container before every line.
//!
//! ```abnf
//! kubectl = *colour "[pod/" pod "/" container "]" *colour SP content
//! ```
//!
//! The pod is the machine that logged. Specification:
//! <https://kubernetes.io/docs/reference/kubectl/generated/kubectl_logs/>.

use super::compose::after_colours;
use super::{About, Content, Envelope, Opened};
use crate::format::{Scratch, State};

/// The prefix of `kubectl logs`.
pub struct Kubectl;

/// How long a prefix may be: two names of DNS labels.
const LONGEST: usize = 600;

impl Envelope for Kubectl {
    fn name(&self) -> &'static str {
        "kubectl logs"
    }

    fn about(&self) -> About {
        About {
            title: "kubectl logs --prefix",
            header: &[],
            sample: b"[pod/web-1/nginx] A b",
            holds: b"A b",
        }
    }

    fn may_hold(&self, _state: &State, line: &[u8]) -> bool {
        after_colours(line).starts_with(b"[pod/")
    }

    fn open<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        _scratch: &'a mut Scratch,
    ) -> Option<Opened<'a>> {
        let rest = after_colours(line).strip_prefix(b"[pod/")?;
        let end = memchr::memchr(b']', &rest[..rest.len().min(LONGEST)])?;
        let slash = memchr::memchr(b'/', &rest[..end])?;
        let content = after_colours(&rest[end + 1..]).strip_prefix(b" ")?;
        let logger = Some(&rest[..slash]).filter(|pod| !pod.is_empty());
        Some(Opened { content: Content::Whole(content), logger, sealed: None })
    }
}
