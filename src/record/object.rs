//! What of an object store was asked for: its bucket and its key, beside the
//! request target.
//!
//! The request line of an object store says less than its log: the bucket is
//! in the path or in the host, as the client liked, a copy or a batch has no
//! request line at all, and an interface of its own (`/download/storage/v1/b/…`)
//! hides the key in an escape. So a target is tried on the key as well.

/// An object as the log names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Object<'a> {
    /// The bucket or container, where the log names it.
    pub bucket: Option<&'a [u8]>,
    /// The key as logged: decoded, or percent-encoded once more than the
    /// client wrote it. It has no query: a `?` is its own.
    pub key: &'a [u8],
}

impl<'a> Object<'a> {
    /// An object by its key, where there is one.
    pub fn new(bucket: Option<&'a [u8]>, key: Option<&'a [u8]>) -> Option<Object<'a>> {
        key.map(|key| Object { bucket, key })
    }

    /// The paths that stand for the object: `/key`, and `/bucket/key` where
    /// the bucket is known. `?` and `#` are percent-encoded, because in a
    /// target they would end the path.
    pub fn paths(self) -> impl Iterator<Item = Vec<u8>> {
        let own = std::iter::once(self.path(None));
        own.chain(self.bucket.map(|bucket| self.path(Some(bucket))))
    }

    fn path(self, bucket: Option<&[u8]>) -> Vec<u8> {
        let mut path = Vec::with_capacity(self.key.len() + bucket.map_or(0, <[u8]>::len) + 2);
        for segment in bucket.into_iter().chain([self.key]) {
            path.push(b'/');
            for byte in segment {
                match byte {
                    b'?' => path.extend_from_slice(b"%3F"),
                    b'#' => path.extend_from_slice(b"%23"),
                    _ => path.push(*byte),
                }
            }
        }
        path
    }

    /// Says whether a host that a case names can be the store's: `own` is the
    /// bucket, a host of the bucket's (`bucket.s3.eu-west-1.amazonaws.com`), or
    /// the store that was asked, of which `path` begins with the bucket.
    pub fn is_on(self, own: &[u8], asked: &[&[u8]], path: &[u8]) -> bool {
        let Some(bucket) = self.bucket else { return false };
        let of_bucket = |host: &[u8]| {
            let head = host.get(..bucket.len()).filter(|head| head.eq_ignore_ascii_case(bucket));
            head.is_some() && matches!(host.get(bucket.len()), None | Some(b'.'))
        };
        let in_path = path.strip_prefix(b"/").is_some_and(|path| {
            path.strip_prefix(bucket).is_some_and(|rest| matches!(rest.first(), None | Some(b'/')))
        });
        of_bucket(own) || in_path && asked.iter().any(|host| domain(host) == domain(own))
    }
}

/// The last two labels of a host, in lower case: stores answer under one
/// domain for every region.
fn domain(host: &[u8]) -> Vec<u8> {
    let mut dots = memchr::memrchr_iter(b'.', host);
    let from = dots.nth(1).map_or(0, |dot| dot + 1);
    host[from..].to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_has_a_path_with_and_without_its_bucket() {
        let object = Object { bucket: Some(b"leak"), key: b"a/b?#%20.csv" };
        let paths: Vec<_> = object.paths().collect();
        assert_eq!(paths, [b"/a/b%3F%23%20.csv".to_vec(), b"/leak/a/b%3F%23%20.csv".to_vec()]);
        assert_eq!(Object { bucket: None, key: b"k" }.paths().count(), 1);
        assert_eq!(Object::new(Some(b"leak"), None), None);
    }

    #[test]
    fn a_bucket_answers_under_several_hosts() {
        let object = Object { bucket: Some(b"leak"), key: b"k" };
        let check = |own: &str, asked: &str, path: &str, expected: bool| {
            let is = object.is_on(own.as_bytes(), &[asked.as_bytes()], path.as_bytes());
            assert_eq!(is, expected, "{own} {asked} {path}");
        };
        check("leak", "s3.amazonaws.com", "/k", true);
        check("leak.s3.amazonaws.com", "s3.eu-west-1.amazonaws.com", "/k", true);
        check("s3.amazonaws.com", "leak.s3.eu-west-1.amazonaws.com", "/leak/k", true);
        check("s3.amazonaws.com", "leak.s3.eu-west-1.amazonaws.com", "/k", false);
        check("other.s3.amazonaws.com", "leak.s3.amazonaws.com", "/k", false);
        check("leaky", "leak.s3.amazonaws.com", "/k", false);
        check("www.example.com", "leak.s3.amazonaws.com", "/leak/k", false);
    }
}
