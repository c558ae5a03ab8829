//! WALK THE LOGS
//!
//! A scan is three pure steps: [`plan`] says what is to be read and in which
//! pieces, [`map`] turns a piece into evidence, [`reduce`] puts the evidence
//! of all pieces together and refuses what does not fit. What the first pass
//! cannot hold for all clients is asked for in a second one ([`ask`]).
//! [`stream`] runs them in one process, streaming; [`mod@split`] says in which
//! parts they can be run apart, [`steps`] maps those, [`partial`] carries what
//! they gave, and [`ledger`] puts it together. [`mod@survey`] is the first look, which
//! reads little and counts what is there. All rayon lives here.

pub mod answer;
mod apart;
pub mod ask;
pub mod asked;
pub mod by_client;
pub mod configured;
mod controls;
pub mod copies;
mod detail;
pub mod duplicate;
pub mod edge;
pub mod errand;
mod gather;
mod hops;
pub mod ledger;
mod look;
pub mod map;
mod masked;
mod nearest;
pub mod overlap;
pub mod partial;
mod piece;
pub mod plan;
pub mod planned;
mod read;
pub mod reduce;
mod room;
mod same;
pub mod seen;
mod sound;
pub mod split;
mod steady;
pub mod steps;
pub mod stream;
pub mod survey;
pub mod trail;
pub mod visit;
pub mod witness;

pub use ask::{Answers, Ask};
pub use plan::{Plan, PlannedSource, Question};
pub use reduce::{Examined, ExaminedSource};
