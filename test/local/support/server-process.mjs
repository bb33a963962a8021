// Runs the built local API in its own process, for tests that kill it. Takes its options as JSON and prints its URL.
import { createLocalApi } from '../../../dist/local/local-api.js';

const fail = (error) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
};

const log = ({ level, fields }) => {
  if (level === 'error') fail(fields?.reason);
};

const { builtModules, ...options } = JSON.parse(process.argv[2] ?? '{}');
const given = { ...options, ...(builtModules && { builtModules: new URL(builtModules) }) };
const api = await createLocalApi({ port: 0, tokenMs: 0, ...given, log, onFailure: fail }).catch(fail);
process.stdout.write(`${api.url}\n`);
