//! Slots as their distances from each other, which takes a byte for most where some in a hundred slots are there.

/// Ascending slots, each as its distance from the one before in one to three bytes.
#[derive(Debug, Clone, Default)]
pub(super) struct Gaps {
    bytes: Vec<u8>,
    count: u16,
    last: u16,
}

/// Up to which gap one byte is enough, and the first byte of a gap of three bytes. The bytes between begin one of two.
const SHORT: u16 = 192;
const LONG: u8 = u8::MAX;

impl Gaps {
    /// Adds a slot, which comes after all others.
    pub(super) fn push(&mut self, slot: u16) {
        let gap = slot - self.last;
        let [upper, lower] = gap.saturating_sub(SHORT).to_be_bytes();
        match u8::try_from(gap) {
            Ok(gap) if u16::from(gap) < SHORT => self.bytes.push(gap),
            _ if u16::from(upper) + SHORT < u16::from(LONG) => {
                self.bytes.extend_from_slice(&[upper + SHORT as u8, lower]);
            }
            _ => {
                let [upper, lower] = gap.to_be_bytes();
                self.bytes.extend_from_slice(&[LONG, upper, lower]);
            }
        }
        self.last = slot;
        self.count += 1;
    }

    /// The slot that came last.
    pub(super) fn last(&self) -> Option<u16> {
        (self.count > 0).then_some(self.last)
    }

    /// How many slots there are.
    pub(super) fn count(&self) -> usize {
        self.count.into()
    }

    /// The gaps, for [`each`].
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes it holds.
    pub(super) fn held(&self) -> usize {
        self.bytes.capacity()
    }
}

/// Tells each slot of some gaps.
#[inline]
pub(super) fn each(gaps: &[u8], mut tell: impl FnMut(u16)) {
    let (mut slot, mut bytes) = (0u16, gaps.iter());
    let mut next = || bytes.next().copied();
    while let Some(first) = next() {
        slot = slot.wrapping_add(if u16::from(first) < SHORT {
            u16::from(first)
        } else if first < LONG {
            u16::from_be_bytes([first - SHORT as u8, next().unwrap_or_default()]) + SHORT
        } else {
            u16::from_be_bytes([next().unwrap_or_default(), next().unwrap_or_default()])
        });
        tell(slot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn slots_are_kept_however_far_apart(gaps in proptest::collection::vec(prop_oneof![0u16..3, 185u16..200, 16_300u16..16_400, 0u16..30_000], 0..9), first: u16) {
            let (mut expected, mut slots) = (vec![first], Gaps::default());
            slots.push(first);
            for gap in gaps.into_iter().filter(|gap| *gap > 0) {
                let Some(slot) = slots.last.checked_add(gap) else { break };
                slots.push(slot);
                expected.push(slot);
            }
            let mut told = Vec::new();
            each(slots.bytes(), |slot| told.push(slot));
            prop_assert_eq!(&told, &expected);
            prop_assert_eq!(slots.count(), expected.len());
        }
    }
}
