//! The case file that `new-case` writes: every key with what it means.
//!
//! A line that begins with `#` and no space is a key that may be used; one
//! that begins with `# ` explains. The test loads it with and without them.

/// What must be filled in before the template loads: a path or pattern, and
/// the two ends of the window.
pub const PLACES: [&str; 3] = ["WHAT-WAS-EXPOSED", "WHEN-IT-OPENED", "WHEN-IT-CLOSED"];

/// What to write in their place.
const WANTED: [&str; 3] = [
    "the path or pattern that was exposed, such as \"/exports\"",
    "when it could first be fetched, such as \"2021-06-29T00:00:00+02:00\"",
    "when it could no more, such as \"2021-07-02T18:30:00+02:00\"",
];

/// The places that a case file still has, with the key that each stands
/// under and what to write: one sentence; `None` where all are filled.
pub fn unfilled(text: &str) -> Option<String> {
    let mut left = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.trim_start().starts_with('#') {
            continue;
        }
        for (place, wanted) in PLACES.iter().zip(WANTED) {
            let Some(at) = line.find(&format!("\"{place}\"")) else { continue };
            let before = line[..at].trim_end_matches(['=', '[', ' ']);
            let key = before.rsplit([' ', '{', ',']).next().unwrap_or(before);
            let number = number + 1;
            left.push(format!("line {number}, {key}: in place of \"{place}\" write {wanted}"));
        }
    }
    (!left.is_empty()).then(|| format!("the case is not filled in yet; {}", left.join("; ")))
}

/// The template.
pub const TEXT: &str = r##"# A case: what was exposed, when, who is known, which servers logged it.
# Remove the "#" before a key to use it. An unknown key is refused; a key that
# is absent is unknown, and the report lists what it could not rely on.

# ---- The case -------------------------------------------------------------

[case]
#title = "Exports in an open folder"
#id = "2021-042"
#authority = "by whose mandate the logs are read"
#examiner = "who reads them"

# The clock to show times by, beside UTC.
#time_zone = "Europe/Paris"
# The clock of the times in this file that have no offset. Without it they are
# refused, because they could be hours away from what is meant.
#input_zone = "Europe/Paris"
#language = "en"
# How long a hole in the logs is accepted.
#tolerated_gap = "1h"

# Statements. They count only where somebody stands for them.
#stated_by = "name, role, date"
# Every server that could have served the data is named below.
#inventory_complete = true
# The configuration of the servers did not change during the window.
#configuration_unchanged = true
# Who accepts, by name, that the logs are unaltered although no copy proves it.
#unaltered_accepted_by = "name, role, date"

# ---- What was exposed (one [[exposure]] for each thing) -------------------

[[exposure]]
name = "exports"
# files, listing, api, secret, share-link, elasticsearch or s3
kind = "files"
#host = "www.example.org"
# "/dir" is that path and everything under it; "/dir/*.csv" a glob, "**"
# crosses folders; "https://HOST/path" one host; "re:^/api/[0-9]+$" a regular
# expression; "/export.php query:(^|&)id=" a condition on the query.
targets = ["WHAT-WAS-EXPOSED"]
# A list of the files with path, size, sha256, records, shortest_record,
# subjects, subject_keys, from, to, created, expires; only path must be there.
# files = "files.csv"
# [from, to): a day alone is all of it. Unknown ends are left out.
windows = [
  { from = "WHEN-IT-OPENED", to = "WHEN-IT-CLOSED" },
]
# Of a window besides: from_earliest, to_latest (how far its ends may be off),
# source_of_from, source_of_to (where they are known from).
# How long a share link was to live.
#lifetime = "7d"
# Was anyone meant to fetch it then? "nobody" is assumed for files, listing,
# secret and s3; "mixed" for api, share-link and elasticsearch.
#lawful = "mixed"
# What the SERVER recorded of every lawful request (never what the client
# writes: a referer, an agent, a cookie).
#lawful_when = { networks = ["10.0.0.0/8"], user = "present" }
# When exposed secrets were changed.
#rotated_at = "2021-07-02T09:00:00Z"
# Sizes of answers that are known not to be the data, such as a login page.
#decoy_bytes = [1234]

