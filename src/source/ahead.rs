//! Decodes one file by several threads, ahead of the one that reads it.
//!
//! Members of gzip (BGZF among them), frames of zstd and LZ4, and blocks of bzip2 need nothing that stands before them. A
//! [`Splitter`](split::Splitter) names **parts** of the file that may begin such a one; helpers decode them, and the reader takes what they
//! gave in the order of the file. Xz is not here: liblzma has its own threads.
//!
//! Nothing is trusted because it looks like a beginning. A part counts only where the reader comes to its first byte by itself, at the end of
//! the member before; what begins elsewhere is thrown away. Where a part does not end as it should, the reader goes back to where it took
//! the first one and decodes that by itself, without the bytes that it gave already. So damage, padding and garbage are met by one
//! decoder alone, whose words are the same however many threads there are.
//!
//! **Memory** is bounded: decoded bytes wait in chunks, of which there are [`CHUNKS`] a thread; what has none to go on waits, but for the part
//! being read, which may always have a few.

mod bits;
mod queue;
mod split;

use std::sync::Arc;
use std::thread::JoinHandle;

use super::decode::Encoding;
use super::handle::Handle;

use queue::{Chunk, Event, Shared};

/// How many bytes a chunk of decoded bytes holds.
pub(super) const CHUNK: usize = 256 << 10;

/// How many chunks a thread may have waiting: 8 MiB, a frame of what `pzstd` writes.
pub(super) const CHUNKS: usize = 32;

/// From how many stored bytes on a file may be worth threads.
const LEAST: u64 = 1 << 20;

/// Threads that decode a file ahead of its reader. They end with it.
pub(super) struct Ahead {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
    chunk: Chunk,
    /// How much of the chunk was given.
    at: usize,
}

/// What comes next of the parts that are being read.
pub(super) enum Given {
    /// So many bytes were written; and up to where the stored ones were used.
    Bytes(usize, u64),
    /// The parts do not go on as they should. The reader has to decode what it began to take.
    Broken,
    /// A member ended well at this stored offset.
    End(u64),
}

impl Ahead {
    /// Begins to decode a file of which the reader stands at the first byte, if it can be split and is worth it.
    pub(super) fn start(
        handle: &Handle,
        length: u64,
        encoding: Encoding,
        threads: usize,
    ) -> Option<Ahead> {
        if threads < 2 || length < LEAST {
            return None;
        }
        let splitter = split::Splitter::new(handle.clone(), length, encoding)?;
        let shared = Arc::new(Shared::new(splitter, threads));
        let helper = |_| {
            let own = Arc::clone(&shared);
            // With fewer threads than wanted it takes longer, and without any the reader decodes.
            let thread = std::thread::Builder::new().spawn(move || own.help());
            thread.inspect_err(|_| shared.leave()).ok()
        };
        let threads = (0..threads).filter_map(helper).collect();
        Some(Ahead { shared, threads, chunk: Chunk::default(), at: 0 })
    }

    /// Whether a part begins at this stored offset, where the reader found that a member begins: then it is given from now on.
    pub(super) fn begin(&mut self, offset: u64) -> bool {
        self.give_back();
        self.shared.begin(offset)
    }

    /// The next of what the parts give, which [`Ahead::begin`] began.
    pub(super) fn read(&mut self, out: &mut [u8]) -> Given {
        loop {
            let left = self.chunk.bytes();
            if self.at < left.len() {
                let n = out.len().min(left.len() - self.at);
                out[..n].copy_from_slice(&left[self.at..self.at + n]);
                self.at += n;
                return Given::Bytes(n, self.chunk.used);
            }
            self.give_back();
            match self.shared.next() {
                Event::Broken => return Given::Broken,
                Event::Chunk(chunk) => self.chunk = chunk,
                Event::End(offset) => return Given::End(offset),
                Event::Joint(place) if self.shared.goes_on(place) => {}
                Event::Joint(_) => return Given::Broken,
            }
        }
    }

    fn give_back(&mut self) {
        self.at = 0;
        self.shared.take_back(std::mem::take(&mut self.chunk));
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.shared.close();
        for thread in self.threads.drain(..) {
            // One that panicked left its part broken, and the reader decoded it.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::handle::handle;
    use super::super::{Found, find};
    use super::*;

    /// What the parts of a file give when no reader steps in, from its first member on; and how many members or runs of them they were.
    pub(in super::super) fn alone(found: &Found, encoding: Encoding) -> (Vec<u8>, usize) {
        let (handle, length) = handle(found).unwrap();
        let mut ahead = Ahead::start(&handle, length, encoding, 3).unwrap();
        let (mut all, mut out, mut at, mut n_ends) = (Vec::new(), vec![0; 100_000], 0, 0);
        while at < length && ahead.begin(at) {
            loop {
                match ahead.read(&mut out) {
                    Given::Bytes(n, _) => all.extend_from_slice(&out[..n]),
                    Given::Broken => panic!("broken behind {at}"),
                    Given::End(offset) => {
                        at = offset;
                        n_ends += 1;
                        break;
                    }
                }
            }
        }
        (all, n_ends)
    }

    #[test]
    fn what_has_one_member_or_is_small_has_no_threads() {
        let folder = tempfile::tempdir().unwrap();
        let starts = |bytes: &[u8], threads| {
            std::fs::write(folder.path().join("a.gz"), bytes).unwrap();
            let found = find(&["a.gz".to_owned()], folder.path()).sources.remove(0);
            let (handle, length) = handle(&found).unwrap();
            Ahead::start(&handle, length, Encoding::of(bytes), threads).is_some()
        };
        let head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
        let member = |n: usize| [&head[..], &vec![7; n]].concat();
        assert!(!starts(&member(3 << 20), 2));
        assert!(!starts(&[member(300_000), member(300_000)].concat(), 2));
        assert!(!starts(&[member(600_000), member(600_000)].concat(), 1));
        assert!(starts(&[member(600_000), member(600_000)].concat(), 2));
        assert!(!starts(&[member(5 << 20), member(5 << 20)].concat(), 2), "too far apart");
    }
}
