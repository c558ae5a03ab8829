//! Reading a line of a text format allocates nothing once its reader is warm:
//! logs have billions of lines. JSON is excepted: its parser must unescape.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use whofetched::format::{Format, Reader, Reading, Sample, TABLE};

thread_local! {
    /// How often this thread has asked for memory.
    static ASKED: Cell<u64> = const { Cell::new(0) };
}

/// The system's allocator, with a count.
struct Counting;

fn count() {
    // A thread that is ending has no counter any more, and no test to fail.
    let _ = ASKED.try_with(|asked| asked.set(asked.get() + 1));
}

// SAFETY: every call is handed on to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's promises are handed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises are handed on.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller's promises are handed on.
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often memory is asked for while `line` is read, and whether it is.
fn asked(reader: &mut Reader, line: &[u8]) -> (u64, bool) {
    let before = ASKED.with(Cell::get);
    let read = matches!(reader.read(line), Reading::Read(..));
    (ASKED.with(Cell::get) - before, read)
}

/// Reads a sample twice, and says what the second reading asked for.
fn second(mut reader: Reader, sample: &Sample, line: &[u8]) -> (u64, bool) {
    for header in sample.preamble {
        reader.read(header);
    }
    asked(&mut reader, line);
    asked(&mut reader, line)
}

fn text_formats() -> impl Iterator<Item = (usize, &'static &'static dyn Format)> {
    let is_json = |format: &dyn Format| format.card().samples[0].line.starts_with(b"{");
    TABLE.iter().enumerate().filter(move |(_, format)| !is_json(**format))
}

#[test]
fn the_second_reading_of_a_sample_asks_for_no_memory() {
    let mut wrong = Vec::new();
    let mut n_samples = 0;
    for (place, format) in text_formats() {
        for sample in format.card().samples {
            n_samples += 1;
            let own = second(Reader::new(&[place], true), sample, sample.line);
            let all = second(Reader::new(&[], false), sample, sample.line);
            let header = b"<190>Jan  5 07:41:35 web1 httpd[12]: ";
            let enveloped = [header, sample.line].concat();
            let inside = second(Reader::new(&[place], true), sample, &enveloped);
            for (what, (asked, read)) in [("alone", own), ("of all", all), ("in syslog", inside)] {
                if asked > 0 || !read {
                    let line = String::from_utf8_lossy(sample.line);
                    let name = format.card().name;
                    wrong.push(format!("{name}, {what}: {asked} times, read {read}: {line}"));
                }
            }
        }
    }
    assert!(n_samples > 80, "{n_samples}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_counter_counts() {
    let before = ASKED.with(Cell::get);
    let text = vec![0_u8; 10];
    assert_eq!(ASKED.with(Cell::get) - before, 1);
    drop(text);
}
