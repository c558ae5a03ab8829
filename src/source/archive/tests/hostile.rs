//! Tests of archives that are torn, cut off, or made by an attacker.

use super::*;

fn problems(seen: &Seen) -> &[String] {
    match seen {
        Seen::Member(_, _, _, problems) | Seen::Archive(_, _, problems, _) => problems,
        Seen::Unreadable(..) => panic!("{seen:?} is unreadable"),
    }
}

fn bytes(seen: &Seen) -> &[u8] {
    match seen {
        Seen::Member(_, bytes, _, _) => bytes,
        _ => panic!("{seen:?} is no member"),
    }
}

fn three() -> [Vec<u8>; 3] {
    [log(2000, 1), log(2000, 2), log(2000, 3)]
}

#[test]
fn a_tar_that_is_cut_off_gives_what_is_there() {
    let [one, two, three] = three();
    let archive = tar(&[("one", &one), ("two", &two), ("three", &three)]);
    // In the second member, in its header, at its header, and before the mark of the end.
    let second = 512 + one.len().next_multiple_of(512);
    let end = archive.len() - 1024;
    let all = seen(&archive[..second + 512 + 1000]);
    assert_eq!(all[0], member("a!one", &one));
    assert_eq!(bytes(&all[1]), [&two[..1000], b"|"].concat());
    assert!(problems(&all[1])[0].contains("the archive ends"), "{:?}", all[1]);
    assert_eq!(problems(&all[2]), ["a: is cut off: it ends within two"]);
    for cut in [second + 5, second, end] {
        let all = seen(&archive[..cut]);
        assert_eq!(problems(all.last().unwrap()).len(), 1, "{cut}: {all:?}");
    }
    // The end of the stream of an unpacker.
    let packed = gzip(&archive);
    let all = seen(&packed[..packed.len() / 2]);
    assert_eq!(all[0], member("a!one", &one));
    let last = problems(all.last().unwrap());
    assert!(last[0].contains("cut off: the file ends"), "{last:?}");
    assert!(last[1].starts_with("a: is damaged within or behind"), "{last:?}");
}

