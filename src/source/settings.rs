//! Opens a server's configuration and what it includes, wherever a copy of it lies.
//!
//! A configuration names its parts by the paths they have on the server. On the examiner's machine they lie somewhere else, and the same
//! path may hold another server's files. So an absolute path is looked for within the copy: below the folders that the main file stands
//! in, and by its last folders beside the main file. From the root of this machine it is taken only where the main file itself stands in
//! the same two folders, as when the program runs on the server.

use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use globset::GlobBuilder;
use walkdir::WalkDir;

/// The largest file of a configuration that is read, in bytes.
const MOST_BYTES: u64 = 4 << 20;

/// How many links may follow one another.
const MOST_LINKS: usize = 8;

/// A file of a configuration: its path, from the main file's folder where it lies in that, and what is in it.
pub type Setting = (PathBuf, Vec<u8>);

/// Reads one file of a configuration.
///
/// # Errors
/// When it cannot be read, is no regular file, or is larger than 4 MiB.
pub fn setting(path: &Path) -> io::Result<Vec<u8>> {
    let refused = |what: &str| io::Error::new(io::ErrorKind::InvalidInput, what.to_owned());
    if !fs::metadata(path)?.is_file() {
        return Err(refused("it is not a regular file"));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(refused("it is larger than 4 MiB, which no configuration is"));
    }
    Ok(bytes)
}

/// The files that `pattern` (a path, a folder or a glob) stands for in the configuration whose main file is `main`, by name. None where a
/// glob matches nothing in a folder that is there.
///
/// # Errors
/// Why nothing was found or read, as half a sentence.
pub fn included(main: &Path, pattern: &str) -> Result<Vec<Setting>, String> {
    let main = fs::canonicalize(main).map_err(|error| error.to_string())?;
    let is_glob = pattern.contains(['*', '?', '[']);
    let mut folder_seen = false;
    for candidate in candidates(&main, Path::new(pattern)) {
        let paths =
            if is_glob { globbed(&candidate, &mut folder_seen) } else { within(&candidate) };
        if paths.is_empty() {
            continue;
        }
        let mut settings = Vec::new();
        for path in paths {
            let real = followed(&main, &path)?;
            let bytes = setting(&real).map_err(|error| format!("{}: {error}", path.display()))?;
            let folder = main.parent().unwrap_or(Path::new("/"));
            settings.push((path.strip_prefix(folder).unwrap_or(&path).to_owned(), bytes));
        }
        return Ok(settings);
    }
    match (is_glob, folder_seen) {
        (true, true) => Ok(Vec::new()),
        (true, false) => Err("its folder was not given".to_owned()),
        (false, _) => Err("it was not given".to_owned()),
    }
}

/// Where a path of the server may lie here, the likeliest first.
fn candidates(main: &Path, pattern: &Path) -> Vec<PathBuf> {
    let folder = main.parent().unwrap_or(Path::new("/"));
    if !pattern.is_absolute() {
        // Relative to the main file, whatever file includes it.
        return vec![folder.join(pattern)];
    }
    let inside: PathBuf = pattern.components().filter(|part| *part != Component::RootDir).collect();
    let mut found = Vec::new();
    if shared(folder, pattern) >= 2 {
        found.push(pattern.to_owned());
    }
    let above = folder.ancestors().filter(|above| above.parent().is_some());
    found.extend(above.map(|above| above.join(&inside)));
    let parts: Vec<Component<'_>> = inside.components().collect();
    let least = if pattern.to_string_lossy().contains(['*', '?', '[']) { 2 } else { 1 };
    found.extend(
        (1..parts.len())
            .filter(|from| parts.len() - from >= least)
            .map(|from| folder.join(parts[from..].iter().collect::<PathBuf>())),
    );
    found
}

/// How many folders two absolute paths share from the root on.
fn shared(one: &Path, other: &Path) -> usize {
    let folders = |path: &Path| -> Vec<PathBuf> {
        path.components().skip(1).map(|part| PathBuf::from(part.as_os_str())).collect()
    };
    folders(one).iter().zip(&folders(other)).take_while(|(one, other)| one == other).count()
}

