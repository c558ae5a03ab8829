//! What the servers' configurations say, as the report repeats it.

use serde::Serialize;

use crate::examine::Question;

/// A configuration that was given.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReadConfiguration {
    /// The server it is of.
    pub server: String,
    /// The file that was given.
    pub file: String,
    /// `nginx`, `Apache` or `HAProxy`; null where it could not be read.
    pub software: Option<&'static str>,
    /// The files that were read.
    pub files: Vec<String>,
    /// The logs it writes.
    pub logs: Vec<WrittenLog>,
    /// What it does not log.
    pub not_logged: Vec<NotLogged>,
    /// Whose forwarded addresses the server believes.
    pub trusted: Vec<Believed>,
    /// What could not be read or followed.
    pub problems: Vec<String>,
}

/// A log that a configuration writes.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct WrittenLog {
    /// The names of the host that writes it.
    pub hosts: Vec<String>,
    /// Where it goes.
    pub to: String,
    /// The name of its format; null where it has none.
    pub format: Option<String>,
    /// Its format in the server's own words; null where the name says all.
    pub directive: Option<String>,
    /// File and line.
    pub at: String,
}

/// Something that is not logged.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NotLogged {
    /// `off`, `condition`, `no fetch` or `buffer`.
    pub kind: &'static str,
    /// The names of the host it was found in.
    pub hosts: Vec<String>,
    /// What the configuration says.
    pub says: String,
    /// File and line.
    pub at: String,
}

/// A network whose forwarded addresses are believed.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Believed {
    /// The network.
    pub network: String,
    /// File and line.
    pub at: String,
}

/// Every configuration that was given.
pub fn configurations(question: &Question) -> Vec<ReadConfiguration> {
    let each = question.configured.iter().map(|configured| {
        let server = question.servers[configured.server].name.clone();
        let empty = ReadConfiguration {
            server,
            file: configured.given.clone(),
            software: None,
            files: Vec::new(),
            logs: Vec::new(),
            not_logged: Vec::new(),
            trusted: Vec::new(),
            problems: Vec::new(),
        };
        let read = match &configured.read {
            Ok(read) => read,
            Err(why) => return ReadConfiguration { problems: vec![why.clone()], ..empty },
        };
        let wide = configured.too_wide().map(|trusted| {
            format!(
                "{}: forwarded addresses are believed of {}, which is nearly anybody: the \
                 addresses in this server's log may be forged",
                trusted.place, trusted.network
            )
        });
        let named = |name: &str| (!name.is_empty()).then(|| name.to_owned());
        ReadConfiguration {
            software: Some(read.software),
            files: read.files.clone(),
            logs: read
                .logs()
                .map(|(host, log)| WrittenLog {
                    hosts: host.names.clone(),
                    to: log.to.clone(),
                    format: named(&log.format),
                    directive: log.directive.clone(),
                    at: log.place.to_string(),
                })
                .collect(),
            not_logged: read
                .silences()
                .iter()
                .map(|silence| NotLogged {
                    kind: silence.kind.word(),
                    hosts: silence.hosts.clone(),
                    says: silence.words(),
                    at: silence.place.to_string(),
                })
                .collect(),
            trusted: read
                .trusted
                .iter()
                .map(|trusted| Believed {
                    network: trusted.network.to_string(),
                    at: trusted.place.to_string(),
                })
                .collect(),
            problems: read.problems.iter().cloned().chain(wide).collect(),
            ..empty
        }
    });
    each.collect()
}
