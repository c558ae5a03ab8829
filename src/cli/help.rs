//! `completions` and `man`: what a shell and `man` know of the program, made of
//! the same table of commands and flags that reads the command line.

use std::fs;

use clap::CommandFactory;
use clap_mangen::Man as Page;

use crate::error::Error;

use super::args::{Args, Completions, Man};
use super::exit::Exit;
use super::print;

/// Prints the completions for a shell.
///
/// # Errors
/// When standard output cannot be written.
pub fn completions(args: &Completions) -> Result<Exit, Error> {
    // Written to memory first: the generator ends the program where it cannot
    // write, and who closes the pipe has read enough.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "whofetched", &mut script);
    print(|out| out.write_all(&script))?;
    Ok(Exit::Done)
}

/// Prints a manual page, or writes all of them to a folder.
///
/// # Errors
/// When there is no such command, or a page cannot be written.
pub fn man(args: &Man) -> Result<Exit, Error> {
    let pages = pages();
    let Some(folder) = &args.out else {
        let wanted = match &args.command {
            None => "whofetched".to_owned(),
            Some(command) => format!("whofetched-{command}"),
        };
        let page = pages.iter().find(|page| page.get_filename() == format!("{wanted}.1"));
        let page = page.ok_or_else(|| {
            let command = args.command.as_deref().unwrap_or_default();
            Error::question(format!(
                "there is no command \"{command}\"; `whofetched --help` lists them"
            ))
        })?;
        print(|out| page.render(out))?;
        return Ok(Exit::Done);
    };
    fs::create_dir_all(folder).map_err(|error| Error::io(folder, error))?;
    for page in pages {
        let path = folder.join(page.get_filename());
        page.generate_to(folder).map_err(|error| Error::io(path, error))?;
    }
    Ok(Exit::Done)
}

/// The page of the program, then that of each command. They bear no date, so
/// that those of a version are the same whenever they are made.
fn pages() -> Vec<Page> {
    let mut program = Args::command().disable_help_subcommand(true);
    program.build();
    let commands: Vec<clap::Command> = program.get_subcommands().cloned().collect();
    let all = std::iter::once(program).chain(commands);
    all.map(|command| Page::new(command).manual("whofetched")).collect()
}
