//! What a directive is made of: literals and typed fields.

use super::clock::Clock;
use super::ending::{Mark, Told};
use crate::record::BytesMeaning;

/// How a writer escapes what it cannot write as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escaping {
    /// `\"`, `\\`, `\xhh` and the letters of C: Apache since 2.0.46, nginx by
    /// default. No bare quote stands in a field.
    Backslash,
    /// `#` and two hexadecimal digits: HAProxy.
    Hash,
    /// As in JSON: nginx with `escape=json`. No bare quote stands in a field.
    Json,
    /// Nothing is escaped: nginx with `escape=none`, Jetty.
    Nothing,
    /// A space is written `+`: W3C.
    Plus,
    /// `\"`, `\\`, `\u00e9`: Tomcat since 9.0.17.
    Unicode,
}

impl Escaping {
    /// A quote inside a field is written with a backslash.
    pub fn guards_quotes(self) -> bool {
        matches!(self, Escaping::Backslash | Escaping::Json | Escaping::Unicode)
    }
}

/// Which moment of a request a time is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// It was received.
    Start,
    /// It was answered.
    End,
    /// Nobody says.
    Unknown,
}

/// What a field says.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// The `User-Agent` header.
    Agent,
    /// The bytes of the response.
    Bytes(BytesMeaning),
    /// HAProxy's captured headers: `{a|b}`, or nothing at all.
    Captured,
    /// The client as the server knows it: the peer, unless a module put
    /// another address in its place and the template has the peer too.
    Client,
    /// The other end of the connection, beyond doubt.
    Connection,
    /// How the transfer ended.
    Ending(Mark),
    /// A list that proxies appended addresses to.
    Forwarded,
    /// The header of RFC 7239.
    ForwardedHeader,
    /// The host that was asked; the lowest rank that is there is taken.
    Host(u8),
    /// The client's name where it was looked up, else as [`Kind::Client`].
    HostName,
    /// `?` where the request has a query.
    IsArgs,
    /// One word that the server made and that says nothing of who fetched what.
    Label,
    /// A list that says nothing of who fetched what, one value for each
    /// upstream that was asked.
    Listed,
    /// The method.
    Method,
    /// A number that says nothing of who fetched what.
    Number,
    /// Anything else, in any letters.
    Opaque,
    /// The path, without its query.
    Path,
    /// The version of the protocol.
    Protocol,
    /// The query, with its question mark or without.
    Query,
    /// The part of a content that was asked for or sent.
    Range(Told),
    /// One address that a header gives.
    Real,
    /// The `Referer` header.
    Referer,
    /// The whole request line.
    Request,
    /// A text that may be a time, by its name, where nothing else is one.
    Stamp,
    /// The status; the lowest rank is taken.
    Status(u8),
    /// The target with its query.
    Target,
    /// A time, or a part of one.
    Time(Moment, Clock),
    /// The duration, in units of so many nanoseconds; the lowest rank, and of
    /// the same rank the finest unit, is taken.
    Took(u64, u8),
    /// The bytes of the request's content and the answer's together. None of
    /// a count of 0 is known: Jetty does not count its own error pages.
    Transferred,
    /// The server that was asked in turn.
    Upstream,
    /// The authenticated user.
    User,
}

impl Kind {
    /// It is read by its own shape, so that nothing need stand behind it.
    pub fn is_typed(&self) -> bool {
        matches!(
            self,
            Kind::Bytes(_)
                | Kind::Ending(Mark::Completion | Mark::Connection | Mark::Win32)
                | Kind::IsArgs
                | Kind::Number
                | Kind::Status(_)
                | Kind::Time(..)
                | Kind::Took(..)
                | Kind::Transferred
        )
    }

    /// It holds no blank: the server made it of one word.
    pub fn is_word(&self) -> bool {
        matches!(
            self,
            Kind::Client
                | Kind::Connection
                | Kind::Ending(_)
                | Kind::HostName
                | Kind::Label
                | Kind::Method
                | Kind::Protocol
        ) || matches!(self, Kind::Host(rank) if *rank > 0)
    }

    /// It says who the other end of the connection is.
    pub fn is_peer(&self) -> bool {
        matches!(self, Kind::Client | Kind::Connection | Kind::HostName)
    }

    /// It says who asked, for what, when, or with what success: a client must
    /// not choose it by what it writes elsewhere.
    pub fn is_key(&self) -> bool {
        self.is_peer()
            || matches!(
                self,
                Kind::Method
                    | Kind::Path
                    | Kind::Request
                    | Kind::Status(_)
                    | Kind::Target
                    | Kind::Time(..)
            )
    }

    /// It may say something where it is empty.
    pub fn speaks_empty(&self) -> bool {
        matches!(self, Kind::Ending(Mark::Completion))
    }

    /// A site may write it in words of its own where it writes JSON.
    pub fn may_be_words(&self) -> bool {
        matches!(self, Kind::Ending(_) | Kind::Range(_) | Kind::Took(..))
    }

    /// It is a text that a client or a site fills with anything, and that says
    /// nothing of who fetched what.
    pub fn is_loose(&self) -> bool {
        matches!(self, Kind::Listed | Kind::Opaque | Kind::Range(_))
    }

