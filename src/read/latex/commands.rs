//! Knows what the commands and environments of LaTeX do to the text.

use std::ops::Range;

/// What a command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Command {
    Heading(u8),
    Caption,
    /// A note with its text.
    Note,
    /// A call of a note whose text comes later.
    NoteMark,
    /// The text of a note.
    NoteText,
    /// A citation of the bibliography.
    Cite,
    /// A citation of several entries, each with options of its own.
    CiteMany,
    /// A quotation that names its entry.
    CitedQuote,
    /// An entry that is listed without being cited.
    NoCite,
    /// Another file, by its name.
    Include,
    /// Another file, by its folder and its name.
    IncludeFrom,
    /// Text that is not LaTeX, between two equal characters.
    Verbatim,
    /// Material set apart from the line.
    Adjusted,
    /// The definition of a command.
    Definition,
    /// Text that is left out, up to the next `\\fi`.
    False,
    BibliographyItem,
    /// An address that is shown.
    Address,
    /// An address behind a text.
    Link,
    Emphasis,
    Raised,
    /// A quotation whose marks are written for it.
    Quote,
    Begin,
    End,
    Item,
    /// A line break, or the end of a row.
    Break,
    Paragraph,
    Space,
    /// Nothing that is shown, with so many arguments.
    Dropped(u8),
    Unknown,
}

/// What an environment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Environment {
    Quotation,
    List,
    Table,
    Other,
}

/// An environment whose text is not LaTeX.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Raw {
    Shown,
    Dropped,
}

/// Reads the name of a command at the beginning of a text, and its length with the space behind it.
pub(super) fn name(text: &str) -> (&str, usize) {
    let inner = &text[1..];
    let letters = inner.len() - inner.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
    if letters > 0 {
        return (&inner[..letters], 1 + letters);
    }
    let length = inner.chars().next().map_or(0, char::len_utf8);
    (&inner[..length], 1 + length)
}

/// Says what a command does.
pub(super) fn of(name: &str) -> Command {
    match name {
        "title" | "part" | "chapter" | "section" => Command::Heading(1),
        "subsection" => Command::Heading(2),
        "subsubsection" => Command::Heading(3),
        "paragraph" | "subparagraph" => Command::Heading(4),
        "caption" | "captionof" => Command::Caption,
        "footnote" | "endnote" | "sidenote" | "thanks" => Command::Note,
        "footnotemark" | "endnotemark" => Command::NoteMark,
        "footnotetext" | "endnotetext" => Command::NoteText,
        "bibitem" => Command::BibliographyItem,
        "url" | "nolinkurl" | "path" => Command::Address,
        "href" => Command::Link,
        "emph" | "textit" | "textbf" | "textsl" | "underline" => Command::Emphasis,
        "textsuperscript" => Command::Raised,
        "enquote" | "textquote" | "blockquote" | "say" => Command::Quote,
        "textcquote" | "blockcquote" => Command::CitedQuote,
        "input" | "include" | "subfile" => Command::Include,
        "import" | "subimport" => Command::IncludeFrom,
        "verb" | "lstinline" => Command::Verbatim,
        "vadjust" => Command::Adjusted,
        "nocite" => Command::NoCite,
        "iffalse" => Command::False,
        "newcommand"
        | "renewcommand"
        | "providecommand"
        | "def"
        | "gdef"
        | "edef"
        | "xdef"
        | "DeclareRobustCommand"
        | "newcommandx" => Command::Definition,
        "begin" => Command::Begin,
        "end" => Command::End,
        "item" => Command::Item,
        "\\" | "newline" | "linebreak" | "tabularnewline" => Command::Break,
        "par" | "newpage" | "clearpage" | "maketitle" => Command::Paragraph,
        " " | "\n" | "," | ";" | ":" | "quad" | "qquad" | "space" | "enspace" | "thinspace" => {
            Command::Space
        }
        "label" | "index" | "vspace" | "hspace" | "pagestyle" | "thispagestyle"
        | "bibliographystyle" | "bibliography" | "addbibresource" | "includegraphics"
        | "usepackage" | "documentclass" | "author" | "date" | "hypersetup" | "pagenumbering"
        | "graphicspath" | "color" | "hypertarget" | "hyperlink" | "foreignlanguage"
        | "stepcounter" | "refstepcounter" | "markright" | "newcounter" | "selectlanguage"
        | "parbox" | "scalebox" | "raisebox" | "cline" | "cmidrule" | "todo" | "phantomsection"
        | "textcolor" | "ref" | "pageref" | "autoref" | "cref" | "eqref" => Command::Dropped(1),
        "setlength" | "addtolength" | "setcounter" | "addtocounter" | "multicolumn"
        | "multirow" | "resizebox" | "rule" | "fontsize" | "pdfbookmark" | "markboth"
        | "newenvironment" => Command::Dropped(2),
        "addcontentsline" | "definecolor" => Command::Dropped(3),
        name if is_citation_of_several(name) => Command::CiteMany,
        name if is_citation(name) => Command::Cite,
        _ => Command::Unknown,
    }
}

