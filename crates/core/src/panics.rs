//! Panics of other people's code that damaged input may set off.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// Runs code that may panic on bad input; the panic comes back as an error and, after [`hush`], leaves no trace on
/// standard error.
pub fn contained<T>(run: impl FnOnce() -> T) -> Result<T, Box<dyn Any + Send>> {
    let outer = CONTAINED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(run));
    CONTAINED.set(outer);
    result
}

/// Keeps contained panics from being printed. For a program, once at its start.
pub fn hush() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !CONTAINED.get() {
            print(panic);
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_comes_back_as_an_error() {
        assert!(contained(|| panic!("bad input")).is_err());
        assert_eq!(contained(|| 7).ok(), Some(7));
    }
}
