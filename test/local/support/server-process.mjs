// A local API in a process of its own, as it was built, for tests that kill it. Takes its options as JSON, writes its URL.
import { createLocalApi } from '../../../dist/local/local-api.js';

const fail = (error) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
};

const options = JSON.parse(process.argv[2] ?? '{}');
const api = await createLocalApi({ port: 0, tokenMs: 0, ...options, onFault: fail }).catch(fail);
process.stdout.write(`${api.url}\n`);
