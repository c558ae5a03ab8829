//! Finds objects by URLs: one, all that lie below a prefix, or those that match a glob.
//!
//! A listing is read to its end, however long it is. What it does not tell of an object (its tag; whether an empty one is but the mark of a
//! folder) is asked for. A web server has no listing: there a URL is one file.

use std::io::{Seek, Write};
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt, stream};
use globset::{GlobBuilder, GlobMatcher};
use object_store::path::Path;
use object_store::{Error, GetOptions, GetRange, ObjectMeta, ObjectStore, ObjectStoreExt};

use super::super::find::{Found, Origin, is_wanted};
use super::Object;
use super::name::Url;
use super::say;
use super::store::Store;

/// How many objects are asked about at once.
const AT_ONCE: usize = 16;

/// What a URL names, in the order of the store.
pub(super) fn find(store: &Arc<Store>, url: &Url<'_>) -> Result<Vec<Found>, String> {
    let name = url.with(url.key);
    if url.is_web() {
        return one(store, url).map(|found| vec![found]);
    }
    let (listed, none) = if let Some(wild) = url.key.find(['*', '?', '[']) {
        let (folder, pattern) = url.key.split_at(url.key[..wild].rfind('/').map_or(0, |at| at + 1));
        let glob = GlobBuilder::new(pattern)
            .literal_separator(true)
            .build()
            .map_err(|error| format!("{name} is not a pattern we understand: {}", error.kind()))?;
        (below(store, folder, Some(&glob.compile_matcher())), "matches no object")
    } else if url.key.is_empty() || url.key.ends_with('/') {
        (below(store, url.key, None), "has no object below it")
    } else {
        let key = key(url)?;
        match store.head(&key) {
            Ok(meta) => return Ok(vec![found(store, url, &name, meta)]),
            // A store that may not be listed does not tell whether something is not there; and it does not say why.
            Err(error @ (Error::NotFound { .. } | Error::PermissionDenied { .. })) => {
                let listed = match (below(store, url.key, None), &error) {
                    (Ok(listed), Error::PermissionDenied { .. }) if listed.is_empty() => Err(error),
                    (listed, _) => listed,
                };
                (listed, "names no object, and none lies below it")
            }
            Err(error) => (Err(error), ""),
        }
    };
    match listed {
        Ok(listed) if listed.is_empty() => Err(format!("{name} {none}")),
        Ok(listed) => Ok(listed
            .into_iter()
            .map(|meta| found(store, url, &url.with(meta.location.as_ref()), meta))
            .collect()),
        Err(error) => Err(not_read(&name, &error)),
    }
}

/// The one object of a URL. What a server gives no parts of is copied to a temporary file that has no name, as standard input is.
pub(super) fn one(store: &Arc<Store>, url: &Url<'_>) -> Result<Found, String> {
    let mut found = known(store, url)?;
    if url.is_web() && found.length > 0 {
        let key = key(url)?;
        let first = GetOptions { range: Some(GetRange::Bounded(0..1)), ..GetOptions::default() };
        match store.wait(store.objects.get_opts(&key, first)) {
            Ok(_) => {}
            Err(Error::NotSupported { .. }) => copy(store, &key, &mut found)?,
            Err(error) => return Err(not_read(&url.with(url.key), &error)),
        }
    }
    Ok(found)
}

/// The one object of a URL, as far as it is known without reading any of it.
pub(super) fn known(store: &Arc<Store>, url: &Url<'_>) -> Result<Found, String> {
    let name = url.with(url.key);
    if url.is_web() && (url.key.is_empty() || url.key.ends_with('/')) {
        return Err(format!(
            "{name} is not read: the files of a web server are not listed; give the URL of each"
        ));
    }
    let meta = store.head(&key(url)?).map_err(|error| not_read(&name, &error))?;
    Ok(found(store, url, &name, meta))
}

fn not_read(name: &str, error: &Error) -> String {
    format!("{name} cannot be read: {}", say::sentence(error))
}

/// The key of a URL. Those of a web server are percent-encoded in it.
pub(super) fn key(url: &Url<'_>) -> Result<Path, String> {
    let key = if url.is_web() { Path::from_url_path(url.key) } else { Path::parse(url.key) };
    key.map_err(|_| {
        format!(
            "{} is not read: its path has an empty segment, a dot segment or a control character",
            url.with(url.key)
        )
    })
}

/// What lies below a prefix, or matches from there on.
fn below(
    store: &Store,
    prefix: &str,
    matcher: Option<&GlobMatcher>,
) -> object_store::Result<Vec<ObjectMeta>> {
    let prefix = Path::parse(prefix)?;
    let behind = |meta: &ObjectMeta| {
        let key = meta.location.as_ref();
        let rest = key.strip_prefix(prefix.as_ref()).unwrap_or(key);
        PathBuf::from(rest.trim_start_matches('/'))
    };
    let whole = |meta: ObjectMeta| async move {
        if meta.size > 0 && meta.e_tag.is_some() {
            return Ok(Some(meta));
        }
        match store.objects.head(&meta.location).await {
            Ok(told) => Ok(Some(told)),
            // The mark of a folder: its name ends in a slash, which the listing leaves out.
            Err(Error::NotFound { .. }) if meta.size == 0 => Ok(None),
            Err(error) => Err(error),
        }
    };
    store.wait(async {
        let listed = store.objects.list(Some(&prefix));
        let wanted =
            listed.try_filter(|meta| std::future::ready(is_wanted(matcher, &behind(meta))));
        let wanted: Vec<ObjectMeta> = wanted.try_collect().await?;
        let each = stream::iter(wanted).map(whole).buffered(AT_ONCE);
        each.try_filter_map(|meta| std::future::ready(Ok(meta))).try_collect().await
    })
}

fn found(store: &Arc<Store>, url: &Url<'_>, name: &str, meta: ObjectMeta) -> Found {
    let tag = meta.e_tag.map(|tag| match url.scheme {
        // Azure quotes tags in a header, and not in a listing.
        "az" if !tag.contains('"') => format!("\"{tag}\""),
        _ => tag,
    });
    let object = Object { tag, version: meta.version, store: Some(Arc::clone(store)) };
    Found {
        path: PathBuf::from(name),
        absolute: PathBuf::from(name),
        origin: Origin::Object(Box::new(object)),
        length: meta.size,
        modified: (meta.last_modified.timestamp(), 0),
        is_stdin: false,
        spooled: None,
        member: None,
        member_length: 0,
        member_modified: None,
        place: 0,
    }
}

/// Copies an object whole.
fn copy(store: &Store, key: &Path, found: &mut Found) -> Result<(), String> {
    let name = found.path.display().to_string();
    let local = |error: std::io::Error| format!("{name} could not be copied: {error}");
    let mut file = tempfile::tempfile().map_err(local)?;
    let copied = store.wait(async {
        let mut bytes = match store.objects.get(key).await {
            Ok(got) => got.into_stream(),
            Err(error) => return Err(not_read(&name, &error)),
        };
        while let Some(piece) = bytes.next().await {
            let piece = piece.map_err(|error| not_read(&name, &error))?;
            file.write_all(&piece).map_err(local)?;
        }
        file.stream_position().map_err(local)
    });
    found.length = copied?;
    found.spooled = Some(Arc::new(file));
    Ok(())
}
