//! Values as bytes, one behind the other (postcard).

use std::io;

use postcard::ser_flavors::Flavor;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Puts the bytes of a value behind others.
///
/// # Errors
/// When it cannot be written as bytes; the others are lost then.
pub fn put<T: Serialize>(value: &T, into: &mut Vec<u8>) -> io::Result<()> {
    let bytes = Bytes(std::mem::take(into));
    *into = postcard::serialize_with_flavor(value, bytes).map_err(io::Error::other)?;
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

/// Takes bytes as they come. What postcard has for this asks twice for each
/// whether there is room.
struct Bytes(Vec<u8>);

impl Flavor for Bytes {
    type Output = Vec<u8>;

    #[inline(always)]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    #[inline(always)]
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<Vec<u8>> {
        Ok(self.0)
    }
}
