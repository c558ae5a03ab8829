//! Tests of apache.
