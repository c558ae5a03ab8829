//! Stores, opened by what the environment says, and the runtime in which their requests are made.
//!
//! The engine is synchronous: whoever reads waits for the answer. Threads of the runtime only carry the bytes, and go with the stores.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::http::HttpBuilder;
use object_store::path::Path;
use object_store::{
    BackoffConfig, ClientConfigKey, ClientOptions, GetOptions, ObjectMeta, ObjectStore,
    ObjectStoreExt, RetryConfig,
};
use tokio::runtime::{self, Runtime};

use super::super::find::{Found, Origin};
use super::name::Url;
use super::{Object, find, say};

/// How many threads carry bytes: one request is decrypted while another is waited for.
const THREADS: usize = 2;

/// How often a request is made again after an error of the server or the network, and for how long.
const RETRIES: usize = 5;
const RETRY_FOR: Duration = Duration::from_secs(90);

/// What is waited before the first of these; each later wait is up to twice as long, but no longer than the last.
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// How long one request may take, its bytes included: eight mebibytes at 70 KiB/s.
const REQUEST: Duration = Duration::from_secs(120);

/// The stores that were opened so far, one for each bucket.
#[derive(Default)]
pub struct Stores {
    runtime: Option<Arc<Runtime>>,
    open: BTreeMap<String, Arc<Store>>,
    /// What was found again so far: the members of an archive are of one object.
    again: BTreeMap<String, Found>,
}

/// One bucket, container or web server.
pub struct Store {
    /// What is asked for objects.
    pub(super) objects: Arc<dyn ObjectStore>,
    runtime: Arc<Runtime>,
}

impl Stores {
    /// Finds the objects that a URL names: one, all that lie below it, or those that it matches as a glob.
    ///
    /// # Errors
    /// A sentence: there is none, or the store cannot be asked.
    pub fn find(&mut self, input: &str) -> Result<Vec<Found>, String> {
        let url = Url::of(input)?;
        let store = self.store(&url)?;
        find::find(&store, &url)
    }

    /// Looks an object up that was found before, perhaps by another process.
    ///
    /// # Errors
    /// A sentence: it is not there, or is another one.
    pub fn again(&mut self, found: &Found, object: &Object) -> Result<Found, String> {
        let name = found.path.to_string_lossy();
        if !self.again.contains_key(&*name) {
            let url = Url::of(&name)?;
            let store = self.store(&url)?;
            // What was copied needs no second copy.
            let now = match found.spooled {
                Some(_) => find::known(&store, &url)?,
                None => find::one(&store, &url)?,
            };
            self.again.insert(name.to_string(), now);
        }
        let now = &self.again[&*name];
        let Origin::Object(is) = &now.origin else { return Ok(now.clone()) };
        let was = Fixed::of(found, object);
        match was.difference(&Fixed::of(now, is)) {
            Some(what) => Err(format!("{name} changed since the plan was made: {what}")),
            None => {
                let spooled = found.spooled.clone().or_else(|| now.spooled.clone());
                Ok(Found { origin: now.origin.clone(), spooled, ..found.clone() })
            }
        }
    }

    /// The store that a URL is in.
    fn store(&mut self, url: &Url<'_>) -> Result<Arc<Store>, String> {
        let name = format!("{}://{}", url.scheme, url.bucket);
        if let Some(store) = self.open.get(&name) {
            return Ok(Arc::clone(store));
        }
        let runtime = match &self.runtime {
            Some(runtime) => Arc::clone(runtime),
            None => Arc::clone(self.runtime.insert(started()?)),
        };
        let objects = opened(url).map_err(|()| {
            format!("{name} cannot be opened with what the environment says: {}", say::needed(url))
        })?;
        let store = Arc::new(Store { objects, runtime });
        self.open.insert(name, Arc::clone(&store));
        Ok(store)
    }

    /// Stores of which one is in memory.
    #[cfg(test)]
    pub(super) fn with(name: &str, objects: Arc<dyn ObjectStore>) -> (Stores, Arc<Store>) {
        let store = Arc::new(Store { objects, runtime: started().unwrap() });
        let open = BTreeMap::from([(name.to_owned(), Arc::clone(&store))]);
        (Stores { open, ..Stores::default() }, store)
    }
}

impl Store {
    /// Waits for an answer.
    pub(super) fn wait<T>(&self, answer: impl Future<Output = T>) -> T {
        self.runtime.block_on(answer)
    }

