//! The page as a whole, made from logs that were written to break it.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64};

use super::*;
use crate::case::{Case, Language, load};
use crate::examine::plan::{self, Question, ReadingOptions};
use crate::examine::stream::{self, Pace};
use crate::report::veil::{Key, Known, Veil};
use crate::report::{Report, Run};
use crate::verdict;

/// The page of some lines under a case about `/exports` in March 2024.
fn page(lines: &str, change: impl FnOnce(&mut Case)) -> String {
    page_of(lines, change, Level::Full)
}

/// The same of a level.
fn page_of(lines: &str, change: impl FnOnce(&mut Case), level: Level) -> String {
    let (from, to) = ("2024-03-05T00:00:00Z", "2024-03-06T00:00:00Z");
    let patterns = ["/exports".to_owned()];
    let mut case =
        load::quick(&patterns, None, None, Some(from), Some(to), &[], &[], None).unwrap();
    change(&mut case);
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("access.log");
    std::fs::write(&log, lines).unwrap();
    let question = Question::new(case, ReadingOptions::default()).unwrap();
    let inputs = [log.to_string_lossy().into_owned()];
    let plan = plan::plan(&question, &inputs, Path::new("")).unwrap();
    let (read, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let examined = stream::scan(&question, &plan, Pace::new(2, &read, &stop)).unwrap();
    let judgement = verdict::judge(&question, &plan, &examined).unwrap();
    let report = Report::build(&question, &plan, &examined, &judgement, Vec::new()).unwrap();
    let run = Run::default();
    let veil = Veil::new(level, Some(Key([7; 32])), &Known::default());
    let whole = Whole {
        question: &question,
        plan: &plan,
        examined: &examined,
        judgement: &judgement,
        report: &report,
        run: &run,
        veil: &veil,
    };
    let mut out = Vec::new();
    veil.through(ReportHtml.file(), &mut out, |into| ReportHtml.write(&whole, into)).unwrap();
    String::from_utf8(out).unwrap()
}

/// A line of the combined format at a second of the day.
fn line(client: &str, second: u32, path: &str, status: u16, agent: &str) -> String {
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!(
        "{client} - - [05/Mar/2024:{hour:02}:{minute:02}:{second:02} +0000] \"GET {path} HTTP/1.1\" {status} 700 \"-\" \"{agent}\"\n"
    )
}

/// The content of an element that stands once.
fn between<'p>(page: &'p str, open: &str, close: &str) -> &'p str {
    let (_, rest) = page.split_once(open).unwrap();
    rest.split_once(close).unwrap().0
}

/// The policy names the digests of the style and the script that are there.
#[track_caller]
fn the_policy_is_kept(page: &str) {
    let policy = between(page, "Content-Security-Policy\" content=\"", "\"");
    let digest = |text: &str| format!("sha256-{}", BASE64_URL_SAFE.encode(Sha256::digest(text)));
    let style = digest(between(page, "<style>", "</style>"));
    let script = digest(between(page, "<script>", "</script>"));
    let expected = format!(
        "default-src &#39;none&#39;; style-src &#39;{style}&#39;; script-src &#39;{script}&#39;; \
         base-uri &#39;none&#39;; form-action &#39;none&#39;"
    );
    assert_eq!(policy, expected);
}

#[test]
fn only_the_one_style_and_the_one_script_are_allowed() {
    let page = page(&line("192.0.2.1", 60, "/exports/a.csv", 200, "x"), |_| {});
    the_policy_is_kept(&page);
    assert_eq!((page.matches("<script").count(), page.matches("<style").count()), (1, 1));
    for never in [
        " style=",
        " onclick=",
        " onload=",
        " onerror=",
        "javascript:",
        "src=",
        "http-equiv=\"refresh",
    ] {
        assert!(!page.contains(never), "{never}");
    }
    // Every link leads to a place on the page itself, which is there.
    for link in page.split(" href=\"").skip(1) {
        let link = link.split('"').next().unwrap();
        let anchor = link.strip_prefix('#').unwrap_or_else(|| panic!("{link}"));
        assert!(page.contains(&format!(" id=\"{anchor}\"")), "{link}");
    }
}

