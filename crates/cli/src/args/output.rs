//! Where and how to write.

use clap::Args;
use geohub_core::{Context, Output};
use geohub_formats::{CreateOptions, TextGeometry};

/// Where and how to write.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Output options")]
pub struct OutputArgs {
    /// Output file, `-` for standard output
    #[arg(short = 'o', value_name = "OUT")]
    pub out: Option<String>,

    /// Format of the output [default: by extension; GeoJSON on standard output]
    #[arg(short = 'f', long, value_name = "FORMAT")]
    pub format: Option<String>,

    /// Decimals of coordinates in text formats [default: every digit]
    #[arg(long, value_name = "DECIMALS", value_parser = clap::value_parser!(u8).range(0..=17))]
    pub precision: Option<u8>,

    /// Write points as columns x and y instead of WKT, in CSV
    #[arg(long)]
    pub xy: bool,

    /// Write OUT.receipt.json even where the format has room for the origin, or nothing is known of it
    #[arg(long)]
    pub receipt: bool,

    /// Make the output survive a power cut before it gets its name
    #[arg(long)]
    pub fsync: bool,
}

impl OutputArgs {
    /// The output named by `-o` or by the word after the input; standard output when neither is.
    pub fn target(&self, word: Option<&str>) -> Output {
        Output::parse(self.out.as_deref().or(word).unwrap_or("-"))
    }

    /// The writer's options.
    pub fn options(&self, context: &Context) -> CreateOptions {
        CreateOptions {
            precision: self.precision,
            text_geometry: if self.xy { TextGeometry::Xy } else { TextGeometry::Wkt },
            fsync: self.fsync,
            budget: context.budget.clone(),
        }
    }
}
