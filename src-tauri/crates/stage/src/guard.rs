//! What clears the stage away, whatever happens to the process that set it.
//!
//! A small shell waits at the end of a pipe. When the other end closes, because the stage is dropped, or its process panics,
//! is interrupted or killed, the shell ends everything that carries the stage's token in its environment and removes the
//! folder. One mechanism for every way to end; the token also reaches what left its process group.

use crate::Fault;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The variable by which the stage's processes are known; its value is the stage's folder.
pub(crate) const TOKEN: &str = "STAGE_ROOT";

/// `$1` is the folder. Asks politely first, so that Xvfb takes its lock file along, then does not ask any more.
const SCRIPT: &str = r#"
trap '' INT TERM HUP
read -r _
ours() { grep -lszxF "STAGE_ROOT=$1" /proc/[0-9]*/environ | cut -d/ -f3; }
signal=TERM
for round in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    pids=$(ours "$1")
    [ -n "$pids" ] || break
    [ "$round" -lt 10 ] || signal=KILL
    kill -s "$signal" $pids 2>/dev/null
    sleep 0.1
done
rm -rf -- "$1"
"#;

/// Clears the stage away when it is dropped.
#[derive(Debug)]
pub(crate) struct Guard(Child);

impl Guard {
    pub(crate) fn over(root: &Path) -> Result<Self, Fault> {
        Command::new("/bin/sh")
            .args(["-c", SCRIPT, "stage-guard"])
            .arg(root)
            .env_remove(TOKEN)
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map(Self)
            .map_err(Fault::process("starting the stage's guard"))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _cleared = self.0.wait();
    }
}
