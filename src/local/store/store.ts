import type { Clock } from '../clock.ts';
import type {
  AssistantObject,
  FileObject,
  MessageObject,
  RunObject,
  StepObject,
  ThreadObject,
} from '../objects.ts';
import { type Collection, createCollection, readBody } from './collection.ts';
import { openDataDirectory } from './data-directory.ts';
import { createFileContents, type FileContents } from './file-contents.ts';
import { createPieces, type Pieces } from './pieces.ts';
import { IS_LIVE } from './schema.ts';
import type { Sqlite } from './sqlite.ts';

/** An assistant as it is kept: with the time at which each of its files was attached. */
export interface AssistantRecord extends Omit<AssistantObject, 'file_ids'> {
  files: { id: string; created_at: number }[];
}

/** Everything that the local API knows, on disk. What a method has changed is durable when it returns or resolves. */
export interface Store {
  /** Within a tenant. */
  readonly assistants: Collection<AssistantRecord>;
  /** Within a tenant. */
  readonly files: Collection<FileObject>;
  /** Within a tenant. Removing one takes its messages, runs and steps along. */
  readonly threads: Collection<ThreadObject>;
  /** Within a thread. */
  readonly messages: Collection<MessageObject>;
  /** Within a thread. */
  readonly runs: Collection<RunObject>;
  /** Within a run. */
  readonly steps: Collection<StepObject>;
  readonly pieces: Pieces;
  readonly contents: FileContents;
  /** The one run that holds the thread, if any does. */
  liveRun(threadId: string): RunObject | undefined;
  /** Every run that has not ended, oldest first. */
  liveRuns(): RunObject[];
  /** The current time in Unix seconds. It may be earlier than a `created_at`: the clock can be set back. */
  seconds(): number;
  transaction<Result>(work: () => Result): Result;
  close(): void;
}

/** Opens the data directory; throws a DataDirectoryError. See data-directory.ts. */
export function openStore(dataDir: string, clock: Clock): Store {
  const { sqlite, close } = openDataDirectory(dataDir);
  return createStore(sqlite, clock, close);
}

function createStore(sqlite: Sqlite, clock: Clock, close: () => void): Store {
  return {
    assistants: createCollection(sqlite, 'assistants'),
    files: createCollection(sqlite, 'files'),
    threads: createCollection(sqlite, 'threads'),
    messages: createCollection(sqlite, 'messages'),
    runs: createCollection(sqlite, 'runs'),
    steps: createCollection(sqlite, 'steps'),
    pieces: createPieces(sqlite),
    contents: createFileContents(sqlite),
    liveRun: (threadId) => {
      const row = sqlite.get(`SELECT body FROM runs WHERE parent = ? AND ${IS_LIVE}`, [threadId]);
      return row === undefined ? undefined : readBody<RunObject>(row);
    },
    liveRuns: () =>
      sqlite.all(`SELECT body FROM runs WHERE ${IS_LIVE} ORDER BY seq`, []).map(readBody<RunObject>),
    seconds: () => Math.floor(clock.now() / 1000),
    transaction: sqlite.transaction,
    close,
  };
}
