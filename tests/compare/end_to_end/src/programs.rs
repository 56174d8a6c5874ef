//! The programs: builds them, and knows where they are.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use clap::ValueEnum;

use crate::Result;
use crate::columns::Column;

/// A program that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Program {
    Ours,
    Fe2o3,
    Ntex,
    Ramqp,
    Proton,
    Tcp,
    TcpTokio,
}

impl Program {
    pub const ALL: &[Self] = &[
        Self::Ours,
        Self::Fe2o3,
        Self::Ntex,
        Self::Ramqp,
        Self::Proton,
        Self::Tcp,
        Self::TcpTokio,
    ];

    /// Returns whether it can be the end that listens.
    pub const fn listens(self) -> bool {
        !matches!(self, Self::Ramqp)
    }
}

/// The programs that could be built.
pub struct Programs {
    folder: PathBuf,
    present: Vec<Program>,
    /// Those that could not be built, and why.
    pub left_out: Vec<String>,
}

impl Programs {
    /// Builds the programs. Those that need something that is not installed are left out.
    ///
    /// # Errors
    ///
    /// Returns an error if one of those that need only cargo does not build.
    pub fn build(wanted: &[Program]) -> Result<Self> {
        let executable = env::current_exe()?;
        let release = executable.parent().ok_or("this program is in no folder")?;
        let mut programs =
            Self { folder: release.to_owned(), present: Vec::new(), left_out: Vec::new() };
        cargo(&["build", "--release", "--bins"])?;
        for program in wanted {
            let built = match program {
                Program::Ntex => programs.build_ntex(),
                Program::Proton => programs.build_proton(),
                _ => Ok(()),
            };
            match built {
                Ok(()) => programs.present.push(*program),
                Err(error) => {
                    let line = format!("{program:?} is left out: {error}");
                    eprintln!("{line}");
                    programs.left_out.push(line);
                }
            }
        }
        for program in Program::ALL.iter().filter(|program| !wanted.contains(program)) {
            programs.left_out.push(format!("{program:?} is left out: it was not asked for"));
        }
        Ok(programs)
    }

    fn build_ntex(&self) -> Result {
        let target = self.folder.join("ntex");
        let target = target.to_str().ok_or("the path of the build folder is not UTF-8")?;
        cargo(&["build", "--release", "--manifest-path", "ntex/Cargo.toml", "--target-dir", target])
    }

    fn build_proton(&self) -> Result {
        // Debian has no links without a version for these two.
        let libraries = ["-l:libqpid-proton-proactor.so.1", "-l:libqpid-proton-core.so.10"];
        let mut compile = Command::new("cc");
        compile.args(["-O2", "-Wall", "-Wextra", "-o"]).arg(self.path(Program::Proton));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/proton.c");
        let status = compile.arg(source).args(libraries).status();
        let status = status.map_err(|error| format!("running cc: {error}"))?;
        if status.success() {
            return Ok(());
        }
        Err("cc failed; is Debian's libqpid-proton11-dev installed?".into())
    }

    /// Returns whether both programs of a column were built.
    pub fn has(&self, column: &Column) -> bool {
        [&column.sender, &column.receiver].iter().all(|end| self.present.contains(&end.program))
    }

    /// Returns where a program is.
    pub fn path(&self, program: Program) -> PathBuf {
        self.folder.join(match program {
            Program::Ours => "ours",
            Program::Fe2o3 => "fe2o3",
            Program::Ntex => "ntex/release/ntex-program",
            Program::Ramqp => "ramqp",
            Program::Proton => "proton",
            Program::Tcp => "tcp",
            Program::TcpTokio => "tcp-tokio",
        })
    }
}

fn cargo(arguments: &[&str]) -> Result {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .map_err(|error| format!("running cargo: {error}"))?;
    if status.success() {
        return Ok(());
    }
    Err(format!("cargo {} failed", arguments.join(" ")).into())
}

/// Returns the versions of what is measured, and what it is measured on.
pub fn versions() -> Vec<String> {
    let first_line = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.lines().next().unwrap_or_default().to_owned())
    };
    let mut versions = Vec::new();
    versions.extend(first_line("rustc", &["--version"]));
    let locked = [
        ("Cargo.lock", ["amqp-net", "fe2o3-amqp", "ramqp", "tokio"].as_slice()),
        ("ntex/Cargo.lock", ["ntex-amqp", "ntex", "ntex-bytes"].as_slice()),
    ];
    for (file, names) in locked {
        let lock = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file));
        let lock = lock.unwrap_or_default();
        let version = |name: &&str| {
            let (_, after) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
            Some(format!("{name} {}", after.split_once('"')?.0))
        };
        versions.push(names.iter().filter_map(version).collect::<Vec<_>>().join(", "));
    }
    if let Some(version) = first_line("pkg-config", &["--modversion", "libqpid-proton"]) {
        versions.push(format!("Qpid Proton C {version}"));
    }
    if let Ok(info) = fs::read_to_string("/proc/cpuinfo")
        && let Some(model) = info.lines().find_map(|line| line.strip_prefix("model name"))
    {
        let processors = info.lines().filter(|line| line.starts_with("processor")).count();
        let model = model.trim_start_matches([' ', '\t', ':']);
        versions.push(format!("{processors} processors: {model}"));
    }
    if let Ok(load) = fs::read_to_string("/proc/loadavg") {
        let load = load.split(' ').next().unwrap_or_default();
        versions.push(format!("load average of the last minute: {load}"));
    }
    versions
}
