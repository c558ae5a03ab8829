//! URLs as inputs: which scheme is which store, and what may not stand in one.

/// The schemes of URLs that are read.
#[cfg(feature = "cloud")]
pub(super) const SCHEMES: [&str; 5] = ["s3", "gs", "az", "http", "https"];

/// Words of a query that go before a signature or a key, in small letters: those of AWS, Google, Azure and others.
const SECRETS: [&str; 5] = ["signature=", "sig=", "token=", "credential=", "accesskeyid="];

/// Whether an input is a URL and no path: it begins with a scheme (RFC 3986, section 3.1) and `://`.
pub fn is_url(input: &str) -> bool {
    let scheme = input.split_once("://").map_or("", |(scheme, _)| scheme);
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(is_letter)
}

/// Why an input may not be one, for it holds a secret or might: a sentence that does not repeat it. Inputs stand in plans and reports.
pub fn secret(input: &str) -> Option<String> {
    let (scheme, rest) = input.split_once("://").filter(|_| is_url(input))?;
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if let Some((_, host)) = authority.rsplit_once('@') {
        return Some(format!(
            "a URL of {scheme}://{host} has a user name or a password in it, which would stand in the report; leave it out: \
             credentials are taken from the environment"
        ));
    }
    let is_web = matches!(scheme, "http" | "https");
    let (name, query) = path.split_at(path.find(['?', '#']).unwrap_or(path.len()));
    let small = query.to_ascii_lowercase();
    let is_secret = SECRETS.iter().any(|word| small.contains(word));
    (is_secret || is_web && !query.is_empty()).then(|| {
        format!(
            "{scheme}://{authority}{name} has a query behind it, as signed URLs have, which would stand in the report; \
             fetch it to a file, or read the object with credentials of the environment"
        )
    })
}

/// A URL, taken apart.
#[cfg(feature = "cloud")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Url<'a> {
    /// One of [`SCHEMES`].
    pub(super) scheme: &'a str,
    /// The bucket or container, or the host and port of a web server.
    pub(super) bucket: &'a str,
    /// What stands behind it, without the first slash: as it is, but percent-encoded for a web server.
    pub(super) key: &'a str,
}

#[cfg(feature = "cloud")]
impl<'a> Url<'a> {
    /// Takes a URL apart.
    ///
    /// # Errors
    /// A sentence: nothing is read by this scheme, or no bucket is named.
    pub(super) fn of(text: &'a str) -> Result<Url<'a>, String> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
        if !SCHEMES.contains(&scheme) {
            let instead = match scheme {
                "hdfs" | "viewfs" | "webhdfs" => {
                    "copy the logs (hdfs dfs -get) or mount the file system"
                }
                "s3a" | "s3n" => "write s3://BUCKET/KEY",
                "gcs" => "write gs://BUCKET/KEY",
                "abfs" | "abfss" | "azure" | "wasb" | "wasbs" => {
                    "write az://CONTAINER/KEY, and name the account in AZURE_STORAGE_ACCOUNT_NAME"
                }
                "file" => "write the path alone",
                _ => "copy the logs to where they can be read",
            };
            return Err(format!(
                "{text} is not read: nothing is read by {scheme}://, but s3, gs, az, http and https; {instead}"
            ));
        }
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        match bucket {
            "" => Err(format!("{text} is not read: it names no bucket or host")),
            _ => Ok(Url { scheme, bucket, key }),
        }
    }

    /// Whether it is on a web server, whose folders cannot be listed.
    pub(super) fn is_web(&self) -> bool {
        self.scheme.starts_with("http")
    }

    /// The URL of another key in the same place.
    pub(super) fn with(&self, key: &str) -> String {
        format!("{}://{}/{key}", self.scheme, self.bucket)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_told_from_a_path() {
        for url in ["s3://logs", "https://example.org/a.log", "hdfs://name/a", "s3a://x/y"] {
            assert!(is_url(url), "{url}");
        }
        for path in ["logs/a.log", "-", "./s3://x", "a b://x", "://x", "C:\\a", "1s://x"] {
            assert!(!is_url(path), "{path}");
        }
    }

    #[test]
    fn a_secret_is_refused_and_not_repeated() {
        for url in [
            "https://me:hunter2@example.org/a.log",
            "s3://AKIA:hunter2@bucket/a.log",
            "https://b.s3.amazonaws.com/a.log?X-Amz-Signature=hunter2",
            "s3://bucket/a.log?X-Amz-Credential=hunter2",
            "az://c/a.log?sv=2022&sig=hunter2",
            "https://example.org/a.log#hunter2",
            "https://example.org?hunter2",
        ] {
            let sentence = secret(url).unwrap();
            assert!(!sentence.contains("hunter2"), "{sentence}");
            assert!(sentence.contains("would stand in the report"), "{sentence}");
        }
        for url in [
            "s3://bucket/year=202?/month=0?/*.gz",
            "s3://bucket/a@b.log",
            "https://example.org/a.log",
            "logs/a?token=x",
        ] {
            assert_eq!(secret(url), None, "{url}");
        }
    }

    #[test]
    #[cfg(feature = "cloud")]
    fn a_url_is_taken_apart() {
        let url = Url::of("s3://logs/2024/a b.log").unwrap();
        assert_eq!(url, Url { scheme: "s3", bucket: "logs", key: "2024/a b.log" });
        assert_eq!(url.with("x"), "s3://logs/x");
        assert_eq!(Url::of("gs://logs").unwrap().key, "");
        assert!(Url::of("https://example.org:8080/a").unwrap().is_web());
        let refused = |text: &str, what: &str| {
            let why = Url::of(text).unwrap_err();
            assert!(why.contains(what), "{why}");
        };
        refused("hdfs://name/logs", "hdfs dfs -get");
        refused("s3a://logs/a", "write s3://BUCKET/KEY");
        refused("abfss://c@a.dfs.core.windows.net/x", "AZURE_STORAGE_ACCOUNT_NAME");
        refused("ftp://x/y", "nothing is read by ftp://");
        refused("s3:///a", "names no bucket");
    }
}
