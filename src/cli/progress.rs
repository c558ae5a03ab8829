//! A bar on standard error while logs are read: bytes, rate and time left.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How often the bar moves.
const TICK: Duration = Duration::from_millis(100);

/// Does `work` while a bar shows how far it is: `read` of `total` stored
/// bytes, and what is read beyond `total` as a second reading.
pub fn watch<T>(show: bool, total: u64, read: &AtomicU64, work: impl FnOnce() -> T) -> T {
    if !show {
        return work();
    }
    let done = AtomicBool::new(false);
    std::thread::scope(|threads| {
        let ticker = threads.spawn(|| tick(total, read, &done));
        // Also where the work panics, because the scope waits for the ticker.
        let _end = End(&done, ticker.thread().clone());
        work()
    })
}

struct End<'a>(&'a AtomicBool, std::thread::Thread);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
        self.1.unpark();
    }
}

fn tick(total: u64, read: &AtomicU64, done: &AtomicBool) {
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
    let template = "{msg} [{wide_bar}] {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_message("reading");
    let mut again = false;
    while !done.load(Ordering::Relaxed) {
        let bytes = read.load(Ordering::Relaxed);
        if bytes > total && !again {
            again = true;
            bar.reset();
            bar.set_message("reading again");
        }
        bar.set_position(if again { bytes.saturating_sub(total).min(total) } else { bytes });
        std::thread::park_timeout(TICK);
    }
    bar.finish_and_clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_work_is_done_with_and_without_a_bar() {
        for show in [false, true] {
            let read = AtomicU64::new(0);
            let done = watch(show, 10, &read, || read.fetch_add(25, Ordering::Relaxed) + 1);
            assert_eq!(done, 1);
        }
    }
}