    /// What would be right where it is not found, in words.
    pub fn wanted(&self) -> &'static str {
        match self {
            Kind::Agent => "a user agent",
            Kind::Bytes(_) => "a byte count or -",
            Kind::Captured => "captured headers in braces",
            Kind::Client | Kind::Connection | Kind::Real => "an address",
            Kind::Ending(_) => "a mark of how the transfer ended",
            Kind::Forwarded | Kind::ForwardedHeader => "forwarded addresses",
            Kind::Host(_) => "a host",
            Kind::HostName => "an address or a host name",
            Kind::IsArgs => "a question mark or nothing",
            Kind::Method => "a method",
            Kind::Number | Kind::Transferred => "a number or -",
            Kind::Label | Kind::Listed | Kind::Opaque => "a text that ends as the directive says",
            Kind::Path => "a path",
            Kind::Protocol => "a protocol",
            Kind::Query => "a query",
            Kind::Range(_) => "a range of bytes",
            Kind::Referer => "a referer",
            Kind::Request => "a request line",
            Kind::Stamp => "a time",
            Kind::Status(_) => "a status of three digits",
            Kind::Target => "a target",
            Kind::Time(_, clock) => clock.wanted(),
            Kind::Took(..) => "a duration or -",
            Kind::Upstream => "an upstream server",
            Kind::User => "a user",
        }
    }
}

/// A field of a directive.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// What it says.
    pub kind: Kind,
    /// How the directive writes it.
    pub name: String,
    /// Where in the directive it stands, in bytes.
    pub at: usize,
}

/// A piece of a directive.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Blanks; as many as the writer likes.
    Blanks,
    /// A field.
    Field(Field),
    /// A text that stands in every line.
    Literal(Vec<u8>),
}

/// The pieces of a directive, in order, as its dialect's file finds them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pieces(pub Vec<Piece>);

impl Pieces {
    /// Adds a byte of literal text.
    pub fn literal(&mut self, byte: u8) {
        match self.0.last_mut() {
            Some(Piece::Literal(text)) => text.push(byte),
            _ => self.0.push(Piece::Literal(vec![byte])),
        }
    }

    /// Adds a field.
    pub fn field(&mut self, kind: Kind, name: impl Into<String>, at: usize) {
        self.0.push(Piece::Field(Field { kind, name: name.into(), at }));
    }

    /// Adds blanks, once.
    pub fn blanks(&mut self) {
        if self.0.last() != Some(&Piece::Blanks) {
            self.0.push(Piece::Blanks);
        }
    }

    /// Takes texts that are times by their names for what may be one.
    pub fn name_stamps(&mut self) {
        for piece in &mut self.0 {
            let Piece::Field(field) = piece else { continue };
            let name = field.name.to_ascii_lowercase();
            let is_span = ["request", "response", "connect", "header", "upstream", "took"]
                .iter()
                .any(|word| name.contains(word));
            let is_stamp = ["time", "date", "stamp"].iter().any(|word| name.contains(word));
            if field.kind == Kind::Opaque && is_stamp && !is_span {
                field.kind = Kind::Stamp;
            }
        }
    }

    /// Takes off the line break at the end, which ends the line anyway, and
    /// says whether there is another: then a record is no line.
    pub fn break_line(&mut self) -> bool {
        let is_break = |byte: &u8| matches!(byte, b'\n' | b'\r');
        if let Some(Piece::Literal(text)) = self.0.last_mut() {
            while text.last().is_some_and(is_break) {
                text.pop();
            }
            if text.is_empty() {
                self.0.pop();
            }
        }
        self.0
            .iter()
            .any(|piece| matches!(piece, Piece::Literal(text) if text.iter().any(is_break)))
    }

    /// The fields.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Field(field) => Some(field),
            Piece::Blanks | Piece::Literal(_) => None,
        })
    }
}

/// What a header of a request is, by its name in any case.
pub fn header(name: &str) -> Kind {
    match name.to_ascii_lowercase().as_str() {
        "forwarded" => Kind::ForwardedHeader,
        "host" => Kind::Host(0),
        "range" => Kind::Range(Told::Asked),
        "referer" | "referrer" => Kind::Referer,
        "user-agent" => Kind::Agent,
        "x-forwarded-for" | "x-original-forwarded-for" | "x-forwarded" => Kind::Forwarded,
        "ali-cdn-real-ip"
        | "cdn-src-ip"
        | "cf-connecting-ip"
        | "cf-connecting-ipv6"
        | "client-ip"
        | "cloudfront-viewer-address"
        | "do-connecting-ip"
        | "fastly-client-ip"
        | "fly-client-ip"
        | "incap-client-ip"
        | "proxy-client-ip"
        | "true-client-ip"
        | "wl-proxy-client-ip"
        | "x-appengine-user-ip"
        | "x-azure-clientip"
        | "x-azure-socketip"
        | "x-client-ip"
        | "x-cluster-client-ip"
        | "x-envoy-external-address"
        | "x-nf-client-connection-ip"
        | "x-original-client-ip"
        | "x-originating-ip"
        | "x-real-ip"
        | "x-remote-addr"
        | "x-remote-ip"
        | "x-sucuri-clientip" => Kind::Real,
        _ => Kind::Opaque,
    }
}

/// What a header of an answer is, by its name in any case.
pub fn answer_header(name: &str) -> Kind {
    match name.eq_ignore_ascii_case("content-range") {
        true => Kind::Range(Told::Sent),
        false => Kind::Opaque,
    }
}
