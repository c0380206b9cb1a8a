//! Random expressions over small domains, evaluated by kernels and row by row.

use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int64Array, RecordBatch, StringArray, UInt64Array,
};
use geohub_core::expr::{ArithmeticOp, ColumnName, CompareOp, Expr, ExprError, Like, Literal};

use crate::naive;

/// `SplitMix64`.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }

    fn of<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())].clone()
    }

    fn coin(&mut self) -> bool {
        self.below(2) == 0
    }
}

const INTS: [i64; 8] = [-3, -1, 0, 1, 2, (1 << 53) + 1, i64::MAX, i64::MIN];
const UINTS: [u64; 6] = [0, 1, 2, (1 << 53) + 1, 1 << 63, u64::MAX];
const FLOATS: [f64; 9] = [
    -1.5,
    -0.0,
    0.0,
    0.5,
    2.0,
    f64::NAN,
    9_007_199_254_740_992.0,
    9_223_372_036_854_775_808.0,
    18_446_744_073_709_551_616.0,
];
const TEXTS: [&str; 6] = ["", "a", "A", "ab", "a%", "b_\\"];
const PATTERNS: [(&str, Option<char>); 8] = [
    ("%", None),
    ("a%", None),
    ("_", None),
    ("%b%", None),
    ("a!%", Some('!')),
    ("%\\", None),
    ("A", None),
    ("%!_%", Some('!')),
];
const COMPARE: [CompareOp; 6] = [
    CompareOp::Equal,
    CompareOp::NotEqual,
    CompareOp::Less,
    CompareOp::LessOrEqual,
    CompareOp::Greater,
    CompareOp::GreaterOrEqual,
];
const ARITHMETIC: [ArithmeticOp; 5] = [
    ArithmeticOp::Add,
    ArithmeticOp::Subtract,
    ArithmeticOp::Multiply,
    ArithmeticOp::Divide,
    ArithmeticOp::Remainder,
];

fn column(name: &str) -> Expr {
    Expr::Column(ColumnName { name: name.to_owned(), quoted: name.contains(' ') })
}

/// A condition of at most this depth.
pub fn condition(random: &mut Random, depth: usize) -> Expr {
    if depth == 0 {
        return if random.coin() {
            column("flag")
        } else {
            Expr::Literal(random.of(&[Literal::Null, Literal::Boolean(true), Literal::Boolean(false)]))
        };
    }
    let negated = random.coin();
    match random.below(11) {
        0 => Expr::Not(Box::new(condition(random, depth - 1))),
        1 | 2 => {
            let operands = (0..2 + random.below(2)).map(|_| condition(random, depth - 1));
            Expr::And(
                operands
                    .filter(|operand| !matches!(operand, Expr::And(_)))
                    .chain([column("flag"), column("flag")])
                    .collect(),
            )
        }
        3 | 4 => {
            let operands = (0..2 + random.below(2)).map(|_| condition(random, depth - 1));
            Expr::Or(
                operands
                    .filter(|operand| !matches!(operand, Expr::Or(_)))
                    .chain([column("flag"), column("flag")])
                    .collect(),
            )
        }
        5 => Expr::IsNull { value: Box::new(any(random, depth - 1)), negated },
        6 => Expr::Compare(random.of(&COMPARE), Box::new(text(random)), Box::new(text(random))),
        7 => {
            let (pattern, escape) = random.of(&PATTERNS);
            let pattern = (random.below(9) > 0).then(|| pattern.to_owned());
            Expr::Like(Box::new(Like {
                value: text(random),
                pattern,
                escape,
                ignore_case: random.coin(),
                negated,
            }))
        }
        8 => {
            let list = (0..=random.below(4)).map(|_| {
                if random.below(5) == 0 { Expr::Literal(Literal::Null) } else { number(random, depth / 2) }
            });
            Expr::In { list: list.collect(), value: Box::new(number(random, depth - 1)), negated }
        }
        9 => Expr::Between {
            value: Box::new(number(random, depth - 1)),
            low: Box::new(number(random, depth - 1)),
            high: Box::new(number(random, depth - 1)),
            negated,
        },
        _ => Expr::Compare(
            random.of(&COMPARE),
            Box::new(number(random, depth - 1)),
            Box::new(number(random, depth - 1)),
        ),
    }
}