# ---- Who is known ---------------------------------------------------------

#[[party]]
#name = "Regulator"
# self (the operator), known (a discoverer, a journalist, a regulator), crawler
#role = "known"
#networks = ["192.0.2.0/28", "2001:db8:1::/48"]
# Files of networks: one a line, or as crawlers, clouds and makers of tables
# publish them (JSON, CSV, iptoasn); of a table only the AS numbers in asns.
# networks_file = "crawler.json"
# asns = [64500]
# A crawler is verified only by a list of the time of the exposure. Of which
# day the list is, where it does not say so itself:
# as_of = "2021-07-01"
# or by names that were looked up then, a line each: address, name, the
# addresses that the name leads back to, date.
# dns_file = "names.csv"
# The domains of these names, where the party's own name does not tell.
# domains = ["crawl.example"]
#times = [{ from = "2021-07-01T08:00:00Z", to = "2021-07-01T18:00:00Z" }]
#paths = ["/exports"]
#received = "three files, by its letter of 2021-07-05"
# Others speak from its address, too (one router for a whole office): its
# requests cannot be told from theirs, and are unresolved.
#shared = true

# ---- What is known of networks --------------------------------------------

# Lists on disk: Tor exits, clouds, hosting, scanners, AS numbers, countries.
# They label clients and change no class. Shapes as of networks_file.
# [[list]]
# name = "Tor exits"
# file = "tor-2021-07-01.txt"
# says = "Tor exit"
# as_of = "2021-07-01"
# asns = [64500]

# ---- Which servers wrote the logs -----------------------------------------

#[[server]]
#name = "web-1"
#logs = ["logs/web-1/access.log*"]
# Independent copies, compared and not counted.
#copies = ["copies/web-1/access.log*"]
#software = "nginx 1.22"
# edge (clients reach it) or origin (it answers behind another server)
#role = "edge"
# behind = "name of the server in front"
#format = "auto"
# The clock of lines that give no zone.
#zone = "Europe/Paris"
# Seconds its clock was ahead of UTC, and how far that may be off.
#clock_offset_s = 0.0
#clock_error_s = 1.0
# body, wire, planned or unknown
#bytes_mean = "body"
# end, start or unknown
#time_means = "end"
#case_insensitive = false
#trusted_proxies = ["10.0.0.0/8"]
#independent_copy = false
# config = ["nginx.conf"]
#monitors = ["192.0.2.200"]

# ---- What the logs must show ----------------------------------------------

# An access that is documented elsewhere.
#[[control]]
#at = "2021-07-01T09:12:00Z"
#path = "/exports/a.csv"
#ip = "192.0.2.7"
#within_s = 120
#server = "web-1"

# ---- What was said --------------------------------------------------------

#[[claim]]
#text = "No third party accessed the files."
#author = "the operator"
#date = "2021-07-03"
# anyone, others (than the known parties) or misuse
#denies = "others"
#window = { from = "2021-06-29T00:00:00Z", to = "2021-07-02T00:00:00Z" }
#at_most_clients = 1

# ---- What happened --------------------------------------------------------

# found, confirmed, fixed, reopened, restarted, published or sighted
#[[event]]
#at = "2021-07-01T08:00:00Z"
#what = "found"
#by = "a journalist"
#source = "mail of 2021-07-01"

# ---- Other ways the data could have left ----------------------------------

# "closed", "not used", "out of scope: reason", "open" or "unknown"
#[other_channels]
#database = "closed"
#ftp = "not used"
#backups = "out of scope: held by another controller"
#other_hosts = "closed"
#object_store = "not used"
#server_credentials = "closed"
"##;