/// The files that a glob matches, by name.
fn globbed(glob: &Path, folder_seen: &mut bool) -> Vec<PathBuf> {
    let fixed: PathBuf = glob
        .components()
        .take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '[']))
        .collect();
    if !fixed.is_dir() {
        return Vec::new();
    }
    let pattern = glob.to_string_lossy();
    let Ok(matcher) = GlobBuilder::new(&pattern).literal_separator(true).build() else {
        return Vec::new();
    };
    *folder_seen = true;
    let (matcher, depth) = (matcher.compile_matcher(), glob.components().count());
    let depth = depth.saturating_sub(fixed.components().count());
    let entries = WalkDir::new(&fixed).min_depth(1).max_depth(depth).sort_by_file_name();
    let paths = entries.into_iter().filter_map(Result::ok).map(|entry| entry.into_path());
    paths.filter(|path| matcher.is_match(path) && !path.is_dir()).collect()
}

/// The file of this path, or all files below the folder of this path.
fn within(path: &Path) -> Vec<PathBuf> {
    if path.is_dir() {
        let entries = WalkDir::new(path).min_depth(1).sort_by_file_name();
        let paths = entries.into_iter().filter_map(Result::ok).map(|entry| entry.into_path());
        return paths.filter(|path| !path.is_dir()).collect();
    }
    // A link into the server's own tree leads nowhere here; it is followed below.
    if path.symlink_metadata().is_ok() { vec![path.to_owned()] } else { Vec::new() }
}

/// The file behind a link, whose target is looked for within the copy too.
fn followed(main: &Path, path: &Path) -> Result<PathBuf, String> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(target) = fs::read_link(&path) else { return Ok(path) };
        path = if target.is_absolute() {
            let found =
                candidates(main, &target).into_iter().find(|path| path.symlink_metadata().is_ok());
            found.ok_or_else(|| {
                format!("{} is a link to {}, which was not given", path.display(), target.display())
            })?
        } else {
            path.parent().unwrap_or(Path::new("/")).join(target)
        };
    }
    Err(format!("{} is a link that leads in a circle", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn includes_are_looked_for_within_the_copy() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        let write = |name: &str, text: &str| {
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("copy/etc/nginx/nginx.conf", "main");
        write("copy/etc/nginx/mime.types", "types");
        write("copy/etc/nginx/sites-available/a", "a");
        write("copy/usr/share/nginx/modules/x.conf", "x");
        write("flat/nginx.conf", "main");
        write("flat/conf.d/b.conf", "b");
        fs::create_dir_all(root.join("copy/etc/nginx/sites-enabled")).unwrap();
        fs::create_dir_all(root.join("copy/etc/nginx/conf.d")).unwrap();
        let link = root.join("copy/etc/nginx/sites-enabled/a");
        std::os::unix::fs::symlink("/etc/nginx/sites-available/a", link).unwrap();
        let link = root.join("flat/conf.d/c.conf");
        std::os::unix::fs::symlink("/etc/passwd", link).unwrap();

        let check = |main: &str, pattern: &str, expected: Result<&[&str], &str>| {
            let found = included(&root.join(main), pattern);
            let texts = found.map(|settings| {
                let text = |(_, bytes): &Setting| String::from_utf8(bytes.clone()).unwrap();
                settings.iter().map(text).collect::<Vec<_>>()
            });
            let expected = expected.map(<[&str]>::to_vec).map_err(str::to_owned);
            assert_eq!(
                texts,
                expected.map(|all| all.iter().map(|text| text.to_string()).collect()),
                "{pattern}"
            );
        };
        let main = "copy/etc/nginx/nginx.conf";
        check(main, "mime.types", Ok(&["types"]));
        check(main, "/etc/nginx/mime.types", Ok(&["types"]));
        check(main, "/etc/nginx/sites-enabled/*", Ok(&["a"]));
        check(main, "/usr/share/nginx/modules/*.conf", Ok(&["x"]));
        check(main, "/etc/nginx/conf.d/*.conf", Ok(&[]));
        check(main, "/etc/passwd", Err("it was not given"));
        check(main, "/opt/other/*.conf", Err("its folder was not given"));
        let linked = root.join("flat/conf.d/c.conf");
        let told = format!("{} is a link to /etc/passwd, which was not given", linked.display());
        check("flat/nginx.conf", "/etc/nginx/conf.d/*.conf", Err(&told));
        check("flat/nginx.conf", "conf.d", Err(&told));
        check("flat/nginx.conf", "/etc/nginx/conf.d/b.conf", Ok(&["b"]));
        check("flat/nginx.conf", "/srv/*.conf", Err("its folder was not given"));
    }
}
