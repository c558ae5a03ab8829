//! What went wrong with a store, in a sentence that cannot hold a secret.
//!
//! What the crate says of an error may hold the URL of a request with its signature, or what the server answered with the key that it was
//! sent. So nothing of it is repeated: only its kind, the status of HTTP, and the code of an S3 error, which is one word.

use std::error::Error as _;

use object_store::Error;
use object_store::client::{HttpError, HttpErrorKind};

use super::name::Url;

/// The longest code of an S3 error that is repeated.
const CODE: usize = 64;

/// What is wrong, as the rest of a sentence that begins with the URL.
pub(super) fn sentence(error: &Error) -> String {
    let said = chain(error);
    let code = code(&said).map_or_else(String::new, |code| format!(" ({code})"));
    match error {
        Error::NotFound { .. } => format!("it is not there{code}"),
        Error::Precondition { .. } => "it changed since it was found".to_owned(),
        Error::NotSupported { .. } => "the server gives no part of it".to_owned(),
        Error::PermissionDenied { .. } => format!(
            "the store refused it with 403{code}: the credentials of the environment are wrong, or give no right to get and list"
        ),
        Error::Unauthenticated { .. } => format!(
            "the store refused it with 401{code}: the credentials of the environment are wrong or missing"
        ),
        Error::InvalidPath { .. } => {
            "a key there has an empty segment, a dot segment or a control character, and cannot be named".to_owned()
        }
        _ if is_of_credentials(&said) => {
            "there are no credentials in the environment, and no instance role gave any".to_owned()
        }
        _ => match (transport(error), status(&said)) {
            (Some(HttpErrorKind::Connect), _) => "there is no connection to the store".to_owned(),
            (Some(HttpErrorKind::Timeout), _) => "the store did not answer in time".to_owned(),
            (Some(_), _) => "the connection to the store broke, however often it was tried".to_owned(),
            (None, Some(status)) => format!("the store answered with {status}{code}"),
            (None, None) if said.contains("redirect without LOCATION") => {
                "the store says that the bucket is in another region: set AWS_REGION".to_owned()
            }
            (None, None) => "the answer of the store is not understood".to_owned(),
        },
    }
}

/// What a store needs of the environment.
pub(super) fn needed(url: &Url<'_>) -> &'static str {
    match url.scheme {
        "s3" => {
            "look at AWS_ENDPOINT_URL, AWS_REGION, and that there is both or neither of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        }
        "gs" => {
            "look at GOOGLE_SERVICE_ACCOUNT or GOOGLE_APPLICATION_CREDENTIALS, which is the file of a key"
        }
        "az" => {
            "look at AZURE_STORAGE_ACCOUNT_NAME, and at AZURE_STORAGE_ACCOUNT_KEY or another credential"
        }
        _ => "the host is not understood",
    }
}

/// All that an error and its causes say. Not for telling.
fn chain(error: &Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        said.push('\n');
        said.push_str(&error.to_string());
        cause = error.source();
    }
    said
}

/// How the network failed, if it did.
fn transport(error: &Error) -> Option<HttpErrorKind> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(http) = error.downcast_ref::<HttpError>() {
            return Some(http.kind());
        }
        cause = error.source();
    }
    None
}

/// Whether it was credentials that were asked for in vain: of the service that gives them to an instance.
fn is_of_credentials(said: &str) -> bool {
    [
        "169.254.169.254",
        "metadata.google.internal",
        "169.254.170.2",
        "latest/api/token",
        "security-credentials",
    ]
    .iter()
    .any(|mark| said.contains(mark))
}

/// The status of a response.
fn status(said: &str) -> Option<&str> {
    let (_, behind) = said.split_once("status code: ")?;
    behind.get(..3).filter(|status| status.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The code of an S3 error.
fn code(said: &str) -> Option<&str> {
    let (_, behind) = said.split_once("<Code>")?;
    let (code, _) = behind.split_once("</Code>")?;
    (code.len() <= CODE && code.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(said: &str) -> Error {
        Error::Generic { store: "S3", source: said.to_owned().into() }
    }

    #[test]
    fn nothing_secret_is_repeated() {
        let body = "Error performing GET https://b.example/a?sig=hunter2 - Server returned non-2xx status code: 400 Bad Request: \
                    <Error><Code>ExpiredToken</Code><AWSAccessKeyId>hunter2</AWSAccessKeyId></Error>";
        assert_eq!(sentence(&error(body)), "the store answered with 400 (ExpiredToken)");
        let strange = error("<Code>hunter2 is not\u{1b}[0m a word</Code> hunter2");
        assert_eq!(sentence(&strange), "the answer of the store is not understood");
        let denied = Error::PermissionDenied { path: "hunter2".to_owned(), source: body.into() };
        let said = sentence(&denied);
        assert!(said.contains("403 (ExpiredToken)") && !said.contains("hunter2"), "{said}");
        let http = HttpError::new(HttpErrorKind::Connect, std::io::Error::other("hunter2"));
        let down = Error::Generic { store: "S3", source: Box::new(http) };
        assert_eq!(sentence(&down), "there is no connection to the store");
        let role = error("Error performing PUT http://169.254.169.254/latest/api/token");
        assert!(sentence(&role).contains("no instance role gave any"));
    }
}