    /// Lets a request be made while its answer is not needed yet.
    pub(super) fn begin<T: Send + 'static>(
        &self,
        answer: impl Future<Output = T> + Send + 'static,
    ) -> tokio::task::JoinHandle<T> {
        self.runtime.spawn(answer)
    }

    /// What is known of an object without reading it.
    pub(super) fn head(&self, key: &Path) -> object_store::Result<ObjectMeta> {
        self.wait(self.objects.head(key))
    }
}

impl fmt::Debug for Store {
    /// Nothing of it, for it holds credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store")
    }
}

/// What of an object may not change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fixed {
    /// Its tag, as the store writes it.
    pub(super) tag: Option<String>,
    /// How many bytes it has.
    pub(super) length: u64,
    /// When it was last modified, in seconds since 1970 UTC: what counts where there is no tag.
    pub(super) modified: i64,
}

impl Fixed {
    /// What was found.
    pub(super) fn of(found: &Found, object: &Object) -> Fixed {
        Fixed { tag: object.tag.clone(), length: found.length, modified: found.modified.0 }
    }

    /// What a store says.
    pub(super) fn said(meta: &ObjectMeta) -> Fixed {
        let modified = meta.last_modified.timestamp();
        Fixed { tag: meta.e_tag.clone(), length: meta.size, modified }
    }

    /// The condition under which a part of it is asked for. A weak tag is never alike (RFC 9110, section 13.1.1).
    pub(super) fn condition(&self) -> GetOptions {
        let tag = self.tag.clone().filter(|tag| !tag.starts_with("W/"));
        let date = DateTime::from_timestamp(self.modified, 0).filter(|_| self.modified != 0);
        let if_unmodified_since = date.filter(|_| self.tag.is_none());
        GetOptions { if_match: tag, if_unmodified_since, ..GetOptions::default() }
    }

    /// How it differs from what it is now, in words.
    pub(super) fn difference(&self, now: &Fixed) -> Option<String> {
        if self.length != now.length {
            return Some(format!("it had {} bytes and has {}", self.length, now.length));
        }
        // Some stores quote tags in a header, and not in a listing.
        let bare =
            |tag: &Option<String>| tag.as_deref().map(|tag| tag.trim_matches('"').to_owned());
        let (was, is) = (bare(&self.tag), bare(&now.tag));
        if was != is {
            let told = |tag: Option<String>| tag.unwrap_or_else(|| "not told".to_owned());
            return Some(format!("its tag was {} and is {}", told(was), told(is)));
        }
        (self.tag.is_none() && self.modified != now.modified).then(|| {
            format!(
                "it was modified at {} and then at {}, in seconds since 1970 UTC",
                self.modified, now.modified
            )
        })
    }
}

fn started() -> Result<Arc<Runtime>, String> {
    let mut builder = runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(THREADS).thread_name("store").enable_all().build();
    runtime.map(Arc::new).map_err(|error| format!("no thread for object stores: {error}"))
}

/// Opens a store by what the environment says. What an error says may be what the environment said, and is not told.
fn opened(url: &Url<'_>) -> Result<Arc<dyn ObjectStore>, ()> {
    let retry = RetryConfig {
        backoff: BackoffConfig { init_backoff: FIRST_WAIT, max_backoff: LONGEST_WAIT, base: 2.0 },
        max_retries: RETRIES,
        retry_timeout: RETRY_FOR,
    };
    let (timeout, seconds) = (ClientConfigKey::Timeout, format!("{} seconds", REQUEST.as_secs()));
    Ok(match url.scheme {
        "s3" => {
            let builder = AmazonS3Builder::from_env().with_bucket_name(url.bucket);
            let builder = builder.with_config(AmazonS3ConfigKey::Client(timeout), seconds);
            Arc::new(builder.with_retry(retry).build().map_err(|_| ())?)
        }
        "gs" => {
            let builder = GoogleCloudStorageBuilder::from_env().with_bucket_name(url.bucket);
            let builder = builder.with_config(GoogleConfigKey::Client(timeout), seconds);
            Arc::new(builder.with_retry(retry).build().map_err(|_| ())?)
        }
        "az" => {
            let builder = MicrosoftAzureBuilder::from_env().with_container_name(url.bucket);
            let builder = builder.with_config(AzureConfigKey::Client(timeout), seconds);
            Arc::new(builder.with_retry(retry).build().map_err(|_| ())?)
        }
        _ => {
            let options = ClientOptions::new().with_timeout(REQUEST);
            let options = options.with_allow_http(url.scheme == "http");
            let builder = HttpBuilder::new().with_url(format!("{}://{}", url.scheme, url.bucket));
            let builder = builder.with_client_options(options).with_retry(retry);
            Arc::new(builder.build().map_err(|_| ())?)
        }
    })
}
