//! Fields that end where their shape ends: numbers, statuses, times, marks.

use super::super::token::{Read, fault};
use super::clock::Civil;
use super::field::Kind;

/// nginx writes nothing for a variable that has no value, unless it escapes
/// by default.
pub fn may_be_empty(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Bytes(_) | Kind::Number | Kind::Took(..) | Kind::Transferred | Kind::Status(_)
    )
}

/// ```abnf
/// number = ["+" / "-"] 1*DIGIT ["." 1*DIGIT] / "-"
/// status = 1*3DIGIT / "-" ["1"]
/// ```
pub fn typed<'a>(kind: &Kind, input: &'a [u8]) -> Read<'a, ()> {
    let digits = |rest: &[u8]| rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match kind {
        Kind::Time(_, clock) => clock.read(input, &mut Civil::default()),
        Kind::Ending(mark) => match mark.length(input) {
            Some(length) => Ok((&input[length..], ())),
            None => fault(input, kind.wanted()),
        },
        Kind::IsArgs => Ok((input.strip_prefix(b"?").unwrap_or(input), ())),
        Kind::Status(_) => {
            let sign = usize::from(input.first() == Some(&b'-'));
            match digits(&input[sign..]) {
                0 if sign == 1 => Ok((&input[1..], ())),
                n @ 1..=3 => Ok((&input[sign + n..], ())),
                _ => fault(input, kind.wanted()),
            }
        }
        _ => {
            let sign = usize::from(matches!(input.first(), Some(b'-' | b'+')));
            let whole = sign + digits(&input[sign..]);
            if whole == sign {
                let alone = input.first() == Some(&b'-');
                return if alone { Ok((&input[1..], ())) } else { fault(input, kind.wanted()) };
            }
            match &input[whole..] {
                [b'.', part @ ..] if digits(part) > 0 && !matches!(kind, Kind::Bytes(_)) => {
                    Ok((&part[digits(part)..], ()))
                }
                rest => Ok((rest, ())),
            }
        }
    }
}
