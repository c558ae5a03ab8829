//! Two reports of the same question and inputs, value by value.

use serde_json::Value;

use super::Found;

/// Compares two values, and says where the second is another. `path` is where
/// they stand.
pub fn values(path: &str, was: &Value, is: &Value, found: &mut Found) {
    match (was, is) {
        (Value::Object(was), Value::Object(is)) => {
            for (key, value) in was {
                let at = format!("{path}.{key}");
                match is.get(key) {
                    Some(other) => values(at.trim_start_matches('.'), value, other, found),
                    None => found.check(false, || format!("{at} is not in the replay")),
                }
            }
            for key in is.keys().filter(|key| !was.contains_key(*key)) {
                found.check(false, || format!("{path}.{key} is only in the replay"));
            }
        }
        (Value::Array(was), Value::Array(is)) => {
            found.check(was.len() == is.len(), || {
                format!("{path} has {} entries, in the replay {}", was.len(), is.len())
            });
            for (number, (was, is)) in was.iter().zip(is).enumerate() {
                values(&format!("{path}[{number}]"), was, is, found);
            }
        }
        (was, is) => {
            found.check(was == is, || {
                format!("{path} is {}, in the replay {}", short(was), short(is))
            });
        }
    }
}

/// A value, cut where it is long.
fn short(value: &Value) -> String {
    const MOST: usize = 80;
    let text = value.to_string();
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_figure_is_compared() {
        let was = json!({"a": {"b": [1, 2]}, "c": "x", "gone": null});
        let is = json!({"a": {"b": [1, 3, 4]}, "c": "x", "new": 1});
        let mut found = Found::default();
        values("", &was, &is, &mut found);
        let expected = [
            "a.b has 2 entries, in the replay 3",
            "a.b[1] is 2, in the replay 3",
            ".gone is not in the replay",
            ".new is only in the replay",
        ];
        assert_eq!(found.differs, expected);
        let mut found = Found::default();
        values("", &was, &was, &mut found);
        assert!(found.agrees() && found.compared > 3);
    }
}
