//! Tells by its first bytes what keeps a source from being read: encryption, or a way of packing that is not taken apart here.

/// What seals bytes that begin so, in words; `None` where nothing known does.
///
/// The first bytes are those that each format's own specification gives (RFC 9580 for OpenPGP, APPNOTE for zip, and so on).
pub fn sealed(head: &[u8]) -> Option<&'static str> {
    let begins = |magic: &[u8]| head.starts_with(magic);
    let is_encrypted_zip = begins(b"PK\x03\x04") && head.get(6).is_some_and(|flags| flags & 1 == 1);
    Some(match head {
        _ if begins(b"-----BEGIN PGP MESSAGE-----") => "encrypted with OpenPGP",
        // A packet for a public key, version 3, by its old header; or one for a passphrase.
        [0x85, 0x01..=0x04, _, 0x03, ..] | [0x84, _, 0x03, ..] | [0x8c, 0x0d, 0x04, ..] => {
            "encrypted with OpenPGP"
        }
        _ if begins(b"age-encryption.org/v1") => "encrypted with age",
        _ if begins(b"Salted__") => "encrypted with openssl enc",
        _ if begins(b"LUKS\xba\xbe") => "an encrypted disk (LUKS)",
        _ if is_encrypted_zip => "an encrypted zip archive",
        _ if begins(b"PK\x03\x04") => "a zip archive",
        _ if begins(b"7z\xbc\xaf\x27\x1c") => "a 7-Zip archive",
        _ if begins(b"Rar!\x1a\x07") => "a RAR archive",
        _ if begins(b"\x1f\x9d") => "packed by compress (.Z)",
        _ if begins(b"\x04\x22\x4d\x18") => "packed by lz4",
        _ if begins(b"PAR1") => "a Parquet file",
        _ if head.get(257..262) == Some(b"ustar") => "a tar archive",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_is_named() {
        assert_eq!(sealed(b"Salted__12345678"), Some("encrypted with openssl enc"));
        assert_eq!(sealed(b"PK\x03\x04\x14\x00\x01\x00"), Some("an encrypted zip archive"));
        assert_eq!(sealed(b"PK\x03\x04\x14\x00\x08\x00"), Some("a zip archive"));
        assert_eq!(sealed(b"\x85\x02\x0c\x03abc"), Some("encrypted with OpenPGP"));
        assert_eq!(sealed(b"192.0.2.7 - - [12/Apr/2018"), None);
        assert_eq!(sealed(b""), None);
    }
}
