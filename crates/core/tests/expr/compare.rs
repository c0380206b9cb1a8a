use crate::sample::{ask, check};

#[test]
fn numbers_against_literals() {
    check(&[
        ("id = 1", "tf-f"),
        ("id <> 1", "ft-t"),
        ("id != 1", "ft-t"),
        ("1 < id", "ft-t"),
        ("small < 0", "tf-f"),
        ("small <= 0", "tt-f"),
        ("small >= -3", "tt-t"),
        ("+small > -3.5", "tt-t"),
        ("small = 0.0", "ft-f"),
        ("small = 0.5", "ff-f"),
        ("small <> 0.5", "tt-t"),
        ("small > -0.5", "ft-t"),
        ("single = 2.5", "ft-f"),
        ("single > 1e300", "ff-t"),
        ("area = 0", "tf-f"),
        ("area = -0.0", "tf-f"),
        ("\"id\" = 1", "tf-f"),
        ("`id` = 1", "tf-f"),
        ("ID = 1", "tf-f"),
    ]);
}

#[test]
fn integers_are_exact_against_doubles() {
    check(&[
        ("id = 9007199254740993", "ft-f"),
        ("id = 9007199254740992", "ff-f"),
        ("id = 9007199254740992.0", "ff-f"),
        ("id > 9007199254740992.0", "ft-t"),
        ("id < 9223372036854775808", "tt-t"),
        ("id < 9223372036854775808.0", "tt-t"),
        ("id >= 9223372036854775808", "ff-f"),
        ("id > -9223372036854775808", "tt-t"),
        ("area = 9007199254740993", "ff-f"),
        ("area < 9007199254740993", "tt-f"),
        ("area > 9007199254740991", "ft-f"),
        ("id > area", "tt-f"),
        ("area < id", "tt-f"),
        ("area <= hash", "tt-f"),
        ("hash = area", "ff-f"),
    ]);
}

#[test]
fn unsigned_integers_use_all_their_bits() {
    check(&[
        ("hash = 18446744073709551615", "ft-f"),
        ("hash > 9223372036854775807", "ft-t"),
        ("hash > -1", "tt-t"),
        ("hash < -1", "ff-f"),
        ("hash = 18446744073709551615.0", "ff-f"),
        ("hash < 18446744073709551616.0", "tt-t"),
        ("hash > id", "ft-t"),
        ("id < hash", "ft-t"),
        ("id = hash", "tf-f"),
        ("hash IN (1, 9223372036854775808, -5, 0.5)", "tf-t"),
        ("hash % 10 = 5", "ft-f"),
        ("hash % 10 = 8", "ff-t"),
    ]);
}

#[test]
fn nan_equals_nothing_and_has_no_order() {
    check(&[
        ("area = area", "tt-f"),
        ("area <> area", "ff-t"),
        ("area < 0", "ff-f"),
        ("area >= 0", "tt-f"),
        ("NOT area >= 0", "ff-t"),
        ("area IN (0, 9007199254740992)", "tt-f"),
        ("area NOT IN (0)", "ft-t"),
        ("area <> 5", "tt-t"),
    ]);
}

#[test]
fn arithmetic() {
    check(&[
        ("small + 1 = 1", "ft-f"),
        ("small * 2 - 1 < 0", "tt-f"),
        ("7 / 2 = 3.5", "tttt"),
        ("7 % small = 1", "t--f"),
        ("small % 2 = -1", "tf-f"),
        ("small / 0 IS NULL", "tttt"),
        ("1 / small IS NULL", "fttf"),
        ("1.0 / area IS NULL", "tftf"),
        ("-small = 3", "tf-f"),
        ("- -small = -3", "tf-f"),
        ("-(small + 1) = 2", "tf-f"),
        ("2 + 3 * 4 = 14", "tttt"),
        ("(2 + 3) * 4 = 20", "tttt"),
        ("10 - 3 - 2 = 5", "tttt"),
        ("10 - (3 - 2) = 9", "tttt"),
        ("hash % 9223372036854775808 = 0", "ff-t"),
        ("NULL + 1 IS NULL", "tttt"),
        ("-9223372036854775808 % -1 = 0", "tttt"),
        ("small * 0.5 = 3.5", "ff-t"),
    ]);
}

#[test]
fn unsigned_differences_go_below_zero() {
    let error = ask("hash - 100 < 0").expect_err("2^64 - 101 does not fit");
    assert_eq!(error.to_string(), "integer overflow in hash - 100 (column \"hash\")");
    check(&[("small - 100 < 0", "tt-t"), ("hash % 10 - 8 <= 0", "tt-t"), ("hash % 10 - 8 < 0", "tt-f")]);
}

#[test]
fn lists_and_ranges() {
    check(&[
        ("small IN (0, 7)", "ft-t"),
        ("small IN (7.0, 0.5)", "ff-t"),
        ("small NOT IN (0, 7)", "tf-f"),
        ("small IN (0, NULL)", "-t--"),
        ("small NOT IN (0, NULL)", "-f--"),
        ("small IN (small, 9)", "tt-t"),
        ("small IN (id, NULL)", "----"),
        ("name IN ('Main St', 'x')", "tf-f"),
        ("zone IN ('R1')", "tf-t"),
        ("large IN ('')", "ff-t"),
        ("tags IN ('{}')", "ff-t"),
        ("active IN (TRUE)", "tf-t"),
        ("NULL IN (1)", "----"),
        ("2 IN (1, 2)", "tttt"),
        ("small BETWEEN -3 AND 0", "tt-f"),
        ("small NOT BETWEEN -3 AND 0", "ff-t"),
        ("small BETWEEN NULL AND 0", "---f"),
        ("name BETWEEN 'A' AND 'Z'", "tf-f"),
    ]);
}
