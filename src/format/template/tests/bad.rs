//! Tests of bad.
