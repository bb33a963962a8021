/** Which folders of src/ import which, and rules for files. */
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

const page = readFileSync(join(import.meta.dirname, '../docs/architecture.md'), 'utf8');

/** A row of the table in docs/architecture.md. A name ending in a slash is a folder, any other a file. */
interface Room {
  readonly name: string;
  readonly imports: readonly string[];
  readonly types: readonly string[];
}

const codeIn = (text = '') => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

const rooms: Room[] = [...page.matchAll(/^\| `([^`]+)` \|[^|]*\|([^|]*)\|([^|]*)\|$/gm)].map(
  ([, name = '', imports, types]) => ({ name, imports: codeIn(imports), types: codeIn(types) }),
);

const typesForAll = codeIn(/the types of (.*?) may be imported everywhere/s.exec(page)?.[1]);

const isWithin = (path: string, name: string) => (name.endsWith('/') ? path.startsWith(name) : path === name);

/** The room with the longest name that fits. */
function roomOf(path: string): Room {
  const [room] = rooms
    .filter(({ name }) => isWithin(path, name))
    .toSorted((one, other) => other.name.length - one.name.length);
  if (room === undefined) throw new Error(`src/${path} is in no room of docs/architecture.md`);
  return room;
}

const local = (file: SourceFile) => file.imports.filter(({ target }) => target.endsWith('.ts'));
const packages = (file: SourceFile) => file.imports.filter(({ target }) => !target.endsWith('.ts'));

function mayImport(from: string, { target, typesOnly }: Import): boolean {
  const { name, imports, types } = roomOf(from);
  const allowed = [name, ...imports, ...(typesOnly ? [...types, ...typesForAll] : [])];
  return allowed.some((other) => isWithin(target, other));
}

test('every import is one that docs/architecture.md lists', () => {
  expect(rooms.length).toBeGreaterThan(10);
  const wrong = files.flatMap((file) =>
    local(file)
      .filter((imported) => !mayImport(file.path, imported))
      .map(({ target, typesOnly }) => `${file.path} imports ${typesOnly ? 'types of ' : ''}${target}`),
  );
  expect(wrong).toEqual([]);
});

test('every import that docs/architecture.md lists is used', () => {
  const unused = rooms.flatMap(({ name, imports, types }) => {
    const used = files.filter(({ path }) => isWithin(path, name)).flatMap(local);
    const isUsed = (target: string, typesOnly: boolean) =>
      used.some((each) => each.typesOnly === typesOnly && isWithin(each.target, target));
    return [
      ...imports.filter((target) => !isUsed(target, false)).map((target) => `${name} imports ${target}`),
      ...types
        .filter((target) => !isUsed(target, true))
        .map((target) => `${name} imports types of ${target}`),
    ];
  });
  expect(unused).toEqual([]);
});

test('the picture in docs/architecture.md shows arrows of its table', () => {
  const [, picture = ''] = /```mermaid\n(.*?)```/s.exec(page) ?? [];
  const labels = new Map([...picture.matchAll(/(\w+)\["([^"]+)"\]/g)].map(([, id, label]) => [id, label]));
  const arrows = [...picture.matchAll(/^\s*(\w+)(?:\[".*?"\])? --> (\w+)/gm)].map(([, from, to]) => ({
    from: labels.get(from),
    to: labels.get(to) ?? '',
  }));
  expect(arrows.length).toBeGreaterThan(10);
  const wrong = arrows.filter(
    ({ from, to }) => !rooms.some((room) => room.name === from && room.imports.includes(to)),
  );
  expect(wrong).toEqual([]);
});

test('every file that docs/architecture.md names exists', () => {
  const named = codeIn(page.replace(/```.*?```/gs, '')).filter((code) => /^[\w/.-]+\.ts$/.test(code));
  expect(named.length).toBeGreaterThan(20);
  const paths = new Set(files.map(({ path }) => path));
  const missing = named.filter((path) => !paths.has(path) && !path.startsWith('test/'));
  expect(missing).toEqual([]);
});

test('there are no import cycles, except in the schema, where types refer to each other', () => {
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
      if (target === start) return [`${start} is imported by ${path}, which it imports`];
      seen.add(target);
      open.push(target);
    }
  }
  return [];
}

test.each<[string, RegExp, string[]]>([
  ['Pothos', /^@pothos\//, ['schema/']],
  ['yoga', /^(graphql-yoga|@graphql-yoga\/|@envelop\/|@escape\.tech\/)/, ['server/']],
  ['the HTTP client', /^undici$/, ['rest/', 'local/model-server/']],
  ['the verification of tokens', /^jose$/, ['auth/']],
  ['Prometheus and OpenTelemetry', /^(prom-client|@opentelemetry\/)/, ['telemetry/']],
  ['the database', /^libsql/, ['local/']],
])('%s is imported only where it belongs', (_, name, homes) => {
  const users = files.filter((file) => packages(file).some(({ target }) => name.test(target)));
  expect(users.length).toBeGreaterThan(0);
  const elsewhere = users.filter(({ path }) => !homes.some((home) => isWithin(path, home)));
  expect(elsewhere.map(({ path }) => path)).toEqual([]);
});

test.each<[string, string[], RegExp]>([
  ['process.env is used', ['config.ts'], /\bprocess\.env\b/],
  ['process.exit is called', ['main.ts'], /\bprocess\.exit\b/],
  ['NODE_ENV is used', [], /NODE_ENV/],
  // The other tests do not follow it.
  ['import() is called', ['server/use-graphiql.ts'], /\bimport\(/],
])('%s only in %o', (_, homes, pattern) => {
  const users = files.filter(({ text }) => pattern.test(text)).map(({ path }) => path);
  expect(users).toEqual(homes);
});

test('the schema has no async code: resolvers get the values', () => {
  const asynchronous = files.filter(
    ({ path, text }) => path.startsWith('schema/') && /\bawait\b|\basync\b/.test(text),
  );
  expect(asynchronous.map(({ path }) => path)).toEqual([]);
});

test('no file is longer than 250 lines', () => {
  const long = files.filter(({ text }) => text.split('\n').length > 251);
  expect(long.map(({ path }) => path)).toEqual([]);
});

test('no file has a vague name', () => {
  const vague = files.filter(({ path }) => /\b(utils?|helpers?|common|misc)\b/.test(path));
  expect(vague.map(({ path }) => path)).toEqual([]);
});
