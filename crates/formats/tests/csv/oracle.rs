//! Splitting, beside the `csv` crate, on small alphabets where every rule meets every other.

use geohub_core::{Context, Error};
use geohub_formats::OpenOptions;

use crate::support::read_with;

/// A small generator, so that the texts are the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }
}

fn rows_of_crate(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// The rows we read behind a header of three columns, null as empty.
fn rows_of_ours(text: &str, context: &Context) -> Result<Vec<Vec<String>>, Error> {
    let options = OpenOptions { geometry: Some("none".into()), ..OpenOptions::default() };
    let table = read_with(text.as_bytes(), &options, context.clone())?;
    let columns: Vec<_> = ["c1", "c2", "c3"].iter().map(|name| table.column(name)).collect();
    let row = |row: usize| columns.iter().map(|column| column[row].clone().unwrap_or_default()).collect();
    Ok((0..table.batch.rows()).map(row).collect())
}

#[test]
fn cells_are_those_of_the_csv_crate() {
    const ALPHABET: [char; 6] = ['a', ',', '"', '\n', '\r', 'b'];
    let mut random = Random(7);
    let mut context = Context::new(2);
    let (mut read, mut refused) = (0, 0);
    for _ in 0..20_000 {
        let len = random.next(14);
        let body: String = (0..len).map(|_| ALPHABET[random.next(ALPHABET.len())]).collect();
        let text = format!("c1,c2,c3\nxa,xa,xa\n{body}");
        let mut expected = rows_of_crate(&text).split_off(1);
        if expected.iter().any(|row| row.len() > 3 && row[3..].iter().any(|cell| !cell.is_empty())) {
            continue;
        }
        for row in &mut expected {
            row.resize(3, String::new());
        }
        context.block_bytes = 1 + random.next(12);
        match rows_of_ours(&text, &context) {
            Ok(rows) => {
                assert_eq!(rows, expected, "{text:?}");
                read += 1;
            }
            Err(error) => {
                let closed = rows_of_crate(&format!("{text}\"\nb")).len() > rows_of_crate(&text).len();
                assert!(
                    error.to_string().contains("never ends") && closed || error.to_string().contains("cells"),
                    "{text:?}: {error}"
                );
                refused += 1;
            }
        }
    }
    assert!(read > 10_000 && refused > 100, "{read} read, {refused} refused");
}
