//! After a data leak, reads every web-server access log and answers who
//! fetched the exposed data, and whether anyone else did.
//!
//! The rooms, in the order in which a line walks through them; each looks to
//! its left only: [`record`], [`case`], [`source`], [`mod@format`], [`actor`],
//! [`detector`], [`evidence`], [`examine`], [`verdict`], [`report`], [`cli`].
#![deny(missing_docs)]
#![deny(unsafe_code)]

pub mod error;

pub mod record;

pub mod case;

pub mod source;

pub mod format;

pub mod actor;

pub mod detector;

pub mod evidence;

pub mod examine;

pub mod verdict;

pub mod report;

pub mod cli;
