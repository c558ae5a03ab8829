//! How the program ends. Scripts rely on these numbers; they are written
//! nowhere else.

use crate::error::Error;
use crate::verdict::Code;

/// How the program ends, by its exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// The work was completed; with `--exit-code` also: verdict C.
    Done = 0,
    /// A source could not be opened, was not read to its end or changed, or
    /// an output could not be written.
    Fault = 1,
    /// The question could not be understood.
    Misunderstood = 2,
    /// The user stopped the run.
    Interrupted = 3,
    /// `reduce` wrote what is to be mapped first.
    Wanted = 4,
    /// With `--exit-code`: verdict A.
    A = 10,
    /// With `--exit-code`: verdict B1.
    B1 = 11,
    /// With `--exit-code`: verdict B2.
    B2 = 12,
    /// With `--exit-code`: verdict D.
    D = 13,
    /// With `--exit-code`: verdict C*.
    CStar = 14,
}

impl Exit {
    /// What a verdict is with `--exit-code`.
    pub fn of(code: Code) -> Exit {
        match code {
            Code::A => Exit::A,
            Code::B1 => Exit::B1,
            Code::B2 => Exit::B2,
            Code::D => Exit::D,
            Code::CStar => Exit::CStar,
            Code::C => Exit::Done,
        }
    }
}

impl From<&Error> for Exit {
    fn from(error: &Error) -> Exit {
        match error {
            Error::Directive { .. } | Error::Question(_) => Exit::Misunderstood,
            Error::Io { .. } | Error::Ledger(_) | Error::Nothing(_) => Exit::Fault,
            Error::Interrupted => Exit::Interrupted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_those_of_the_manual() {
        let check = |code, status: u8| assert_eq!(Exit::of(code) as u8, status);
        check(Code::A, 10);
        check(Code::B1, 11);
        check(Code::B2, 12);
        check(Code::D, 13);
        check(Code::CStar, 14);
        check(Code::C, 0);
        assert_eq!(Exit::from(&Error::question("x")) as u8, 2);
        assert_eq!(Exit::from(&Error::Interrupted) as u8, 3);
        assert_eq!(Exit::from(&Error::Ledger(String::new())) as u8, 1);
    }
}
