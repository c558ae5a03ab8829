//! The actors of a report.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use litemap::LiteMap;
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use crate::actor::Class;
use crate::case::crawler::Proof;
use crate::examine::Question;
use crate::verdict::people::Obtained;
use crate::verdict::{Actor, Grade, Judgement, Portrait, actors, labels};

use super::model::ACTORS_CAP;
use super::proof::{self, Proofs, actor_id};
use super::report_json::in_turn;
use super::safe;

/// How many user agents of an actor are listed.
const AGENTS_CAP: usize = 10;

/// One client in one class.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Person {
    /// `P-01`.
    pub id: String,
    /// Its address, if it is one.
    pub ip: Option<String>,
    /// Its address, or its name as logged.
    pub client: String,
    /// The exact bytes of the name, where they are not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_b64: Option<String>,
    /// The /64 of an IPv6 address, otherwise the client itself.
    pub group: String,
    /// Whose requests these are.
    pub class: Class,
    /// What should be known of it besides.
    pub label: Option<String>,
    /// The network that clients are grouped by where a list names a network:
    /// that, or of a wider one the /24 (/48 for IPv6).
    pub network: Option<String>,
    /// What lists on disk say of its network; no class comes from it.
    pub listed: Vec<Listed>,
    /// Whether it is the crawler that it, or a list, says it is.
    pub verification: Option<Verification>,
    /// The party it belongs to.
    pub party: Option<String>,
    /// The same client in other classes.
    pub same_client: Option<Vec<String>>,
    /// The gravest grade of its inside requests.
    pub grade: Option<Grade>,
    /// Its first inside request.
    pub first: Option<String>,
    /// Its last inside request.
    pub last: Option<String>,
    /// Everything the client did, whatever it asked for.
    pub seen: Sighting,
    /// Its requests for what was exposed.
    pub hits: Hits,
    /// What it was sent.
    pub received: Received,
    /// The records and people of listed files that it was or may have been
    /// sent; left out where it was sent nothing, or no file is listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people: Option<Obtained>,
    /// By exposure.
    pub exposures: Vec<Share>,
    /// What it did that is worth notice.
    pub findings: Vec<Finding>,
    /// What it says it is, the most frequent first.
    pub user_agents: Vec<String>,
    /// The exact bytes of those that are not UTF-8, in their places.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agents_b64: Option<Vec<Option<String>>>,
    /// How many are not listed, at most.
    pub user_agents_left_out: u64,
    /// Its requests in the report's list of evidence.
    pub evidence: Vec<String>,
    /// How many of its inside and border requests are not in that list.
    pub evidence_left_out: u64,
}

/// What a list says of a network.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Listed {
    /// The list.
    pub list: String,
    /// What it says of all its networks.
    pub says: String,
    /// The network that holds the address.
    pub network: String,
    /// What it says of that network besides.
    pub note: Option<String>,
    /// The day of the list.
    pub date: Option<String>,
    /// The list is of the time of the requests.
    pub near: bool,
    /// All of it in words.
    pub text: String,
}

/// Whether a client is the crawler that it, or a list, says it is.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Verification {
    /// What its user agent claims.
    pub claim: Option<String>,
    /// The party it was held against.
    pub party: Option<String>,
    /// `verified`, `contradicted` or `unknown`.
    pub result: Proof,
    /// Why.
    pub because: String,
}

/// Everything a client did.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Sighting {
    /// Its first request.
    pub first: Option<String>,
    /// Its last request.
    pub last: Option<String>,
    /// All its requests.
    pub requests: u64,
}

/// Requests by where they lie.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Hits {
    /// Inside a window.
    pub inside: u64,
    /// At a border.
    pub border: u64,
    /// Outside all windows.
    pub outside: u64,
    /// Those that named a target on another host, not counted elsewhere.
    pub other_host: u64,
    /// The inside ones by grade.
    #[serde(serialize_with = "in_order")]
    #[cfg_attr(test, schemars(with = "std::collections::BTreeMap<Grade, u64>"))]
    pub by_grade: LiteMap<Grade, u64>,
    /// The inside ones by status; `-` where the log has none.
    #[cfg_attr(test, schemars(with = "std::collections::BTreeMap<String, u64>"))]
    pub by_status: Statuses,
}

