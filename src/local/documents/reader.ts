import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { DocumentError, type Unread } from './document.ts';
import type { Passage } from './passages.ts';

/** Reads files, each in a process of its own: a parser that hangs, crashes or takes too much memory harms nothing else. */
export interface Reader {
  /**
   * The passages of a file, as they are found, and at the end what could not be read, if anything. Throws a
   * {@link DocumentError} if the file cannot be read, also after some passages. Ends once `signal` aborts.
   */
  read(
    filename: string,
    content: Iterable<Uint8Array>,
    signal: AbortSignal,
  ): AsyncGenerator<Passage | Unread>;
}

export interface ReaderOptions {
  /** The built `reader-process.js`. */
  readonly script: URL;
  /** How long reading one file may take, in milliseconds. */
  readonly maxMs?: number;
  /** Of the process, in MiB. */
  readonly maxMemory?: number;
}

/** A document of 20 MB takes seconds. */
const MAX_MS = 120_000;
const MAX_MEMORY_MIB = 1_024;
/** The share of it that JavaScript may take. Buffers are outside of it. */
const HEAP_SHARE = 0.5;
/** A third of the CPU time of others, when there is not enough for all. */
const LESS_PRIORITY = 5;
const CHECK_MS = 100;
const PAGE_BYTES = 4_096;
/** A passage with its context has 1,600 characters, which may all be escaped. */
const MAX_LINE_LENGTH = 64 * 1024;

/** If a container is out of memory, Linux ends this process and not the server. */
const FIRST_TO_DIE = '{ echo 1000 > /proc/self/oom_score_adj; } 2> /dev/null';

const line = z.union([
  z.object({ text: z.string(), context: z.string() }),
  z.object({ unread: z.string() }),
  z.object({ end: z.literal(true) }),
  z.object({ error: z.string() }),
]);

/**
 * Starts no process before `read` is called. The shell limits the CPU time of a process, also when nobody is left to kill it, and
 * keeps it from writing its memory to disk when it crashes.
 */
export function createReader({ script, maxMs = MAX_MS, maxMemory = MAX_MEMORY_MIB }: ReaderOptions): Reader {
  const start = (filename: string) => {
    const heap = `--max-old-space-size=${Math.floor(maxMemory * HEAP_SHARE)}`;
    const limits = `${FIRST_TO_DIE}; ulimit -c 0; ulimit -t ${Math.ceil(maxMs / 1000)}; exec "$0" "$@"`;
    const command = ['-c', limits, process.execPath, heap, fileURLToPath(script), filename];
    const child = spawn('/bin/sh', command, {
      stdio: ['pipe', 'pipe', 'ignore'],
      // No keys for code that a document may have taken over.
      env: {},
    });
    if (child.pid !== undefined) yieldTo(child.pid);
    return child;
  };
  return {
    async *read(filename, content, signal) {
      const child = start(filename);
      const exited = once(child, 'exit').catch(() => undefined);
      const limits = watch(child, { maxMs, maxMemory });
      const stop = () => child.kill('SIGKILL');
      signal.addEventListener('abort', stop);
      try {
        // A process that has stopped reads no more. What follows tells why.
        void pipeline(content, child.stdin).catch(() => undefined);
        for await (const text of linesOf(child.stdout)) {
          const message = parse(text);
          if ('end' in message) return;
          if ('error' in message) throw new DocumentError(message.error);
          yield message;
        }
        await exited;
        if (!signal.aborted) throw new DocumentError(limits.reason());
      } finally {
        signal.removeEventListener('abort', stop);
        limits.close();
        stop();
        await exited;
      }
    },
  };
}

/** Throws a {@link DocumentError} if a line is too long: a document may have taken over the process that writes it. */
async function* linesOf(output: Readable): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of output.setEncoding('utf8')) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE_LENGTH) throw unreadable();
    yield* lines;
  }
}

function unreadable(): DocumentError {
  return new DocumentError('The file cannot be read.');
}

/** What a process wrote that a document may have taken over. */
function parse(text: string): z.output<typeof line> {
  try {
    return line.parse(JSON.parse(text));
  } catch {
    throw unreadable();
  }
}

/** Requests come first. */
function yieldTo(pid: number): void {
  try {
    setPriority(pid, Math.min(getPriority() + LESS_PRIORITY, constants.priority.PRIORITY_LOW));
  } catch {
    // It has ended, or this system does not allow it.
  }
}

/** Kills a process that takes too long or too much memory. */
function watch(child: ChildProcess, { maxMs, maxMemory }: { maxMs: number; maxMemory: number }) {
  let reason = 'The file cannot be read: it is damaged, or it takes too much memory.';
  const kill = (why: string) => {
    reason = why;
    child.kill('SIGKILL');
  };
  const timer = setTimeout(() => kill(`The file takes more than ${maxMs / 1000} s to read.`), maxMs);
  const check = setInterval(() => {
    if (memoryOf(child.pid) > maxMemory) kill(`The file takes more than ${maxMemory} MiB of memory to read.`);
  }, CHECK_MS);
  return {
    reason: () => reason,
    close() {
      clearTimeout(timer);
      clearInterval(check);
    },
  };
}

/** In MiB. 0 on systems that do not tell: there, only the heap is limited. */
function memoryOf(pid: number | undefined): number {
  try {
    const [, pages] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
    return (Number(pages) * PAGE_BYTES) / 1024 / 1024;
  } catch {
    return 0;
  }
}
