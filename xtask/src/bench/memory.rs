//! What the kernel says of a process: its children and its memory.

use std::fs;

/// The process and all its descendants.
pub(super) fn tree(process: u32) -> Vec<u32> {
    let parents = parents();
    let mut tree = vec![process];
    let mut next = 0;
    while let Some(&parent) = tree.get(next) {
        tree.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(child, _)| *child));
        next += 1;
    }
    tree
}

/// Every process with its parent.
fn parents() -> Vec<(u32, u32)> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let numbers = entries.flatten().filter_map(|e| e.file_name().to_str()?.parse().ok());
    numbers
        .filter_map(|process: u32| {
            let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
            // The name stands in parentheses and may hold anything, so count from its end.
            let (_, after) = stat.rsplit_once(')')?;
            Some((process, after.split_ascii_whitespace().nth(1)?.parse().ok()?))
        })
        .collect()
}

/// The most memory any one of the processes ever had resident, in bytes. The largest one counts,
/// because processes of one program share pages, which a sum would count twice.
pub(super) fn peak(processes: &[u32]) -> Option<u64> {
    processes.iter().filter_map(|&process| high_water(process)).max()
}

fn high_water(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    #[test]
    fn a_child_is_found_and_has_memory() {
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let all = tree(std::process::id());
        assert!(all.contains(&child.id()));
        assert!(peak(&[std::process::id()]).unwrap() > 1 << 20);
        drop(child.stdin.take());
        child.wait().unwrap();
    }
}
