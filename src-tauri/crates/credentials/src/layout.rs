//! Fields of a fixed layout in a buffer that is wiped: little-endian numbers, and texts with their length in front.
//!
//! Deliberately no general serialisation. What is sealed is laid out by hand, because a serialiser keeps scratch
//! buffers of its own, and parts of a secret would stay behind in them.

use zeroize::Zeroizing;

/// The bytes ended too early, or hold what the layout does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

/// A buffer that grows without leaving copies of its content behind, and is wiped when dropped.
pub(crate) struct Writer {
    bytes: Zeroizing<Vec<u8>>,
}

impl Writer {
    pub(crate) fn new() -> Self {
        Self { bytes: Zeroizing::new(Vec::with_capacity(1024)) }
    }

    pub(crate) fn u8(&mut self, number: u8) {
        self.bytes(&[number]);
    }

    pub(crate) fn u16(&mut self, number: u16) {
        self.bytes(&number.to_le_bytes());
    }

    pub(crate) fn u32(&mut self, number: u32) {
        self.bytes(&number.to_le_bytes());
    }

    pub(crate) fn bytes(&mut self, added: &[u8]) {
        let length = self.bytes.len() + added.len();
        if length > self.bytes.capacity() {
            // A vector that grows by itself gives its old memory back as it is.
            let mut larger = Zeroizing::new(Vec::with_capacity(length.next_power_of_two()));
            larger.extend_from_slice(&self.bytes);
            self.bytes = larger;
        }
        self.bytes.extend_from_slice(added);
    }

    /// A text with its length in front.
    ///
    /// # Errors
    /// When it is longer than the length field can say.
    pub(crate) fn text(&mut self, text: &str) -> Result<(), Malformed> {
        self.u32(u32::try_from(text.len()).map_err(|_| Malformed)?);
        self.bytes(text.as_bytes());
        Ok(())
    }

    /// How many there are of what follows.
    ///
    /// # Errors
    /// When there are more than the field can say.
    pub(crate) fn count(&mut self, count: usize) -> Result<(), Malformed> {
        self.u32(u32::try_from(count).map_err(|_| Malformed)?);
        Ok(())
    }

    pub(crate) fn finish(self) -> Zeroizing<Vec<u8>> {
        self.bytes
    }
}

/// Reads the fields back. Nothing is allocated on the word of a length field: what it promises must be there.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn bytes(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Malformed)?;
        self.rest = rest;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        self.bytes(N)?.try_into().map_err(|_| Malformed)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Malformed> {
        self.array::<1>().map(|[number]| number)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Malformed> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Malformed> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, Malformed> {
        let length = self.u32()?;
        let bytes = self.bytes(usize::try_from(length).map_err(|_| Malformed)?)?;
        std::str::from_utf8(bytes).map_err(|_| Malformed)
    }

    /// Succeeds when nothing is left.
    pub(crate) fn end(&self) -> Result<(), Malformed> {
        if self.rest.is_empty() { Ok(()) } else { Err(Malformed) }
    }

    /// What is left.
    pub(crate) fn rest(self) -> &'a [u8] {
        self.rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(texts in prop::collection::vec(".*", 0..20), number in any::<u32>()) {
            let mut writer = Writer::new();
            writer.count(texts.len()).unwrap();
            for text in &texts {
                writer.text(text).unwrap();
            }
            writer.u32(number);
            let bytes = writer.finish();
            let mut reader = Reader::new(&bytes);
            prop_assert_eq!(reader.u32().unwrap() as usize, texts.len());
            for text in &texts {
                prop_assert_eq!(reader.text().unwrap(), text);
            }
            prop_assert_eq!(reader.u32().unwrap(), number);
            prop_assert_eq!(reader.end(), Ok(()));
        }
    }

    #[test]
    fn a_length_that_promises_too_much_is_malformed() {
        let mut reader = Reader::new(&[0xFF, 0xFF, 0xFF, 0xFF, b'a']);
        assert_eq!(reader.text(), Err(Malformed));
    }
}
