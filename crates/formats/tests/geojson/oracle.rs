//! The `geojson` crate as judge of random documents.

use geohub_core::Batch;

use crate::support::{context, convert, read};

struct Random(u64);

impl Random {
    fn below(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len() as u64) as usize]
    }

    fn number(&mut self) -> String {
        match self.below(4) {
            0 => self.below(2_000).to_string(),
            1 => format!("{:?}", f64::from_bits(self.below(u64::MAX)).clamp(-1e300, 1e300))
                .replace("NaN", "0.5"),
            2 => format!("-{}.{}", self.below(180), self.below(1 << 50)),
            _ => format!("{}e-{}", self.below(1 << 40), self.below(20)),
        }
    }

    fn list(&mut self, least: u64, mut one: impl FnMut(&mut Self) -> String) -> String {
        let count = least + self.below(3);
        let items: Vec<String> = (0..count).map(|_| one(self)).collect();
        format!("[{}]", items.join(self.pick(&[",", ", ", " ,\n"])))
    }

    fn position(&mut self) -> String {
        let count = 2 + self.below(3) as usize;
        let numbers: Vec<String> = (0..count).map(|_| self.number()).collect();
        format!("[{}]", numbers.join(","))
    }

    fn line(&mut self) -> String {
        self.list(2, Self::position)
    }

    fn ring(&mut self) -> String {
        let first = self.position();
        let middle = [self.position(), self.position()].join(",");
        format!("[{first},{middle},{first}]")
    }

    fn geometry(&mut self, depth: u32) -> String {
        let (kind, coordinates) = match self.below(if depth < 3 { 8 } else { 7 }) {
            0 => return "null".to_owned(),
            1 => ("Point", self.position()),
            2 => ("MultiPoint", self.list(0, Self::position)),
            3 => ("LineString", self.line()),
            4 => ("MultiLineString", self.list(0, Self::line)),
            5 => ("Polygon", self.list(1, Self::ring)),
            6 => ("MultiPolygon", self.list(0, |random| random.list(1, Self::ring))),
            _ => {
                let members = self.list(0, |random| {
                    loop {
                        let member = random.geometry(depth + 1);
                        if member != "null" {
                            break member;
                        }
                    }
                });
                return format!(r#"{{"geometries":{members},"type":"GeometryCollection"}}"#);
            }
        };
        if self.below(2) == 0 {
            format!(r#"{{"type":"{kind}","coordinates":{coordinates}}}"#)
        } else {
            format!(r#"{{ "coordinates" : {coordinates} , "type" : "{kind}" }}"#)
        }
    }

    fn value(&mut self) -> String {
        match self.below(6) {
            0 => "null".to_owned(),
            1 => self.pick(&["true", "false"]).to_owned(),
            2 => self.number(),
            3 => self
                .pick(&[r#""""#, r#""é\u00e9\ud83c\udfe0\"\\\/\n""#, r#""}{][""#, r#""00501""#])
                .to_owned(),
            4 => self.list(0, Self::value),
            _ => format!(r#"{{"k": {}, "l":[{}]}}"#, self.number(), self.number()),
        }
    }

    fn feature(&mut self) -> String {
        let mut properties: Vec<String> = Vec::new();
        for key in ["a", "B", "c d", "é", "features", "geometry"] {
            if self.below(3) > 0 {
                properties.push(format!("\"{key}\":{}", self.value()));
            }
        }
        let properties = format!(r#""properties":{{{}}}"#, properties.join(","));
        let geometry = format!(r#""geometry":{}"#, self.geometry(0));
        let (first, second) =
            if self.below(2) == 0 { (properties, geometry) } else { (geometry, properties) };
        let id = if self.below(2) == 0 { format!(r#","id":"{}""#, self.below(100)) } else { String::new() };
        format!(r#"{{"type":"Feature",{first},{second}{id}}}"#)
    }
}

/// What may differ: properties that are missing come out as null, and a whole number in a column of floats as one.
fn same(ours: &geojson::Feature, theirs: &geojson::Feature) {
    assert_eq!(ours.geometry, theirs.geometry);
    assert_eq!(ours.id, theirs.id);
    let (Some(ours), Some(theirs)) = (&ours.properties, &theirs.properties) else { panic!("no properties") };
    for (name, value) in ours {
        let expected = theirs.get(name).unwrap_or(&serde_json::Value::Null);
        let equal = value == expected || (value.is_number() && value.as_f64() == expected.as_f64());
        assert!(equal, "{name}: {value} is not {expected}");
    }
    assert!(theirs.keys().all(|name| ours.contains_key(name)));
}

#[test]
fn random_documents_read_as_the_geojson_crate_reads_them() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for round in 0..150 {
        let features: Vec<String> = (0..random.below(12)).map(|_| random.feature()).collect();
        let text = format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}", features.join(",\n"));
        let theirs: geojson::FeatureCollection = text.parse().unwrap();
        let context = context(64 << random.below(10), 2).0;
        let (out, _) = convert(text.clone(), "geojson", &context).unwrap();
        let ours: geojson::FeatureCollection = out.parse().unwrap();
        assert_eq!(ours.features.len(), theirs.features.len(), "round {round}");
        ours.features.iter().zip(&theirs.features).for_each(|(ours, theirs)| same(ours, theirs));
        let batches: Vec<Batch> = read(text).unwrap().1;
        let converted: Vec<geojson::Feature> =
            batches.iter().flat_map(|batch| geohub_formats::geojson::features(batch).unwrap()).collect();
        assert_eq!(converted, ours.features, "round {round}");
    }
}
