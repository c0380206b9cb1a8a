//! Rows for which a condition is true.

use std::ops::ControlFlow;

use geohub_core::expr::{BoundExpr, Expr};
use geohub_core::{Batch, Error, Layer, Operator, Result, Sink};

use crate::subset::subset;

/// Passes on the rows for which an expression is true; false and null rows are dropped.
#[derive(Debug)]
pub struct Filter {
    condition: BoundExpr,
}

impl Filter {
    /// Binds the condition to the layer it will see.
    pub fn new(condition: &Expr, layer: &Layer) -> Result<Self> {
        Ok(Self { condition: condition.bind(&layer.schema).map_err(expression)? })
    }
}

impl Operator for Filter {
    fn layer(&self, input: &Layer) -> Result<Layer> {
        Ok(subset(input))
    }

    fn apply(&self, batch: Batch, out: &mut dyn Sink) -> Result<ControlFlow<()>> {
        let keep = self.condition.evaluate(&batch.attributes).map_err(expression)?;
        out.push(batch.filter(&keep)?)
    }
}

/// An expression's error as the core's.
pub(crate) fn expression(error: geohub_core::expr::ExprError) -> Error {
    Error::Expression(Box::new(error))
}
