//! The portals inside the program: a file each, and the list of them.

/// Name and text of every file.
pub(super) const FILES: &[(&str, &str)] =
    &[("demo", include_str!("../../portals/demo.toml")), ("la", include_str!("../../portals/la.toml"))];

#[cfg(test)]
mod tests {
    use super::super::read::read;
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_listed_and_sound() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("portals");
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        names.sort();
        let listed: Vec<&str> = FILES.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, listed);
        for (name, text) in FILES {
            let portal = read(text, name).unwrap();
            assert_eq!(portal.id.as_str(), *name);
        }
    }
}
