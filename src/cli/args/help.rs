//! What was typed of the commands that help with the others: `completions` and
//! `man`.

use std::path::PathBuf;

use clap_complete::Shell;

/// `completions`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  whofetched completions bash > /usr/share/bash-completion/completions/whofetched
  whofetched completions zsh > ~/.zfunc/_whofetched
  whofetched completions fish > ~/.config/fish/completions/whofetched.fish")]
pub struct Completions {
    /// The shell.
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

/// `man`.
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "\
Examples:
  whofetched man | man -l -
  whofetched man scan | man -l -
  whofetched man --out /usr/local/share/man/man1")]
pub struct Man {
    /// The command; without it, the program.
    #[arg(value_name = "COMMAND", conflicts_with = "out")]
    pub command: Option<String>,
    /// Write the pages of the program and of all commands to this folder. Pages of another version
    /// that lie there are replaced.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}
