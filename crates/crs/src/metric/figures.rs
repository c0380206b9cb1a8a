//! The figures of the ellipsoids that PROJ.4 strings name.

/// How far from a sphere.
enum Shape {
    /// Reciprocal of the flattening.
    Reciprocal(f64),
    /// Polar radius in metres.
    Polar(f64),
}

use Shape::{Polar, Reciprocal};

/// Name, equatorial radius in metres, shape.
const FIGURES: &[(&str, f64, Shape)] = &[
    ("WGS84", 6_378_137.0, Reciprocal(298.257_223_563)),
    ("GRS80", 6_378_137.0, Reciprocal(298.257_222_101)),
    ("WGS72", 6_378_135.0, Reciprocal(298.26)),
    ("WGS66", 6_378_145.0, Reciprocal(298.25)),
    ("WGS60", 6_378_165.0, Reciprocal(298.3)),
    ("GRS67", 6_378_160.0, Reciprocal(298.247_167_427)),
    ("IAU76", 6_378_140.0, Reciprocal(298.257)),
    ("MERIT", 6_378_137.0, Reciprocal(298.257)),
    ("GSK2011", 6_378_136.5, Reciprocal(298.256_415_1)),
    ("NWL9D", 6_378_145.0, Reciprocal(298.25)),
    ("PZ90", 6_378_136.0, Reciprocal(298.257_839_3)),
    ("airy", 6_377_563.396, Reciprocal(299.324_964_6)),
    ("mod_airy", 6_377_340.189, Polar(6_356_034.446)),
    ("aust_SA", 6_378_160.0, Reciprocal(298.25)),
    ("bessel", 6_377_397.155, Reciprocal(299.152_812_8)),
    ("bess_nam", 6_377_483.865, Reciprocal(299.152_812_8)),
    ("clrk66", 6_378_206.4, Polar(6_356_583.8)),
    ("clrk80", 6_378_249.145, Reciprocal(293.4663)),
    ("clrk80ign", 6_378_249.2, Reciprocal(293.466_021_293_626_9)),
    ("evrst30", 6_377_276.345, Reciprocal(300.8017)),
    ("evrst48", 6_377_304.063, Reciprocal(300.8017)),
    ("evrst56", 6_377_301.243, Reciprocal(300.8017)),
    ("evrst69", 6_377_295.664, Reciprocal(300.8017)),
    ("evrstSS", 6_377_298.556, Reciprocal(300.8017)),
    ("fschr60", 6_378_166.0, Reciprocal(298.3)),
    ("helmert", 6_378_200.0, Reciprocal(298.3)),
    ("intl", 6_378_388.0, Reciprocal(297.0)),
    ("krass", 6_378_245.0, Reciprocal(298.3)),
    ("sphere", 6_370_997.0, Polar(6_370_997.0)),
];

/// Datums by the ellipsoid that they are on.
const DATUMS: &[(&str, &str)] = &[
    ("WGS84", "WGS84"),
    ("NAD83", "GRS80"),
    ("NAD27", "clrk66"),
    ("GGRS87", "GRS80"),
    ("potsdam", "bessel"),
    ("carthage", "clrk80ign"),
    ("hermannskogel", "bessel"),
    ("ire65", "mod_airy"),
    ("nzgd49", "intl"),
    ("OSGB36", "airy"),
];

/// Equatorial radius in metres and flattening of a named ellipsoid.
pub(super) fn named(name: &str) -> Option<(f64, f64)> {
    let (_, a, shape) = FIGURES.iter().find(|(known, ..)| *known == name)?;
    Some(match shape {
        Reciprocal(reciprocal) => (*a, 1.0 / reciprocal),
        Polar(b) => (*a, (a - b) / a),
    })
}

/// The ellipsoid of a named datum.
pub(super) fn of_datum(datum: &str) -> Option<&'static str> {
    DATUMS.iter().find(|(known, _)| *known == datum).map(|(_, ellipsoid)| *ellipsoid)
}
