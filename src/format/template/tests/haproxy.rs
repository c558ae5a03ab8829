//! Tests of haproxy.
