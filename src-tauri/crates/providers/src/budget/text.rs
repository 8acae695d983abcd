//! The stored form of a budget: `v1 HELD FIRST +GAP +GAP …`, milliseconds since 1970, `-` where there is none. Gaps
//! instead of times keep it short: it is written with every page.

use std::fmt::Write;

pub(super) fn write(sent: impl Iterator<Item = i64>, held_until: Option<i64>) -> String {
    let mut text = String::from("v1 ");
    // Writing into a String cannot fail.
    let _ = match held_until {
        Some(at) => write!(text, "{at}"),
        None => write!(text, "-"),
    };
    let mut before = None;
    for at in sent {
        let _ = match before {
            Some(before) => write!(text, " +{}", at - before),
            None => write!(text, " {at}"),
        };
        before = Some(at);
    }
    text
}

pub(super) fn read(text: &str) -> Option<(Vec<i64>, Option<i64>)> {
    let mut parts = text.split(' ');
    if parts.next()? != "v1" {
        return None;
    }
    let held_until = match parts.next()? {
        "-" => None,
        at => Some(at.parse().ok()?),
    };
    let mut sent: Vec<i64> = Vec::new();
    for part in parts {
        let at = match (part.strip_prefix('+'), sent.last()) {
            (Some(gap), Some(before)) => before.checked_add(i64::from(gap.parse::<u32>().ok()?))?,
            (None, None) => part.parse().ok()?,
            _ => return None,
        };
        sent.push(at);
    }
    Some((sent, held_until))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn it_reads_as_described() {
        assert_eq!(write([1000, 1500, 1500].into_iter(), Some(9000)), "v1 9000 1000 +500 +0");
        assert_eq!(write(std::iter::empty(), None), "v1 -");
    }

    #[test]
    fn foreign_text_is_refused() {
        for text in ["", "v2 -", "v1", "v1 x", "v1 - +5", "v1 - 5 6", "v1 - 5 +-1", "v1 -  5", "{}"] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(first in 0_i64..4_000_000_000_000, gaps in prop::collection::vec(0_u32..4_000_000, 0..50), held in prop::option::of(any::<i64>())) {
            let mut sent = vec![first];
            for gap in gaps {
                sent.push(sent.last().unwrap() + i64::from(gap));
            }
            prop_assert_eq!(read(&write(sent.iter().copied(), held)), Some((sent, held)));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC*") {
            let _ = read(&text);
        }
    }
}