fn any(random: &mut Random, depth: usize) -> Expr {
    match random.below(3) {
        0 => condition(random, depth),
        1 => text(random),
        _ => number(random, depth),
    }
}

fn text(random: &mut Random) -> Expr {
    match random.below(3) {
        0 => column("name"),
        1 => column("zone type"),
        _ => Expr::Literal(Literal::Text(random.of(&TEXTS).to_owned())),
    }
}

fn number(random: &mut Random, depth: usize) -> Expr {
    if depth == 0 || random.below(3) == 0 {
        return match random.below(6) {
            0 => column("int"),
            1 => column("uint"),
            2 => column("float"),
            3 => Expr::Literal(Literal::Integer(random.of(&INTS).into())),
            4 => Expr::Literal(Literal::Integer(random.of(&UINTS).into())),
            _ => Expr::Literal(Literal::Float(random.of(&FLOATS[..5]))),
        };
    }
    let left = number(random, depth - 1);
    if random.below(4) == 0 && !matches!(left, Expr::Literal(_)) {
        return Expr::Negate(Box::new(left));
    }
    Expr::Arithmetic(random.of(&ARITHMETIC), Box::new(left), Box::new(number(random, depth - 1)))
}

fn rows<T: Clone>(random: &mut Random, items: &[T], count: usize) -> Vec<Option<T>> {
    (0..count).map(|_| (random.below(4) > 0).then(|| random.of(items))).collect()
}

fn batch(random: &mut Random, count: usize) -> RecordBatch {
    let zones: DictionaryArray<Int32Type> = rows(random, &TEXTS, count).into_iter().collect();
    let columns: [(&str, ArrayRef); 6] = [
        ("int", Arc::new(Int64Array::from(rows(random, &INTS, count)))),
        ("uint", Arc::new(UInt64Array::from(rows(random, &UINTS, count)))),
        ("float", Arc::new(Float64Array::from(rows(random, &FLOATS, count)))),
        ("name", Arc::new(StringArray::from(rows(random, &TEXTS, count)))),
        ("zone type", Arc::new(zones)),
        ("flag", Arc::new(BooleanArray::from(rows(random, &[true, false], count)))),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.map(|(name, array)| (name, array, true)))
        .expect("same lengths")
}

#[test]
fn kernels_agree_with_rows() {
    let mut random = Random::new(2);
    let (mut evaluated, mut overflowed) = (0, 0);
    for _ in 0..20_000 {
        let expr = condition(&mut random, 4);
        let count = random.below(12);
        let batch = batch(&mut random, count);
        let bound = expr.bind(&batch.schema()).unwrap_or_else(|error| panic!("{expr}: {error}"));
        let expected: Result<Vec<_>, _> =
            (0..count).map(|row| naive::condition(&expr, &batch, row)).collect();
        match (bound.evaluate(&batch), expected) {
            (Ok(result), Ok(expected)) => {
                evaluated += 1;
                assert_eq!(result.iter().collect::<Vec<_>>(), expected, "{expr}\n{batch:?}");
            }
            (Err(ExprError::Overflow { .. }), Err(naive::Overflow)) => overflowed += 1,
            // Constants overflow with no row to meet them.
            (Err(ExprError::Overflow { .. }), Ok(rows)) if rows.is_empty() => {}
            (found, expected) => panic!("{expr}: {found:?} and {expected:?}"),
        }
    }
    assert!(evaluated > 5_000 && overflowed > 500, "{evaluated} {overflowed}");
}