/// Counts by status, in order; `-` for none.
#[derive(Debug, Clone, Default)]
pub struct Statuses(pub LiteMap<Option<u16>, u64>);

impl Statuses {
    /// A status as a key.
    pub fn key(status: Option<u16>) -> String {
        status.map_or_else(|| "-".to_owned(), |status| format!("{status:03}"))
    }
}

impl Serialize for Statuses {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (status, count) in &self.0 {
            map.serialize_entry(&Statuses::key(*status), count)?;
        }
        map.end()
    }
}

/// Writes a list of pairs as the object that it is.
fn in_order<S: Serializer>(counts: &LiteMap<Grade, u64>, into: S) -> Result<S::Ok, S::Error> {
    into.collect_map(counts.iter())
}

/// What an actor was sent, by its inside requests of grade F1, F2, F3, P or L.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Received {
    /// How many requests these are.
    pub requests: u64,
    /// Their bytes, as the logs count them.
    pub bytes: u64,
    /// Distinct paths of which a whole or a part was sent.
    pub paths: u64,
    /// Distinct people named by what was sent.
    pub subjects: u64,
    /// Distinct records named by what was sent.
    pub records: u64,
}

/// An actor's part in one exposure.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Share {
    /// The exposure.
    pub name: String,
    /// The gravest grade.
    pub grade: Grade,
    /// Inside requests.
    pub inside: u64,
}

/// A behaviour that was noticed.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Behaviour"))]
pub struct Finding {
    /// What noticed it.
    pub detector: String,
    /// Why.
    pub because: String,
}

fn finding(finding: &crate::detector::Finding) -> Finding {
    Finding { detector: finding.detector.clone(), because: finding.because.clone() }
}

/// The name of the party of an actor.
pub fn party<'q>(question: &'q Question, actor: &Actor) -> Option<&'q str> {
    let party = question.case.parties.get(actor.party()?)?;
    Some(&party.name)
}

fn on_list(question: &Question, one: &labels::Listed) -> Option<Listed> {
    let list = question.case.lists.get(one.list)?;
    Some(Listed {
        list: list.name.clone(),
        says: list.says.clone(),
        network: one.network.clone(),
        note: one.note.clone(),
        date: list.date().map(crate::case::list::day),
        near: one.is_near,
        text: one.text.clone(),
    })
}

/// The user agents of an actor, the most frequent first, then by text.
pub fn agents(actor: &Portrait) -> Vec<(&[u8], u64)> {
    let named = actor.agents.iter().filter(|(agent, _)| !agent.is_empty());
    let mut agents: Vec<(&[u8], u64)> =
        named.map(|(agent, count)| (agent.as_slice(), *count)).collect();
    agents.sort_by_key(|(agent, count)| (std::cmp::Reverse(*count), *agent));
    agents
}

/// The actors that a report lists: the first ones in their order. What is told
/// of them is not in memory.
pub struct People<'a> {
    question: &'a Question,
    judgement: &'a Judgement,
    proofs: Arc<Proofs<'a>>,
    same: BTreeMap<u32, Vec<u32>>,
}

