-- Version 1. Moments are milliseconds since 1970-01-01 UTC; liveness and verdicts are the names used in reports, with
-- `altered-minor` for changes of spelling, case or the form of a number.
CREATE TABLE document (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE source (
  id INTEGER PRIMARY KEY,
  canonical TEXT NOT NULL UNIQUE,
  url TEXT NOT NULL
) STRICT;
CREATE TABLE citing (
  source INTEGER NOT NULL REFERENCES source (id),
  document INTEGER NOT NULL REFERENCES document (id),
  PRIMARY KEY (source, document)
) STRICT, WITHOUT ROWID;
CREATE TABLE observation (
  source INTEGER NOT NULL REFERENCES source (id),
  at INTEGER NOT NULL,
  liveness TEXT NOT NULL,
  reason TEXT NOT NULL,
  final_url TEXT,
  status INTEGER,
  sha256 TEXT,
  PRIMARY KEY (source, at)
) STRICT, WITHOUT ROWID;
CREATE TABLE quotation (
  id INTEGER PRIMARY KEY,
  document INTEGER NOT NULL REFERENCES document (id),
  text TEXT NOT NULL,
  UNIQUE (document, text)
) STRICT;
CREATE TABLE sighting (
  source INTEGER NOT NULL,
  at INTEGER NOT NULL,
  quotation INTEGER NOT NULL REFERENCES quotation (id),
  verdict TEXT NOT NULL,
  passage TEXT,
  PRIMARY KEY (source, at, quotation),
  FOREIGN KEY (source, at) REFERENCES observation (source, at)
) STRICT, WITHOUT ROWID;
