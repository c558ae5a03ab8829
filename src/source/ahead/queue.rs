//! The parts that are decoded or wait to be, in the order of the file; and the helpers that work on them.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::split::{Job, Splitter, Tools, Work};
use super::{CHUNK, CHUNKS};

/// How many chunks the part being read may have waiting, whatever the others hold.
const OWN_CHUNKS: usize = 4;

/// How many parts more than were of use may be thrown away before no more is decoded ahead.
const WASTE: u64 = 32;

/// What the helpers of a file and its reader have in common.
pub(super) struct Shared {
    splitter: Splitter,
    queue: Mutex<Queue>,
    /// There is something for the reader.
    given: Condvar,
    /// There may be something to do for a helper.
    freed: Condvar,
    most_parts: usize,
    most_chunks: usize,
}

struct Queue {
    work: Work,
    parts: VecDeque<Part>,
    /// The number of `parts[0]`, which is the one being read or the next to be.
    first: u64,
    /// How many chunks are in use, and those that are not.
    n_chunks: usize,
    spare: Vec<Vec<u8>>,
    n_used: u64,
    n_wasted: u64,
    n_helpers: usize,
    is_closed: bool,
}

struct Part {
    job: Job,
    is_taken: bool,
    given: VecDeque<Event>,
}

/// What a helper gave.
pub(super) enum Event {
    /// The part cannot be decoded to its end.
    Broken,
    Chunk(Chunk),
    /// The part ended well, and at this stored offset a member.
    End(u64),
    /// The part ended well in the middle of a member: the next begins at this place.
    Joint(u64),
}

/// Decoded bytes.
#[derive(Default)]
pub(super) struct Chunk {
    room: Vec<u8>,
    filled: usize,
    /// Up to which offset the stored bytes were used for it.
    pub(super) used: u64,
}

impl Chunk {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.room[..self.filled]
    }
}

impl Shared {
    pub(super) fn new(splitter: Splitter, threads: usize) -> Shared {
        let mut work = Work::default();
        let parts = splitter.begin(&mut work, 0).map(Part::new).into_iter().collect();
        Shared {
            splitter,
            queue: Mutex::new(Queue {
                work,
                parts,
                first: 0,
                n_chunks: 0,
                spare: Vec::new(),
                n_used: 0,
                n_wasted: 0,
                n_helpers: threads,
                is_closed: false,
            }),
            given: Condvar::new(),
            freed: Condvar::new(),
            most_parts: 2 * threads,
            most_chunks: CHUNKS * threads,
        }
    }

    /// What every helper does until the file is closed.
    pub(super) fn help(&self) {
        let _leaving = Leaving(self);
        let mut tools = Tools::default();
        while let Some((number, job)) = self.take() {
            let mut hand = Hand { shared: self, number, chunk: Chunk::default(), is_over: false };
            let end = self.splitter.decode(&job, &mut tools, &mut hand);
            hand.over(end);
        }
    }