impl<'a> People<'a> {
    /// Those of a judgement, with what is cited of them.
    pub fn of(
        question: &'a Question,
        judgement: &'a Judgement,
        proofs: Arc<Proofs<'a>>,
    ) -> People<'a> {
        let same = actors::same_clients(&judgement.actors);
        People { question, judgement, proofs, same }
    }

    /// How many are listed.
    pub fn len(&self) -> usize {
        self.judgement.actors.len().min(ACTORS_CAP)
    }

    /// Says whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The ids of the other actors that are the same client as one.
    pub fn others(&self, place: usize) -> Vec<String> {
        let n_actors = self.judgement.actors.len();
        let others = self.same.get(&(place as u32)).map_or(&[][..], Vec::as_slice);
        others.iter().map(|other| actor_id(*other as usize, n_actors)).collect()
    }

    /// The actor at a place, as a report lists it.
    ///
    /// # Errors
    /// When what is told of it cannot be read back.
    pub fn read(&self, place: usize) -> io::Result<Person> {
        Ok(self.person(place, &self.judgement.portraits.read(place)?))
    }

    fn person(&self, place: usize, portrait: &Portrait) -> Person {
        let People { question, judgement, .. } = *self;
        let actor = &judgement.actors[place];
        let client = safe::text(&actor.client());
        let agents = agents(portrait);
        let listed: Vec<safe::Text> =
            agents.iter().take(AGENTS_CAP).map(|(agent, _)| safe::text(agent)).collect();
        let any_b64 = listed.iter().any(|agent| agent.b64.is_some());
        let others = self.others(place);
        let exposures = portrait.exposures.iter().filter_map(|(number, (grade, inside))| {
            let name = question.case.exposures.get(*number)?.name.clone();
            Some(Share { name, grade: *grade, inside: *inside })
        });
        let evidence = self.proofs.of_actor(place as u32);
        Person {
            id: actor_id(place, judgement.actors.len()),
            ip: actor.key.ip().map(|ip| ip.to_string()),
            client: client.text,
            client_b64: client.b64,
            group: safe::text(portrait.group.as_bytes()).text,
            class: actor.class,
            label: portrait.label.clone(),
            network: portrait.listed.iter().find_map(|one| one.farm.clone()),
            listed: portrait.listed.iter().filter_map(|one| on_list(question, one)).collect(),
            verification: portrait.checked.as_ref().map(|checked| Verification {
                claim: checked.claim.clone(),
                party: checked
                    .party
                    .and_then(|at| Some(question.case.parties.get(at)?.name.clone())),
                result: checked.result,
                because: checked.because.clone(),
            }),
            party: party(question, actor).map(str::to_owned),
            same_client: (!others.is_empty()).then_some(others),
            grade: actor.grade,
            first: actor.first.map(|at| proof::time(at, actor.digits.0)),
            last: actor.last.map(|at| proof::time(at, actor.digits.1)),
            seen: Sighting {
                first: portrait.seen.first().map(|at| at.to_string()),
                last: portrait.seen.last().map(|at| at.to_string()),
                requests: portrait.seen.requests,
            },
            hits: Hits {
                inside: actor.inside.into(),
                border: actor.border.into(),
                outside: actor.outside.into(),
                other_host: actor.other_host.into(),
                by_grade: portrait.by_grade.clone(),
                by_status: Statuses(portrait.by_status.clone()),
            },
            received: Received {
                requests: actor.requests.into(),
                bytes: actor.bytes,
                paths: actor.paths.into(),
                subjects: actor.subjects.into(),
                records: actor.records.into(),
            },
            people: judgement.people.as_ref().and_then(|all| all.actors[place].clone()),
            exposures: exposures.collect(),
            findings: portrait.findings.iter().map(finding).collect(),
            user_agents_b64: any_b64
                .then(|| listed.iter().map(|agent| agent.b64.clone()).collect()),
            user_agents: listed.into_iter().map(|agent| agent.text).collect(),
            user_agents_left_out: agents.len().saturating_sub(AGENTS_CAP) as u64
                + portrait.agents_left_out,
            evidence_left_out: u64::from(actor.inside + actor.border)
                .saturating_sub(evidence.len() as u64),
            evidence,
        }
    }
}

impl Serialize for People<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        in_turn(serializer, self.len(), |place| self.read(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_of_one_width() {
        let check = |place, total, expected: &str| assert_eq!(actor_id(place, total), expected);
        check(0, 1, "P-01");
        check(98, 99, "P-99");
        check(0, 100, "P-001");
        check(99_999, 100_000, "P-100000");
        check(0, 0, "P-01");
    }

    #[test]
    fn statuses_are_keys_in_order() {
        let statuses = Statuses([(Some(200), 2), (Some(0), 1), (None, 3)].into_iter().collect());
        assert_eq!(serde_json::to_string(&statuses).unwrap(), r#"{"-":3,"000":1,"200":2}"#);
    }
}
