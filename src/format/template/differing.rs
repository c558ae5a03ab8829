//! Where two readings of one line differ in what matters: a client may have
//! written a part of it so that it passes for another.

use super::super::token::request;
use super::field::Kind;
use super::layout::Layout;
use super::likely::is_token;
use super::read::Spans;
use crate::record::Request;

/// The first part that matters and that two readings of a line have
/// differently; the other one says nothing against the first where it finds no
/// peer, request line or method and the first does.
pub fn differing(layout: &Layout, line: &[u8], one: &Spans, other: &Spans) -> Option<usize> {
    let fields = layout.parts.iter().enumerate();
    let fields = fields.filter_map(|(part, each)| Some((part, each.field()?)));
    let text = |(start, end): (u32, u32)| line.get(start as usize..end as usize);
    let mut found = None;
    for ((part, field), (one, other)) in fields.zip(one.iter().zip(other)) {
        let (one, other) = (text(*one), text(*other));
        if !field.kind.is_key() || one == other {
            continue;
        }
        if field.kind.is_peer() && other == Some(b"-") {
            return None;
        }
        if field.kind == Kind::Request && is_line(one) && !is_line(other) {
            return None;
        }
        let is_method = |text: Option<&[u8]>| text.is_some_and(is_token);
        if field.kind == Kind::Method && is_method(one) && !is_method(other) {
            return None;
        }
        // A bare target that goes on behind a blank is below the same path.
        if matches!(field.kind, Kind::Path | Kind::Target)
            && other.is_some_and(|other| one.is_some_and(|one| other.starts_with(one)))
        {
            continue;
        }
        found = found.or(Some(part));
    }
    found
}

/// Says whether a field is a request line, with a version or without.
fn is_line(text: Option<&[u8]>) -> bool {
    matches!(text.map(request), Some(Request::Line { method, .. }) if is_token(method))
}
