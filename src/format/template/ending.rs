//! Fields that say how a transfer ended, and which part of a content it was.

use super::super::{haproxy, w3c};
use crate::record::{Ending, Range};

/// Whose mark of the end a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// nginx's `$request_completion`: `OK`, or nothing where the answer was
    /// not sent to its end.
    Completion,
    /// `%X` of Apache, lighttpd, Tomcat and Jetty: `X` where the connection
    /// was lost before the answer was sent, `+` and `-` where it was kept or
    /// closed behind it.
    Connection,
    /// HAProxy's `%ts` and `%tsc`.
    Termination,
    /// The `sc-win32-status` of IIS.
    Win32,
}

impl Mark {
    /// How many bytes of a line the mark takes where its shape says so.
    pub fn length(self, rest: &[u8]) -> Option<usize> {
        match self {
            Mark::Completion if rest.starts_with(b"OK") => Some(2),
            Mark::Completion => Some(usize::from(rest.starts_with(b"-"))),
            Mark::Connection => matches!(rest, [b'X' | b'+' | b'-', ..]).then_some(1),
            Mark::Termination => None,
            Mark::Win32 => {
                let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
                (digits > 0 || rest.starts_with(b"-")).then_some(digits.max(1))
            }
        }
    }

    /// How the transfer ended, as the mark says.
    pub fn read(self, text: &[u8]) -> Option<Ending> {
        match self {
            Mark::Completion if text == b"OK" => Some(Ending::Whole),
            Mark::Completion if matches!(text, b"" | b"-") => Some(Ending::Cut),
            Mark::Completion => None,
            Mark::Connection => match text {
                b"X" => Some(Ending::Cut),
                b"+" | b"-" => Some(Ending::Whole),
                _ => None,
            },
            Mark::Termination => haproxy::ending(text, false),
            Mark::Win32 => w3c::ending(text),
        }
    }
}

/// Which header a range comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub enum Told {
    /// `Content-Range` of the answer: what was sent, and of how much.
    Sent,
    /// `Range` of the request: what was asked for. The size of the whole that
    /// a client writes behind it is not the server's word.
    Asked,
}

impl Told {
    /// The range that a header gives, if it gives one.
    pub fn read(self, text: &[u8]) -> Option<Range> {
        let range = Range::read(text)?;
        Some(match self {
            Told::Sent => range,
            Told::Asked => Range { whole: None, ..range },
        })
    }
}
