//! What stands for object stores in a program that was built without them: nothing can be found, so nothing can be read.

use std::convert::Infallible;
use std::io;

use super::super::find::Found;
use super::Object;

/// Stores, none of which can be reached.
#[derive(Default)]
pub struct Stores(());

/// A store that cannot be.
#[derive(Debug)]
pub enum Store {}

/// A reader that cannot be.
#[derive(Clone)]
pub struct Reader(Infallible);

impl Stores {
    /// Finds nothing.
    ///
    /// # Errors
    /// Always: a sentence.
    pub fn find(&mut self, input: &str) -> Result<Vec<Found>, String> {
        Err(refusal(input))
    }

    /// Finds nothing.
    ///
    /// # Errors
    /// Always: a sentence.
    pub fn again(&mut self, found: &Found, _: &Object) -> Result<Found, String> {
        Err(refusal(&found.path.display().to_string()))
    }
}

impl Reader {
    /// Opens nothing.
    ///
    /// # Errors
    /// Always.
    pub fn open(found: &Found, _: &Object) -> io::Result<Reader> {
        Err(io::Error::other(refusal(&found.path.display().to_string())))
    }

    /// Cannot be called, like what follows.
    pub fn read_at(&self, _: &mut [u8], _: u64) -> io::Result<usize> {
        match self.0 {}
    }

    /// As it says.
    pub fn part(&self, _: u64) -> Reader {
        match self.0 {}
    }

    /// As it says.
    pub fn changed(&self) -> Option<String> {
        match self.0 {}
    }
}

fn refusal(url: &str) -> String {
    format!(
        "{url} is not read: this program was built without object stores (cargo build --features cloud)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_no_missing_file() {
        let why = Stores::default().find("s3://bucket/a.log").unwrap_err();
        assert!(why.contains("--features cloud"), "{why}");
    }
}
