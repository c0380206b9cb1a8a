//! The language of `--where`, from text to rows.

mod compare;
mod display;
mod errors;
mod limits;
mod logic;
mod naive;
mod pushdown;
mod random;
mod sample;
mod text;
mod time;
