/**
 * The index: what lists and searches need of all sessions, derived from their logs and nothing else. Any version but this
 * one is thrown away and made anew, so there are no migrations: change the number with the tables,
 * and where command lists come out otherwise than before.
 *
 * The key of a session is its start in milliseconds × 4096, and a number that tells those of one millisecond apart. So the
 * order of the keys is the order of every list, all indexes have it for nothing (a row's key ends each of its index
 * entries), and the full-text index gives its hits newest first.
 */
export const SCHEMA_VERSION = 5

export const SCHEMA = `
CREATE TABLE logs (
  key INTEGER PRIMARY KEY,
  folder TEXT NOT NULL UNIQUE,
  log_id TEXT,
  -- Up to here it was read (see places.ts); null before its first batch.
  position TEXT,
  -- Of the segment when nothing more was there; null where it may have changed since.
  stamp TEXT,
  -- Why it cannot be read any further.
  problem TEXT
) STRICT;

-- What is the same for many sessions, once.
CREATE TABLE texts (key INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE sessions (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  log INTEGER NOT NULL,
  -- µs since the Unix epoch.
  started INTEGER NOT NULL,
  namespace TEXT NOT NULL,
  pod TEXT NOT NULL,
  container TEXT NOT NULL,
  username TEXT NOT NULL,
  authentication TEXT NOT NULL,
  interactive INTEGER NOT NULL,
  -- A text: JSON of user, policy and client.
  who INTEGER NOT NULL,
  -- JSON of the rest of the target.
  what TEXT NOT NULL,
  why TEXT,
  records INTEGER NOT NULL,
  input_bytes INTEGER NOT NULL,
  output_bytes INTEGER NOT NULL,
  error_bytes INTEGER NOT NULL,
  -- Of the end record: time, JSON of what lists show, exit status, and its link, which stands for all records before it.
  ended INTEGER,
  ending TEXT,
  exit_code INTEGER,
  link BLOB,
  -- Where its first and its last batch begin; null: the same. Where its last one ends.
  first TEXT NOT NULL,
  last TEXT,
  until INTEGER NOT NULL,
  -- Entries of its command list, once derived (-1: it could not be), and how often that was begun.
  commands INTEGER,
  tries INTEGER NOT NULL DEFAULT 0,
  failed INTEGER AS (exit_code <> 0) VIRTUAL,
  unended INTEGER AS (ended IS NULL) VIRTUAL,
  pending INTEGER AS (ended IS NOT NULL AND commands IS NULL) VIRTUAL
) STRICT;
CREATE INDEX sessions_namespace ON sessions (namespace);
CREATE INDEX sessions_user ON sessions (username);
CREATE INDEX sessions_pod ON sessions (pod);
CREATE INDEX sessions_failed ON sessions (failed) WHERE failed = 1;
CREATE INDEX sessions_unended ON sessions (unended) WHERE unended = 1;
CREATE INDEX sessions_underivable ON sessions (commands) WHERE commands = -1;
CREATE INDEX sessions_pending ON sessions (pending) WHERE pending = 1;

-- Places inside large sessions, so that nobody has to read one from its start to see its end.
CREATE TABLE waypoints (
  session INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  elapsed INTEGER NOT NULL,
  position TEXT NOT NULL,
  PRIMARY KEY (session, seq)
) STRICT, WITHOUT ROWID;

-- JSON of a command list, and of the seqs of hidden input. Sessions without either have no row.
CREATE TABLE commands (key INTEGER PRIMARY KEY, list TEXT NOT NULL, hidden TEXT NOT NULL) STRICT;

-- Trigrams of the folded command lines (see fold.ts), without positions: what they find is looked at again.
CREATE VIRTUAL TABLE command_text USING fts5 (
  text, content = '', contentless_delete = 1, detail = 'none', tokenize = 'trigram case_sensitive 1'
);
`
