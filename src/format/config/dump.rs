//! What `nginx -T` prints: every file of the configuration, each behind a line
//! `# configuration file /etc/nginx/nginx.conf:`.
//! <https://nginx.org/en/docs/switches.html>

use globset::GlobBuilder;

use super::{Library, Text};

/// The words before each file.
const HEADER: &[u8] = b"# configuration file ";

/// The files of a dump: a library of its own.
pub(super) struct Dump(Vec<Text>);

/// Takes a dump apart: its main file, and all of them. `None` where the text
/// is no dump.
pub(super) fn parts(text: &Text) -> Option<(Text, Dump)> {
    let mut files: Vec<Text> = Vec::new();
    for line in text.bytes.split_inclusive(|byte| *byte == b'\n') {
        let name =
            line.strip_prefix(HEADER).and_then(|rest| rest.trim_ascii_end().strip_suffix(b":"));
        match (name, files.last_mut()) {
            (Some(name), _) => {
                files.push(Text::new(String::from_utf8_lossy(name), Vec::new()));
            }
            (None, Some(file)) => file.bytes.extend_from_slice(line),
            // "nginx: configuration file … test is successful" may come first.
            (None, None) => {}
        }
    }
    let main = files.first()?.clone();
    Some((main, Dump(files)))
}

impl Library for Dump {
    fn include(&self, pattern: &str, from: &str) -> Result<Vec<Text>, String> {
        // Relative to the folder of the main file, whatever the including one.
        let main = self.0.first().map_or(from, |main| main.name.as_str());
        let folder = main.rfind('/').map_or("", |slash| &main[..=slash]);
        let absolute = if pattern.starts_with('/') {
            pattern.to_owned()
        } else {
            format!("{folder}{pattern}")
        };
        let glob = GlobBuilder::new(&absolute).literal_separator(true).build();
        let glob = glob.map_err(|error| error.to_string())?.compile_matcher();
        let mut found: Vec<Text> =
            self.0.iter().filter(|file| glob.is_match(&file.name)).cloned().collect();
        found.sort_by(|one, other| one.name.cmp(&other.name));
        if found.is_empty() && !pattern.contains(['*', '?', '[']) {
            return Err("it is not in the dump".to_owned());
        }
        Ok(found)
    }
}
