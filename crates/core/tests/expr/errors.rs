use crate::sample::{ask, batch, check_errors};
use geohub_core::expr::{Expr, ExprError, Position, SUPPORTED};

#[test]
fn syntax() {
    check_errors(&[
        ("", "the expression is empty"),
        ("  -- nothing\n", "the expression is empty"),
        ("a = ", "expected an expression, found the end"),
        ("a = 1 b", "expected an operator or the end, found b (at line 1, column 7)"),
        ("a = 1)", "expected an operator or the end, found ) (at line 1, column 6)"),
        ("(a = 1", "expected ), found the end"),
        ("= 1", "expected an expression, found = (at line 1, column 1)"),
        ("a = 'x", "unterminated string literal (at line 1, column 5)"),
        ("a IN ()", "expected an expression, found ) (at line 1, column 7)"),
        ("a IN 1", "expected (, found 1 (at line 1, column 6)"),
        ("a BETWEEN 1", "expected AND, found the end"),
        ("a NOT 5", "expected an operator or the end, found NOT (at line 1, column 3)"),
        ("a &", "expected an expression, found the end"),
        ("a = \"", "expected close delimiter '\"' before EOF. (at line 1, column 5)"),
        ("a = 1; DROP TABLE b", "expected an operator or the end, found ; (at line 1, column 6)"),
        ("a < > 1", "expected an expression, found > (at line 1, column 5)"),
        ("é = ", "expected an expression, found the end"),
        ("a AND", "expected an expression, found the end"),
    ]);
}

#[test]
fn unsupported() {
    check_errors(&[
        ("a ==  1", "== is not supported in an expression (at line 1, column 3); write ="),
        (
            "CASE WHEN a THEN b END",
            "CASE is not supported in an expression (at line 1, column 1); a column of that name is written \"case\"",
        ),
        (
            "a || 'x' = 'y'",
            "the operator || is not supported in an expression; write the whole text in one pair of quotes",
        ),
        (
            "a.b = 1",
            "the qualified name a.b is not supported in an expression (at line 1, column 1); for a column of that name write \"a.b\"",
        ),
        (
            "a IS TRUE",
            "IS TRUE / IS FALSE is not supported in an expression; write = TRUE, = FALSE or IS NULL",
        ),
        (
            "a SIMILAR TO 'x'",
            "a regular expression is not supported in an expression; write LIKE or ILIKE with % and _",
        ),
        ("a ~ 'x'", "the operator ~ is not supported in an expression; write LIKE or ILIKE with % and _"),
        (
            "INTERVAL '1 day' > a",
            "INTERVAL is not supported in an expression; write the date itself, such as DATE '2024-05-01'",
        ),
        (
            "(1, 2) = a",
            "a list of values in brackets is not supported in an expression; lists stand only after IN",
        ),
        (
            "[City Name] = 1",
            "[ is not supported in an expression (at line 1, column 1); write a column name with blanks or signs in \"double quotes\"",
        ),
        (
            "a = N'x'",
            "N'..' is not supported in an expression (at line 1, column 5); text is UTF-8: write '..'",
        ),
        (
            "TIME '12:00' = a",
            "TIME '..' is not supported in an expression (at line 1, column 6); typed literals are DATE '..' and TIMESTAMP '..'",
        ),
        (
            "a COLLATE x = 'y'",
            "COLLATE is not supported in an expression; text is compared by its UTF-8 bytes",
        ),
        ("a XOR b", "the operator XOR is not supported in an expression; write <> between two conditions"),
    ]);
}

#[test]
fn literals() {
    check_errors(&[
        ("DATE 'x' = day", "'x' is not a date such as DATE '2024-05-01'"),
        (
            "TIMESTAMP '2024-13-01' = seen",
            "'2024-13-01' is not a time such as TIMESTAMP '2024-05-01 12:30:00' or '..T12:30:00Z'",
        ),
        (
            "a = 99999999999999999999",
            "99999999999999999999 is not a number in range: integers go from -9223372036854775808 to 18446744073709551615, others to 1.8e308",
        ),
        (
            "a = 1e999",
            "1e999 is not a number in range: integers go from -9223372036854775808 to 18446744073709551615, others to 1.8e308",
        ),
        (
            "-18446744073709551615 = a",
            "-18446744073709551615 is not a number in range: integers go from -9223372036854775808 to 18446744073709551615, others to 1.8e308",
        ),
        ("name LIKE name", "name is not a pattern for LIKE; write it in quotes, such as 'A%'"),
        ("name LIKE 'a' ESCAPE 'xx'", "'xx' is not one character, as ESCAPE needs, such as ESCAPE '!'"),
        ("name LIKE 'a!' ESCAPE '!'", "'a!' is not a pattern with ESCAPE '!': ! must stand before %, _ or !"),
        (
            "seen = 'yesterday'",
            "'yesterday' is not a timestamp with a time zone, which seen is; write one such as '2024-05-01T12:30:00Z'",
        ),
        ("day = 'x'", "'x' is not a date, which day is; write one such as '2024-05-01'"),
        (
            "seen IN ('x')",
            "'x' is not a timestamp with a time zone, which seen is; write one such as '2024-05-01T12:30:00Z'",
        ),
    ]);
}

