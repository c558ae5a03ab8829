//! A script where none should be: commands sent to a folder of uploads.

use super::{Act, Card, Detector, Finding, Trace, Weight, shown};

/// The detector.
pub struct PlantedScript;

/// Folders that hold what users send, and no programs.
const FOLDERS: [&str; 8] =
    ["/uploads/", "/upload/", "/media/", "/images/", "/img/", "/tmp/", "/cache/", "/files/"];

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
        let path = act.path.to_ascii_lowercase();
        act.method == b"POST"
            && act.status == Some(200)
            && ENDINGS.iter().any(|ending| path.ends_with(ending.as_bytes()))
            && FOLDERS.iter().any(|folder| memchr::memmem::find(&path, folder.as_bytes()).is_some())
    }

    fn look(&self, trace: &Trace<'_>) -> Option<Finding> {
        let is_own = |noted: &&super::Noted| {
            let act = Act {
                method: &noted.method,
                path: &noted.path,
                status: noted.status,
                has_referer: false,
            };
            self.notes(&act)
        };
        let noted = trace.habits.noted().find(is_own)?;
        Some(CARD.found(format!("it posted to {}, which answered", shown(&noted.path))))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Habits;
    use super::super::testing::look;
    use super::*;

    #[test]
    fn a_script_among_uploads_is_noticed() {
        let check = |method: &str, path: &str, status, expected: bool| {
            let mut habits = Habits::default();
            let act = Act {
                method: method.as_bytes(),
                path: path.as_bytes(),
                status: Some(status),
                has_referer: false,
            };
            habits.see(None, &act);
            assert_eq!(look(&PlantedScript, &[], &habits).is_some(), expected, "{path}");
        };
        check("POST", "/wp-content/uploads/2021/x.PHP", 200, true);
        check("POST", "/wp-content/uploads/2021/x.php", 404, false);
        check("GET", "/wp-content/uploads/2021/x.php", 200, false);
        check("POST", "/contact.php", 200, false);
    }
}
