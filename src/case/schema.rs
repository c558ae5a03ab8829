//! What a case file may hold, as types that the JSON Schema of `case.toml` is
//! made of: docs/schema/case.schema.json. The reader of case files is written
//! by hand, for the sake of its messages; that both know the same keys and
//! words is tested here.

#![allow(dead_code, reason = "only their shapes are wanted")]

use std::path::Path;

use schemars::generate::{Contract, SchemaSettings};
use schemars::transform::transform_subschemas;
use schemars::{JsonSchema, Schema};
use serde_json::Value;

use super::{exposed, parties, parts};

/// A case of whofetched: what was exposed, when, who is known, which servers
/// logged it. A key that is absent is unknown, and the report lists what it
/// could not rely on.
#[derive(JsonSchema)]
#[schemars(rename = "case.toml", deny_unknown_fields)]
struct CaseFile {
    /// What the case is called, and who stands for it.
    case: Option<Case>,
    /// What was exposed.
    exposure: OneOrMany<Exposure>,
    /// Who is known.
    party: Option<OneOrMany<Party>>,
    /// Lists of networks, which label clients and change no class.
    list: Option<OneOrMany<List>>,
    /// Which servers wrote the logs.
    server: Option<OneOrMany<Server>>,
    /// Documented accesses that the logs must show.
    control: Option<OneOrMany<Control>>,
    /// What was said.
    claim: Option<OneOrMany<Claim>>,
    /// What happened.
    event: Option<OneOrMany<Event>>,
    /// Other ways by which the data could have left.
    other_channels: Option<Channels>,
}

/// One, or a list of them.
#[derive(JsonSchema)]
#[schemars(untagged, inline)]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

/// A text; a number or a date may stand without quotes.
#[derive(JsonSchema)]
#[schemars(untagged, inline)]
enum Words {
    Text(String),
    Number(i64),
}

/// What the case is called, and who stands for its statements.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Case {
    /// What it is called.
    title: Option<String>,
    /// The examiner's reference.
    id: Option<Words>,
    /// By whose mandate the logs are read.
    authority: Option<String>,
    /// Who reads them.
    examiner: Option<String>,
    /// The clock to show times by, beside UTC: UTC, +02:00 or Europe/Paris.
    time_zone: Option<String>,
    /// The clock of the times in this file that have no offset; without it they
    /// are refused.
    input_zone: Option<String>,
    /// The language of the report; en unless it is said.
    #[schemars(extend("enum" = words(&parts::LANGUAGES)))]
    language: Option<String>,
    /// How long a hole in the logs is accepted, such as 30m, 1h or 2d; 1h unless
    /// it is said.
    tolerated_gap: Option<String>,
    /// Who stands for the statements of this file: name, role, date. Without it
    /// a check that rests on a statement is unknown.
    stated_by: Option<String>,
    /// Every server that could have served the data is named here.
    inventory_complete: Option<bool>,
    /// The configuration of the servers did not change during the window.
    configuration_unchanged: Option<bool>,
    /// Who accepts, by name, that the logs are unaltered although no copy proves
    /// it.
    unaltered_accepted_by: Option<String>,
}

/// A named set of targets, open during one or more windows.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(extend("anyOf" = [{"required": ["targets"]}, {"required": ["files"]}]))]
struct Exposure {
    /// Its name; each has its own.
    name: Option<String>,
    /// What kind of thing was open; files unless it is said.
    #[schemars(extend("enum" = words(&exposed::KINDS)))]
    kind: Option<String>,
    /// The host it was open on, without scheme and path; any unless it is said.
    host: Option<String>,
    /// Which requests name it: a path and everything under it, a glob, a URL, or
    /// re: and a regular expression, with a condition on the query behind a
    /// space.
    targets: Option<OneOrMany<String>>,
    /// Lists of files: a header row, with a column path.
    files: Option<OneOrMany<String>>,
    /// When it was open.
    windows: Option<OneOrMany<Window>>,
    /// How long a share link was to live, such as 7d.
    lifetime: Option<String>,
    /// Was anyone meant to fetch it then? nobody is assumed for files, listing,
    /// secret and s3; mixed for api, share-link and elasticsearch.
    #[schemars(extend("enum" = words(&exposed::LAWS)))]
    lawful: Option<String>,
    /// What the server recorded of every lawful request.
    lawful_when: Option<LawfulWhen>,
    /// When exposed secrets were changed.
    rotated_at: Option<String>,
    /// Sizes of answers that are known not to be the data, in bytes.
    decoy_bytes: Option<OneOrMany<u64>>,
}