#[test]
fn names() {
    check_errors(&[
        ("SELECT", "there is no column \"SELECT\"; the nearest are \"seen\""),
        ("nam = 'x'", "there is no column \"nam\"; the nearest are \"name\""),
        ("\"ID\" = 1", "there is no column \"ID\"; the nearest are \"id\""),
        ("twin = 1", "the column \"twin\" is ambiguous: write one of \"Twin\", \"TWIN\""),
        ("zzz = 1", "there is no column \"zzz\""),
        ("city_name = 'a'", "there is no column \"city_name\"; the nearest are \"City Name\""),
    ]);
}

#[test]
fn types() {
    check_errors(&[
        ("name = 5", "name is text and 5 is a number: write '5' in quotes"),
        ("name = TRUE", "name is text and TRUE is a boolean: write 'TRUE' in quotes"),
        (
            "name = DATE '2024-05-01'",
            "name is text and DATE '2024-05-01' is a date: write '2024-05-01' to compare as text",
        ),
        ("name > 1.5", "name is text and 1.5 is a number: write '1.5' in quotes"),
        ("id = '12'", "id is an integer and '12' is text: write 12 without quotes"),
        ("id = 'abc'", "id is an integer and 'abc' is text: write an integer such as 10"),
        ("id = TRUE", "id is an integer and TRUE is a boolean: write an integer such as 10"),
        ("active = 1", "active is a boolean and 1 is a number: write active or NOT active"),
        ("active = 'true'", "active is a boolean and 'true' is text: write active or NOT active"),
        (
            "seen = 5",
            "seen is a timestamp with a time zone and 5 is a number: write a timestamp with a time zone such as '2024-05-01T12:30:00Z'",
        ),
        (
            "seen = '2024-05-01T12:00'",
            "seen is a timestamp with a time zone and '2024-05-01T12:00' is text: write a timestamp with a time zone such as '2024-05-01T12:30:00Z'",
        ),
        (
            "local = '2024-05-01T12:00Z'",
            "local is a timestamp without a time zone and '2024-05-01T12:00Z' is text: write a time without an offset, such as '2024-05-01T12:30:00'",
        ),
        (
            "local = seen",
            "local is a timestamp without a time zone and seen is a timestamp with a time zone: times with a zone cannot be compared with times without one",
        ),
        (
            "tags < 'a'",
            "tags is JSON and 'a' is text: JSON is compared as text, and only with =, <>, IN, LIKE and IS NULL",
        ),
        (
            "tags = 1",
            "tags is JSON and 1 is a number: JSON is compared as text, and only with =, <>, IN, LIKE and IS NULL",
        ),
        (
            "blob = 'x'",
            "blob is of type Binary and 'x' is text: a column of this type can only be tested with IS NULL",
        ),
        ("name = id", "name is text and id is an integer: only values of one kind can be compared"),
        ("active > id", "active is a boolean and id is an integer: only values of one kind can be compared"),
        (
            "blob = blob",
            "blob is of type Binary and blob is of type Binary: only values of one kind can be compared",
        ),
        (
            "tags < name",
            "tags is JSON and name is text: JSON can only be tested with =, <>, IN, LIKE and IS NULL",
        ),
        ("id IN ('a')", "id is an integer and 'a' is text: write an integer such as 10"),
        ("name IN (1, 2)", "name is text and 1 is a number: write '1' in quotes"),
        (
            "blob IN (1)",
            "blob is of type Binary and 1 is a number: a column of this type can only be tested with IS NULL",
        ),
        ("id LIKE '1%'", "id is an integer, and LIKE needs text: write a comparison such as id = 10"),
        (
            "seen LIKE '2024%'",
            "seen is a timestamp with a time zone, and LIKE needs text: write a comparison such as seen = '2024-05-01T12:30:00Z'",
        ),
        ("name BETWEEN 1 AND 2", "name is text and 1 is a number: write '1' in quotes"),
        ("name + 1 = 2", "name is text, not a number: + needs numbers on both sides"),
        ("-name = 1", "name is text, not a number: - needs numbers on both sides"),
        ("active * 2 = 1", "active is a boolean, not a number: * needs numbers on both sides"),
    ]);
}

