//! Lines of words: the shape of the configurations of Apache and HAProxy.

use nom::branch::alt;
use nom::bytes::complete::{take_while, take_while1};
use nom::character::complete::{anychar, char, none_of, space0};
use nom::combinator::{recognize, value};
use nom::multi::{fold_many0, many0};
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Parser};

/// The lines of a text with their numbers, those that end in a backslash
/// joined with the next.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, String)> {
    let mut lines = text.lines().enumerate();
    std::iter::from_fn(move || {
        let (number, line) = lines.next()?;
        let mut whole = line.to_owned();
        while whole.ends_with('\\') {
            whole.pop();
            match lines.next() {
                Some((_, line)) => whole.push_str(line),
                None => break,
            }
        }
        Some((number + 1, whole))
    })
}

/// How a dialect writes a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Words {
    /// Apache: a quoted word ends at its quote; before that quote and before
    /// itself a backslash is dropped, before all else it stays.
    Apache,
    /// HAProxy: quotes may stand in a word; outside of single quotes a
    /// backslash takes the next character as it is; `#` begins a comment.
    Haproxy,
}

/// The words of a line. What cannot be read as words, such as a quote that
/// does not close, is the last word as it stands.
pub(super) fn words(line: &str, dialect: Words) -> Vec<String> {
    let word = |input| match dialect {
        Words::Apache => apache(input),
        Words::Haproxy => haproxy(input),
    };
    let read: IResult<&str, Vec<String>> =
        preceded(space0, many0(terminated(word, space0))).parse(line);
    let (rest, mut words) = match read {
        Ok(read) => read,
        Err(_) => (line, Vec::new()),
    };
    if !rest.is_empty() && !rest.starts_with('#') {
        words.push(rest.to_owned());
    }
    words
}

/// `"…"`, `'…'` or what stands up to the next space.
fn apache(input: &str) -> IResult<&str, String> {
    alt((apache_quoted('"'), apache_quoted('\''), bare)).parse(input)
}

fn bare(input: &str) -> IResult<&str, String> {
    let (rest, word) = take_while1(|c: char| !c.is_whitespace()).parse(input)?;
    match word.starts_with(['"', '\'']) {
        true => Err(nom::Err::Error(nom::error::make_error(input, nom::error::ErrorKind::Char))),
        false => Ok((rest, word.to_owned())),
    }
}

fn apache_quoted<'a>(
    quote: char,
) -> impl Parser<&'a str, Output = String, Error = nom::error::Error<&'a str>> {
    let escaped = move |input: &'a str| {
        let (rest, c) = preceded(char('\\'), anychar).parse(input)?;
        let text = if c == quote || c == '\\' { c.to_string() } else { format!("\\{c}") };
        Ok((rest, text))
    };
    let plain = move |input: &'a str| {
        take_while1(move |c| c != quote && c != '\\').map(str::to_owned).parse(input)
    };
    delimited(char(quote), fold_many0(alt((plain, escaped)), String::new, joined), char(quote))
}

fn joined(mut all: String, piece: String) -> String {
    all.push_str(&piece);
    all
}

/// Pieces that stand together without a space.
fn haproxy(input: &str) -> IResult<&str, String> {
    let single = delimited(char('\''), take_while(|c| c != '\''), char('\'')).map(str::to_owned);
    let double = delimited(
        char('"'),
        fold_many0(
            alt((escaped, recognize(none_of("\"\\")).map(str::to_owned))),
            String::new,
            joined,
        ),
        char('"'),
    );
    let plain =
        take_while1(|c: char| !c.is_whitespace() && !"\\\"'#".contains(c)).map(str::to_owned);
    let (rest, pieces) =
        nom::multi::fold_many1(alt((single, double, escaped, plain)), String::new, joined)
            .parse(input)?;
    Ok((rest, pieces))
}

/// A backslash and the character it protects.
fn escaped(input: &str) -> IResult<&str, String> {
    preceded(
        char('\\'),
        alt((
            value("\t".to_owned(), char('t')),
            value("\n".to_owned(), char('n')),
            value("\r".to_owned(), char('r')),
            anychar.map(String::from),
        )),
    )
    .parse(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_apart() {
        let check = |line: &str, dialect, expected: &[&str]| {
            assert_eq!(words(line, dialect), expected, "{line}");
        };
        check(
            r#"LogFormat "%h \"%r\" \t%s" a-name"#,
            Words::Apache,
            &["LogFormat", r#"%h "%r" \t%s"#, "a-name"],
        );
        check(
            r#"SetEnvIf Request_URI "\.csv$" x"#,
            Words::Apache,
            &["SetEnvIf", "Request_URI", r"\.csv$", "x"],
        );
        check(r"LogFormat 'a b' c'd", Words::Apache, &["LogFormat", "a b", "c'd"]);
        check(r#"a "b c"#, Words::Apache, &["a", "\"b c"]);
        check(r"log-format %ci\ %ST # x", Words::Haproxy, &["log-format", "%ci %ST"]);
        check(r#"log-format "%ci '\"' %ST""#, Words::Haproxy, &["log-format", "%ci '\"' %ST"]);
        check(r"a 'b\c d'e", Words::Haproxy, &["a", r"b\c de"]);
        check("", Words::Haproxy, &[]);
    }

    #[test]
    fn lines_that_go_on_are_joined() {
        let lines: Vec<_> = lines("a \\\n b\nc\\").collect();
        assert_eq!(lines, [(1, "a  b".to_owned()), (3, "c".to_owned())]);
    }
}
