-- Version 3. `compared` is when what the document quotes of the source was last looked for there: a look at the source
-- for another document does not look for these words.
ALTER TABLE citation ADD COLUMN compared INTEGER NOT NULL DEFAULT 0;
UPDATE citation SET compared = coalesce((SELECT last FROM state WHERE state.source = citation.source), 0);
CREATE INDEX citation_compared ON citation (compared);