    /// Waits for a part to decode; none when there will be none.
    fn take(&self) -> Option<(u64, Job)> {
        let mut queue = self.lock();
        loop {
            if queue.is_closed {
                return None;
            }
            let first = queue.first;
            if let Some(at) = queue.parts.iter().position(|part| !part.is_taken) {
                queue.parts[at].is_taken = true;
                return Some((first + at as u64, queue.parts[at].job));
            }
            if queue.parts.len() < self.most_parts && !queue.work.is_over() {
                // A step may find nothing; then the reader has its turn before the next.
                let job = self.splitter.next(&mut queue.work);
                queue.parts.extend(job.map(Part::new));
                drop(queue);
                queue = self.lock();
                continue;
            }
            queue = self.freed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Lets the reader begin at the part at this stored offset, if there is one; drops those before it.
    pub(super) fn begin(&self, offset: u64) -> bool {
        let place = 8 * offset;
        let mut queue = self.lock();
        while queue.parts.front().is_some_and(|part| part.job.place < place) {
            queue.drop_first();
            queue.n_wasted += 1;
        }
        if queue.n_wasted > queue.n_used + WASTE {
            queue.is_closed = true;
        }
        if queue.parts.is_empty() && !queue.is_closed {
            let job = self.splitter.begin(&mut queue.work, offset);
            queue.parts.extend(job.map(Part::new));
        }
        self.freed.notify_all();
        !queue.is_closed && queue.parts.front().is_some_and(|part| part.job.place == place)
    }

    /// Whether the next part is the one at this place.
    pub(super) fn goes_on(&self, place: u64) -> bool {
        let mut queue = self.lock();
        while queue.parts.is_empty() && !queue.work.is_over() {
            let job = self.splitter.next(&mut queue.work);
            queue.parts.extend(job.map(Part::new));
            self.freed.notify_all();
        }
        queue.parts.front().is_some_and(|part| part.job.place == place)
    }

    /// Waits for the next of what the first part gives; the part goes with its end.
    pub(super) fn next(&self) -> Event {
        let mut queue = self.lock();
        loop {
            let Some(part) = queue.parts.front_mut() else { return Event::Broken };
            match part.given.pop_front() {
                Some(Event::Chunk(chunk)) => return Event::Chunk(chunk),
                Some(end) => {
                    queue.drop_first();
                    match end {
                        Event::Broken => queue.n_wasted += 1,
                        _ => queue.n_used += 1,
                    }
                    self.freed.notify_all();
                    return end;
                }
                None if queue.n_helpers == 0 => return Event::Broken,
                None => queue = self.given.wait(queue).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// Takes back a chunk whose bytes were used.
    pub(super) fn take_back(&self, chunk: Chunk) {
        if !chunk.room.is_empty() {
            self.lock().put(chunk);
            self.freed.notify_all();
        }
    }

    /// There is a helper less.
    pub(super) fn leave(&self) {
        self.lock().n_helpers -= 1;
        self.given.notify_all();
    }

    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.freed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts a helper out, however it ends: nobody waits for one that is gone.
struct Leaving<'a>(&'a Shared);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.leave();
    }
}

impl Part {
    fn new(job: Job) -> Part {
        Part { job, is_taken: false, given: VecDeque::new() }
    }
}

impl Queue {
    fn drop_first(&mut self) {
        let Some(part) = self.parts.pop_front() else { return };
        self.first += 1;
        for event in part.given {
            if let Event::Chunk(chunk) = event {
                self.put(chunk);
            }
        }
    }

    fn put(&mut self, chunk: Chunk) {
        self.n_chunks -= 1;
        self.spare.push(chunk.room);
    }

    fn part(&mut self, number: u64) -> Option<&mut Part> {
        let at = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.parts.get_mut(at)
    }
}

/// A helper's hold on the part that it decodes. A part that is let go of before it is over is broken.
pub(super) struct Hand<'a> {
    shared: &'a Shared,
    number: u64,
    /// What is being filled; without room, nothing is.
    chunk: Chunk,
    is_over: bool,
}

impl Hand<'_> {
    /// Where the next decoded bytes go: never an empty place. None when nobody wants the part any more.
    pub(super) fn room(&mut self) -> Option<&mut [u8]> {
        if self.chunk.filled == self.chunk.room.len() {
            self.give();
            self.chunk.room = self.empty()?;
        }
        Some(&mut self.chunk.room[self.chunk.filled..])
    }

    /// So many bytes were written there, for which the stored ones were used up to this offset.
    pub(super) fn filled(&mut self, n: usize, used: u64) {
        self.chunk.filled += n;
        self.chunk.used = used;
    }

    /// Waits for a chunk.
    fn empty(&self) -> Option<Vec<u8>> {
        let mut queue = self.shared.lock();
        loop {
            let is_closed = queue.is_closed;
            let is_first = queue.first == self.number;
            let waiting = queue.part(self.number).filter(|_| !is_closed)?.given.len();
            if queue.n_chunks < self.shared.most_chunks || (is_first && waiting < OWN_CHUNKS) {
                queue.n_chunks += 1;
                let room = queue.spare.pop();
                drop(queue);
                return Some(room.unwrap_or_else(|| vec![0; CHUNK]));
            }
            queue = self.shared.freed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Hands over what was filled.
    fn give(&mut self) {
        let chunk = std::mem::take(&mut self.chunk);
        if chunk.room.is_empty() {
            return;
        }
        let mut queue = self.shared.lock();
        match queue.part(self.number) {
            Some(part) if chunk.filled > 0 => part.given.push_back(Event::Chunk(chunk)),
            _ => queue.put(chunk),
        }
        self.shared.given.notify_one();
    }

    fn over(mut self, end: Event) {
        self.end(end);
    }

    fn end(&mut self, end: Event) {
        if std::mem::replace(&mut self.is_over, true) {
            return;
        }
        self.give();
        if let Some(part) = self.shared.lock().part(self.number) {
            part.given.push_back(end);
        }
        self.shared.given.notify_one();
    }
}

impl Drop for Hand<'_> {
    fn drop(&mut self) {
        self.end(Event::Broken);
    }
}
