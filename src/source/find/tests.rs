//! Tests of finding sources.

use std::os::unix::fs::symlink;

use super::*;

/// A folder with these files (those that end in `/` are folders).
fn folder(files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join(file);
        if file.ends_with('/') {
            std::fs::create_dir_all(path).unwrap();
        } else {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, file).unwrap();
        }
    }
    folder
}

#[track_caller]
fn check(base: &Path, inputs: &[&str], paths: &[&str], problems: &[&str]) {
    let inputs: Vec<String> = inputs.iter().map(ToString::to_string).collect();
    let finding = find(&inputs, base);
    let found: Vec<String> =
        finding.sources.iter().map(|found| found.path.display().to_string()).collect();
    assert_eq!(found, paths);
    assert_eq!(finding.problems, problems);
    for found in &finding.sources {
        assert!(found.absolute.is_absolute());
        assert!(is_same_file(found, &std::fs::metadata(&found.absolute).unwrap()));
    }
}

#[test]
fn files_folders_and_what_is_missing() {
    let f = folder(&["logs/b.log", "logs/.hidden", "logs/old/a.log.gz", "empty/", "-x"]);
    check(f.path(), &["logs"], &["logs/.hidden", "logs/b.log", "logs/old/a.log.gz"], &[]);
    check(
        f.path(),
        &["logs/b.log", "./logs/b.log", "logs/"],
        &["./logs/b.log", "logs/.hidden", "logs/old/a.log.gz"],
        &[],
    );
    check(
        f.path(),
        &["none.log", "empty", "-x"],
        &["-x"],
        &["none.log does not exist", "empty holds no file"],
    );
    check(f.path(), &["logs/../logs/b.log"], &["logs/../logs/b.log"], &[]);
}

#[test]
fn globs() {
    let f = folder(&[
        "a.log",
        "b.log",
        "c.txt",
        "x/a.log",
        "x/y/a.log",
        "x/y/.a.log",
        "odd[1].log",
        "odd1.log",
    ]);
    check(f.path(), &["*.log"], &["a.log", "b.log", "odd1.log", "odd[1].log"], &[]);
    check(f.path(), &["?.log"], &["a.log", "b.log"], &[]);
    check(f.path(), &["**/a.log"], &["a.log", "x/a.log", "x/y/a.log"], &[]);
    check(f.path(), &["x/**/*.log"], &["x/a.log", "x/y/.a.log", "x/y/a.log"], &[]);
    check(f.path(), &["x/*.log"], &["x/a.log"], &[]);
    check(f.path(), &["odd[1].log"], &["odd[1].log"], &[]);
    check(f.path(), &["od*[12].log"], &["odd1.log"], &[]);
    check(f.path(), &["x/*"], &["x/a.log", "x/y/.a.log", "x/y/a.log"], &[]);
    check(
        f.path(),
        &["*.gz", "no/*.gz"],
        &[],
        &["*.gz matches no file", "no/*.gz matches nothing: there is no folder no/"],
    );
    check(
        f.path(),
        &["[a"],
        &[],
        &["[a is not a pattern we understand: unclosed character class; missing ']'"],
    );
}

#[test]
fn links() {
    let f = folder(&["in/a.log", "in/sub/b.log", "out/c.log"]);
    let at = |path: &str| f.path().join(path);
    symlink(at("in/a.log"), at("in/zlink.log")).unwrap();
    symlink(at("in"), at("in/sub/loop")).unwrap();
    symlink(at("out"), at("in/leaves")).unwrap();
    symlink(at("out/c.log"), at("in/leaves.log")).unwrap();
    symlink(at("nowhere"), at("in/broken")).unwrap();
    let problems = [
        "in/broken is a link to nothing, not read",
        "in/leaves is a link that leaves the folder, not read",
        "in/leaves.log is a link that leaves the folder, not read",
    ];
    check(f.path(), &["in"], &["in/a.log", "in/sub/b.log"], &problems);
    check(f.path(), &["in/leaves.log"], &["in/leaves.log"], &[]);
    check(f.path(), &["in/leaves"], &["in/leaves/c.log"], &[]);
    check(f.path(), &["in/z*.log"], &["in/zlink.log"], &[]);
}

#[test]
fn sockets_are_not_files() {
    let f = folder(&["logs/a.log"]);
    let _socket = std::os::unix::net::UnixListener::bind(f.path().join("logs/s")).unwrap();
    check(f.path(), &["logs"], &["logs/a.log"], &["logs/s is not a regular file, not read"]);
    check(f.path(), &["logs/s"], &[], &["logs/s is not a regular file, not read"]);
}

#[test]
fn absolute_takes_dots_out() {
    assert_eq!(
        absolute(Path::new("/case/x"), Path::new("../logs/./*.log")),
        Path::new("/case/logs/*.log")
    );
    assert_eq!(absolute(Path::new("/case"), Path::new("/var/log/a")), Path::new("/var/log/a"));
}
