/**
 * Makes the manifest for TRUSTED_DOCUMENTS from the documents of a frontend: those in .graphql and .gql files, and those tagged with
 * gql or graphql in JavaScript and TypeScript. IDs are the SHA-256 hashes of the texts.
 *
 *   npm run trust -- [--typename] OUT PATH...
 *
 * --typename adds __typename to each selection below the root, as Apollo Client does before it sends a document.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gqlPluckFromCodeString } from '@graphql-tools/graphql-tag-pluck';
import { buildSchema, Kind, parse, print, specifiedRules, validate, visit } from 'graphql';

const DOCUMENTS = new Set(['.graphql', '.gql']);
const CODE = new Set(['.js', '.jsx', '.mjs', '.ts', '.tsx', '.mts', '.vue', '.svelte']);

const args = process.argv.slice(2);
const hasTypename = args.includes('--typename');
const [out, ...paths] = args.filter((arg) => arg !== '--typename');
if (out === undefined || paths.length === 0 || extname(out) !== '.json') {
  fail([
    'Name a JSON file for the manifest, and the files or folders of the frontend: npm run trust -- trusted.json src',
  ]);
}

const schema = buildSchema(readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'));
const definitions = [];
for (const path of paths.flatMap(filesIn)) definitions.push(...(await definitionsIn(path)));
const operations = definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
const fragments = new Map(
  definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION).map((each) => [each.name.value, each]),
);
const problems = duplicates(definitions);
const manifest = {};
for (const operation of operations) {
  const document = { kind: Kind.DOCUMENT, definitions: [operation, ...fragmentsOf(operation)] };
  const errors = validate(schema, document, specifiedRules);
  const place = `${operation.path}: ${operation.name?.value ?? 'an operation'}`;
  if (operation.name === undefined) problems.push(`${place} must have a name`);
  problems.push(...errors.map(({ message }) => `${place}: ${message}`));
  const text = print(hasTypename ? withTypename(document) : document);
  manifest[createHash('sha256').update(text).digest('hex')] = text;
}
if (operations.length === 0) problems.push('There is no operation in these files');
if (problems.length > 0) fail(problems);
writeFileSync(out, `${JSON.stringify(manifest, null, 2)}\n`);
process.stdout.write(`${out} has ${operations.length} documents.\n`);

function fail(lines) {
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exit(1);
}

function filesIn(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true })
    .filter((name) => !/(^|[\\/])(node_modules|dist)[\\/]/.test(name))
    .filter((name) => DOCUMENTS.has(extname(name)) || CODE.has(extname(name)))
    .sort()
    .map((name) => join(path, name));
}

async function definitionsIn(path) {
  const text = readFileSync(path, 'utf8');
  const sources = DOCUMENTS.has(extname(path))
    ? [text]
    : (await gqlPluckFromCodeString(path, text)).map(({ body }) => body);
  try {
    return sources
      .flatMap((source) => parse(source).definitions)
      .map((definition) => ({ ...definition, path }));
  } catch (error) {
    return fail([`${path}: ${error.message}`]);
  }
}

/** The fragments that a definition spreads, and those that they spread. */
function fragmentsOf(definition, found = new Set()) {
  visit(definition, {
    FragmentSpread({ name }) {
      const fragment = fragments.get(name.value);
      if (fragment === undefined || found.has(fragment)) return;
      found.add(fragment);
      fragmentsOf(fragment, found);
    },
  });
  return [...found];
}

function duplicates(all) {
  const paths = new Map();
  return all.flatMap(({ name, path }) => {
    if (name === undefined) return [];
    const other = paths.get(name.value);
    paths.set(name.value, path);
    return other === undefined ? [] : [`${path}: ${name.value} is the name of another document, in ${other}`];
  });
}

function withTypename(document) {
  return visit(document, {
    SelectionSet: {
      leave(node, _key, parent) {
        const hasIt = node.selections.some(
          ({ kind, name }) => kind === Kind.FIELD && name.value === '__typename',
        );
        if (hasIt || parent?.kind === Kind.OPERATION_DEFINITION) return undefined;
        const typename = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
        return { ...node, selections: [...node.selections, typename] };
      },
    },
  });
}
