//! Knows what the usual templates of several wikis show.

/// What a template does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Template {
    /// Describes a source by its parameters.
    Source,
    /// A note; the group it is in.
    Note(&'static str),
    /// A note that names author, year and place: `{{sfn|Smith|2019|p=4}}`.
    ShortNote,
    /// The same in running text: `{{harvnb|Smith|2019}}`.
    ShortForm,
    /// Calls notes by their names.
    Calls,
    /// The list of notes, which may define some.
    Notes,
    /// A block quotation.
    Quotation,
    /// Nothing that is shown.
    Dropped,
    /// Shows one character.
    Character(&'static str),
    /// Shows its second parameter: `{{lang|ru|…}}`.
    Second,
    /// An identifier, with the label that is shown before it.
    Identifier(&'static str),
    Other,
}

/// Says what a template does. The name is in lower case, with spaces.
pub(super) fn of(name: &str) -> Template {
    match name {
        "efn" | "efn-lr" | "efn-la" | "notetag" => Template::Note("lower-alpha"),
        "efn-ua" => Template::Note("upper-alpha"),
        "refn" | "#tag:ref" | "footnote" | "note de bas de page" => Template::Note(""),
        "sfn" | "sfnp" | "sfnm" | "снс" | "sfn0" | "harvsfn" => Template::ShortNote,
        "harv" | "harvnb" | "harvtxt" | "harvp" | "harvs" | "harvcol" | "harvcolnb" | "harvsp" => {
            Template::ShortForm
        }
        "r" => Template::Calls,
        "reflist"
        | "notelist"
        | "references"
        | "примечания"
        | "références"
        | "refs"
        | "listaref"
        | "notelist-ua"
        | "refbegin"
        | "refend" => Template::Notes,
        "quote" | "blockquote" | "cquote" | "bquote" | "quote box" | "quotebox" | "quotation"
        | "quote frame" | "rquote" | "цитата" | "citation bloc" | "zitat" | "block quote"
        | "cita larga" => Template::Quotation,
        "citation needed"
        | "cn"
        | "fact"
        | "dead link"
        | "webarchive"
        | "use dmy dates"
        | "use mdy dates"
        | "short description"
        | "coord"
        | "clarify"
        | "by whom"
        | "when"
        | "who"
        | "which"
        | "page needed"
        | "defaultsort"
        | "authority control"
        | "toc"
        | "anchor"
        | "better source needed"
        | "failed verification"
        | "cbignore"
        | "clear" => Template::Dropped,
        "!" => Template::Character("|"),
        "=" => Template::Character("="),
        "ndash" | "spaced ndash" | "snd" => Template::Character("–"),
        "mdash" | "spaced mdash" => Template::Character("—"),
        "nbsp" => Template::Character("\u{A0}"),
        "'" => Template::Character("'"),
        "lang" | "transl" | "color" | "font color" => Template::Second,
        "isbn" => Template::Identifier("ISBN "),
        "doi" => Template::Identifier("doi:"),
        "pmid" => Template::Identifier("PMID "),
        "pmc" => Template::Identifier("PMC"),
        "arxiv" => Template::Identifier("arXiv:"),
        "hdl" => Template::Identifier("hdl:"),
        "internetquelle"
        | "literatur"
        | "статья"
        | "книга"
        | "публикация"
        | "lien web"
        | "ouvrage"
        | "article"
        | "citation" => Template::Source,
        _ if ["cite ", "cita ", "vcite ", "citeer ", "tidskriftsref", "webbref", "kilde "]
            .iter()
            .any(|start| name.starts_with(start)) =>
        {
            Template::Source
        }
        _ => Template::Other,
    }
}

/// The parameters of a template that describes a source, in the order in which they are shown.
pub(super) const AUTHORS: [&str; 18] = [
    "author",
    "last",
    "last1",
    "author1",
    "authors",
    "vauthors",
    "автор",
    "auteur",
    "auteur1",
    "nom",
    "nom1",
    "autor",
    "apellidos",
    "apellido",
    "verfasser",
    "editor",
    "ответственный",
    "people",
];
/// Given names.
pub(super) const GIVEN: [&str; 6] = ["first", "first1", "prénom", "prénom1", "nombre", "имя"];
/// Titles.
pub(super) const TITLES: [&str; 8] =
    ["title", "заглавие", "титул", "titre", "titel", "título", "titulo", "script-title"];
/// Addresses.
pub(super) const ADDRESSES: [&str; 9] = [
    "url",
    "ссылка",
    "lire en ligne",
    "enlace",
    "online",
    "url texte",
    "chapter-url",
    "url-access-link",
    "link",
];
/// What else is shown, each after a full stop.
pub(super) const WORKS: [&str; 24] = [
    "chapter",
    "trans-title",
    "work",
    "website",
    "newspaper",
    "magazine",
    "journal",
    "издание",
    "périodique",
    "site",
    "obra",
    "werk",
    "sitio web",
    "volume",
    "issue",
    "publisher",
    "издательство",
    "éditeur",
    "editorial",
    "hrsg",
    "agency",
    "location",
    "место",
    "via",
];
/// Pages, with what is shown before them.
pub(super) const PAGES: [(&str, &str); 9] = [
    ("page", "p. "),
    ("pages", "pp. "),
    ("p", "p. "),
    ("pp", "pp. "),
    ("at", ""),
    ("страницы", "С. "),
    ("passage", "p. "),
    ("página", "p. "),
    ("seiten", "S. "),
];
/// Dates of publication.
pub(super) const DATES: [&str; 8] =
    ["date", "дата", "datum", "fecha", "year", "год", "année", "año"];
/// Identifiers, with their labels.
pub(super) const IDENTIFIERS: [(&str, &str); 6] = [
    ("doi", "doi:"),
    ("isbn", "ISBN "),
    ("pmid", "PMID "),
    ("pmc", "PMC"),
    ("arxiv", "arXiv:"),
    ("hdl", "hdl:"),
];
/// Addresses of archived copies.
pub(super) const ARCHIVES: [&str; 7] = [
    "archive-url",
    "archiveurl",
    "archiv-url",
    "archive-url2",
    "archivo",
    "urlarchivo",
    "urlarchiv",
];
/// Dates on which the author looked at the source.
pub(super) const ACCESSES: [&str; 8] = [
    "access-date",
    "accessdate",
    "дата обращения",
    "consulté le",
    "abruf",
    "zugriff",
    "fechaacceso",
    "accesso",
];
/// Quoted words.
pub(super) const QUOTES: [&str; 5] = ["quote", "цитата", "citation", "zitat", "cita"];
