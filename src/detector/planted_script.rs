//! A script where none should be: commands sent to a folder of uploads.

use super::{Act, Card, Detector, Finding, Trace, Weight, shown};

/// The detector.
pub struct PlantedScript;

/// Folders of well-known systems that hold what users send, and no program by
/// right.
const UPLOADS: [&str; 4] =
    ["/wp-content/uploads/", "/sites/default/files/", "/pub/media/", "/.well-known/"];

/// Folders that seldom hold a program by right.
const FOLDERS: [&str; 5] = ["/uploads/", "/images/", "/img/", "/tmp/", "/cache/"];

/// Names of programs that may stand in the latter: what takes uploads, or makes
/// pictures.
const LAWFUL: [&str; 8] =
    ["index", "upload", "thumb", "resize", "image", "captcha", "handler", "connector"];

/// Endings of programs that a server runs.
const ENDINGS: [&str; 8] = [".php", ".phtml", ".php5", ".jsp", ".jspx", ".asp", ".aspx", ".ashx"];

static CARD: Card = Card {
    name: "planted-script",
    notices: "something was posted, with success, to a script in a folder of uploads or pictures",
    matters: "such a script is how intruders give commands: the server was entered, and its logs \
              may be altered",
    wrong_when: "an application keeps its own scripts in such a folder",
    source: "MITRE ATT&CK T1505.003, web shell",
    weight: Weight::Used,
};

impl Detector for PlantedScript {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn notes(&self, act: &Act<'_>) -> bool {
        if act.method != b"POST" || act.status != Some(200) {
            return false;
        }
        let path = act.path.to_ascii_lowercase();
        ENDINGS.iter().any(|ending| path.ends_with(ending.as_bytes()))
            && (has_any(&path, &UPLOADS) || has_any(&path, &FOLDERS) && !is_lawful(&path))
    }

    fn look(&self, trace: &Trace<'_>) -> Option<Finding> {
        let noted = trace.habits.noted(CARD.name).next()?;
        let path = shown(&noted.path);
        Some(CARD.found(trace.says(
            format!("it posted to {path}, which answered"),
            format!("il a envoyé un POST à {path}, qui a répondu"),
        )))
    }
}

fn has_any(path: &[u8], folders: &[&str]) -> bool {
    folders.iter().any(|folder| memchr::memmem::find(path, folder.as_bytes()).is_some())
}

/// Whether a path is that of a program which may well stand where it does.
fn is_lawful(path: &[u8]) -> bool {
    let name = &path[memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1)..];
    LAWFUL.iter().any(|lawful| memchr::memmem::find(name, lawful.as_bytes()).is_some())
}

#[cfg(test)]
mod tests {
    use super::super::Habits;
    use super::super::testing::{act, look};
    use super::*;

    #[test]
    fn a_script_among_uploads_is_noticed() {
        let check = |method: &str, path: &str, status, expected: bool| {
            let mut habits = Habits::default();
            habits.see(None, &act(method, path, status));
            assert_eq!(look(&PlantedScript, &[], &habits).is_some(), expected, "{path}");
        };
        check("POST", "/wp-content/uploads/2021/x.PHP", 200, true);
        check("POST", "/wp-content/uploads/2021/x.php", 404, false);
        check("GET", "/wp-content/uploads/2021/x.php", 200, false);
        check("POST", "/contact.php", 200, false);
        check("POST", "/index.php/apps/files/ajax/list.php", 200, false);
        check("POST", "/images/upload.php", 200, false);
        check("POST", "/wp-content/uploads/2021/thumb.php", 200, true);
    }
}
