//! Values as bytes, one behind the other (postcard).

use std::io;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Puts the bytes of a value behind others.
///
/// # Errors
/// When it cannot be written as bytes; the others are lost then.
pub fn put<T: Serialize>(value: &T, into: &mut Vec<u8>) -> io::Result<()> {
    let bytes = std::mem::take(into);
    *into = postcard::to_extend(value, bytes).map_err(io::Error::other)?;
    Ok(())
}

/// The value that begins at a place, and where the next one does.
///
/// # Errors
/// When no such value stands there.
pub fn take<T: DeserializeOwned>(bytes: &[u8], at: usize) -> io::Result<(T, usize)> {
    let rest = bytes.get(at..).unwrap_or_default();
    let (value, rest) = postcard::take_from_bytes(rest).map_err(io::Error::other)?;
    Ok((value, bytes.len() - rest.len()))
}
