//! Passes the versions of the program's dependencies, which only the build can read.

use std::process::Command;

fn main() {
    let rustc = std::env::var("RUSTC").unwrap();
    let output = Command::new(rustc).arg("--version").output().unwrap();
    let version = String::from_utf8(output.stdout).unwrap();
    let version = version.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    println!("cargo::rustc-env=RUSTC_VERSION={version}");

    let manifest = std::fs::read_to_string("Cargo.toml").unwrap();
    let candle = manifest.lines().find_map(|line| line.strip_prefix("candle-core = \"=")).unwrap();
    println!("cargo::rustc-env=CANDLE_VERSION=candle {}", candle.trim_end_matches('"'));
    println!("cargo::rerun-if-changed=Cargo.toml");
}
