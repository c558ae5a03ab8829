//! WHERE DO BYTES COME FROM?
//!
//! The only room that opens inputs, and it opens them read-only. It finds the files and objects a user means ([`mod@find`]), knows how rotation names them
//! ([`rotation`]), decodes them by content and never by name ([`mod@open`]), turns what is no line of bytes into text, digests what is stored and what
//! is decoded while reading ([`digest`]), and cuts decoded bytes into blocks of whole lines ([`cut`]) whose marks are then listed ([`index`]).
//!
//! What it never does: interpret a line, write to an input, hold a whole source in memory, or look at the clock.
//!
//! ```
//! use std::io::Write;
//! use std::path::Path;
//! use whofetched::source::{Blocks, LINE_CAP, ReadOptions, find, lines, open};
//!
//! let folder = tempfile::tempdir()?;
//! std::fs::File::create(folder.path().join("access.log"))?.write_all(b"first\r\nsecond\nlast")?;
//!
//! let finding = find(&["*.log".to_string()], folder.path());
//! let mut opened = open(&finding.sources[0], ReadOptions::default(), None)?;
//! let mut read = Vec::new();
//! for block in Blocks::new(&mut opened, 8, LINE_CAP) {
//!     for line in lines(&block) {
//!         read.push((line.offset, String::from_utf8_lossy(line.bytes).into_owned()));
//!     }
//! }
//! assert_eq!(read, [(0, "first".to_string()), (7, "second".to_string()), (14, "last".to_string())]);
//!
//! let finished = opened.finish();
//! assert_eq!(finished.stored_bytes, 18);
//! assert!(finished.problems.is_empty() && finished.changed.is_none());
//! # Ok::<(), std::io::Error>(())
//! ```

mod again;
mod ahead;
pub mod archive;
mod calendar;
pub mod cut;
mod decode;
pub mod digest;
pub mod find;
mod foreign;
mod gzip;
mod handle;
pub mod holes;
pub mod index;
mod layer;
mod lz4;
pub mod object;
pub mod open;
pub mod rotation;
pub mod sample;
mod scan;
pub mod sealed;
pub mod settings;
pub mod slice;
mod stored;
mod unpack;
mod zstd;

pub use again::again;
pub use archive::{Archive, Container, Met, walk, with};
pub use cut::{Block, Blocks, Cut, LINE_CAP, Line, Overlong, lines, split_lines};
pub use decode::Encoding;
pub use digest::{CONTENT_BLOCK, ContentId, Digest};
pub use find::{Finding, Found, Origin, absolute, find, spool_stdin};
pub use foreign::foreign;
pub use handle::{Changes, check};
pub use holes::{Missing, missing};
pub use index::Index;
pub use layer::{INNER_NEWLINE, OUTER};
pub use object::{Object, Stores, is_url, secret};
pub use open::{Finished, Head, Opened, ReadOptions, head, look, open};
pub use rotation::{Member, Rotation, member, time_order};
pub use sample::{Extent, Sampled, sample, sample_opened};
pub use sealed::sealed;
pub use slice::{Apart, Slice, apart, slice};