#[test]
fn conditions() {
    check_errors(&[
        ("id", "id is an integer, not a condition; write a comparison such as id = 10"),
        ("name", "name is text, not a condition; write a comparison such as name = 'text'"),
        ("1 + 1", "1 + 1 is an integer, not a condition; write a comparison such as 1 + 1 = 10"),
        ("'x'", "'x' is text, not a condition; write a comparison such as 'x' = 'text'"),
        ("NOT id", "id is an integer, not a condition; write a comparison such as id = 10"),
        ("id AND active", "id is an integer, not a condition; write a comparison such as id = 10"),
        (
            "seen OR active",
            "seen is a timestamp with a time zone, not a condition; write a comparison such as seen = '2024-05-01T12:30:00Z'",
        ),
        (
            "DATE '2024-05-01'",
            "DATE '2024-05-01' is a date, not a condition; write a comparison such as DATE '2024-05-01' = '2024-05-01'",
        ),
    ]);
}

#[test]
fn overflow() {
    check_errors(&[
        ("id + 1 > 0", "integer overflow in id + 1 (column \"id\")"),
        ("id * small + hash > 0", "integer overflow in id * small (columns \"id\", \"small\")"),
        ("9223372036854775807 + 1 > 0", "integer overflow in 9223372036854775807 + 1"),
        ("hash + 0 > 0", "integer overflow in hash + 0 (column \"hash\")"),
    ]);
}

/// What has no short replacement is answered with the whole of the language.
#[test]
fn unsupported_without_a_replacement() {
    for (text, expected) in [
        ("upper(name) = 'A'", "the function upper() is not supported in an expression (at line 1, column 1)"),
        ("id IN (SELECT 1)", "a subquery is not supported in an expression"),
        ("id = ANY (1)", "the function ANY() is not supported in an expression (at line 1, column 6)"),
        ("a::int = 1", "a cast is not supported in an expression"),
        ("current_date > day", "the function current_date is not supported in an expression"),
        ("a = ?", "the placeholder ? is not supported in an expression (at line 1, column 5)"),
        ("a = X'1F'", "the literal X'1F' is not supported in an expression (at line 1, column 5)"),
        ("a = $1", "the placeholder $1 is not supported in an expression (at line 1, column 5)"),
        (
            "NOT EXISTS (SELECT 1)",
            "the function EXISTS() is not supported in an expression (at line 1, column 5)",
        ),
        ("a IS DISTINCT FROM 1", "IS DISTINCT FROM is not supported in an expression"),
        ("a ^ 2 = 1", "the operator ^ is not supported in an expression"),
        ("a LIKE ANY ('x')", "the function ANY() is not supported in an expression (at line 1, column 8)"),
    ] {
        let error = ask(text).expect_err(text).to_string();
        assert_eq!(error, format!("{expected}; {SUPPORTED}"), "{text}");
    }
}

#[test]
fn positions_are_kept() {
    let Err(ExprError::Syntax { position, .. }) = Expr::parse("a = 1 AND\n  b = )") else {
        panic!("no syntax error")
    };
    assert_eq!(position, Some(Position { line: 2, column: 7 }));
}

#[test]
fn mismatch_of_batch_and_schema() {
    let batch = batch();
    let bound = Expr::parse("small = 1").unwrap().bind(&batch.schema()).unwrap();
    let other = batch.project(&[0]).unwrap();
    assert_eq!(
        bound.evaluate(&other).unwrap_err().to_string(),
        "column \"small\" was bound as Int16, but the batch has no such column"
    );
    let other = batch.project(&[0, 0]).unwrap();
    assert_eq!(
        bound.evaluate(&other).unwrap_err().to_string(),
        "column \"small\" was bound as Int16, but the batch has Int64"
    );
}
