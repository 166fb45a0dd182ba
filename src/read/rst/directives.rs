//! Knows what the directives of docutils and Sphinx do with what stands in them. Runs none.

/// What becomes of a directive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shows {
    /// Its arguments and its content, as text.
    All,
    /// Its content, as text.
    Content,
    /// Its arguments, as a heading without a section.
    Arguments,
    /// Its content, as a quotation.
    Quotation,
    /// Its content, as the caption of a picture.
    Caption,
    /// Its content as it is.
    Literal,
    /// Nothing.
    Nothing,
}

/// Says what becomes of a directive; of one that is not known, the content is shown.
pub(super) fn of(name: &str) -> Shows {
    match name {
        "attention" | "caution" | "danger" | "error" | "hint" | "important" | "note" | "tip"
        | "warning" | "admonition" | "topic" | "sidebar" | "seealso" | "versionadded"
        | "versionchanged" | "deprecated" | "centered" | "todo" => Shows::All,
        "rubric" => Shows::Arguments,
        "epigraph" | "highlights" | "pull-quote" => Shows::Quotation,
        "figure" | "table" => Shows::Caption,
        "code" | "code-block" | "sourcecode" | "parsed-literal" | "math" | "doctest"
        | "testcode" | "testoutput" | "testsetup" | "prompt" | "productionlist" | "csv-table"
        | "highlight" => Shows::Literal,
        "raw" | "image" | "include" | "literalinclude" | "toctree" | "contents" | "sectnum"
        | "section-numbering" | "index" | "meta" | "role" | "default-role" | "title"
        | "bibliography" | "footbibliography" | "graphviz" | "digraph" | "graph" | "plantuml"
        | "target-notes" => Shows::Nothing,
        _ => Shows::Content,
    }
}
