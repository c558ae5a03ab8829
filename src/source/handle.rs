//! The open source is what was found, and stays it: checked when it is opened, and again at the end.

use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use super::find::{Found, Origin, is_same_file, modified};
use super::object::Reader;

/// An open source, read by position. A clone reads for itself.
#[derive(Clone)]
pub(super) enum Handle {
    /// A file of this machine.
    File(Arc<File>),
    /// An object in a store.
    Object(Reader),
}

impl Handle {
    /// Reads some bytes from an offset on; none only at the end.
    pub(super) fn read_at(&self, out: &mut [u8], offset: u64) -> io::Result<usize> {
        match self {
            Handle::File(file) => file.read_at(out, offset),
            Handle::Object(object) => object.read_at(out, offset),
        }
    }

    /// Fills `out` from an offset on, as far as there are bytes; says how many.
    pub(super) fn fill_at(&self, out: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut filled = 0;
        while filled < out.len() {
            match self.read_at(&mut out[filled..], offset + filled as u64) {
                Ok(0) => break,
                Ok(n) => filled += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    /// The same source for a reader of the bytes before `end`, and of few behind it.
    pub(super) fn part(&self, end: u64) -> Handle {
        match self {
            Handle::File(file) => Handle::File(Arc::clone(file)),
            Handle::Object(object) => Handle::Object(object.part(end)),
        }
    }
}

/// Whether a source is still what was found, for a reading by splits, which has no [`super::Opened::finish`] of its own.
///
/// # Errors
/// When the file can no longer be opened, or is another one.
pub fn check(found: &Found) -> io::Result<Changes> {
    let (handle, _) = handle(found)?;
    Ok(changes(found, &handle))
}

/// How a source differs from what was found.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Changes {
    /// It became shorter, was replaced, or was rewritten: a fault, said in a sentence.
    pub changed: Option<String>,
    /// It became longer: no fault; what was added was not read.
    pub grew: Option<String>,
}

/// Opens what was found, and nothing else; and says how many bytes of it there are to read.
pub(super) fn handle(found: &Found) -> io::Result<(Handle, u64)> {
    if let Some(file) = &found.spooled {
        return Ok((Handle::File(Arc::clone(file)), found.length));
    }
    if let Origin::Object(object) = &found.origin {
        return Ok((Handle::Object(Reader::open(found, object)?), found.length));
    }
    // What was a regular file when it was found may have become a pipe, whose opening would wait for a writer.
    if !std::fs::metadata(&found.absolute)?.is_file() {
        return Err(refused(found, "is not a regular file"));
    }
    let file = File::open(&found.absolute)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(refused(found, "is not a regular file"));
    }
    if !is_same_file(found, &metadata) {
        return Err(refused(found, "is another file than the one that was found: it was replaced"));
    }
    Ok((Handle::File(Arc::new(file)), found.length.min(metadata.len())))
}

fn refused(found: &Found, what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, format!("{} {what}", found.path.display()))
}

/// Compares what was found with what is open, and with what its name now stands for.
pub(super) fn changes(found: &Found, handle: &Handle) -> Changes {
    match handle {
        // A copy without a name can be changed by nobody.
        Handle::File(_) if found.spooled.is_some() => Changes::default(),
        Handle::File(file) => match file.metadata() {
            Ok(now) => compare(found, &now),
            Err(error) => Changes {
                changed: Some(format!(
                    "{} could not be looked at again: {error}",
                    found.path.display()
                )),
                grew: None,
            },
        },
        Handle::Object(object) => Changes { changed: object.changed(), grew: None },
    }
}

fn compare(found: &Found, now: &Metadata) -> Changes {
    let name = found.path.display();
    let replaced = match std::fs::metadata(&found.absolute) {
        Ok(named) if is_same_file(found, &named) => None,
        Ok(_) => Some(format!("{name} was replaced by another file since it was found")),
        Err(error) => Some(format!("{name} is no longer there: {error}")),
    };
    let changed = if now.len() < found.length {
        Some(format!(
            "{name} became shorter since it was found: {} bytes, then {}",
            found.length,
            now.len()
        ))
    } else if replaced.is_some() {
        replaced
    } else if now.len() == found.length && modified(now) != found.modified {
        Some(format!(
            "{name} was rewritten since it was found: same length, another modification time"
        ))
    } else {
        None
    };
    let grew = (now.len() > found.length).then(|| {
        format!(
            "{name} grew by {} bytes since it was found, which were not read",
            now.len() - found.length
        )
    });
    Changes { changed, grew }
}
