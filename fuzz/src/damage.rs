//! Damages documents: bytes changed, stretches dropped, doubled, moved or taken from another one, pieces of markup put in.

/// Pieces that mean something to one reader or another.
const PIECES: [&str; 40] = [
    "[1]",
    "[^1]",
    "[^1]: ",
    "[1]_",
    ".. [#] ",
    "<ref>",
    "</ref>",
    "{{",
    "}}",
    "[[",
    "]]",
    "\\footnote{",
    "\\cite{",
    "\\begin{quote}",
    "\\input{a}",
    "{",
    "}",
    "<sup>",
    "<a href=\"#n1\">",
    "<blockquote>",
    "</div>",
    "<table>",
    "&#x",
    "<!--",
    "<![CDATA[",
    "<w:p>",
    "<w:footnoteReference w:id=\"1\"/>",
    "<text:note>",
    "obj\n<<",
    "stream\n",
    "endstream",
    "/Length 99999999",
    "/Kids[1 0 R]",
    "“",
    "”",
    "«",
    "\"",
    "\n\n",
    "\u{2028}",
    "\0",
];

/// Does damage that looks random and is the same in every run with one seed (xorshift).
pub(crate) struct Damage(u64);

impl Damage {
    /// Starts from a seed.
    pub(crate) const fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Damages one of some documents in up to a dozen places.
    pub(crate) fn of_one(&mut self, documents: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = self.pick(documents).clone();
        for _ in 0..=self.below(12) {
            self.once(&mut bytes, documents);
        }
        bytes
    }

    fn once(&mut self, bytes: &mut Vec<u8>, documents: &[Vec<u8>]) {
        let at = self.below(bytes.len() + 1);
        let end = bytes.len().min(at + self.below(64));
        match self.below(8) {
            0 if at < bytes.len() => bytes[at] = u8::try_from(self.below(256)).unwrap_or(0),
            1 => drop(bytes.drain(at..end)),
            2 if self.below(8) == 0 => bytes.truncate(at),
            3 => {
                let piece = bytes[at..end].repeat(1 + self.below(200));
                bytes.splice(at..at, piece);
            }
            4 => {
                let moved: Vec<u8> = bytes.drain(at..end).collect();
                let to = self.below(bytes.len() + 1);
                bytes.splice(to..to, moved);
            }
            5 => {
                let other = self.pick(documents);
                let from = self.below(other.len() + 1);
                let piece = other[from..other.len().min(from + 400)].to_vec();
                bytes.splice(at..at, piece);
            }
            6 => {
                let piece = PIECES[self.below(PIECES.len())].as_bytes().repeat(1 + self.below(3));
                bytes.splice(at..at, piece);
            }
            _ => {
                // Depth: what is opened a thousand times.
                if self.below(20) == 0 {
                    let piece = PIECES[self.below(PIECES.len())].as_bytes().repeat(3000);
                    bytes.splice(at..at, piece);
                }
            }
        }
    }

    fn pick<'a>(&mut self, documents: &'a [Vec<u8>]) -> &'a Vec<u8> {
        &documents[self.below(documents.len())]
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).unwrap_or(0)
    }
}
