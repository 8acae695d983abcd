//! What the app and the webview's processes hold in memory.

use crate::run::Outcome;
use std::fs;

/// How finely the system counts processor time, on every Linux that people have.
pub const TICKS_PER_SECOND: f64 = 100.0;

/// Bytes held by one process.
#[derive(Debug, Clone, Default)]
pub struct Held {
    /// As the system calls it.
    pub name: String,
    /// Resident, pages that it shares with others too.
    pub resident: u64,
    /// Resident, of shared pages only its share; zero where this user may not look.
    pub share: u64,
    /// The most that was ever resident.
    pub peak: u64,
}

/// What a process and those that it started hold, itself first.
pub fn of(process: u32) -> Outcome<Vec<Held>> {
    family(process)?.into_iter().map(held).collect()
}

/// A process and those that it started.
fn family(process: u32) -> Outcome<Vec<u32>> {
    let mut family = vec![process];
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(id) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        // Processes come and go while one looks.
        let Ok(status) = fs::read_to_string(format!("/proc/{id}/status")) else { continue };
        if number_after(&status, "PPid:") == Some(u64::from(process)) {
            family.push(id);
        }
    }
    family[1..].sort_unstable();
    Ok(family)
}

fn held(process: u32) -> Outcome<Held> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let name = status.lines().next().and_then(|line| line.split_whitespace().nth(1)).unwrap_or_default().to_owned();
    let kib = |what| number_after(&status, what).unwrap_or_default() * 1_024;
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
    let share = number_after(&rollup, "Pss:").unwrap_or_default() * 1_024;
    Ok(Held { name, resident: kib("VmRSS:"), share, peak: kib("VmHWM:") })
}

/// Ticks of the processor that a process and those that it started have used.
pub fn ticks(process: u32) -> Outcome<u64> {
    Ok(family(process)?.into_iter().map(ticks_of_one).sum())
}

/// The same of the process alone, and of those that it started, which are the webview's.
pub fn ticks_apart(process: u32) -> Outcome<(u64, u64)> {
    let (own, all) = (ticks_of_one(process), ticks(process)?);
    Ok((own, all.saturating_sub(own)))
}

fn ticks_of_one(process: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // Behind the name, which may hold blanks: the state first; user and system time are the 12th and the 13th.
    let behind_the_name = text.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
    behind_the_name.split_whitespace().skip(11).take(2).filter_map(|word| word.parse::<u64>().ok()).sum()
}

fn number_after(text: &str, what: &str) -> Option<u64> {
    let line = text.lines().find(|line| line.starts_with(what))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