#[test]
fn behind_damage_a_tar_goes_on_with_the_next_header() {
    let [one, two, three] = three();
    let files: [File<'_>; 3] = [("one", &one), ("two", &two), ("three", &three)];
    let second = 512 + one.len().next_multiple_of(512);
    let mut archive = tar(&files);
    archive[second + 20] ^= 1;
    let all = seen(&archive);
    assert_eq!(all[..2], [member("a!one", &one), member("a!three", &three)]);
    let problem = &problems(&all[2])[0];
    assert!(problem.starts_with("a: holds no header of a member at offset"), "{problem}");
    assert!(problem.contains("reading goes on"), "{problem}");
    // Several members of gzip, one of them torn: what follows it is not aligned any more.
    let archive = tar(&files);
    let (head, rest) = archive.split_at(second + 700);
    let (middle, tail) = rest.split_at(20_003);
    let mut torn = gzip(middle);
    let at = torn.len() / 2;
    torn[at..at + 40].fill(0xff);
    let all = seen(&[gzip(head), torn, gzip(tail)].concat());
    assert_eq!(all[0], member("a!one", &one));
    assert!(bytes(&all[1]).ends_with(b"|") && bytes(&all[1]).len() > 200);
    assert_eq!(all[2], member("a!three", &three));
    assert!(problems(&all[3]).iter().any(|what| what.contains("is damaged within or behind two")));
}

#[test]
fn archives_one_behind_the_other_are_read_on() {
    let text = log(9, 1);
    let both = [tar(&[("one", &text)]), vec![0; 9 * 512], tar(&[("two", &text)])].concat();
    let expected = [member("a!one", &text), member("a!two", &text), whole("a", "tar archive")];
    assert_eq!(seen(&both), expected);
}

#[test]
fn lengths_that_are_lies_cost_no_memory() {
    let text = log(9, 1);
    let mut header = tar_header("huge", b'0', 0);
    header.as_mut_bytes()[124..136]
        .copy_from_slice(&[0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    header.set_cksum();
    let all = seen(&[header.as_bytes().to_vec(), text.clone()].concat());
    assert_eq!(bytes(&all[0]), [&text[..], b"|"].concat());
    // A name of sixteen million bytes is passed over.
    let long = tar_member("long", b'L', &vec![b'n'; 16 << 20]);
    let all = seen(&[long, tar(&[("short", &text)])].concat());
    assert_eq!(all[0], member("a!short", &text));
    assert!(problems(&all[1])[0].contains("a name of 16777216 bytes"));
}

#[test]
fn names_lead_nowhere() {
    let text = log(9, 1);
    let names = ["../../etc/cron.d/x", "/etc/passwd", "a\u{1b}[2Jb", "..\\..\\x", "a!b"];
    let files: Vec<File<'_>> = names.iter().map(|name| (*name, &text[..])).collect();
    for archive in [tar(&files), zip(&files)] {
        let all = seen(&archive);
        for (name, one) in names.iter().zip(&all) {
            assert_eq!(*one, member(&format!("a!{name}"), &text));
        }
    }
    // Two of one name are two.
    let (two, other) = (log(9, 2), tar(&[("x", &text)]));
    let twice = [&other[..other.len() - 1024], &tar(&[("x", &two)])].concat();
    assert_eq!(seen(&twice)[..2], [member("a!x", &text), member("a!x", &two)]);
}

#[test]
fn deep_nesting_is_told() {
    let text = log(9, 1);
    let mut archive = tar(&[("log", &text)]);
    for _ in 1..DEPTH {
        archive = gzip(&tar(&[("in", &archive)]));
    }
    assert_eq!(seen(&archive)[0], member("a!in!in!in!log", &text));
    let all = seen(&tar(&[("in", &archive), ("beside", &text)]));
    let why = "is an archive within 4 others, deeper than is read".to_owned();
    assert_eq!(all[0], Seen::Unreadable("a!in!in!in!in".to_owned(), why));
    assert!(all.contains(&member("a!beside", &text)));
}

#[test]
fn an_archive_that_holds_itself_over_and_over_ends() {
    // A gzip bomb in a tar: a hundred megabytes of one line in each of three members.
    let zeros = gzip(&vec![b'x'; 20 << 20]);
    let all = seen_lengths(&gzip(&tar(&[("one", &zeros), ("two", &zeros)])));
    assert_eq!(all, [20 << 20, 20 << 20]);
}

/// How many bytes each member has, without holding them.
fn seen_lengths(stored: &[u8]) -> Vec<u64> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a"), stored).unwrap();
    let found = find(&["a".to_owned()], folder.path()).sources.remove(0);
    let mut all = Vec::new();
    walk(&found, ReadOptions::default(), None, &mut |met| {
        if let Met::Member(mut opened) = met {
            all.push(io::copy(&mut opened, &mut io::sink()).unwrap());
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    all
}

/// Sets a flag or a method of every member of a zip, in the list and before each.
fn patched(mut zip: Vec<u8>, at: usize, value: u8) -> Vec<u8> {
    for place in 0..zip.len() - 4 {
        match &zip[place..place + 4] {
            b"PK\x03\x04" => zip[place + 6 + at] |= value,
            b"PK\x01\x02" => zip[place + 8 + at] |= value,
            _ => {}
        }
    }
    zip
}

#[test]
fn encrypted_members_and_unknown_methods_are_told_by_name() {
    let text = log(9, 1);
    let whole_zip = zip(&[("one", &text), ("two", &text)]);
    for (archive, why) in [
        (patched(whole_zip.clone(), 0, 1), "is encrypted"),
        (patched(whole_zip, 2, 0x40), "is packed by zip method 72, which is not read"),
    ] {
        for (prefix, stored) in [("a", archive.clone()), ("a!in", tar(&[("in", &archive)]))] {
            let all = seen(&stored);
            let refused = |name: &str| Seen::Unreadable(format!("{prefix}!{name}"), why.to_owned());
            assert_eq!(all[..2], [refused("one"), refused("two")]);
        }
        assert_eq!(as_it_comes(&archive), (2, 0, 0));
    }
}

#[test]
fn a_zip_that_is_cut_off_gives_what_is_there() {
    let [one, two, _] = three();
    let archive = zip(&[("one", &one), ("two", &two)]);
    let all = seen(&archive[..archive.len() - 100]);
    assert_eq!(all[..2], [member("a!one", &one), member("a!two", &two)]);
    assert!(problems(&all[2])[0].contains("the list of its members is not there"));
    let all = seen(&archive[..archive.len() * 3 / 4]);
    assert_eq!(all[0], member("a!one", &one));
    assert!(
        bytes(&all[1]).ends_with(b"|")
            && two.starts_with(&bytes(&all[1])[..bytes(&all[1]).len() - 1])
    );
    assert_eq!(problems(&all[2]).len(), 2, "{all:?}");
}

#[test]
fn a_zip_that_is_damaged_says_so() {
    let [one, two, _] = three();
    let mut archive = zip(&[("one", &one), ("two", &two)]);
    archive[2000] ^= 0x55;
    let all = seen(&archive);
    assert_eq!(problems(&all[0]).len(), 1, "{:?}", problems(&all[0]));
    assert_eq!(all[1], member("a!two", &two));
    // As it comes, with the lengths behind.
    let mut archive = zip_as_it_comes(&[("one", &one), ("two", &two)]);
    archive[2000] ^= 0x55;
    let all = seen(&gzip(&tar(&[("in", &archive[..archive.len() - 30])])));
    assert!(all.contains(&member("a!in!two", &two)), "{all:?}");
    assert!(all.iter().any(|one| matches!(one, Seen::Archive(name, _, problems, _) if name == "a!in" && !problems.is_empty())));
}

#[test]
fn every_cut_and_every_changed_byte_is_survived() {
    let text = log(12, 1);
    let files: [File<'_>; 2] = [("one", &text), ("two", &text)];
    for archive in [tar(&files), zip(&files), zip_as_it_comes(&files)] {
        for at in (0..archive.len()).step_by(29) {
            let mut changed = archive.clone();
            changed[at] ^= 0xff;
            for stored in [&archive[..at], &changed] {
                if Container::of(stored).is_some() {
                    assert!(!seen(stored).is_empty());
                }
                as_it_comes(stored);
            }
        }
    }
}
