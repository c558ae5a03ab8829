//! What `verify` holds a report against: its seal ([`folder`]), its own sums
//! ([`sums`]), and another report of the same question and inputs
//! ([`compare`]). Nothing is opened here; the command line hands over what it
//! read.

pub mod compare;
pub mod folder;
pub mod sums;

/// How many differences of one kind are told one by one.
const TOLD: usize = 20;

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// What differs or is missing, a sentence each.
    pub differs: Vec<String>,
    /// How many things were held against others.
    pub compared: u64,
    more: u64,
}

impl Found {
    /// Compares, and says what differs where something does.
    pub fn check(&mut self, agrees: bool, says: impl FnOnce() -> String) {
        self.compared += 1;
        if agrees {
            return;
        }
        if self.differs.len() < TOLD {
            self.differs.push(says());
        } else {
            self.more += 1;
        }
    }

    /// What differs, and how much more there is.
    pub fn told(self) -> Vec<String> {
        let mut told = self.differs;
        if self.more > 0 {
            told.push(format!("and {} more of the kind", self.more));
        }
        told
    }

    /// Says whether nothing differs.
    pub fn agrees(&self) -> bool {
        self.differs.is_empty()
    }
}
