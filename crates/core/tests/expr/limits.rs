use crate::sample::ask;
use geohub_core::expr::{Expr, ExprError};

fn too_deep(text: &str) {
    match Expr::parse(text) {
        Err(ExprError::TooDeep { .. }) => {}
        other => panic!("{text:.60}: {other:?}"),
    }
}

#[test]
fn ten_thousand_brackets_are_an_error() {
    too_deep(&format!("{}1 = 1{}", "(".repeat(10_000), ")".repeat(10_000)));
    too_deep(&"(".repeat(10_000));
    too_deep(&"NOT (".repeat(2_000));
    too_deep(&"NOT ".repeat(4_000));
    too_deep(&"a IN (".repeat(2_000));
    too_deep(&format!("a = {}1", "- ".repeat(4_000)));
    too_deep(&format!("a{}", " = 1".repeat(4_000)));
    too_deep(&format!("a{} > 0", " + 1".repeat(4_000)));
    too_deep(&format!("{}a + (b){} = 1", "-(".repeat(33), ")".repeat(33)));
}

#[test]
fn nested_failures_take_no_exponential_time() {
    for text in ["NOT (".repeat(40), "a IN ((".repeat(20), "((a, ".repeat(30), "NOT a = (NOT ".repeat(20)] {
        assert!(Expr::parse(&text).is_err(), "{text}");
    }
}

#[test]
fn long_chains_are_flat() {
    let text = vec!["id = 1"; 2_400].join(" OR ");
    assert_eq!(ask(&text).unwrap(), "tf-f");
    let text = vec!["a"; 6_000].join(" AND ");
    assert!(matches!(Expr::parse(&text), Err(ExprError::TooLong { limit: 5_000, unit: "operators" })));
    // As long as allowed, and refused only at the end.
    let text = format!("{} IS TRUE", vec!["a"; 4_990].join(" AND "));
    assert!(matches!(Expr::parse(&text), Err(ExprError::Unsupported { .. })));
    let text = format!("({}) IS TRUE", vec!["a"; 4_990].join(" AND "));
    assert!(matches!(Expr::parse(&text), Err(ExprError::Unsupported { .. })));
}

#[test]
fn lists_may_be_long() {
    let list: Vec<String> = (0..200_000).map(|id| (id * 2).to_string()).collect();
    assert_eq!(ask(&format!("small IN ({})", list.join(", "))).unwrap(), "ft-f");
    let huge = format!("a = '{}'", "x".repeat(17 << 20));
    assert!(matches!(Expr::parse(&huge), Err(ExprError::TooLong { unit: "bytes", .. })));
}

#[test]
fn truncated_text_never_panics() {
    let text = "NOT (a = 'it''s' AND \"b c\" BETWEEN -1.5e3 AND +2) OR d LIKE 'x!%' ESCAPE '!' OR e IN (1, DATE '2024-05-01')";
    for end in 0..text.len() {
        drop(Expr::parse(&text[..end]));
        drop(Expr::parse(&text[end..]));
    }
}
