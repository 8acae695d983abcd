//! How many bytes the parts of an index hold. What the allocator adds to them is not among it, nor what is kept of searches
//! and orders.

use super::Index;

/// A part of an index, and the bytes that it holds.
pub type Held = (&'static str, usize);

impl Index {
    /// The bytes that its parts hold, the same parts of all blocks together. It is there for those who measure.
    pub fn held(&self) -> Vec<Held> {
        let mut held: Vec<Held> = Vec::new();
        let base = &self.now.base;
        let of_blocks = base.blocks.iter().flat_map(|block| block.held());
        for (part, bytes) in of_blocks {
            match held.iter_mut().find(|(known, _)| *known == part) {
                Some((_, sum)) => *sum += bytes,
                None => held.push((part, bytes)),
            }
        }
        held.push(("dictionary", base.words.held()));
        held.push(("who has the same contact", self.persons.held()));
        held.push(("changes", self.now.delta.block.held().iter().map(|(_, bytes)| bytes).sum()));
        held
    }
}
