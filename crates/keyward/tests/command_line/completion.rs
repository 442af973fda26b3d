//! `keyward completion`

use crate::support::keyward;
use std::path::Path;
use std::process::Command;

#[test]
fn scripts_for_every_shell_are_printed() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = keyward(&["completion", shell]).output().unwrap();
        assert!(output.status.success());
        let script = String::from_utf8(output.stdout).unwrap();
        assert!(script.contains("quickstart") && script.contains("completion"), "{shell}");
        if shell == "bash" {
            check_syntax(&script);
        }
    }
    let output = keyward(&["completion", "tcsh"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

/// Bash reads the script without complaint.
fn check_syntax(script: &str) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), script).unwrap();
    let bash = Path::new("/bin/bash");
    let checked = Command::new(bash).arg("-n").arg(file.path()).status().unwrap();
    assert!(checked.success());
}
