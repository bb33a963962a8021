import type { LiveStatus } from '../objects.ts';

export const LIVE_STATUSES: readonly LiveStatus[] = [
  'queued',
  'in_progress',
  'requires_action',
  'cancelling',
];
/** The SQL condition for a live run. SQLite uses the index below only for exactly the same condition. */
export const IS_LIVE = `status IN (${LIVE_STATUSES.map((status) => `'${status}'`).join(', ')})`;

/**
 * The table of one kind of object: its parent and its JSON. Lists are in the order of `seq`, the order of insertion.
 * `created_at` is not queried: it is there for people who look into the database.
 */
const collection = (name: string, parent: string, columns = '') => `
  CREATE TABLE ${name} (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    parent TEXT NOT NULL ${parent},
    created_at INTEGER NOT NULL,
    body TEXT NOT NULL${columns}
  ) STRICT;
  CREATE INDEX ${name}_by_parent ON ${name} (parent);`;

const generated = (field: string) =>
  `,\n    ${field} TEXT GENERATED ALWAYS AS (body ->> '$.${field}') VIRTUAL`;
const within = (table: string) => `REFERENCES ${table} (id) ON DELETE CASCADE`;

/** The SQL condition for a message with files, in exactly the form of the index below. */
export const HAS_FILES = "body ->> '$.file_ids' != '[]'";

const FIRST = `
  ${collection('assistants', '')}
  ${collection('files', '')}
  CREATE TABLE file_contents (id TEXT PRIMARY KEY ${within('files')}, content BLOB NOT NULL) STRICT;
  ${collection('threads', '')}
  ${collection('messages', within('threads'), generated('run_id'))}
  CREATE INDEX messages_by_run ON messages (parent, run_id);
  CREATE TABLE pieces (
    seq INTEGER PRIMARY KEY,
    message_id TEXT NOT NULL ${within('messages')},
    text TEXT NOT NULL
  ) STRICT;
  CREATE INDEX pieces_by_message ON pieces (message_id);
  ${collection('runs', within('threads'), generated('status'))}
  CREATE UNIQUE INDEX one_live_run_a_thread ON runs (parent) WHERE ${IS_LIVE};
  ${collection('steps', within('runs'))}
`;

/** How often the server has died over a run. */
const CRASHES = `
  CREATE TABLE crashes (run_id TEXT PRIMARY KEY ${within('runs')}, count INTEGER NOT NULL) STRICT;
`;

/** File contents in pieces. A piece may come before its file, and go after it. */
const FILE_PIECES = `
  CREATE TABLE file_pieces (seq INTEGER PRIMARY KEY, file_id TEXT NOT NULL, content BLOB NOT NULL) STRICT;
  INSERT INTO file_pieces (file_id, content) SELECT id, content FROM file_contents;
  DROP TABLE file_contents;
  CREATE INDEX file_pieces_by_file ON file_pieces (file_id);
`;

/**
 * What was read from each file, under a number that is never used again, and its passages. The index of their words is without the
 * text, which it would otherwise have twice. Its small pages, and deletions that do not merge, keep each commit short: deletions
 * would take up to 0.8 s.
 */
const TEXTS = `
  CREATE TABLE texts (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    file_id TEXT NOT NULL,
    tenant TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'ready', 'unreadable', 'removed')),
    attempts INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX texts_by_file ON texts (file_id);
  CREATE INDEX pending_texts ON texts (tenant, number) WHERE state = 'pending';
  INSERT INTO texts (file_id, tenant, state) SELECT id, parent, 'pending' FROM files;
  CREATE TABLE passages (seq INTEGER PRIMARY KEY, text TEXT NOT NULL, context TEXT NOT NULL) STRICT;
  CREATE VIRTUAL TABLE passage_words USING fts5(
    text, context, content = '', contentless_delete = 1, tokenize = 'porter unicode61 remove_diacritics 2'
  );
  INSERT INTO passage_words (passage_words, rank) VALUES ('deletemerge', 0), ('pgsz', 1000);
  CREATE TRIGGER words_of_passages AFTER DELETE ON passages BEGIN
    DELETE FROM passage_words WHERE rowid = old.seq;
  END;
`;

/** What runs have searched for and found, and which messages have files to search. */
const SEARCHES = `
  CREATE TABLE searches (
    call_id TEXT PRIMARY KEY,
    step_id TEXT NOT NULL ${within('steps')},
    question TEXT NOT NULL,
    result TEXT
  ) STRICT;
  CREATE INDEX searches_by_step ON searches (step_id);
  CREATE INDEX messages_with_files ON messages (parent) WHERE ${HAS_FILES};
`;

/** The vectors of passages, and of which kind those of a text are once all of its passages have one. */
const EMBEDDINGS = `
  ALTER TABLE texts ADD COLUMN embedded TEXT;
  CREATE TABLE embeddings (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, vector BLOB NOT NULL) STRICT;
  CREATE TRIGGER embeddings_of_passages AFTER DELETE ON passages BEGIN
    DELETE FROM embeddings WHERE seq = old.seq;
  END;
`;

/** The passages of a text have the numbers from `number * SEQS_PER_TEXT` on. */
export const SEQS_PER_TEXT = 2 ** 20;

/** The steps from an empty database to the present tables. The version of a database is how many of them it has. */
export const MIGRATIONS: readonly string[] = [FIRST, CRASHES, FILE_PIECES, TEXTS, SEARCHES, EMBEDDINGS];
