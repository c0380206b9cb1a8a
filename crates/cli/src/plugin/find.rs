//! Looking for plug-ins on `PATH`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::PREFIX;

/// A file that is a plug-in by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plugin {
    /// The sub-command's name.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// False for a file that may not be executed.
    pub executable: bool,
    /// Why it is not what `geohub NAME` runs: a built-in command, or an earlier file on `PATH`.
    pub shadowed_by: Option<String>,
}

/// The plug-in that `geohub NAME` runs.
pub fn find_one(name: &str) -> Option<Plugin> {
    // A name with a path separator would leave PATH.
    if name.is_empty() || name.contains(['/', '\\']) {
        return None;
    }
    folders().find_map(|folder| {
        let path = candidates(&folder, name).find(|path| path.is_file())?;
        let executable = is_executable(&path);
        executable.then(|| Plugin { name: name.to_owned(), path, executable, shadowed_by: None })
    })
}

/// Every plug-in on `PATH` by name, in `PATH` order within a name, with what shadows it.
pub fn find_all(built_in: &[String]) -> Vec<Plugin> {
    let mut by_name: BTreeMap<String, Vec<Plugin>> = BTreeMap::new();
    for folder in folders() {
        let mut names: Vec<_> = std::fs::read_dir(&folder).into_iter().flatten().flatten().collect();
        names.sort_by_key(std::fs::DirEntry::file_name);
        for entry in names {
            if let Some(plugin) = of_file(&entry.path()) {
                let same = by_name.entry(plugin.name.clone()).or_default();
                let earlier = same.iter().find(|earlier| earlier.executable && earlier.shadowed_by.is_none());
                let shadowed_by = if built_in.contains(&plugin.name) {
                    Some(format!("the built-in command {}", plugin.name))
                } else {
                    earlier.map(|earlier| earlier.path.display().to_string())
                };
                same.push(Plugin { shadowed_by, ..plugin });
            }
        }
    }
    by_name.into_values().flatten().collect()
}

fn of_file(path: &Path) -> Option<Plugin> {
    let file_name = path.file_name()?.to_str()?;
    let name = file_name.strip_prefix(PREFIX)?;
    let name = if cfg!(windows) { name.strip_suffix(".exe").unwrap_or(name) } else { name };
    let usable = !name.is_empty() && path.is_file();
    usable.then(|| Plugin {
        name: name.to_owned(),
        path: path.to_owned(),
        executable: is_executable(path),
        shadowed_by: None,
    })
}

fn folders() -> impl Iterator<Item = PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut seen = std::collections::HashSet::new();
    let folders: Vec<PathBuf> =
        std::env::split_paths(&path).filter(|folder| seen.insert(folder.clone())).collect();
    folders.into_iter().filter(|folder| !folder.as_os_str().is_empty())
}

fn candidates(folder: &Path, name: &str) -> impl Iterator<Item = PathBuf> {
    let base = folder.join(format!("{PREFIX}{name}"));
    let windows = cfg!(windows).then(|| base.with_extension("exe"));
    windows.into_iter().chain(std::iter::once(base))
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|found| found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file()
}