/// The interval [from, to) in which something was exposed. Unknown ends are
/// left out.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(extend("anyOf" = [
    {"required": ["from"]}, {"required": ["to"]},
    {"required": ["from_earliest"]}, {"required": ["to_latest"]}
]))]
struct Window {
    /// Its first instant: 2021-06-29T00:00:00Z, or a day.
    from: Option<String>,
    /// The first instant after it, or its last day.
    to: Option<String>,
    /// How early it may have begun.
    from_earliest: Option<String>,
    /// How late it may have ended.
    to_latest: Option<String>,
    /// Where its beginning is known from.
    source_of_from: Option<String>,
    /// Where its end is known from.
    source_of_to: Option<String>,
}

/// What the server recorded of every lawful request.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct LawfulWhen {
    /// It came from these networks.
    networks: Option<OneOrMany<String>>,
    /// It names a user.
    #[schemars(extend("const" = "present"))]
    user: Option<String>,
    /// It came at these times.
    times: Option<OneOrMany<Interval>>,
}

/// An interval of time, half open.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Interval {
    /// Its first instant.
    from: String,
    /// The first instant after it, or its last day.
    to: String,
}

/// A named owner of networks.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Party {
    /// Its name; each has its own.
    name: Option<String>,
    /// What it is to the case; known unless it is said.
    #[schemars(extend("enum" = words(&parties::ROLES)))]
    role: Option<String>,
    /// Its addresses and networks.
    networks: Option<OneOrMany<String>>,
    /// Files of its networks.
    networks_file: Option<OneOrMany<String>>,
    /// Of which day these files are, where they do not say it themselves.
    as_of: Option<Words>,
    /// Of a table of networks of many owners, those of these AS numbers.
    asns: Option<OneOrMany<u64>>,
    /// Files of names of addresses as they were looked up.
    dns_file: Option<OneOrMany<String>>,
    /// The domains of these names.
    domains: Option<OneOrMany<String>>,
    /// When it is known to have come; any time unless it is said.
    times: Option<OneOrMany<Interval>>,
    /// What it is known to have asked for; anything unless it is said.
    paths: Option<OneOrMany<String>>,
    /// What it says it received.
    received: Option<Words>,
    /// Others speak from its addresses, too.
    shared: Option<bool>,
}

/// A file of networks that labels clients.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct List {
    /// What it is called; the name of the file unless it is said.
    name: Option<String>,
    /// The file.
    file: String,
    /// What it says of the networks in it, such as Tor exit.
    says: String,
    /// Of which day it is, where it does not say it itself.
    as_of: Option<Words>,
    /// Of a table of networks of many owners, those of these AS numbers.
    asns: Option<OneOrMany<u64>>,
}

/// A server that wrote logs.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Server {
    /// Its name; each has its own.
    name: Option<String>,
    /// Its logs: files, folders or globs, relative to the case file.
    logs: Option<OneOrMany<String>>,
    /// Independent copies of them, compared and not counted.
    copies: Option<OneOrMany<String>>,
    /// What it runs, such as nginx 1.22.
    software: Option<String>,
    /// edge: clients reach it; origin: it answers behind another server.
    #[schemars(extend("enum" = words(&parts::ROLES)))]
    role: Option<String>,
    /// The server that it stands behind, by name.
    behind: Option<String>,
    /// auto, the name of a format, or the server's own directive.
    format: Option<String>,
    /// The clock of lines that give no zone.
    zone: Option<String>,
    /// Seconds that its clock was ahead of UTC.
    clock_offset_s: Option<f64>,
    /// How far that may be off, in seconds.
    #[schemars(range(min = 0))]
    clock_error_s: Option<f64>,
    /// What its byte counts count.
    #[schemars(extend("enum" = words(&parts::BYTES)))]
    bytes_mean: Option<String>,
    /// Which moment of a request its times are.
    #[schemars(extend("enum" = words(&parts::TIMES)))]
    time_means: Option<String>,
    /// It takes upper and lower case of a path for the same.
    case_insensitive: Option<bool>,
    /// Proxies whose forwarded addresses are believed.
    trusted_proxies: Option<OneOrMany<String>>,
    /// A copy of the logs was kept out of reach of whoever could change them.
    independent_copy: Option<bool>,
    /// Its configuration: which requests it does not log.
    config: Option<OneOrMany<String>>,
    /// Clients that call at regular times.
    monitors: Option<OneOrMany<String>>,
}

/// A documented access that the logs must show.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Control {
    /// When it was.
    at: String,
    /// What was asked for.
    #[schemars(regex(pattern = "^/"))]
    path: String,
    /// By which address.
    ip: Option<String>,
    /// How far the logged time may be off, in seconds; 120 unless it is said.
    within_s: Option<u64>,
    /// At which server, by name.
    server: Option<String>,
}