fn is_citation_of_several(name: &str) -> bool {
    name.strip_suffix('s').is_some_and(|one| {
        matches!(
            one,
            "cite"
                | "parencite"
                | "footcite"
                | "footcitetext"
                | "textcite"
                | "autocite"
                | "smartcite"
                | "supercite"
                | "Cite"
                | "Parencite"
                | "Textcite"
                | "Autocite"
                | "Smartcite"
        )
    })
}

fn is_citation(name: &str) -> bool {
    matches!(
        name,
        "cite"
            | "citep"
            | "citet"
            | "citealp"
            | "citealt"
            | "parencite"
            | "textcite"
            | "autocite"
            | "footcite"
            | "footcitetext"
            | "smartcite"
            | "supercite"
            | "fullcite"
            | "footfullcite"
            | "Cite"
            | "Textcite"
            | "Parencite"
            | "Autocite"
            | "Citet"
            | "Citep"
            | "citenum"
            | "citeyear"
            | "citeauthor"
            | "citetitle"
            | "citeyearpar"
            | "Citealt"
            | "Citealp"
            | "citeA"
            | "citeNP"
            | "shortcite"
            | "Smartcite"
            | "notecite"
            | "footnotecite"
            | "citedate"
            | "citeurl"
    )
}

/// Says what an environment is.
pub(super) fn environment(name: &str) -> Environment {
    match name.trim_end_matches('*') {
        "quote" | "quotation" | "displayquote" | "displaycquote" | "blockquote" | "verse" => {
            Environment::Quotation
        }
        "itemize" | "enumerate" | "description" => Environment::List,
        "tabular" | "tabularx" | "longtable" | "array" => Environment::Table,
        _ => Environment::Other,
    }
}

/// Says whether an environment holds text that is not LaTeX.
pub(super) fn raw(name: &str) -> Option<Raw> {
    match name.trim_end_matches('*') {
        "verbatim" | "Verbatim" | "lstlisting" | "minted" | "equation" | "align" | "gather"
        | "multline" | "displaymath" | "eqnarray" | "math" => Some(Raw::Shown),
        "comment" | "tikzpicture" | "filecontents" => Some(Raw::Dropped),
        _ => None,
    }
}

/// The longest argument that is read at once, in bytes.
const LONGEST_ARGUMENT: usize = 8192;

/// Returns where the bracket closes that a text begins with.
pub(super) fn closing(text: &str, open: u8, close: u8) -> Option<usize> {
    let mut depth = 0_usize;
    let mut escaped = false;
    for (at, byte) in text.bytes().take(LONGEST_ARGUMENT).enumerate() {
        if escaped {
            escaped = false;
        } else if byte == b'\\' {
            escaped = true;
        } else if byte == open {
            depth += 1;
        } else if byte == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
        // A paragraph ends what was never closed.
        if byte == b'\n' && open == b'[' && text.as_bytes().get(at + 1) == Some(&b'\n') {
            return None;
        }
    }
    None
}

/// Returns where the argument of the last command of a name stands.
pub(super) fn argument_of(text: &str, command: &str) -> Option<Range<usize>> {
    let at = text.rfind(&format!("{command}{{"))? + command.len();
    let end = closing(&text[at..], b'{', b'}')?;
    Some(at + 1..at + end)
}
