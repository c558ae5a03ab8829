//! Tests of w3c.
