//! An example of what each rule finds, for people: in `explain` and on the rule's page.

use super::Rule;

impl Rule {
    /// Returns an example of what the rule finds.
    #[must_use]
    pub const fn example(self) -> &'static str {
        match self {
            Self::LinkRot => {
                "A note cites `example.org/2019/report.html`, and the server answers with status 404, or the host name does not exist any more."
            }
            Self::Soft404 => {
                "A note cites an article, and its address now shows \"We could not find that page\" under status 200, or redirects to the front page."
            }
            Self::SourceParked => {
                "A note cites a paper's site, and its domain now shows \"This domain is for sale\"."
            }
            Self::SourceMoved => {
                "A note cites `example.org/a`, and the server redirects with status 301 to `www.example.org/a`."
            }
            Self::SourceRestricted => {
                "A note cites a newspaper, and the server answers a program with a page that asks whether it is a human."
            }
            Self::SourceUnreachable => {
                "A note cites `example.org/a`, and no answer came within the time limit, three times."
            }
            Self::ReferenceUnresolved => {
                "A note says \"Interview with the author, May 2024\": nothing in it is an address."
            }
            Self::ReferenceAmbiguous => {
                "Note 5 names two articles, and note 6 says \"Ibid.\": it could mean either."
            }
            Self::QuotationAltered => {
                "The document quotes \"this looks especially resonate\", and the page says \"this looks especially resonant\"."
            }
            Self::QuotationAbsent => {
                "The document quotes \"Our pilots will be aboard every ship by midsummer\", and the cited page, read whole, speaks of other things."
            }
            Self::QuotationElsewhere => {
                "The document quotes a speech and cites note 19; the words stand on the page of note 5."
            }
            Self::QuotationTranslated => {
                "The document quotes \"Yes, and I see nothing strange in that\", and the cited page is in Russian."
            }
            Self::QuotationUnverifiable => {
                "The document quotes an article, and its page is gone, or only its beginning could be read."
            }
            Self::QuotationUncited => {
                "The document says that the strait has \"two doors and one key\", and no note follows."
            }
            Self::QuotationUnclosed => {
                "A paragraph starts with a quotation mark, and none closes it before the next quotation opens."
            }
            Self::OmissionChangesSense => {
                "The document quotes \"it is possible to raise [...] dues\", and the page says \"it is possible to raise, without asking those who live there, dues\"."
            }
            Self::NoteDangling => "The document has a note 7, and no `[7]` stands in its text.",
            Self::NoteMissing => "The text says `[8]`, and the notes end with note 7.",
            Self::DocumentUnclear => {
                "The document is a scanned PDF: its pages are pictures, and no text could be read."
            }
            Self::DateConflict => {
                "A note dates a page June 19, 2024; the page says that it was published on June 5, 2024."
            }
            Self::DateMissing => {
                "Fourteen of fifteen notes end in a date, and note 3 ends in its address."
            }
            Self::TrackingParameter => {
                "A note cites `example.org/a?clckid=8cc29be9`: the page is the same without the parameter."
            }
            Self::ContentDrift => {
                "The archived copy of a page has the quoted sentence, and the page as it is now does not."
            }
            Self::ArchivedCopyOnly => {
                "The cited page answers with status 404, and an archive has a copy of the week in which it was cited."
            }
            Self::IdentifierMismatch => {
                "A reference describes an article on sea ice and gives a DOI, under which Crossref has an article on bread."
            }
        }
    }
}
