//! Objects in stores (Amazon S3 and what speaks its protocol, Google Cloud Storage, Azure Blob Storage) and on web servers.
//!
//! An object is known by its URL and its tag, which is another as soon as its bytes are. Every reading of a part of it is on the condition
//! that the tag is still the one that was found. Who may read it is told by the environment alone: a URL with a secret in it is refused,
//! because inputs stand in plans and reports; and of an error only what cannot hold a secret is told.
//!
//! All of it is a feature, `cloud`. A program without it knows a URL when it sees one, and says so.

#[cfg(feature = "cloud")]
mod find;
mod name;
#[cfg(feature = "cloud")]
mod read;
#[cfg(feature = "cloud")]
mod say;
#[cfg(feature = "cloud")]
mod store;
#[cfg(not(feature = "cloud"))]
mod without;

pub use name::{is_url, secret};
#[cfg(feature = "cloud")]
pub(super) use read::Reader;
#[cfg(feature = "cloud")]
pub use store::{Store, Stores};
#[cfg(not(feature = "cloud"))]
pub(super) use without::Reader;
#[cfg(not(feature = "cloud"))]
pub use without::{Store, Stores};

/// What is known of an object besides its name.
#[derive(Clone, Debug)]
pub struct Object {
    /// Its tag (ETag), without quotes; none where a web server gives none. It is no digest: what it is made of differs between stores.
    pub tag: Option<String>,
    /// Its version, where the store keeps versions and tells.
    pub version: Option<String>,
    /// The store that it was found in; none where it was only read of in a plan.
    #[cfg(feature = "cloud")]
    store: Option<std::sync::Arc<Store>>,
}

impl Object {
    /// An object that was found by another process, and has to be found [again](super::again()) before it is read.
    pub fn new(tag: Option<String>, version: Option<String>) -> Object {
        Object {
            tag,
            version,
            #[cfg(feature = "cloud")]
            store: None,
        }
    }
}

#[cfg(all(test, feature = "cloud"))]
mod tests;
