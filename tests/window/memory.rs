//! Looks for a text in a process's memory, as somebody with the administrator's rights could.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;

/// How much is looked at in one piece.
const PIECE: u64 = 1 << 20;

/// Which of these are in the memory of a process, as UTF-8 or UTF-16. `None` when this user may not look into it.
pub fn found_in<'a>(process: u32, wanted: &[(&'a str, &str)]) -> io::Result<Option<Vec<&'a str>>> {
    let memory = match File::open(format!("/proc/{process}/mem")) {
        Ok(memory) => memory,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Ok(None),
        Err(error) => return Err(error),
    };
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let needles: Vec<(&str, Vec<u8>)> =
        wanted.iter().flat_map(|(name, text)| [(*name, text.as_bytes().to_vec()), (*name, wide(text))]).collect();
    let overlap = needles.iter().map(|(_, needle)| needle.len()).max().unwrap_or_default();
    let pages = File::open(format!("/proc/{process}/pagemap"))?;
    let mut found: Vec<&str> = Vec::new();
    let mut read_any = false;
    for line in fs::read_to_string(format!("/proc/{process}/maps"))?.lines() {
        let Some((range, rest)) = line.split_once(' ') else { continue };
        let Some((start, end)) = range.split_once('-') else { continue };
        // Only what was written to: program text holds no secret, and devices are not memory.
        if !rest.starts_with("rw") {
            continue;
        }
        let address = |text| u64::from_str_radix(text, 16).map_err(io::Error::other);
        let mut carried = Vec::new();
        for (start, end) in used(&pages, address(start)?, address(end)?)? {
            let mut piece = vec![0; usize::try_from(end - start).map_err(io::Error::other)?];
            if memory.read_exact_at(&mut piece, start).is_err() {
                carried.clear();
                continue;
            }
            read_any = true;
            // What lies across two pieces is found in the end of the one and the beginning of the other.
            carried.extend_from_slice(&piece);
            for (name, needle) in &needles {
                if !found.contains(name) && memchr::memmem::find(&carried, needle).is_some() {
                    found.push(name);
                }
            }
            let kept = carried.len().saturating_sub(overlap);
            carried.drain(..kept);
        }
    }
    assert!(read_any, "the memory of process {process} was read");
    Ok(Some(found))
}

/// The parts of a mapping that are in memory or in swap, in pieces of at most [`PIECE`] bytes. WebKit reserves many
/// gigabytes that it never touches.
fn used(pages: &File, start: u64, end: u64) -> io::Result<Vec<(u64, u64)>> {
    const PAGE: u64 = 4_096;
    const ENTRIES: u64 = 65_536;
    let mut parts: Vec<(u64, u64)> = Vec::new();
    let mut at = start / PAGE;
    while at < end / PAGE {
        let count = ENTRIES.min(end / PAGE - at);
        let mut entries = vec![0_u8; usize::try_from(count * 8).map_err(io::Error::other)?];
        pages.read_exact_at(&mut entries, at * 8)?;
        for (place, entry) in (at..).zip(entries.chunks_exact(8)) {
            // Bit 63: present, bit 62: swapped out (Linux, admin-guide/mm/pagemap).
            if entry[7] & 0b1100_0000 == 0 {
                continue;
            }
            match parts.last_mut() {
                Some((from, to)) if *to == place * PAGE && *to - *from < PIECE => *to += PAGE,
                _ => parts.push((place * PAGE, (place + 1) * PAGE)),
            }
        }
        at += count;
    }
    Ok(parts)
}