#[test]
fn templates_fill_in_nothing_unescaped_but_the_style_and_the_script() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/html/templates");
    let mut unescaped = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        for place in text.split("{{").skip(1).map(|rest| rest.split("}}").next().unwrap()) {
            if place.contains('|') {
                unescaped.push(place.trim().to_owned());
            }
        }
        assert!(!text.contains("{% filter") && !text.contains("escape \"none\""));
    }
    unescaped.sort();
    assert_eq!(unescaped, ["script|safe", "style|safe"]);
}

#[test]
fn what_a_log_or_a_case_says_stays_text() {
    let hostile = "</script><script>alert(1)</script>'><img src=x onerror=alert(2)>&lt; \u{202e}\u{9b}31m{{7*7}}{% x %}";
    let path = "/exports/%3Cscript%3E<svg/onload=alert(3)>.csv";
    let mut log = line("192.0.2.1", 60, path, 200, hostile);
    log.push_str(&line(
        &format!("name{hostile}").replace([' ', '"'], ""),
        70,
        "/exports/b",
        404,
        "y",
    ));
    log.push_str("\u{1b}]0;owned\u{7} /exports/ <script>alert(4)</script> not a line\n");
    for language in [Language::En, Language::Fr] {
        let page = page(&log, |case| {
            case.language = language;
            case.title = Some(format!("title {hostile}"));
            case.examiner = Some(hostile.to_owned());
            case.exposures[0].name = hostile.to_owned();
        });
        let body = page.split_once("</style>").unwrap().1;
        let body = body.split_once("<script>").unwrap().0;
        for raw in
            ["<script", "<img", "<svg/", "alert(1)</", "\u{202e}", "\u{9b}", "\u{1b}", "\u{7}"]
        {
            assert!(!body.contains(raw), "{raw:?}");
        }
        assert!(body.contains("&lt;img src=x onerror=alert(2)&gt;"));
        assert!(body.contains(r"\xE2\x80\xAE\xC2\x9B31m{{7*7}}{% x %}"));
        let odd = body.chars().find(|letter| letter.is_control() && *letter != '\n');
        assert_eq!(odd, None);
    }
}

#[test]
fn no_link_leads_nowhere() {
    // Of the second path no request is cited: the first has all that a client may have.
    let mut log: String =
        (0..150).map(|second| line("198.51.100.7", second, "/exports/a", 200, "x")).collect();
    log.push_str(&line("198.51.100.7", 200, "/exports/b", 200, "x"));
    let page = page(&log, |_| {});
    let links: Vec<&str> = page.split("href=\"#").skip(1).collect();
    assert!(links.len() > 100, "{}", links.len());
    for link in links {
        let (id, _) = link.split_once('"').unwrap();
        assert!(page.contains(&format!(" id=\"{id}\"")), "{id}");
    }
}

#[test]
fn what_is_capped_says_so_and_names_the_file() {
    let mut log = String::new();
    for number in 0..700 {
        let client = format!("203.0.{}.{}", 110 + number / 200, number % 200 + 1);
        log.push_str(&line(&client, number, &format!("/exports/{number}.csv"), 200, "x"));
    }
    let page = page(&log, |_| {});
    let rows = |id: &str| page.matches(&format!("<tr id=\"{id}")).count();
    assert_eq!((rows("P-"), rows("D-"), rows("EV-")), (caps::OTHERS, caps::FILES, 700));
    assert!(
        page.contains(
            "500 of 700 are shown here, the gravest first; all of them are in actors.csv."
        )
    );
    assert!(
        page.contains("500 of 700 are shown here, the gravest first; all of them are in hits.csv.")
    );
    // A number that is not capped counts them all.
    assert!(page.contains(
        "<span class=\"value\">700</span> <span class=\"label\">other clients sent content"
    ));
}

