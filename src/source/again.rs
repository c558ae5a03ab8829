//! Finds a source again that was found before, perhaps by another process on another machine: at the same path, of the same length and
//! with the same time of modification; an object with the same tag. Anything else is another source, however alike it is.

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;

use super::find::{Found, Origin, modified};
use super::object::Stores;

/// Looks a source up by its absolute path, and gives it as this machine knows it: what it is on another device is another number. `stores`
/// are those that were opened so far.
///
/// # Errors
/// A sentence: it is not there, or its length or time of modification is not what was found.
pub fn again(found: &Found, stores: &mut Stores) -> Result<Found, String> {
    if let Origin::Object(object) = &found.origin {
        return stores.again(found, object);
    }
    let name = found.path.display();
    let metadata = match std::fs::metadata(&found.absolute) {
        Ok(metadata) if metadata.is_file() => metadata,
        Ok(_) => return Err(format!("{name} is not a regular file any more")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(format!("{name} is not at {} any more", found.absolute.display()));
        }
        Err(error) => return Err(format!("{name} cannot be looked at: {error}")),
    };
    difference(found, &metadata).map_or_else(
        || {
            let origin = Origin::File { device: metadata.dev(), inode: metadata.ino() };
            Ok(Found { origin, ..found.clone() })
        },
        |what| Err(format!("{name} changed since the plan was made: {what}")),
    )
}

/// How a file differs from what was found, in words.
fn difference(found: &Found, metadata: &Metadata) -> Option<String> {
    if metadata.len() != found.length {
        return Some(format!("it had {} bytes and has {}", found.length, metadata.len()));
    }
    let (was, is) = (found.modified, modified(metadata));
    let text = |(seconds, nanos): (i64, u32)| format!("{seconds}.{nanos:09}");
    (was != is).then(|| {
        format!(
            "it was modified at {} and then at {}, in seconds since 1970 UTC",
            text(was),
            text(is)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::find::is_same_file;
    use super::*;
    use std::fs::{self, File};
    use std::path::Path;
    use std::time::{Duration, SystemTime};

    #[test]
    fn what_changed_is_not_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.log");
        fs::write(&path, "a line\n").unwrap();
        let inputs = [path.display().to_string()];
        let mut found = super::super::find(&inputs, Path::new("")).sources.remove(0);
        // Another machine numbers devices and files in its own way.
        found.origin = Origin::File { device: 0, inode: 0 };
        let again = |found: &Found| again(found, &mut Stores::default());
        let same = again(&found).unwrap();
        assert!(is_same_file(&same, &fs::metadata(&path).unwrap()));

        let refused = |what: &str| {
            let why = again(&found).unwrap_err();
            assert!(why.contains(what), "{why}");
        };
        let earlier = SystemTime::UNIX_EPOCH + Duration::new(1_700_000_000, 5);
        File::options().write(true).open(&path).unwrap().set_modified(earlier).unwrap();
        refused("then at 1700000000.000000005");
        fs::write(&path, "a longer line\n").unwrap();
        refused("it had 7 bytes and has 14");
        fs::remove_file(&path).unwrap();
        refused("is not at");
        fs::create_dir(&path).unwrap();
        refused("is not a regular file");
    }
}
