//! What a user agent claims to be, by the table `vendors.txt`: a line each.
//!
//! A claim is a label and never a proof: anybody can write one. It tells which
//! vendor's lists and names to hold an address against.

/// The table.
/// The table, as it is read.
pub const TABLE: &str = include_str!("vendors.txt");

/// What a user agent claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// Lower-case text that gives it away.
    pub mark: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// What kind of client that is.
    pub kind: ClaimKind,
    /// Whose it is.
    pub vendor: &'static str,
    /// The domains in which the vendor's addresses have names, by blanks.
    domains: &'static str,
}

/// The kinds of clients that name themselves, in the order in which they are
/// worth telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClaimKind {
    /// Reads the web for an index.
    Crawler,
    /// Asks for the same pages again and again, to see that they are there.
    Monitor,
    /// Shows what a link leads to, because somebody shared it.
    Preview,
    /// Looks for what should not be there.
    Scanner,
    /// Fetches what it is told to.
    Tool,
}

/// The claims that are known, read once.
#[derive(Debug, Clone)]
pub struct Claims(Vec<Claim>);

impl Claims {
    /// Reads the table.
    pub fn read() -> Claims {
        Claims(table().collect())
    }

    /// The claim of a user agent: of several the first of the table.
    pub fn of(&self, agent: &[u8]) -> Option<Claim> {
        let agent = String::from_utf8_lossy(agent).to_ascii_lowercase();
        self.0.iter().find(|claim| agent.contains(claim.mark)).copied()
    }
}

impl Claim {
    /// Says whether a party is, by its name, the vendor of this claim.
    pub fn is_of(&self, party: &str) -> bool {
        let party = party.to_lowercase();
        [self.name, self.vendor].iter().any(|name| party.contains(&name.to_lowercase()))
    }
}

/// The domains in which the addresses of a party have their names, by the
/// vendor that its name gives away.
pub(super) fn domains(party: &str) -> Vec<String> {
    let lines = table().filter(|claim| !claim.domains.is_empty() && claim.is_of(party));
    let mut domains: Vec<String> =
        lines.flat_map(|claim| claim.domains.split(' ')).map(str::to_owned).collect();
    domains.sort();
    domains.dedup();
    domains
}

/// The lines of the table; one that is not of its form is none, and the tests
/// know that there is no such.
fn table() -> impl Iterator<Item = Claim> {
    TABLE.lines().filter_map(line)
}

fn line(line: &'static str) -> Option<Claim> {
    let mut columns = line.split('|').map(str::trim);
    let (mark, name, kind) = (columns.next()?, columns.next()?, columns.next()?);
    let kind = match kind {
        "crawler" => ClaimKind::Crawler,
        "monitor" => ClaimKind::Monitor,
        "preview" => ClaimKind::Preview,
        "scanner" => ClaimKind::Scanner,
        "tool" => ClaimKind::Tool,
        _ => return None,
    };
    Some(Claim { mark, name, kind, vendor: columns.next()?, domains: columns.next()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_a_claim() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
        for text in lines {
            let claim = line(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(claim.mark, claim.mark.to_lowercase(), "{text}");
            assert!(!claim.mark.is_empty() && !claim.name.is_empty() && !claim.vendor.is_empty());
            // No line before it hides it.
            let first = Claims::read().of(claim.mark.as_bytes()).unwrap();
            assert_eq!(first.mark, claim.mark, "{text}");
        }
    }

    #[test]
    fn a_claim_is_a_label() {
        let check = |agent: &str, expected: Option<(&str, ClaimKind)>| {
            let claim = Claims::read().of(agent.as_bytes());
            assert_eq!(claim.map(|claim| (claim.name, claim.kind)), expected, "{agent}");
        };
        check(
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            Some(("Googlebot", ClaimKind::Crawler)),
        );
        check(
            "AdsBot-Google (+http://www.google.com/adsbot.html)",
            Some(("AdsBot-Google", ClaimKind::Crawler)),
        );
        check("sqlmap/1.5#stable", Some(("sqlmap", ClaimKind::Scanner)));
        check("curl/7.68.0", Some(("curl", ClaimKind::Tool)));
        check("Mozilla/5.0 (X11; Linux x86_64; rv:91.0) Gecko/20100101 Firefox/91.0", None);
        check("", None);
    }

    #[test]
    fn a_party_is_known_by_the_name_of_its_vendor() {
        assert_eq!(
            domains("Google's crawler"),
            ["google.com", "googlebot.com", "googleusercontent.com"]
        );
        assert_eq!(domains("bingbot"), ["search.msn.com"]);
        assert_eq!(domains("example search"), [""; 0]);
    }
}
