use crate::random::{Random, condition};
use geohub_core::expr::Expr;

#[test]
fn prints_with_the_brackets_that_are_needed() {
    for (text, printed) in [
        ("((a)) = (1)", "a = 1"),
        ("a=1 and b=2 or c", "a = 1 AND b = 2 OR c"),
        ("a = 1 and (b = 2 or c)", "a = 1 AND (b = 2 OR c)"),
        ("not (a and b)", "NOT (a AND b)"),
        ("(not a) = b", "(NOT a) = b"),
        ("a - (b - c) - d", "a - (b - c) - d"),
        ("a * (b + c)", "a * (b + c)"),
        ("-(-a)", "-(-a)"),
        ("- 5 - -5", "-5 - -5"),
        ("a is null = true", "(a IS NULL) = TRUE"),
        ("a = 1 is null", "(a = 1) IS NULL"),
        ("a not like 'x''%' escape '!'", "a NOT LIKE 'x''%' ESCAPE '!'"),
        ("\"a\"\"b\" ilike null", "\"a\"\"b\" ILIKE NULL"),
        ("a in (b or c, 1)", "a IN (b OR c, 1)"),
        ("`a b` between (1+2) and 3", "\"a b\" BETWEEN 1 + 2 AND 3"),
        ("x > 1.50e2", "x > 150.0"),
        ("x > 1e300", "x > 1e300"),
        ("x = 18446744073709551615", "x = 18446744073709551615"),
        ("x = -9223372036854775808", "x = -9223372036854775808"),
        ("t >= timestamp '2024-05-01T12:30:00.50-07:00'", "t >= TIMESTAMP '2024-05-01 19:30:00.5Z'"),
        ("t >= date '2024-05-01'", "t >= DATE '2024-05-01'"),
        (
            "user = 'a' and date > 1 and floor = 2 and year = 3",
            "user = 'a' AND date > 1 AND floor = 2 AND year = 3",
        ),
        ("a /* why */ = 1 -- because", "a = 1"),
        ("straße = 1", "straße = 1"),
    ] {
        let expr = Expr::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(expr.to_string(), printed);
        assert_eq!(Expr::parse(printed).expect(printed), expr, "{text}");
    }
}

#[test]
fn what_is_printed_parses_back() {
    let mut random = Random::new(7);
    for _ in 0..20_000 {
        let expr = condition(&mut random, 5);
        let printed = expr.to_string();
        match Expr::parse(&printed) {
            Ok(parsed) => assert_eq!(parsed, expr, "{printed}"),
            Err(error) => panic!("{printed}: {error}"),
        }
    }
}

/// Brackets that printing adds must not break the limit of nesting.
#[test]
fn the_deepest_expressions_print_and_parse_back() {
    for text in [
        format!("a{}", " IS NULL".repeat(31)),
        format!("a{}", " = 1".repeat(31)),
        format!("{}a{}", "NOT (b = ".repeat(15), ")".repeat(15)),
        format!("{}a{} = 1", "-(b + ".repeat(15), ")".repeat(15)),
        format!("{}a{}", "(b OR c AND ".repeat(15), ")".repeat(15)),
        format!("{}a{}", "b NOT IN (c, ".repeat(31), ")".repeat(31)),
    ] {
        let expr = Expr::parse(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(Expr::parse(&expr.to_string()).expect("within the limit"), expr, "{text}");
    }
}
