use crate::sample::{ask, check};

/// Kleene's tables, with 0 for false, 1 for null, 2 for true: AND is the least, OR the greatest.
#[test]
fn three_valued_tables() {
    let words = [("FALSE", 'f'), ("NULL", '-'), ("TRUE", 't')];
    for (a, (left, _)) in words.iter().enumerate() {
        assert_eq!(ask(&format!("NOT {left}")).unwrap(), words[2 - a].1.to_string().repeat(4), "NOT {left}");
        for (b, (right, _)) in words.iter().enumerate() {
            let and = ask(&format!("{left} AND {right}")).unwrap();
            assert_eq!(and, words[a.min(b)].1.to_string().repeat(4), "{left} AND {right}");
            let or = ask(&format!("{left} OR {right}")).unwrap();
            assert_eq!(or, words[a.max(b)].1.to_string().repeat(4), "{left} OR {right}");
        }
    }
}

#[test]
fn conditions_over_columns() {
    check(&[
        ("active", "tf-t"),
        ("NOT active", "ft-f"),
        ("active = FALSE", "ft-f"),
        ("active <> TRUE", "ft-f"),
        ("active AND small > 0", "ff-t"),
        ("active OR small > 0", "tf-t"),
        ("active OR TRUE", "tttt"),
        ("active AND FALSE", "ffff"),
        ("NULL", "----"),
        ("TRUE", "tttt"),
        ("nothing = 1", "----"),
        ("nothing IS NULL", "tttt"),
        ("small IS NULL", "fftf"),
        ("small IS NOT NULL", "ttft"),
        ("NOT small IS NULL", "ttft"),
        ("zone IS NULL", "fftf"),
        ("blob IS NULL", "fftf"),
        ("tags IS NOT NULL", "ttft"),
        ("(small > 0) IS NULL", "fftf"),
        ("small = NULL", "----"),
        ("NULL <> small", "----"),
        ("small > 0 = active", "ft-t"),
        ("small - id IS NULL", "fftf"),
        ("id = 1 AND small = -3 OR id = 1 AND FALSE", "tf-f"),
        ("NOT id = 1 AND TRUE", "ft-t"),
    ]);
}
