//! Layers kept up to date: whatever happens to them, the file is that of a fresh download.
//!
//! `GEOHUB_SYNC_STEPS` is how many minutes are simulated for each portal, `GEOHUB_SYNC_QUIET` in how many of a hundred
//! nobody edits.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::path::{Path, PathBuf};

use common::{noting, parcels, settings};
use geohub_core::{Context, Output, Plan, run};
use geohub_fetch::{
    Changes, Freshness, How, Marks, Query, Reference, Settings, fetch, look, no_progress, refresh,
};
use geohub_testkit::hash::combine;
use geohub_testkit::net::{Act, Edit, Fault, Kind, Server};
use geohub_testkit::{arcgis, socrata};

const ROWS: usize = 300;
/// Enough for several stretches of the reader.
const MANY: usize = 30_000;

enum Portal {
    ArcGis(arcgis::Server),
    Socrata(socrata::Server),
}

impl Portal {
    fn arcgis(switches: arcgis::Switches) -> Self {
        Self::ArcGis(arcgis::Server::start(arcgis::Config::one("parcels", parcels(ROWS), switches)).unwrap())
    }

    fn tracked() -> arcgis::Switches {
        let edit_field = Some("EditDate".to_owned());
        arcgis::Switches { cap: 40, moves: true, edit_field, ..arcgis::Switches::default() }
    }

    fn socrata() -> Self {
        let switches = socrata::Switches { cap_limit: Some(40), ..socrata::Switches::default() };
        let source = socrata::Source::new("abcd-1234", parcels(ROWS));
        Self::Socrata(socrata::Server::start(socrata::Config::one(source).switches(switches)).unwrap())
    }

    fn both() -> [Self; 2] {
        [Self::arcgis(Self::tracked()), Self::socrata()]
    }

    fn net(&self) -> &Server {
        match self {
            Self::ArcGis(server) => server,
            Self::Socrata(server) => server,
        }
    }

    fn reference(&self) -> Reference {
        Reference::parse(&match self {
            Self::ArcGis(server) => server.layer_url("parcels", "FeatureServer", 0),
            Self::Socrata(server) => format!("socrata:{}/abcd-1234", server.url()),
        })
        .unwrap()
    }
}

/// A layer that is kept up to date in a folder.
struct Kept {
    portal: Portal,
    reference: Reference,
    query: Query,
    folder: tempfile::TempDir,
    marks: Option<Marks>,
    format: &'static str,
}

impl Kept {
    fn new(portal: Portal) -> Self {
        let reference = portal.reference();
        let folder = tempfile::tempdir().unwrap();
        Self { portal, reference, query: Query::default(), folder, marks: None, format: "geojson" }
    }

    fn settings(&self) -> Settings {
        Settings { keep_journal: true, ..settings(self.folder.path()) }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.{}", self.format))
    }

    fn write(&self, reader: Box<dyn geohub_core::Reader>, path: &Path) {
        let output = Output::Path(path.to_owned());
        let format = geohub_formats::named(self.format).unwrap();
        let options = geohub_formats::CreateOptions::default();
        let create = &mut || geohub_formats::create(format, &output, &options);
        run(Plan::all(reader), create, &Context::new(2)).unwrap();
    }

    /// Brings the file up to date if need be; what was brought, unless nothing was, and the notes.
    fn sync(&mut self) -> (Option<How>, Vec<String>) {
        let (context, notes) = noting();
        if let Some(marks) = &self.marks {
            let looked = look(&self.reference, &self.query, &self.settings(), &context).unwrap();
            if let Freshness::Fresh(_) = marks.compare(&looked.marks) {
                return (None, Vec::new());
            }
        }
        let refreshed =
            refresh(&self.reference, &self.query, &self.settings(), &context, &no_progress()).unwrap();
        self.marks = Some(refreshed.fetched.marks.clone());
        self.write(refreshed.fetched.reader, &self.file("kept"));
        let notes = notes.lock().unwrap().clone();
        (Some(refreshed.how), notes)
    }

    /// The file has the bytes of a fresh download.
    #[track_caller]
    fn check(&self, why: &str) {
        self.portal.net().clear_faults();
        let other = tempfile::tempdir().unwrap();
        let context = Context::new(1);
        let fresh =
            fetch(&self.reference, &self.query, &settings(other.path()), &context, no_progress()).unwrap();
        self.write(fresh.reader, &self.file("fresh"));
        let bytes = |name: &str| std::fs::read(self.file(name)).unwrap();
        assert!(bytes("kept") == bytes("fresh"), "{why}: {}", self.folder.path().display());
    }
}

