-- Version 2. A document is known with its citations, findings and bytes; what was said of a quotation is kept once
-- and referred to; what follows from a source's observations is kept beside them; answers and bodies are kept.
ALTER TABLE document ADD COLUMN title TEXT;
ALTER TABLE document ADD COLUMN sha256 TEXT;
ALTER TABLE document ADD COLUMN at INTEGER;

-- What a document cites, by place in it. `note` is the label of a note.
CREATE TABLE citation (
  document INTEGER NOT NULL REFERENCES document (id),
  place INTEGER NOT NULL,
  source INTEGER NOT NULL REFERENCES source (id),
  note TEXT,
  PRIMARY KEY (document, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX citation_source ON citation (source);
INSERT INTO citation (document, place, source)
  SELECT document, row_number() OVER (PARTITION BY document ORDER BY source) - 1, source FROM citing;
DROP TABLE citing;

-- The findings of the last check of a document.
CREATE TABLE finding (
  document INTEGER NOT NULL REFERENCES document (id),
  place INTEGER NOT NULL,
  rule TEXT NOT NULL,
  level TEXT NOT NULL,
  subject TEXT NOT NULL,
  PRIMARY KEY (document, place)
) STRICT, WITHOUT ROWID;

-- `words` and `similarity` are the two halves of a fingerprint, their bits read as signed integers.
ALTER TABLE observation ADD COLUMN moved TEXT;
ALTER TABLE observation ADD COLUMN words INTEGER;
ALTER TABLE observation ADD COLUMN similarity INTEGER;
ALTER TABLE observation ADD COLUMN copy TEXT;
ALTER TABLE observation ADD COLUMN copy_at INTEGER;

-- `differences` is a list in JSON of pairs: the document's words, the source's.
CREATE TABLE outcome (
  id INTEGER PRIMARY KEY,
  quotation INTEGER NOT NULL REFERENCES quotation (id),
  verdict TEXT NOT NULL,
  passage TEXT,
  selector TEXT,
  differences TEXT NOT NULL,
  elsewhere TEXT
) STRICT;
CREATE INDEX outcome_quotation ON outcome (quotation);
INSERT INTO outcome (quotation, verdict, passage, differences)
  SELECT DISTINCT quotation, verdict, passage, '[]' FROM sighting;
CREATE TABLE seen (
  source INTEGER NOT NULL,
  at INTEGER NOT NULL,
  outcome INTEGER NOT NULL REFERENCES outcome (id),
  PRIMARY KEY (source, at, outcome),
  FOREIGN KEY (source, at) REFERENCES observation (source, at)
) STRICT, WITHOUT ROWID;
INSERT INTO seen (source, at, outcome)
  SELECT source, at, outcome.id FROM sighting
  JOIN outcome ON outcome.quotation = sighting.quotation
    AND outcome.verdict = sighting.verdict AND outcome.passage IS sighting.passage;
DROP TABLE sighting;

-- What follows from a source's observations. Where `standing` is null, nobody has worked it out yet.
CREATE TABLE state (
  source INTEGER PRIMARY KEY REFERENCES source (id),
  standing TEXT,
  since INTEGER,
  until INTEGER,
  looks INTEGER NOT NULL DEFAULT 0,
  last INTEGER,
  last_success INTEGER,
  unchecked INTEGER NOT NULL DEFAULT 0,
  troubles INTEGER NOT NULL DEFAULT 0,
  nameless INTEGER,
  changes INTEGER NOT NULL DEFAULT 0,
  moved TEXT,
  rescued TEXT,
  due INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO state (source) SELECT id FROM source;
CREATE INDEX state_due ON state (due);
CREATE INDEX state_last ON state (last);

-- Bodies of pages and documents, each once, compressed with zstd; `size` is that of the body itself.
CREATE TABLE body (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  zstd BLOB NOT NULL
) STRICT;

-- The last answer of each address that was asked; `headers` is a list in JSON of names and values.
CREATE TABLE answer (
  url TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  status INTEGER NOT NULL,
  headers TEXT NOT NULL,
  body TEXT NOT NULL REFERENCES body (sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX answer_body ON answer (body);
