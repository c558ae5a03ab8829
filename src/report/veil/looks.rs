//! What is known for a secret by its own look, or by what stands before it.

use super::find::Kind;

/// How sure a look is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sure {
    /// By itself.
    Whole,
    /// Only of letters that look drawn by lot, and are no name of a file.
    IfRandom,
    /// Only where there is a digit, because words look alike.
    IfDigit,
}

/// A look; what the group of the pattern catches is hidden, or else all of it.
pub(super) struct Look {
    pub(super) kind: Kind,
    pub(super) pattern: &'static str,
    pub(super) sure: Sure,
    /// What a text must hold for it to be worth looking.
    pub(super) needs: &'static str,
}

const fn look(kind: Kind, sure: Sure, needs: &'static str, pattern: &'static str) -> Look {
    Look { kind, pattern, sure, needs }
}

/// Every look.
pub(super) const LOOKS: &[Look] = &[
    // Cookies, parameters of a path (`;jsessionid=`), forms.
    look(
        Kind::Token,
        Sure::Whole,
        "=",
        r#"(?i)(?:token|secret|passw(?:or)?d|passwd|pwd|api[_-]?key|access[_-]?key|signature|sess(?:ion)?(?:id)?|auth|credential|otp|ticket|assertion|jwt|bearer|hmac|sig|\bkey|\bsid|\bcode)=([^&;#\s"'<>\\,)\]]+)"#,
    ),
    // JSON web tokens, RFC 7519.
    look(
        Kind::Token,
        Sure::Whole,
        "eyJ",
        r"eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{2,}(?:\.[A-Za-z0-9_-]*)?",
    ),
    // The Authorization header, RFC 9110 section 11.6.2.
    look(
        Kind::Token,
        Sure::IfDigit,
        "",
        r"(?i)\b(?:bearer|basic|digest|negotiate|token)[ +]+([A-Za-z0-9+/=._~-]{12,})",
    ),
    // Keys of services, by the marks that they give them.
    look(
        Kind::Token,
        Sure::Whole,
        "",
        r"\b(?:(?:AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{20,}|glpat-[A-Za-z0-9_-]{16,}|xox[abprs]-[A-Za-z0-9-]{10,}|sk_(?:live|test)_[A-Za-z0-9]{16,}|AIza[A-Za-z0-9_-]{30,})",
    ),
    // Links that are their own password.
    look(Kind::Token, Sure::IfRandom, "/s/", r"/s/([A-Za-z0-9_-]{8,})"),
    look(
        Kind::Token,
        Sure::IfRandom,
        "/",
        r"(?i)/(?:d|f|dl|shared?|sharing|links?|invite|invitation|reset|reset-password|password-reset|token|confirm|activate|verify|unsubscribe|magic)/([A-Za-z0-9_-]{8,})",
    ),
    look(Kind::Token, Sure::Whole, "-", r"/([0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12})"),
    look(Kind::Token, Sure::IfRandom, "/", r"/([A-Za-z0-9_-]{24,})"),
    // A user in a URL, RFC 3986 section 3.2.1.
    look(Kind::User, Sure::Whole, "://", r#"://([^/\s@"'<>?#]+)@"#),
    look(
        Kind::Email,
        Sure::Whole,
        "@",
        r#"[^\s@"'<>(),;:/?&=\\|\[\]{}]{1,64}@[A-Za-z0-9\x80-\xff][A-Za-z0-9\x80-\xff.-]*\.[A-Za-z\x80-\xff]{2,}"#,
    ),
];

/// A French social security number, 13 digits or 15, with blanks or without:
/// sex, year, month (or what stands for one), department, commune, number, key.
pub(super) fn nir() -> String {
    // Up to two blanks, points or dashes, or a blank that does not break a line.
    let gap = r"(?:[\s.+_-]|\xc2\xa0){0,2}";
    let parts = [
        "[1-478]",
        "[0-9]{2}",
        "(?:0[1-9]|1[0-2]|[2-9][0-9])",
        "(?:[0-9]{2}|2[ABab])",
        "[0-9]{3}",
        "[0-9]{3}",
    ];
    format!("{}(?:{gap}[0-9]{{2}})?", parts.join(gap))
}

/// Says whether a word looks drawn by lot: letters and digits, or letters of
/// both cases within a word.
pub(super) fn is_random(word: &[u8]) -> bool {
    let has = |test: fn(&u8) -> bool| word.iter().any(test);
    let is_mixed =
        word.windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    let is_long_hex = word.len() >= 32 && word.iter().all(u8::is_ascii_hexdigit);
    is_long_hex || has(u8::is_ascii_alphabetic) && (has(u8::is_ascii_digit) || is_mixed)
}