#[test]
fn a_page_is_in_the_language_of_its_case() {
    let log = line("192.0.2.1", 60, "/exports/a.csv", 200, "x");
    let english = page(&log, |_| {});
    assert!(english.contains("<html lang=\"en\">"));
    assert!(english.contains("The server sent the data to other parties"));
    let french = page(&log, |case| case.language = Language::Fr);
    assert!(french.contains("<html lang=\"fr\">"));
    assert!(french.contains("Le serveur a transmis les données à des tiers"));
    assert!(french.contains("Aide à la notification"));
    // Nothing of the page's own English is left in it.
    for (name, phrase) in words::ALL.iter().chain(words_annex::ALL) {
        let is_long = phrase.en.len() > 24 && !phrase.en.contains('{');
        assert!(!is_long || !french.contains(phrase.en), "{name}");
    }
}

#[test]
fn every_figure_is_told_in_words_too() {
    let mut log = String::new();
    for number in 0..40 {
        log.push_str(&line("192.0.2.1", number * 900, &format!("/exports/{number}.csv"), 200, "x"));
    }
    let page = page(&log, |_| {});
    let drawings = page.matches("<svg ").count();
    assert_eq!(drawings, 5);
    assert_eq!(page.matches(" aria-describedby=\"").count(), drawings);
    for described in page.split(" aria-describedby=\"").skip(1) {
        let id = described.split('"').next().unwrap();
        let text = between(&page, &format!(" id=\"{id}\">"), "</span>");
        assert!(text.len() > 40, "{id}: {text}");
    }
    // What is drawn leads to its evidence.
    let timeline = between(&page, "<section id=\"timeline\"", "</section>");
    assert!(timeline.contains("href=\"#EV-000001\""));
}

#[test]
fn cells_show_the_silence_and_the_ends_of_the_logs() {
    let mut log = String::new();
    for hour in [2, 3, 5, 6] {
        log.push_str(&line("192.0.2.1", hour * 3600, "/exports/a.csv", 200, "x"));
    }
    let told = page(&log, |_| {});
    assert!(
        told.contains("have lines, 1 are silent, 0 lie in a gap"),
        "{}",
        between(&told, "id=\"heat-a1\">", "<")
    );
    // However long a window is, what is drawn is bounded, and says so.
    let long = page(&log, |case| {
        case.exposures[0].windows[0].to = crate::record::Instant::parse("9999-01-01T00:00:00Z");
    });
    assert!(long.contains("Only the first 2,000 of"));
    assert!(long.len() < 600_000, "{}", long.len());
}

#[test]
fn a_page_of_another_level_is_whole_and_tells_no_address() {
    let (long, mail) = ("2001:db8:1234:5678:9abc:def0:1234:5678", "someone@example.org");
    let path = format!("/exports/{}?to={mail}&token=9f8e7d6c5b4a39281706", "a".repeat(180));
    let mut log = line(long, 60, &path, 200, "x");
    log.push_str(&line("203.0.113.77", 70, "/exports/b.csv", 200, "y"));
    for level in [Level::Investigator, Level::Public] {
        let page = page_of(&log, |_| {}, level);
        the_policy_is_kept(&page);
        assert!(page.contains(&format!("<dd><bdi>{}</bdi></dd>", level.word())));
        assert!(page.trim_end().ends_with("</html>"));
        // Half of what is not told is not told either.
        for secret in ["someone@", "9f8e7d6c"] {
            assert!(!page.contains(secret), "{level:?}: {secret}");
        }
        let tells_address = ["2001:db8:1234", "203.0.113.77"].map(|ip| page.contains(ip));
        assert_eq!(tells_address, [level == Level::Investigator; 2], "{level:?}");
    }
}

#[test]
fn the_same_question_gives_the_same_page() {
    let mut log = String::new();
    for number in 0..200 {
        let client = format!("203.0.113.{}", number % 50 + 1);
        log.push_str(&line(
            &client,
            number * 7,
            &format!("/exports/{}.csv", number % 17),
            200,
            "x",
        ));
    }
    let without_folder = |page: String| {
        let lines = page.lines().filter(|line| !line.contains("access.log"));
        lines.collect::<Vec<_>>().join("\n")
    };
    let first = without_folder(page(&log, |_| {}));
    assert!((0..3).all(|_| without_folder(page(&log, |_| {})) == first));
}
