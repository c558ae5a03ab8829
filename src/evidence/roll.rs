//! What is too much for the memory and is wanted again: a list of values
//! ([`Roll`]), and values sorted by what they belong to ([`Shelves`]). Both are
//! packed as the text of hits is, and put away in a spool of their own.

use std::io;
use std::marker::PhantomData;
use std::sync::{Mutex, PoisonError};

use serde::{Serialize, de::DeserializeOwned};

use super::{Frame, Spool, packed};

/// How many values of a roll are packed together.
const IN_CHUNK: usize = 128;

/// How many bytes of a shelf wait in memory.
const SHELF_HELD: usize = 8 * 1024;

/// A list of values that are not in memory: written one behind the other, read
/// one after the other or each by its place.
#[derive(Debug)]
pub struct Roll<T> {
    spool: Spool,
    chunks: Vec<Frame>,
    /// The chunk that is being written.
    open: Vec<u8>,
    len: usize,
    /// The chunk that was read last, by its place.
    last: Mutex<Option<(usize, Chunk)>>,
    of: PhantomData<fn() -> T>,
}

/// A chunk, unpacked, and where in it each value begins that was passed.
#[derive(Debug)]
struct Chunk {
    plain: Vec<u8>,
    starts: Vec<usize>,
}

impl<T> Default for Roll<T> {
    fn default() -> Roll<T> {
        Roll {
            spool: Spool::default(),
            chunks: Vec::new(),
            open: Vec::new(),
            len: 0,
            last: Mutex::default(),
            of: PhantomData,
        }
    }
}

impl<T: Serialize + DeserializeOwned> Roll<T> {
    /// Adds a value.
    ///
    /// # Errors
    /// When it cannot be packed or put away.
    pub fn push(&mut self, value: &T) -> io::Result<()> {
        packed::put(value, &mut self.open)?;
        self.len += 1;
        if self.len.is_multiple_of(IN_CHUNK) {
            let frame = self.spool.pack(IN_CHUNK as u64, &self.open)?;
            self.open.clear();
            self.chunks.push(frame);
        }
        Ok(())
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Says whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The value at a place, quickest in order.
    ///
    /// # Errors
    /// When there is none, or it cannot be read back.
    pub fn read(&self, place: usize) -> io::Result<T> {
        if place >= self.len {
            return Err(io::ErrorKind::NotFound.into());
        }
        let (number, within) = (place / IN_CHUNK, place % IN_CHUNK);
        let Some(frame) = self.chunks.get(number) else {
            return self.open_value(within);
        };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let chunk = match last.take() {
            Some((at, chunk)) if at == number => chunk,
            _ => Chunk { plain: self.spool.plain(frame)?, starts: vec![0] },
        };
        let (_, chunk) = last.insert((number, chunk));
        while chunk.starts.len() <= within {
            let (_, end) = packed::take::<T>(&chunk.plain, chunk.starts[chunk.starts.len() - 1])?;
            chunk.starts.push(end);
        }
        let (value, end) = packed::take(&chunk.plain, chunk.starts[within])?;
        if chunk.starts.len() == within + 1 {
            chunk.starts.push(end);
        }
        Ok(value)
    }

    /// A value that was not put away.
    fn open_value(&self, within: usize) -> io::Result<T> {
        let mut start = 0;
        for _ in 0..within {
            start = packed::take::<T>(&self.open, start)?.1;
        }
        packed::take(&self.open, start).map(|(value, _)| value)
    }
}

/// Values that are put on numbered shelves in any order, and taken from each
/// in the order in which they came to it.
#[derive(Debug, Default)]
pub struct Shelves {
    spool: Spool,
    shelves: Vec<Shelf>,
}

#[derive(Debug, Default)]
struct Shelf {
    open: Vec<u8>,
    packed: Vec<Frame>,
}

impl Shelves {
    /// So many shelves.
    pub fn new(count: usize) -> Shelves {
        let shelves = std::iter::repeat_with(Shelf::default).take(count).collect();
        Shelves { spool: Spool::default(), shelves }
    }

    /// How many shelves there are.
    pub fn len(&self) -> usize {
        self.shelves.len()
    }

    /// Says whether there is none.
    pub fn is_empty(&self) -> bool {
        self.shelves.is_empty()
    }

    /// Puts a value on a shelf.
    ///
    /// # Errors
    /// When there is no such shelf, or the value cannot be put away.
    pub fn put(&mut self, shelf: usize, value: &impl Serialize) -> io::Result<()> {
        let shelf = self.shelves.get_mut(shelf).ok_or(io::ErrorKind::NotFound)?;
        packed::put(value, &mut shelf.open)?;
        if shelf.open.len() >= SHELF_HELD {
            let frame = self.spool.pack(0, &shelf.open)?;
            shelf.open.clear();
            shelf.packed.push(frame);
        }
        Ok(())
    }

    /// Takes everything from a shelf, in order.
    ///
    /// # Errors
    /// When it cannot be read back as what was put there, or `take` fails.
    pub fn each<T: DeserializeOwned>(
        &self,
        shelf: usize,
        mut take: impl FnMut(T) -> io::Result<()>,
    ) -> io::Result<()> {
        let shelf = self.shelves.get(shelf).ok_or(io::ErrorKind::NotFound)?;
        let mut all = |plain: &[u8]| {
            let mut at = 0;
            while at < plain.len() {
                let (value, end) = packed::take(plain, at)?;
                at = end;
                take(value)?;
            }
            io::Result::Ok(())
        };
        for frame in &shelf.packed {
            all(&self.spool.plain(frame)?)?;
        }
        all(&shelf.open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(number: usize) -> String {
        format!("{number} {}", "x".repeat(number * 7919 % 3000))
    }

    #[test]
    fn a_roll_gives_each_value_back_by_its_place() {
        let mut roll = Roll::default();
        let count = 5 * IN_CHUNK + 3;
        (0..count).for_each(|number| roll.push(&text(number)).unwrap());
        assert_eq!(roll.len(), count);
        let in_order = 0..count;
        let jumping = (0..count).map(|number| number * 337 % count);
        for place in in_order.chain(jumping) {
            assert_eq!(roll.read(place).unwrap(), text(place));
        }
        assert!(roll.read(count).is_err());
    }

    #[test]
    fn shelves_keep_the_order_in_which_values_came() {
        let mut shelves = Shelves::new(3);
        (0..1000).for_each(|number| shelves.put(number % 2, &(number, text(number))).unwrap());
        for shelf in 0..2 {
            let mut next = shelf;
            shelves
                .each(shelf, |(number, said): (usize, String)| {
                    assert_eq!((number, said), (next, text(next)));
                    next += 2;
                    Ok(())
                })
                .unwrap();
            assert_eq!(next, 1000 + shelf);
        }
        shelves.each(2, |_: String| unreachable!("nothing was put there")).unwrap();
        assert!(shelves.put(3, &0).is_err());
    }
}
