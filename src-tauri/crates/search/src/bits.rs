//! Sets of slots, one bit each, the lowest bit of the first word for slot 0.

/// Which bits of a word are set, ascending.
pub(crate) fn bits_of(word: u64) -> impl Iterator<Item = u32> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let bit = rest.trailing_zeros();
        (rest != 0).then(|| {
            rest &= rest - 1;
            bit
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bits_are_those_that_are_set(word: u64) {
            let expected: Vec<u32> = (0..64).filter(|bit| word >> bit & 1 == 1).collect();
            prop_assert_eq!(bits_of(word).collect::<Vec<_>>(), expected);
        }
    }
}
