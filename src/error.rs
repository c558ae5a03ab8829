//! What can go wrong: we could not understand the question, or we could not
//! open or write something. A line that cannot be read is neither.

use std::path::PathBuf;

/// An error that ends a command.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The question could not be understood: usage, an unknown key, a window
    /// that ends before it begins, a pattern we refuse. The text is a whole
    /// sentence, lower case, with the place and what to do.
    #[error("{0}")]
    Question(String),
    /// A format was described by a directive that cannot be compiled. The text
    /// has three lines: what is wrong, the directive, and a mark under the
    /// letter.
    #[error("{whose} cannot be understood: {why}\n  {shown}\n  {:column$}^", "")]
    Directive {
        /// Which format it is, in words.
        whose: String,
        /// What is wrong, and what would be right.
        why: String,
        /// The line of the directive, or as much of it as is needed.
        shown: String,
        /// The letter that is wrong, from 0.
        column: usize,
    },
    /// Something could not be opened, read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The path as the user knows it.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// None of the inputs that were named could be found or opened, so there
    /// is nothing to report on.
    #[error("there is no log to read: {0}")]
    Nothing(String),
    /// A plan, a partial or a report is not what it should be: another
    /// version, another case, a gap, a doubled split.
    #[error("{0}")]
    Ledger(String),
    /// The user stopped the run.
    #[error("interrupted; no report was written")]
    Interrupted,
}

impl Error {
    /// A question that could not be understood.
    pub fn question(text: impl Into<String>) -> Error {
        Error::Question(text.into())
    }

    /// A path that could not be opened, read or written.
    pub fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Error {
        Error::Io { path: path.into(), source }
    }
}