/// Random edits, the same for a seed.
struct Editor {
    seed: u64,
    drawn: u64,
}

impl Editor {
    fn below(&mut self, limit: u64) -> u64 {
        self.drawn += 1;
        combine(&[self.seed, self.drawn]) % limit
    }

    fn edit(&mut self) -> Edit {
        let position = self.below(ROWS as u64 * 5 / 4) as usize;
        match self.below(100) {
            0..=24 => Edit::Insert,
            25..=49 => Edit::DeleteAt { position },
            50 => Edit::ReplaceAll,
            51..=65 => {
                let value = serde_json::json!(format!("{:05}x", self.below(100_000)));
                Edit::Change { position, field: "zip".to_owned(), value }
            }
            66..=70 => Edit::Change { position, field: "zip".to_owned(), value: serde_json::Value::Null },
            71..=85 => {
                let value = serde_json::json!(self.below(9000) as f64 / 2.0);
                Edit::Change { position, field: "area".to_owned(), value }
            }
            // Beyond the type of the column.
            86..=88 => {
                let value = serde_json::json!(4_000_000_000_000_u64 + self.below(9));
                Edit::Change { position, field: "apn".to_owned(), value }
            }
            _ => {
                Edit::Change { position, field: "apn".to_owned(), value: serde_json::json!(self.below(999)) }
            }
        }
    }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// One simulated minute: edits, and now and then one more while the changes are brought, which the next time sets
/// right. What was brought, and whether anything was edited.
fn minute(kept: &mut Kept, editor: &mut Editor, quiet: u64) -> (Option<How>, bool) {
    kept.portal.net().edit(&Edit::Wait { ms: 60_000 });
    if editor.below(100) < quiet {
        return (kept.sync().0, false);
    }
    for _ in 0..[1, 1, 2, 5, 20][editor.below(5) as usize] {
        kept.portal.net().edit(&editor.edit());
    }
    let meanwhile = editor.below(5) == 0;
    if meanwhile {
        let kind = [Kind::Page, Kind::Ids, Kind::Count][editor.below(3) as usize];
        let nth = 1 + editor.below(3);
        kept.portal.net().fault(Fault::at(kind, nth, Act::Then(editor.edit())));
    }
    let (how, _) = kept.sync();
    if meanwhile {
        kept.portal.net().clear_faults();
        kept.sync();
    }
    (how, true)
}

#[test]
fn whatever_is_edited_the_file_is_that_of_a_fresh_download() {
    let (minutes, quiet) = (number("GEOHUB_SYNC_STEPS", 40), number("GEOHUB_SYNC_QUIET", 15));
    let portals = Portal::both().map(|portal| {
        std::thread::spawn(move || {
            let mut kept = Kept::new(portal);
            let mut editor = Editor { seed: minutes + quiet, drawn: 0 };
            let (mut whole, mut changes, mut fresh) = (0, 0, 0);
            kept.sync();
            for number in 0..minutes {
                let format = if number % 211 == 3 { "fgb" } else { "geojson" };
                if format != kept.format {
                    (kept.format, kept.marks) = (format, None);
                }
                let (how, edited) = minute(&mut kept, &mut editor, quiet);
                // Without an edit a download is what it was, and so is a file that was left alone.
                if edited || how.is_some() {
                    kept.check(&format!("{}, minute {number}", kept.reference.provider()));
                }
                match how {
                    None => fresh += 1,
                    Some(How::Whole(_)) => whole += 1,
                    Some(How::Changes(_)) => changes += 1,
                }
            }
            let name = kept.reference.provider();
            eprintln!("{name}: {minutes} minutes: {fresh} fresh, {changes} by changes, {whole} whole");
            assert!(changes > whole, "{changes} by changes, {whole} whole");
        })
    });
    for portal in portals {
        portal.join().unwrap();
    }
}

#[test]
fn a_stamp_of_just_now_hides_no_edit() {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let last_edit_ms = Some(now.as_millis() as i64);
    let mut kept = Kept::new(Portal::arcgis(arcgis::Switches { last_edit_ms, ..Portal::tracked() }));
    kept.sync();
    assert!(!kept.marks.as_ref().unwrap().settled);
    // The stamp does not tell this edit from the one before.
    let change = Edit::Change { position: 5, field: "zip".to_owned(), value: "90012".into() };
    kept.portal
        .net()
        .edit(&Edit::In { layer: "parcels".to_owned(), edit: Box::new(Edit::Secretly(Box::new(change))) });
    assert!(kept.sync().0.is_some(), "not called fresh");
}

#[test]
fn a_copy_that_is_behind_is_looked_at_again() {
    let mut kept = Kept::new(Portal::socrata());
    kept.portal.net().fault(Fault::at(Kind::Count, 1, Act::OutOfDate).times(0));
    kept.sync();
    assert!(!kept.marks.as_ref().unwrap().settled);
    kept.portal.net().clear_faults();
    assert!(kept.sync().0.is_some());
    assert_eq!(kept.sync().0, None);
    kept.check("a copy behind");
}

#[test]
fn without_the_stamp_of_the_source_that_of_the_answer_tells() {
    let mut kept = Kept::new(Portal::socrata());
    kept.portal.net().fault(Fault::at(Kind::Count, 1, Act::NoSodaHeaders).times(0));
    kept.sync();
    let names: Vec<String> = kept.marks.as_ref().unwrap().stamps.keys().cloned().collect();
    assert_eq!(names, ["Last-Modified", "rowsUpdatedAt"]);
    assert_eq!(kept.sync().0, None);
    kept.portal.net().edit(&Edit::Change { position: 5, field: "zip".to_owned(), value: "90012".into() });
    assert!(kept.sync().0.is_some());
    kept.check("no header");
}

#[test]
fn only_what_changed_is_brought() {
    for portal in Portal::both() {
        let mut kept = Kept::new(portal);
        assert!(matches!(kept.sync().0, Some(How::Whole(_))));
        assert_eq!(kept.sync().0, None);
        let net = kept.portal.net();
        net.edit(&Edit::Wait { ms: 86_400_000 });
        net.edit(&Edit::Change { position: 5, field: "zip".to_owned(), value: "90012".into() });
        net.edit(&Edit::DeleteAt { position: 50 });
        net.edit(&Edit::DeleteAt { position: 51 });
        net.edit(&Edit::Insert);
        net.log().clear();
        let (how, _) = kept.sync();
        assert_eq!(how, Some(How::Changes(Changes { added: 1, changed: 1, removed: 2 })));
        let rows: usize = kept.portal.net().log().of(Kind::Page).iter().map(|entry| entry.rows).sum();
        assert_eq!(rows, 2, "{}", kept.reference.provider());
        kept.check("changes");
    }
}

#[test]
fn a_large_layer_is_put_together_stretch_by_stretch() {
    let switches = arcgis::Switches { cap: 2000, pbf: false, ..Portal::tracked() };
    let config = arcgis::Config::one("parcels", parcels(MANY), switches);
    let soda = socrata::Config::one(socrata::Source::new("abcd-1234", parcels(MANY)));
    let portals = [
        Portal::ArcGis(arcgis::Server::start(config).unwrap()),
        Portal::Socrata(socrata::Server::start(soda).unwrap()),
    ];
    for (seed, portal) in portals.into_iter().enumerate() {
        let mut kept = Kept::new(portal);
        let mut editor = Editor { seed: seed as u64 + 7, drawn: 0 };
        kept.sync();
        for round in 0..2 {
            kept.portal.net().edit(&Edit::Wait { ms: 86_400_000 });
            for _ in 0..400 {
                let position = editor.below(MANY as u64 * 9 / 10) as usize;
                let value = serde_json::json!(editor.below(9000));
                kept.portal.net().edit(&match editor.below(4) {
                    0 => Edit::DeleteAt { position },
                    1 => Edit::Insert,
                    _ => Edit::Change { position, field: "area".to_owned(), value },
                });
            }
            let (how, _) = kept.sync();
            assert!(matches!(how, Some(How::Changes(_))), "{how:?}");
            kept.check(&format!("round {round}"));
        }
    }
}

#[test]
fn a_full_replace_is_noticed() {
    for portal in Portal::both() {
        let mut kept = Kept::new(portal);
        kept.sync();
        kept.portal.net().edit(&Edit::ReplaceAll);
        let Some(How::Whole(why)) = kept.sync().0 else { panic!("not whole") };
        assert!(why.contains("most rows"), "{why}");
        kept.check("a full replace");
    }
}

#[test]
fn an_edit_that_no_row_tells_of_brings_every_row() {
    let mut kept = Kept::new(Portal::arcgis(Portal::tracked()));
    kept.sync();
    let net = kept.portal.net();
    net.edit(&Edit::Wait { ms: 86_400_000 });
    let change = Edit::Change { position: 5, field: "zip".to_owned(), value: "90012".into() };
    net.edit(&Edit::Secretly(Box::new(change)));
    // The layer's stamp moves, the row's does not.
    net.edit(&Edit::Touch { id: "no such row".to_owned() });
    let Some(How::Whole(why)) = kept.sync().0 else { panic!("not whole") };
    assert!(why.contains("no row says so"), "{why}");
    kept.check("a secret edit");
}

#[test]
fn a_layer_without_edit_dates_is_brought_whole_when_its_stamp_moves() {
    let mut kept = Kept::new(Portal::arcgis(arcgis::Switches { edit_field: None, ..Portal::tracked() }));
    kept.sync();
    assert_eq!(kept.sync().0, None);
    kept.portal.net().edit(&Edit::Change { position: 5, field: "zip".to_owned(), value: "90012".into() });
    let Some(How::Whole(why)) = kept.sync().0 else { panic!("not whole") };
    assert!(why.contains("does not say which rows"), "{why}");
    kept.check("a stamp without edit dates");
}

#[test]
fn a_layer_without_a_stamp_is_never_called_fresh() {
    let switches = arcgis::Switches { last_edit_ms: None, edit_field: None, ..Portal::tracked() };
    let mut kept = Kept::new(Portal::arcgis(switches));
    kept.sync();
    let context = Context::new(1);
    let looked = look(&kept.reference, &kept.query, &kept.settings(), &context).unwrap();
    let verdict = kept.marks.as_ref().unwrap().compare(&looked.marks);
    assert!(
        matches!(&verdict, Freshness::Unknown(why) if why.contains("no change of values")),
        "{verdict:?}"
    );
    let change = Edit::Change { position: 5, field: "zip".to_owned(), value: "90012".into() };
    kept.portal.net().edit(&Edit::Secretly(Box::new(change)));
    assert!(matches!(kept.sync().0, Some(How::Whole(_))));
    kept.check("no stamp");
}

#[test]
fn a_selection_is_kept_up_to_date_too() {
    for portal in Portal::both() {
        let mut kept = Kept::new(portal);
        kept.query.filter = Some(geohub_core::expr::Expr::parse("area > 100").unwrap());
        kept.query.server_where = Some("zip IS NOT NULL".to_owned());
        kept.sync();
        kept.portal.net().edit(&Edit::Wait { ms: 86_400_000 });
        let area = |position: usize, area: f64| {
            let value = serde_json::json!(area);
            kept.portal.net().edit(&Edit::Change { position, field: "area".to_owned(), value });
        };
        // One row comes in, one goes out, one stays and changes.
        area(0, 500.0);
        area(200, 1.0);
        area(210, 501.0);
        let (how, _) = kept.sync();
        assert_eq!(how, Some(How::Changes(Changes { added: 1, changed: 1, removed: 1 })));
        kept.check("a selection");
    }
}

#[test]
fn kept_pages_that_are_damaged_are_not_trusted() {
    let mut kept = Kept::new(Portal::socrata());
    kept.sync();
    kept.portal.net().edit(&Edit::Insert);
    let pages = kept.settings().journal.join("pages.bin");
    let mut bytes = std::fs::read(&pages).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&pages, bytes).unwrap();
    let Some(How::Whole(why)) = kept.sync().0 else { panic!("not whole") };
    assert!(why.contains("damaged"), "{why}");
    kept.check("damaged pages");
}

#[test]
fn a_refresh_that_is_cut_off_is_gone_on_with() {
    for portal in Portal::both() {
        let mut kept = Kept::new(portal);
        kept.sync();
        let net = kept.portal.net();
        net.edit(&Edit::Wait { ms: 86_400_000 });
        for position in 0..60 {
            net.edit(&Edit::Change { position, field: "zip".to_owned(), value: "90012".into() });
        }
        net.fault(
            Fault::at(
                Kind::Ids,
                1,
                Act::Status {
                    code: 500,
                    body: "{}".to_owned(),
                    headers: std::collections::BTreeMap::default(),
                },
            )
            .times(0),
        );
        let (context, _) = noting();
        assert!(refresh(&kept.reference, &kept.query, &kept.settings(), &context, &no_progress()).is_err());
        kept.portal.net().clear_faults();
        let (how, _) = kept.sync();
        assert!(matches!(how, Some(How::Changes(_))), "{how:?}");
        kept.check("cut off");
    }
}
