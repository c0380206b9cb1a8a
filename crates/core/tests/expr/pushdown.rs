use crate::sample::batch;
use geohub_core::expr::{ArcGisSql, Expr, SoQl};

#[test]
fn what_a_server_may_do() {
    let schema = batch().schema();
    for (text, safe) in [
        ("id = 1", true),
        ("1 <= ID", true),
        ("id <> 5", true),
        ("id > 1.5", true),
        ("id = 1.5", false),
        ("area > 1.5", true),
        ("area = 1.5", false),
        ("area = 2", true),
        ("single > 1", false),
        ("id IN (1, 2)", true),
        ("id NOT IN (1, 2)", true),
        ("id IN (1, NULL)", false),
        ("id BETWEEN 1 AND 2", true),
        ("id NOT BETWEEN 1 AND 2", false),
        ("name = 'Main St'", true),
        ("name IN ('a', 'b')", true),
        ("name NOT IN ('a')", false),
        ("name <> 'a'", false),
        ("name > 'a'", false),
        ("name = ''", false),
        ("name = 'é'", false),
        ("name LIKE 'a%'", false),
        ("name IS NULL", true),
        ("blob IS NOT NULL", true),
        ("id = 1 OR name = 'a'", true),
        ("id = 1 OR name LIKE 'a'", false),
        ("NOT id = 1", false),
        ("id + 1 = 2", false),
        ("id = small", false),
        ("active = TRUE", false),
        ("day > '2024-01-01'", false),
        ("tags = '{}'", false),
        ("missing = 1", false),
        ("1 = 1", false),
    ] {
        assert_eq!(Expr::parse(text).unwrap().is_server_safe(&schema), safe, "{text}");
    }
}

#[test]
fn conjuncts_of_the_outermost_and() {
    let parts = |text: &str| -> Vec<String> {
        Expr::parse(text).unwrap().conjuncts().iter().map(ToString::to_string).collect()
    };
    assert_eq!(parts("a = 1 AND (b = 2 AND c OR d) AND (e AND f)"), ["a = 1", "b = 2 AND c OR d", "e", "f"]);
    assert_eq!(parts("a OR b"), ["a OR b"]);
}

#[test]
fn sql_for_servers() {
    let schema = batch().schema();
    for (text, arcgis, soql) in [
        ("ID=1", "id = 1", "`id` = 1"),
        ("\"City Name\" = 'O''Brien'", "\"City Name\" = 'O''Brien'", "`City Name` = 'O''Brien'"),
        (
            "id != -1.50 and (name is null or id in (1,2))",
            "id <> -1.5 AND (name IS NULL OR id IN (1, 2))",
            "`id` <> -1.5 AND (`name` IS NULL OR `id` IN (1, 2))",
        ),
        ("area BETWEEN 1e3 AND 2000", "area BETWEEN 1000.0 AND 2000", "`area` BETWEEN 1000.0 AND 2000"),
    ] {
        let expr = Expr::parse(text).unwrap().resolve(&schema).unwrap();
        assert_eq!(expr.to_sql(&ArcGisSql), arcgis);
        assert_eq!(expr.to_sql(&SoQl), soql);
    }
}

#[test]
fn columns_are_listed() {
    let expr =
        Expr::parse("a = 1 AND (\"B b\" LIKE 'x' OR NOT c) AND d IN (e, 1) AND -f BETWEEN g AND a").unwrap();
    assert_eq!(expr.columns().into_iter().collect::<Vec<_>>(), ["B b", "a", "c", "d", "e", "f", "g"]);
}
