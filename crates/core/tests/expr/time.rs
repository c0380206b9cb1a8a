use crate::sample::check;

#[test]
fn timestamps_with_a_zone() {
    check(&[
        ("seen = '2024-05-01T12:30:00Z'", "tf-f"),
        ("seen = '2024-05-01T05:30:00-07:00'", "tf-f"),
        ("seen = TIMESTAMP '2024-05-01 12:30:00Z'", "tf-f"),
        ("seen >= '2024-05-01'", "tf-f"),
        ("seen >= DATE '1970-01-01'", "tt-f"),
        ("seen < '1970-01-01'", "ff-t"),
        ("seen < '1970-01-01T00:00:00.0001Z'", "ft-t"),
        ("seen = '1970-01-01T00:00:00.0001Z'", "ff-f"),
        ("seen > '1969-12-31T23:59:59.9985Z'", "tt-t"),
        ("seen IN ('1970-01-01T00:00Z', DATE '2024-05-01')", "ft-f"),
        ("seen BETWEEN '2024-01-01' AND '2024-12-31'", "tf-f"),
        ("seen > DATE '0001-01-01'", "tt-t"),
    ]);
}

#[test]
fn timestamps_without_a_zone() {
    check(&[
        ("local = '2024-05-01T12:30:00'", "tf-f"),
        ("local = '2024-05-01 12:30:00.000001'", "ft-f"),
        ("local > TIMESTAMP '2024-05-01 12:30'", "ft-f"),
        ("local <> '1969-12-31T23:59:59.999999'", "tt-f"),
        ("local >= day", "tt-t"),
        ("local = local", "tt-t"),
        ("day < local", "tt-t"),
        ("day = seen", "ft-f"),
    ]);
}

#[test]
fn dates() {
    check(&[
        ("day = '2024-05-01'", "tf-f"),
        ("day = DATE '2024-05-01'", "tf-f"),
        ("DATE '1970-01-01' >= day", "ft-t"),
        ("day >= '2024-05-01T00:00:01'", "ff-f"),
        ("day < '2024-05-01T00:00:01'", "tt-t"),
        ("day NOT IN ('1970-01-01')", "tf-t"),
        ("DATE '2024-05-01' < TIMESTAMP '2024-05-01 00:00:01'", "tttt"),
    ]);
}
