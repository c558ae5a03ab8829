//! The three steps of a scan, each a process of its own or a function of its
//! own: however a plan is cut, whoever maps it and in whatever order it is put
//! together, the report is that of `scan`, to the byte.

mod common;
mod program;
mod steps {
    pub mod apart;
    pub mod hostile;
    pub mod logs;
    pub mod machines;
    pub mod partition;
    pub mod refused;
}
