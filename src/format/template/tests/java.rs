//! Tests of java.
