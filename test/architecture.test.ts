/** The arrows between the folders of src/, and what has one home only. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

const SOURCE = join(import.meta.dirname, '../src');

interface Import {
  /** A path below src/, or the name of a package. */
  readonly target: string;
  readonly typesOnly: boolean;
}

interface SourceFile {
  /** Below src/. */
  readonly path: string;
  readonly text: string;
  readonly imports: Import[];
}

const files: SourceFile[] = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => {
    const text = readFileSync(join(SOURCE, path), 'utf8');
    return { path, text, imports: importsOf(path, text) };
  });

/** Every static import or re-export: the formatter keeps each at the start of a line. */
function importsOf(path: string, text: string): Import[] {
  const statements = text.matchAll(/^(?:import|export) (type )?([^;'"]*?)(?:from )?'([^']+)';/gm);
  return [...statements].map(([, type, names = '', module = '']) => ({
    target: module.startsWith('.') ? normalize(join(dirname(path), module)) : module,
    typesOnly: type !== undefined || /^\{(\s*type [^,}]+,?)+\s*\}\s*$/.test(names),
  }));
}

/** What each part may import of the others. A name ending in a slash is a folder, any other a file. */
const arrows: Record<string, string[]> = {
  'main.ts': [''],
  'context.ts': ['loaders/'],
  'http/': [],
  'config.ts': ['http/'],
  'server.ts': ['http/', 'server/', 'operation.ts', 'loaders/', 'runs/'],
  'server/': ['http/', 'schema/', 'pricing/', 'resolvers/', 'rest/', 'errors.ts'],
  'operation.ts': ['context.ts', 'loaders/', 'rest/'],
  'pricing/': ['fields/', 'resolvers/', 'loaders/', 'errors.ts'],
  'schema/': ['fields/', 'resolvers/', 'rest/limits.ts'],
  'resolvers/': ['fields/', 'loaders/', 'runs/', 'rest/', 'errors.ts'],
  'errors.ts': ['rest/errors.ts'],
  'fields/': ['loaders/node-types.ts'],
  'loaders/': ['rest/'],
  'runs/': ['rest/'],
  'rest/': [],
  'local/store/': ['local/clock.ts'],
  'local/models/': ['local/clock.ts'],
  'local/engine/': ['local/store/', 'local/models/', 'local/clock.ts'],
  'local/': ['http/', 'rest/operations.ts', 'rest/limits.ts', 'rest/nesting.ts'],
};

/** Types of these may be imported everywhere. */
const TYPES_FOR_ALL = ['rest/', 'context.ts'];

/** Types that a part may import beyond that: the settings it is put together by, what stands behind a field. */
const typeArrows: Record<string, string[]> = {
  'server.ts': ['config.ts'],
  'server/': ['config.ts', 'operation.ts'],
  'operation.ts': ['pricing/', 'runs/'],
  'context.ts': ['runs/'],
  'schema/': ['loaders/', 'runs/'],
  'local/store/': ['local/objects.ts'],
  'local/models/': ['local/objects.ts'],
  'local/engine/': ['local/objects.ts', 'local/ids.ts'],
};

const isWithin = (path: string, part: string) =>
  part.endsWith('/') || part === '' ? path.startsWith(part) : path === part;

function partOf(path: string): string {
  const part = Object.keys(arrows).find((part) => isWithin(path, part));
  if (part === undefined) throw new Error(`src/${path} belongs to no part of the architecture`);
  return part;
}

const local = (file: SourceFile) => file.imports.filter(({ target }) => target.endsWith('.ts'));
const packages = (file: SourceFile) => file.imports.filter(({ target }) => !target.endsWith('.ts'));

function mayImport(from: string, { target, typesOnly }: Import): boolean {
  const part = partOf(from);
  const allowed = [part, ...(arrows[part] ?? [])];
  if (typesOnly) allowed.push(...TYPES_FOR_ALL, ...(typeArrows[part] ?? []));
  return allowed.some((other) => isWithin(target, other));
}

test('imports go along the arrows', () => {
  const wrong = files.flatMap((file) =>
    local(file)
      .filter((imported) => !mayImport(file.path, imported))
      .map(({ target, typesOnly }) => `${file.path} imports ${typesOnly ? 'types of ' : ''}${target}`),
  );
  expect(wrong).toEqual([]);
});

test('no file imports itself by way of others, but in the schema, where types refer to each other', () => {
  const others = files.filter(({ path }) => !path.startsWith('schema/'));
  expect(others.flatMap(({ path }) => cycleFrom(path))).toEqual([]);
});

function cycleFrom(start: string): string[] {
  const seen = new Set<string>();
  const open = [start];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const file = files.find((other) => other.path === path);
    for (const { target, typesOnly } of file === undefined ? [] : local(file)) {
      if (typesOnly || seen.has(target)) continue;
      if (target === start) return [`${start} is imported again by ${path}`];
      seen.add(target);
      open.push(target);
    }
  }
  return [];
}

test.each<[string, RegExp, string[]]>([
  ['Pothos', /^@pothos\//, ['schema/']],
  ['yoga', /^(graphql-yoga|@graphql-yoga\/|@envelop\/|@escape\.tech\/)/, ['server.ts', 'server/']],
  ['the HTTP client', /^undici$/, ['rest/']],
  ['the database', /^libsql/, ['local/']],
])('%s is imported in one place only', (_, name, homes) => {
  const users = files.filter((file) => packages(file).some(({ target }) => name.test(target)));
  expect(users.length).toBeGreaterThan(0);
  const strangers = users.filter(({ path }) => !homes.some((home) => isWithin(path, home)));
  expect(strangers.map(({ path }) => path)).toEqual([]);
});

test.each<[string, RegExp, string[]]>([
  ['The environment is read', /\bprocess\.env\b/, ['config.ts']],
  ['The process is ended', /\bprocess\.exit\b/, ['main.ts']],
  ['NODE_ENV is looked at', /NODE_ENV/, []],
  ['A module is loaded late, behind the back of this test,', /\bimport\(/, []],
])('%s where it should be', (_, pattern, homes) => {
  const users = files.filter(({ text }) => pattern.test(text)).map(({ path }) => path);
  expect(users).toEqual(homes);
});

test('the schema waits for nothing: how an answer is got is for the resolvers', () => {
  const waiting = files.filter(
    ({ path, text }) => path.startsWith('schema/') && /\bawait\b|\basync\b/.test(text),
  );
  expect(waiting.map(({ path }) => path)).toEqual([]);
});

test('no file is longer than 250 lines', () => {
  const long = files.filter(({ text }) => text.split('\n').length > 251);
  expect(long.map(({ path }) => path)).toEqual([]);
});

test('no file is named for not having found its name', () => {
  const vague = files.filter(({ path }) => /\b(utils?|helpers?|common|misc)\b/.test(path));
  expect(vague.map(({ path }) => path)).toEqual([]);
});
