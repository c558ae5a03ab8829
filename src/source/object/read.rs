//! Reads an object by position, in windows, each on the condition that the object is still the one that was found.
//!
//! Whoever reads on from where they were is given larger and larger windows, and the next one is on its way while they read. Whoever jumps
//! begins with a small one. So the head of a source costs one small request, and a whole source few large ones.

use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore};
use tokio::task::JoinHandle;

use super::super::find::Found;
use super::name::Url;
use super::store::{Fixed, Store};
use super::{Object, find, say};

/// The first window, and the largest: at 100 MB/s the largest takes ten times the 10 ms that a store needs to begin its answer.
const FIRST: u64 = 1 << 20;
const LARGEST: u64 = 8 << 20;

/// A window behind the end of a part, where only the rest of a line is wanted.
const BEHIND: u64 = 64 << 10;

/// An object being read. A clone reads for itself.
pub struct Reader {
    opened: Arc<Opened>,
    store: Arc<Store>,
    /// Where the reader will probably stop.
    end: u64,
    /// It will read everything up to there.
    is_part: bool,
    window: Mutex<Window>,
}

/// The object. A request holds it, and must not hold the runtime that it is made in, which cannot end itself.
struct Opened {
    name: String,
    objects: Arc<dyn ObjectStore>,
    key: Path,
    fixed: Fixed,
}

/// Bytes that are on their way.
type Awaited = JoinHandle<Result<Vec<u8>, String>>;

/// The bytes at hand.
#[derive(Default)]
struct Window {
    start: u64,
    bytes: Vec<u8>,
    /// How many bytes were asked for last.
    size: u64,
    /// What was asked for before it was wanted, and where it begins.
    ahead: Option<(u64, Awaited)>,
}

impl Reader {
    /// Opens an object that was found, without asking the store.
    ///
    /// # Errors
    /// When it was only read of in a plan, and not found again.
    pub fn open(found: &Found, object: &Object) -> io::Result<Reader> {
        let name = found.path.display().to_string();
        let Some(store) = object.store.clone() else {
            return Err(io::Error::other(format!("{name} was not looked up in its store")));
        };
        let key = Url::of(&name).and_then(|url| find::key(&url)).map_err(io::Error::other)?;
        let fixed = Fixed::of(found, object);
        let objects = Arc::clone(&store.objects);
        let opened = Arc::new(Opened { name, objects, key, fixed });
        let (end, window) = (found.length, Mutex::default());
        Ok(Reader { opened, store, end, is_part: false, window })
    }

    /// The same object for whoever reads all up to `end`, and little behind it.
    pub fn part(&self, end: u64) -> Reader {
        Reader { end: end.min(self.opened.fixed.length), is_part: true, ..self.clone() }
    }

    /// Reads some bytes from an offset on; none only at the end.
    ///
    /// # Errors
    /// A sentence: the object changed, or the store does not give it.
    pub fn read_at(&self, out: &mut [u8], offset: u64) -> io::Result<usize> {
        if out.is_empty() || offset >= self.opened.fixed.length {
            return Ok(0);
        }
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        if !window.range().contains(&offset) {
            self.move_to(&mut window, offset)?;
        }
        let bytes = &window.bytes[(offset - window.start) as usize..];
        let n = bytes.len().min(out.len());
        out[..n].copy_from_slice(&bytes[..n]);
        Ok(n)
    }

    /// Why it is no longer what was found, where that is not known from each reading: of what has no tag.
    pub fn changed(&self) -> Option<String> {
        let Opened { name, key, fixed, .. } = &*self.opened;
        if fixed.tag.is_some() {
            return None;
        }
        match self.store.head(key) {
            Ok(meta) => {
                let what = fixed.difference(&Fixed::said(&meta))?;
                Some(format!("{name} changed since it was found: {what}"))
            }
            Err(error) => {
                Some(format!("{name} could not be looked at again: {}", say::sentence(&error)))
            }
        }
    }

    fn move_to(&self, window: &mut Window, offset: u64) -> io::Result<()> {
        let goes_on = !window.bytes.is_empty() && offset == window.range().end;
        let ahead = window.ahead.take().filter(|(start, _)| *start == offset);
        let smallest = if self.is_part { LARGEST } else { FIRST };
        window.size = if goes_on { (window.size * 2).min(LARGEST) } else { smallest };
        let read = match ahead {
            Some((_, task)) => self.store.wait(task).unwrap_or_else(|_| {
                Err(format!("{} cannot be read: the request was given up", self.opened.name))
            }),
            None => {
                let range = self.range(offset, window.size);
                self.store.wait(fetch(Arc::clone(&self.opened), range))
            }
        };
        // What was at hand is gone, whether there is something in its place or not.
        (window.start, window.bytes) = (offset, Vec::new());
        window.bytes = read.map_err(io::Error::other)?;
        let next = window.range().end;
        if (goes_on || self.is_part) && next < self.end {
            let range = self.range(next, (window.size * 2).min(LARGEST));
            let task = self.store.begin(fetch(Arc::clone(&self.opened), range));
            window.ahead = Some((next, task));
        }
        Ok(())
    }

    /// A window from an offset on.
    fn range(&self, start: u64, size: u64) -> Range<u64> {
        let end = if start < self.end {
            self.end.min(start + size)
        } else {
            self.opened.fixed.length.min(start + size.min(BEHIND))
        };
        start..end
    }
}

impl Clone for Reader {
    fn clone(&self) -> Reader {
        Reader {
            opened: Arc::clone(&self.opened),
            store: Arc::clone(&self.store),
            end: self.end,
            is_part: self.is_part,
            window: Mutex::default(),
        }
    }
}

impl Window {
    fn range(&self) -> Range<u64> {
        self.start..self.start + self.bytes.len() as u64
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        if let Some((_, task)) = &self.ahead {
            task.abort();
        }
    }
}

/// Asks for some bytes. The condition is the store's to keep, and its answer is held against what was found besides.
async fn fetch(opened: Arc<Opened>, range: Range<u64>) -> Result<Vec<u8>, String> {
    let Opened { name, objects, key, fixed } = &*opened;
    let cannot = |error| format!("{name} cannot be read: {}", say::sentence(&error));
    let options = GetOptions { range: Some(GetRange::Bounded(range.clone())), ..fixed.condition() };
    let got = objects.get_opts(key, options).await.map_err(cannot)?;
    if let Some(what) = fixed.difference(&Fixed::said(&got.meta)) {
        return Err(format!("{name} changed since it was found: {what}"));
    }
    let bytes = got.bytes().await.map_err(cannot)?;
    match bytes.len() as u64 == range.end - range.start {
        true => Ok(bytes.into()),
        false => Err(format!("{name} cannot be read: the store gave fewer bytes than it has")),
    }
}
