//! Odd and broken tables.

use geohub_core::{Context, Error, GeometryKind, ReadOptions, RowCount};
use geohub_formats::{OpenOptions, named};

use crate::support::{read, read_with, reader, refused};

#[test]
fn types_never_change_a_value() {
    let table = read(
        "id,zip,big,flag,n,m,f,date\n1,007,9007199254740993,true,18446744073709551615,\"12,500.50\",1.50,2024-01-01\n\
         -2,90013,2.5,FALSE,1,3,2,2024-01-02\n,,,,,,,\n",
    );
    let types =
        ["id:Int64", "zip:Utf8", "big:Utf8", "flag:Boolean", "n:UInt64", "m:Utf8", "f:Float64", "date:Utf8"];
    assert_eq!(table.types(), types);
    assert_eq!(table.column("big"), [Some("9007199254740993".into()), Some("2.5".into()), None]);
    assert_eq!(table.column("f"), [Some("1.5".into()), Some("2.0".into()), None]);
}

#[test]
fn empty_cells_are_null_and_quoted_ones_empty_texts() {
    let table = read("a,b\n,1\n\"\",2\nx,\" \"\n");
    assert_eq!(table.column("a"), [None, Some(String::new()), Some("x".into())]);
    assert_eq!(table.column("b"), [Some("1".into()), Some("2".into()), None]);
}

#[test]
fn encodings_are_told_by_their_bytes() {
    let expected = [Some("Ñandú".to_owned())];
    let utf16: Vec<u8> = "\u{feff}n,m\nÑandú,1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [&b"\xef\xbb\xbfn,m\n\xc3\x91and\xc3\xba,1\n"[..], b"n,m\n\xd1and\xfa,1\n", &utf16] {
        let table = read_with(bytes, &OpenOptions::default(), Context::new(1)).unwrap();
        assert_eq!(table.column("n"), expected);
    }
    let table = read_with(b"n,m\na,1\n\xd1,1\n", &OpenOptions::default(), Context::new(1)).unwrap();
    assert!(
        table.notes[0].contains("line 3, byte 8") && table.notes[0].contains("Windows-1252"),
        "{:?}",
        table.notes
    );
    let error = refused(b"n,m\n\xc3\x91,1\n\xd1,1\n");
    assert_eq!((error.line, error.byte), (Some(3), Some(9)));
}

#[test]
fn separators_and_decimal_commas_are_found() {
    let table = read("nombre;lat;lon\nx, y;34,057817;-118,290996\nz;34;-118,5\n");
    assert_eq!(table.types(), ["nombre:Utf8", "lat:Float64", "lon:Float64"]);
    assert_eq!(table.points(), [Some((-118.290_996, 34.057_817)), Some((-118.5, 34.0))]);
    let options = OpenOptions { format: Some(named("tsv").unwrap()), ..OpenOptions::default() };
    let table = read_with(b"a,b\tc\nx,2\t3\n", &options, Context::new(1)).unwrap();
    assert_eq!(table.types(), ["a,b:Utf8", "c:Int64"]);
}

#[test]
fn odd_headers_get_names_and_a_warning() {
    let table = read("a,,a, b \n1,2,3,4\n");
    assert_eq!(table.types(), ["a:Int64", "field_2:Int64", "a_2:Int64", "b:Int64"]);
    assert!(table.notes[0].contains("field_2, a_2"));
}

#[test]
fn tables_without_rows_are_tables() {
    let table = read("a,lon,lat\n");
    assert_eq!((table.batch.rows(), table.layer.rows), (0, RowCount::Exact(0)));
    assert_eq!(table.layer.geometry.kind, GeometryKind::Point);
    for text in ["", "\n\r\n", "\u{feff}"] {
        let table = read(text);
        assert_eq!((table.batch.rows(), table.types().len()), (0, 0));
        assert!(table.notes[0].contains("empty"));
    }
}

#[test]
fn ragged_rows_are_filled_or_refused() {
    let table = read("a,b\n1,2\n3\n4,5,\n");
    assert_eq!(table.column("b"), [Some("2".into()), None, Some("5".into())]);
    assert!(table.notes[0].contains("1 row with fewer cells") && table.notes[0].contains("line 3"));
    let error = refused(b"a,b\r\n\"1\r\n\",2\r\n4,5,6\r\n");
    assert_eq!((error.line, error.feature, error.byte), (Some(4), Some(2), Some(14)));
    assert_eq!(error.message, "the row has 3 cells, the header 2 columns");
}

#[test]
fn an_open_quote_is_refused_where_it_opens() {
    let error = refused(b"a,b\n1,2\n3,\"4\n5,6\n");
    assert_eq!((error.line, error.byte), (Some(3), Some(10)));
}

#[test]
fn every_truncation_is_read_or_refused() {
    let text = "id,name,lat,lon\r\n1,\"a \"\"quoted\"\"\nName\",34.5,-118.25\r\n2,Ñ,34,-118\n".as_bytes();
    for jobs in [1, 2] {
        for end in 0..=text.len() {
            let mut context = Context::new(jobs);
            context.block_bytes = 16;
            match read_with(&text[..end], &OpenOptions::default(), context) {
                Ok(table) => assert!(table.batch.rows() <= 2),
                Err(error) => assert!(matches!(error, Error::Data(_)), "{end}: {error}"),
            }
        }
    }
}

#[test]
fn hostile_sizes_are_refused_in_bounded_memory() {
    let wide = ",".repeat(10_000_000);
    assert!(refused(wide.as_bytes()).message.contains("more than 20,000 columns"));
    let mut context = Context::new(2);
    context.max_feature_bytes = 1 << 20;
    for long in [format!("a\n{}\n", "x".repeat(10 << 20)), format!("a\n\"{}", "\n".repeat(10 << 20))] {
        for block_bytes in [8 << 20, 1 << 16, 16 << 20] {
            context.block_bytes = block_bytes;
            let error = read_with(long.as_bytes(), &OpenOptions::default(), context.clone()).err();
            assert!(matches!(error, Some(Error::Data(error)) if error.line == Some(2)));
        }
    }
}

#[test]
fn nul_bytes_are_characters() {
    let table = read("a,b\nx\0y,1\n\0,2\n");
    assert_eq!(table.column("a"), [Some("x\0y".into()), Some("\0".into())]);
}

#[test]
fn columns_and_limits_are_done_by_the_reader() {
    let mut reader =
        reader(b"a,lon,lat\n1,2,3\n4,5,6\n7,8,9\n", &OpenOptions::default(), &Context::new(1)).unwrap();
    let options = ReadOptions { columns: Some(vec!["a".into()]), limit: Some(2), ..ReadOptions::default() };
    let done = reader.plan(&options).unwrap();
    assert_eq!((done.columns, done.limit), (geohub_core::Level::Exact, geohub_core::Level::Exact));
    assert_eq!((reader.layer().rows, reader.layer().schema.fields().len()), (RowCount::Exact(2), 1));
}
