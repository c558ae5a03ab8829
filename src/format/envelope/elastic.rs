//! Elasticsearch and OpenSearch: one hit of a search, as a response, elasticdump
//! or a snapshot's export holds it.
//!
//! ```json
//! {"_index":"filebeat-2024.01","_id":"x","_source":{"@timestamp":"…","message":"CONTENT"}}
//! {"_index":"logs","_id":"y","fields":{"@timestamp":["…"],"source.ip":["203.0.113.5"]}}
//! ```
//!
//! What is in it is the document: a line in a field, which is the next
//! envelope, or a request in the names of a schema. Specification:
//! <https://www.elastic.co/guide/en/elasticsearch/reference/current/search-your-data.html>.

use super::{About, Content, Envelope, Names, Opened};
use crate::format::json::{has_name, member};
use crate::format::{Scratch, State};

/// One hit of a search.
pub struct Elastic;

/// The names that mark it.
const NAMES: Names =
    Names { groups: &[&["_source", "_index"], &["_source", "fields"]], never: &[] };

impl Envelope for Elastic {
    fn name(&self) -> &'static str {
        "Elasticsearch hit"
    }

    fn about(&self) -> About {
        About {
            title: "Hits of a search in Elasticsearch or OpenSearch: responses, elasticdump, exports",
            header: &[],
            sample: br#"{"_index":"logs","_source":{"a":"b"}}"#,
            holds: br#"{"a":"b"}"#,
        }
    }

    fn may_hold(&self, _state: &State, line: &[u8]) -> bool {
        line.first() == Some(&b'{') && NAMES.mark(|name| has_name(line, name))
    }

    fn names(&self) -> Option<Names> {
        Some(NAMES)
    }

    fn open<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        _scratch: &'a mut Scratch,
    ) -> Option<Opened<'a>> {
        let object = |name| member(line, name).filter(|object| object.first() == Some(&b'{'));
        let content = object("_source").or_else(|| object("fields"))?;
        Some(Opened { content: Content::Whole(content), logger: None, sealed: None })
    }
}