/// What somebody said of the exposure.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Claim {
    /// The words.
    text: String,
    /// Who said them.
    author: Option<String>,
    /// When.
    date: Option<Words>,
    /// What they deny: that anyone came, that others than the known parties
    /// came, or that the data were misused.
    #[schemars(extend("enum" = words(&parts::DENIALS)))]
    denies: Option<String>,
    /// The time that they speak of.
    window: Option<Interval>,
    /// The number of clients that they admit.
    at_most_clients: Option<u64>,
}

/// Something that happened.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Event {
    /// When.
    at: String,
    /// What.
    #[schemars(extend("enum" = words(&parts::HAPPENINGS)))]
    what: String,
    /// By whom.
    by: Option<String>,
    /// Where that is known from.
    source: Option<String>,
}

/// Other ways by which the data could have left: closed, not used, out of
/// scope: REASON, open or unknown.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Channels {
    /// A database that could be reached.
    database: Option<Channel>,
    /// FTP and its like.
    ftp: Option<Channel>,
    /// Backups.
    backups: Option<Channel>,
    /// Hosts that are not named here.
    other_hosts: Option<Channel>,
    /// An object store.
    object_store: Option<Channel>,
    /// Credentials of the servers.
    server_credentials: Option<Channel>,
}

/// What is known of a way by which the data could have left.
#[derive(JsonSchema)]
#[schemars(
    transparent,
    extend("pattern" = r"^(closed|not used|open|unknown|out of scope:.*\S.*)$")
)]
struct Channel(String);

/// The words of a table.
fn words<T>(table: &[(&str, T)]) -> Value {
    table.iter().map(|(word, _)| Value::from(*word)).collect()
}

/// The schema of a type, as it is read or as it is written.
pub(crate) fn schema<T: JsonSchema>(contract: Contract) -> Schema {
    let mut settings = SchemaSettings::draft2020_12().with_transform(plain);
    if contract == Contract::Deserialize {
        settings = settings.with_transform(without_null);
    }
    settings.contract = contract;
    settings.into_generator().into_root_schema_for::<T>()
}

/// Joins the lines of a description, and leaves out formats that say how wide a
/// number is in memory.
fn plain(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = text.replace('\n', " ").replace("`None`", "null");
    }
    let width = schema.get("format").and_then(Value::as_str);
    if width.is_some_and(|name| name.contains("int") || name == "double") {
        schema.remove("format");
    }
    transform_subschemas(&mut plain, schema);
}

/// TOML has no null: what may be left out is left out.
fn without_null(schema: &mut Schema) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [one] = &types[..] {
            let one = one.clone();
            schema.insert("type".to_owned(), one);
        }
    }
    if let Some(Value::Array(any)) = schema.get_mut("anyOf") {
        any.retain(|one| one.get("type").is_none_or(|name| name != "null"));
        if let [Value::Object(one)] = &any[..] {
            let one = one.clone();
            schema.remove("anyOf");
            // What is said of a key stands before what is said of its kind.
            let own = schema.ensure_object();
            one.into_iter().for_each(|(key, value)| _ = own.entry(key).or_insert(value));
        }
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    transform_subschemas(&mut without_null, schema);
}

/// Holds a schema against the file in docs/schema, or with BLESS=1 writes it.
pub(crate) fn is_current(name: &str, schema: &Schema) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema").join(name);
    let text = serde_json::to_string_pretty(schema).unwrap() + "\n";
    if std::env::var_os("BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "{name} is not current: BLESS=1 cargo test --lib schema");
}

#[test]
fn the_schema_of_case_files_is_current() {
    is_current("case.schema.json", &schema::<CaseFile>(Contract::Deserialize));
}

#[test]
fn the_schema_has_the_keys_that_are_read() {
    let schema = schema::<CaseFile>(Contract::Deserialize);
    let check = |table: &str, known: &[&str]| {
        let pointer = match table {
            "" => "/properties".to_owned(),
            table => format!("/$defs/{table}/properties"),
        };
        let properties = schema.pointer(&pointer).and_then(Value::as_object).unwrap();
        let mut known: Vec<_> = known.to_vec();
        known.sort_unstable();
        let mut keys: Vec<_> = properties.keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(keys, known, "{table}");
    };
    check("", &super::load::TABLES);
    check("Case", &parts::CASE);
    check("Exposure", &parts::EXPOSURE);
    check("Window", &exposed::WINDOW);
    check("LawfulWhen", &exposed::LAWFUL_WHEN);
    check("Party", &parties::PARTY);
    check("List", &parties::LIST);
    check("Server", &parts::SERVER);
    check("Control", &parts::CONTROL);
    check("Claim", &parts::CLAIM);
    check("Event", &parts::EVENT);
    check("Channels", &parts::CHANNELS);
    check("Interval", &parts::INTERVAL);
}
