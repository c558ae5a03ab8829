//! The open file is the file that was found, and stays it: checked when it is opened, and again at the end.

use std::fs::{File, Metadata};
use std::io;
use std::sync::Arc;

use super::find::{Found, is_same_file, modified};

/// Whether a source is still what was found, for a reading by splits, which has no [`super::Opened::finish`] of its own.
///
/// # Errors
/// When the file can no longer be opened, or is another one.
pub fn check(found: &Found) -> io::Result<Changes> {
    let (file, _) = handle(found)?;
    Ok(changes(found, &file))
}

/// How a source differs from what was found.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Changes {
    /// It became shorter, was replaced, or was rewritten: a fault, said in a sentence.
    pub changed: Option<String>,
    /// It became longer: no fault; what was added was not read.
    pub grew: Option<String>,
}

/// Opens the file that was found, and no other.
pub(super) fn handle(found: &Found) -> io::Result<(Arc<File>, Metadata)> {
    if let Some(file) = &found.spooled {
        return Ok((Arc::clone(file), file.metadata()?));
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
    Ok((Arc::new(file), metadata))
}

fn refused(found: &Found, what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, format!("{} {what}", found.path.display()))
}

/// Compares what was found with the open file, and with what its name now stands for.
pub(super) fn changes(found: &Found, file: &File) -> Changes {
    let name = found.path.display();
    let now = match file.metadata() {
        Ok(now) => now,
        Err(error) => {
            return Changes {
                changed: Some(format!("{name} could not be looked at again: {error}")),
                grew: None,
            };
        }
    };
    let replaced = if found.is_stdin {
        None
    } else {
        match std::fs::metadata(&found.absolute) {
            Ok(named) if is_same_file(found, &named) => None,
            Ok(_) => Some(format!("{name} was replaced by another file since it was found")),
            Err(error) => Some(format!("{name} is no longer there: {error}")),
        }
    };
    let changed = if now.len() < found.length {
        Some(format!(
            "{name} became shorter since it was found: {} bytes, then {}",
            found.length,
            now.len()
        ))
    } else if replaced.is_some() {
        replaced
    } else if now.len() == found.length && modified(&now) != found.modified {
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
