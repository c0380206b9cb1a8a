//! All portals: those inside the program, and the user's own, which come first.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use geohub_core::Error;
use geohub_core::text::nearest;

use super::read::read;
use super::{Alias, Name, Portal, builtin};
use crate::error::{PortalsError, Result};

/// All portals by their ids.
#[derive(Clone, Debug, Default)]
pub struct Portals {
    all: BTreeMap<String, Known>,
}

#[derive(Clone, Debug)]
struct Known {
    portal: Portal,
    file: Option<PathBuf>,
}

impl Portals {
    /// Those inside the program.
    ///
    /// # Errors
    /// None: a test reads every file.
    pub fn built_in() -> Result<Self> {
        let mut portals = Self::default();
        for (name, text) in builtin::FILES {
            portals.insert(read(text, &format!("portals/{name}.toml"))?, None);
        }
        Ok(portals)
    }

    /// Those inside the program and every `*.toml` of a folder, which may replace them. A folder that is not there is
    /// an empty one.
    ///
    /// # Errors
    /// A file that cannot be read, or is no portal.
    pub fn with_folder(folder: Option<&Path>) -> Result<Self> {
        let mut portals = Self::built_in()?;
        for path in files(folder)? {
            portals.insert(Self::read_file(&path)?, Some(path));
        }
        Ok(portals)
    }

    /// The same without the files that are flawed, and their flaws: for what can do without.
    pub fn sound_ones(folder: Option<&Path>) -> (Self, Vec<PortalsError>) {
        let mut flaws = Vec::new();
        let mut portals = Self::built_in().unwrap_or_else(|flaw| {
            flaws.push(flaw);
            Self::default()
        });
        let paths = files(folder).unwrap_or_else(|flaw| {
            flaws.push(flaw);
            Vec::new()
        });
        for path in paths {
            match Self::read_file(&path) {
                Ok(portal) => portals.insert(portal, Some(path)),
                Err(flaw) => flaws.push(flaw),
            }
        }
        (portals, flaws)
    }

    /// Reads one file.
    ///
    /// # Errors
    /// It cannot be read, or is no portal.
    pub fn read_file(path: &Path) -> Result<Portal> {
        let bytes = std::fs::read(path).map_err(Error::io("read", path))?;
        let file = path.display().to_string();
        match std::str::from_utf8(&bytes) {
            Ok(text) => read(text, &file),
            Err(error) => {
                let before = &bytes[..error.valid_up_to()];
                let line = before.split(|byte| *byte == b'\n').count();
                let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
                Err(PortalsError::File { file, line, column, problem: "this is not UTF-8".to_owned() })
            }
        }
    }

    fn insert(&mut self, portal: Portal, file: Option<PathBuf>) {
        self.all.insert(portal.id.as_str().to_owned(), Known { portal, file });
    }

    /// Every portal, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Portal> {
        self.all.values().map(|known| &known.portal)
    }

    /// The user's file that a portal is from; none for those inside the program.
    pub fn file_of(&self, id: &str) -> Option<&Path> {
        self.all.get(id)?.file.as_deref()
    }

    /// A portal by its id.
    ///
    /// # Errors
    /// There is none; names like it are told.
    pub fn get(&self, id: &str) -> Result<&Portal> {
        self.all.get(&id.to_ascii_lowercase()).map(|known| &known.portal).ok_or_else(|| {
            PortalsError::NoPortal {
                id: id.to_owned(),
                near: nearest(id, self.all.keys().map(String::as_str)),
            }
        })
    }

    /// The portal that a host belongs to.
    pub fn of_host(&self, host: &str) -> Option<&Portal> {
        self.iter().find(|portal| portal.hosts().any(|own| own.is(host)))
    }

    /// The portal and alias of `la:parking-meters`; `None` where no portal is named.
    ///
    /// # Errors
    /// A portal without that alias; names like it are told.
    pub fn alias(&self, text: &str) -> Option<Result<(&Portal, &Name, &Alias)>> {
        let (id, name) = text.trim().split_once(':')?;
        let portal = self.all.get(&id.to_ascii_lowercase()).map(|known| &known.portal)?;
        let wanted = name.to_ascii_lowercase();
        let found = portal.aliases.iter().find(|(known, _)| known.as_str() == wanted);
        Some(found.map(|(name, alias)| (portal, name, alias)).ok_or_else(|| PortalsError::NoAlias {
            portal: portal.id.as_str().to_owned(),
            alias: name.to_owned(),
            near: near(portal, &wanted),
        }))
    }
}

/// Every `*.toml` of a folder, in order.
fn files(folder: Option<&Path>) -> Result<Vec<PathBuf>> {
    let Some(folder) = folder.filter(|folder| folder.is_dir()) else { return Ok(Vec::new()) };
    let entries = std::fs::read_dir(folder).map_err(Error::io("read", folder))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(Error::io("read", folder))?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Aliases that share words with a name, most words first, then those spelt like it.
fn near(portal: &Portal, wanted: &str) -> Vec<String> {
    let names = || portal.aliases.keys().map(Name::as_str);
    let stem = |word: &str| word.trim_end_matches('s').to_owned();
    let words: Vec<String> = wanted.split(['-', '_', ' ']).map(stem).filter(|word| word.len() > 2).collect();
    let shared = |name: &str| name.split('-').filter(|part| words.contains(&stem(part))).count();
    let spelt = nearest(wanted, names());
    let place = |name: &str| spelt.iter().position(|like| like == name).unwrap_or(spelt.len());
    let mut found: Vec<&str> = names().filter(|name| shared(name) > 0 || place(name) < spelt.len()).collect();
    found.sort_by_key(|name| (std::cmp::Reverse(shared(name)), name.split('-').count(), place(name), *name));
    found.truncate(3);
    found.iter().map(|name| format!("{}:{name}", portal.id)).collect()
}
