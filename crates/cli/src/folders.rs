//! Where configuration and cache lie.

use std::path::PathBuf;

/// `GEOHUB_CONFIG_DIR`, else the platform's folder for configuration.
pub fn config() -> Option<PathBuf> {
    folder("GEOHUB_CONFIG_DIR", "XDG_CONFIG_HOME", ".config", "Library/Application Support", "APPDATA")
}

/// `GEOHUB_CACHE_DIR`, else the platform's folder for caches.
pub fn cache() -> Option<PathBuf> {
    folder("GEOHUB_CACHE_DIR", "XDG_CACHE_HOME", ".cache", "Library/Caches", "LOCALAPPDATA")
}

fn folder(own: &str, xdg: &str, unix: &str, mac: &str, windows: &str) -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(folder) = variable(own) {
        return Some(folder);
    }
    let base = if cfg!(windows) {
        variable(windows)
    } else if cfg!(target_os = "macos") {
        variable("HOME").map(|home| home.join(mac))
    } else {
        variable(xdg)
            .filter(|folder| folder.is_absolute())
            .or_else(|| variable("HOME").map(|home| home.join(unix)))
    };
    base.map(|base| base.join("geohub"))
}
