//! Places, and how much of a text could be read, as JSON has them.

use schemars::JsonSchema;
use serde::Serialize;

use crate::document::{Coverage, Position};

/// How much of a text could be read.
#[derive(Serialize, JsonSchema)]
pub(super) struct CoverageWire {
    /// `whole` or `partial`.
    #[schemars(extend("enum" = ["whole", "partial"]))]
    coverage: &'static str,
    /// Why it is partial.
    gaps: Vec<&'static str>,
}

impl CoverageWire {
    pub(super) fn of(coverage: &Coverage) -> Self {
        Self {
            coverage: if coverage.is_whole() { "whole" } else { "partial" },
            gaps: coverage.gaps().iter().map(|gap| gap.name()).collect(),
        }
    }
}

/// A place in a source, 1-based; columns count Unicode scalar values.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Position")]
pub(in crate::render) enum PositionWire {
    /// A line of a text format.
    Line {
        /// The line.
        line: u32,
        /// The column.
        column: u32,
    },
    /// A paragraph of an office document.
    Paragraph {
        /// The paragraph.
        paragraph: u32,
        /// The character in it.
        column: u32,
    },
    /// A line of a page.
    Page {
        /// The page.
        page: u32,
        /// The line on it.
        line: u32,
        /// The column.
        column: u32,
    },
}

impl From<Position> for PositionWire {
    fn from(position: Position) -> Self {
        match position {
            Position::Line { line, column } => Self::Line { line, column },
            Position::Paragraph { paragraph, column } => Self::Paragraph { paragraph, column },
            Position::Page { page, line, column } => Self::Page { page, line, column },
        }
    }
}
