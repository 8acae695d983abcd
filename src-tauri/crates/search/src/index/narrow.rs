//! A column of small numbers that takes as many bytes for each as the greatest of them needs: one, two or four.
//!
//! Not for numbers of which a few are great and all others small: one great number widens the whole column.

/// Numbers by slot.
#[derive(Debug, Clone)]
pub(crate) enum Narrow {
    /// All below 256.
    Bytes(Vec<u8>),
    /// All below 65,536.
    Shorts(Vec<u16>),
    /// Any.
    Words(Vec<u32>),
}

impl Default for Narrow {
    fn default() -> Self {
        Self::Bytes(Vec::new())
    }
}

impl Narrow {
    /// Appends a number.
    pub fn push(&mut self, number: u32) {
        *self = match self {
            Self::Bytes(numbers) => match u8::try_from(number) {
                Ok(number) => return numbers.push(number),
                Err(_) => widened(numbers, number),
            },
            Self::Shorts(numbers) => match u16::try_from(number) {
                Ok(number) => return numbers.push(number),
                Err(_) => widened(numbers, number),
            },
            Self::Words(numbers) => return numbers.push(number),
        };
        self.push(number);
    }

    /// The number of a slot.
    #[inline]
    pub fn get(&self, slot: u32) -> Option<u32> {
        let slot = slot as usize;
        match self {
            Self::Bytes(numbers) => numbers.get(slot).copied().map(u32::from),
            Self::Shorts(numbers) => numbers.get(slot).copied().map(u32::from),
            Self::Words(numbers) => numbers.get(slot).copied(),
        }
    }

    /// The bytes it holds.
    pub fn held(&self) -> usize {
        match self {
            Self::Bytes(numbers) => numbers.capacity(),
            Self::Shorts(numbers) => numbers.capacity() * size_of::<u16>(),
            Self::Words(numbers) => numbers.capacity() * size_of::<u32>(),
        }
    }

    /// Gives back room that is not used.
    pub fn shrink(&mut self) {
        match self {
            Self::Bytes(numbers) => numbers.shrink_to_fit(),
            Self::Shorts(numbers) => numbers.shrink_to_fit(),
            Self::Words(numbers) => numbers.shrink_to_fit(),
        }
    }
}

/// Numbers that are narrower than one that is to follow, in a column as wide as that needs.
fn widened<T: Copy + Into<u32>>(numbers: &[T], next: u32) -> Narrow {
    let all = numbers.iter().map(|number| (*number).into());
    if u16::try_from(next).is_ok() {
        // Those before are narrower still.
        Narrow::Shorts(all.filter_map(|number: u32| u16::try_from(number).ok()).collect())
    } else {
        Narrow::Words(all.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_are_kept_as_wide_as_they_need(numbers in proptest::collection::vec(prop_oneof![0u32..9, 250u32..260, 65_530u32..65_540, any::<u32>()], 0..20)) {
            let mut column = Narrow::default();
            for (slot, number) in (0u32..).zip(&numbers) {
                column.push(*number);
                for (slot, number) in (0..=slot).zip(&numbers) {
                    prop_assert_eq!(column.get(slot), Some(*number));
                }
                prop_assert_eq!(column.get(slot + 1), None);
            }
            column.shrink();
            let width = match numbers.iter().max().copied().unwrap_or_default() {
                0..=0xFF => 1,
                0x100..=0xFFFF => 2,
                _ => 4,
            };
            prop_assert_eq!(column.held(), numbers.len() * width);
        }
    }
}
