//! The portals inside the program: a file each, and the list of them.

/// Name and text of every file.
pub(super) const FILES: &[(&str, &str)] = &[
    ("austin", include_str!("../../portals/austin.toml")),
    ("baltimore", include_str!("../../portals/baltimore.toml")),
    ("boston", include_str!("../../portals/boston.toml")),
    ("chicago", include_str!("../../portals/chicago.toml")),
    ("dallas", include_str!("../../portals/dallas.toml")),
    ("dc", include_str!("../../portals/dc.toml")),
    ("demo", include_str!("../../portals/demo.toml")),
    ("denver", include_str!("../../portals/denver.toml")),
    ("la", include_str!("../../portals/la.toml")),
    ("minneapolis", include_str!("../../portals/minneapolis.toml")),
    ("nashville", include_str!("../../portals/nashville.toml")),
    ("nyc", include_str!("../../portals/nyc.toml")),
    ("philadelphia", include_str!("../../portals/philadelphia.toml")),
    ("portland", include_str!("../../portals/portland.toml")),
    ("sandiego", include_str!("../../portals/sandiego.toml")),
    ("seattle", include_str!("../../portals/seattle.toml")),
    ("sf", include_str!("../../portals/sf.toml")),
];

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
