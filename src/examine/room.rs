//! How many blocks are under way at once: what bounds the memory of a scan.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::map::Tools;

/// How many blocks may be under way for each thread, and how many more in all.
const PLACES: (usize, usize) = (4, 8);

/// How many blocks may still be handed out. Readers wait to enter; who maps
/// blocks only ever leaves.
pub struct Room {
    /// How many blocks of a stream are handed over together: to wake a thread for
    /// each would keep the one that decodes from its work. Fewer than may be
    /// under way for a thread, or all might wait for each other.
    together: usize,
    free: Mutex<usize>,
    freed: Condvar,
    /// The memory of blocks that are done with.
    spare: Mutex<Vec<Vec<u8>>>,
    /// The tools of mappers that are done.
    tools: Mutex<Vec<Tools>>,
}

impl Room {
    /// A room for what so many threads have under way, at least one.
    pub fn new(threads: usize) -> Room {
        let threads = threads.max(1);
        let places = threads * PLACES.0 + PLACES.1;
        Room {
            together: places / threads - 1,
            free: Mutex::new(places),
            freed: Condvar::new(),
            spare: Mutex::default(),
            tools: Mutex::default(),
        }
    }

    /// How many blocks are handed over together.
    pub fn together(&self) -> usize {
        self.together
    }

    /// Takes a place. Whoever has to wait for one does meanwhile what waits for
    /// a worker.
    pub fn enter(&self) -> Place<'_> {
        let mut free = lock(&self.free);
        while *free == 0 {
            drop(free);
            let is_idle = rayon::yield_now() != Some(rayon::Yield::Executed);
            free = lock(&self.free);
            if is_idle && *free == 0 {
                free = self.freed.wait(free).unwrap_or_else(PoisonError::into_inner);
            }
        }
        *free -= 1;
        Place(self)
    }

    /// The memory of a block that is done with, for another.
    pub fn spare(&self) -> Option<Vec<u8>> {
        lock(&self.spare).pop()
    }

    /// Tools for a mapper, of one that is done or new.
    pub fn tools(&self) -> Tools {
        lock(&self.tools).pop().unwrap_or_default()
    }

    /// Takes back the tools of a mapper that is done.
    pub fn take_back(&self, tools: Tools) {
        lock(&self.tools).push(tools);
    }
}

/// A block's place in the room, given back when the block is done with,
/// however that ends.
pub struct Place<'a>(&'a Room);

impl Place<'_> {
    /// Gives the place back, and the memory of the block with it.
    pub fn leave(self, bytes: Vec<u8>) {
        lock(&self.0.spare).push(bytes);
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        *lock(&self.0.free) += 1;
        self.0.freed.notify_one();
    }
}

/// Takes a lock. A poisoned one means that a task panicked, which rayon hands
/// on when the scope ends; what it guards is whole at every step.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_that_gather_blocks_leave_a_place() {
        for threads in 0..=256 {
            let room = Room::new(threads);
            let gathered = threads * (room.together() - 1);
            assert!(gathered < *lock(&room.free), "{threads} threads");
        }
        assert_eq!([1, 2, 8, 64].map(|threads| Room::new(threads).together()), [11, 7, 4, 3]);
    }

    #[test]
    fn a_place_is_free_again_however_it_is_left() {
        let room = Room::new(1);
        let before = *lock(&room.free);
        room.enter().leave(vec![7]);
        drop(room.enter());
        assert_eq!(*lock(&room.free), before);
        assert_eq!((room.spare(), room.spare()), (Some(vec![7]), None));
    }
}
