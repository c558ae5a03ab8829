//! Logs of every kind that is cut in its own way.

use std::io::Write;

use crate::common::{Numbers, log};

/// A file of a log: its name and its bytes.
pub type Log = (&'static str, Vec<u8>);

/// One of every kind.
pub fn every_kind(seed: u64) -> Vec<Log> {
    let numbers = &mut Numbers::new(seed);
    let plain = log(numbers, 150);
    let mut torn = gzip(&log(numbers, 120));
    torn.truncate(torn.len() - 40);
    vec![
        (
            "archive.tar.gz",
            gzip(&tar(&[("a/access.log", &log(numbers, 60)), ("b.log", &log(numbers, 40))])),
        ),
        ("containers.log", containers(numbers)),
        ("copy.log.gz", gzip(&plain)),
        ("empty.log", Vec::new()),
        ("iis.log", iis(numbers)),
        ("plain.log", plain),
        ("syslog", syslog()),
        ("torn.log.gz", torn),
        ("wide.log", utf16(&log(numbers, 50))),
    ]
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

pub fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn utf16(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

/// A log of IIS whose columns change, and change back.
fn iis(numbers: &mut Numbers) -> Vec<u8> {
    let mut text = String::new();
    for part in 0..5 {
        let swapped = part % 2 == 1;
        text.push_str("#Software: Microsoft Internet Information Services 10.0\r\n");
        text.push_str(match swapped {
            false => "#Fields: date time cs-method cs-uri-stem c-ip sc-status sc-bytes\r\n",
            true => "#Fields: date time c-ip sc-status sc-bytes cs-method cs-uri-stem\r\n",
        });
        for line in 0..40 {
            let time = format!("2024-03-05 {:02}:{:02}:00", 8 + part, line);
            let path = numbers.pick(&["/exports/a.csv", "/EXPORTS/b.csv", "/", "/index.html"]);
            let ip = numbers.pick(&["192.0.2.7", "198.51.100.9"]);
            let sent = format!("{ip} 200 {}", 100 + numbers.below(3));
            text.push_str(&match swapped {
                false => format!("{time} GET {path} {sent}\r\n"),
                true => format!("{time} {sent} GET {path}\r\n"),
            });
        }
    }
    text.into_bytes()
}

/// What a container runtime writes: some lines in two halves.
fn containers(numbers: &mut Numbers) -> Vec<u8> {
    let mut out = Vec::new();
    let lines = log(numbers, 80);
    for (number, line) in lines.split(|byte| *byte == b'\n').enumerate() {
        let stamp = format!("2024-03-05T10:{:02}:{:02}.5Z stdout", number / 60, number % 60);
        let cut = line.len() / 2;
        if number % 3 == 0 && cut > 0 {
            out.extend_from_slice(format!("{stamp} P ").as_bytes());
            out.extend_from_slice(&line[..cut]);
            out.extend_from_slice(format!("\n{stamp} F ").as_bytes());
            out.extend_from_slice(&line[cut..]);
        } else {
            out.extend_from_slice(format!("{stamp} F ").as_bytes());
            out.extend_from_slice(line);
        }
        out.push(b'\n');
    }
    out
}

/// Lines without a year, over the ends of two.
fn syslog() -> Vec<u8> {
    let days = ["Nov 30", "Dec 31", "Jan  1", "Mar  5", "Jun 30", "Sep  9", "Dec 30", "Feb  2"];
    let line = |day: &&str| {
        format!(
            "{day} 10:00:00 web1 uvicorn[5]: INFO:     192.0.2.7:5 - \"GET /exports/a HTTP/1.1\" 200 OK\n"
        )
    };
    days.iter().flat_map(|day| [line(day), line(day), line(day)]).collect::<String>().into_bytes()
}
