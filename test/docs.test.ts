/** What the Markdown files say about this repository: commands, links, file names and the README's query. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { settings } from '../src/settings.ts';
import { type Graph, startGraph } from './support/graph.ts';
import { poll } from './support/poll.ts';
import { callRest, createWaitingRun } from './support/world.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const pagesIn = (folder: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path));
const pages = [...readdirSync(ROOT), ...pagesIn('docs'), ...pagesIn('.github')]
  .filter((path) => path.endsWith('.md'))
  .map((path) => ({ path, text: read(path) }));

/** Commands in `sh` blocks, and in inline code that starts as one does. */
function commandsIn(text: string): string[] {
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block = '']) => block.split('\n'));
  const prose = text.replace(/^```.*?^```$/gms, '');
  const inline = [...prose.matchAll(/`((?:npm|npx|node) [^`]+)`/g)].map(([, code = '']) => code);
  return [...blocks, ...inline].flatMap((line) => line.split('&&')).filter((line) => line.trim() !== '');
}

const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'));

/** Why a command cannot work, or undefined. */
function problemWith(command: string): string | undefined {
  const words = command.trim().split(/\s+/);
  while (words[0]?.includes('=')) {
    const [name = ''] = words.shift()?.split('=') ?? [];
    if (!(name in settings)) return `${name} is not a setting`;
  }
  const [program, first = '', second = ''] = words;
  const missing = words.find((word) => /^[\w-]+\/.*\.\w+$/.test(word) && !existsSync(join(ROOT, word)));
  if (missing !== undefined) return `${missing} does not exist`;
  if (program === 'npm') {
    if (first === 'ci' || first === 'install') return undefined;
    const script = first === 'run' ? second : first;
    return script in scripts ? undefined : `package.json has no script '${script}'`;
  }
  if (program === 'npx') {
    return existsSync(join(ROOT, 'node_modules/.bin', first)) ? undefined : `${first} is not installed`;
  }
  return program === 'node' || program === 'git' ? undefined : `${program} is not a known program`;
}

test('the commands on all pages exist', () => {
  const commands = pages.flatMap(({ path, text }) => commandsIn(text).map((command) => ({ path, command })));
  expect(commands.length).toBeGreaterThan(0);
  const problems = commands.map(({ path, command }) => ({ path, command, problem: problemWith(command) }));
  expect(problems.filter(({ problem }) => problem !== undefined)).toEqual([]);
});

test('the check of commands finds commands that do not exist', () => {
  expect(commandsIn('Use `npm run dev`.\n```sh\nPORT=1 npm ci && npm start\n```\n')).toEqual([
    'PORT=1 npm ci ',
    ' npm start',
    'npm run dev',
  ]);
  expect(problemWith('npm run deploy')).toBe("package.json has no script 'deploy'");
  expect(problemWith('npm publish')).toBe("package.json has no script 'publish'");
  expect(problemWith('PORTS=1 npm start')).toBe('PORTS is not a setting');
  expect(problemWith('npx vitest run test/gone.test.ts')).toBe('test/gone.test.ts does not exist');
  expect(problemWith('npx jest')).toBe('jest is not installed');
  expect(problemWith('make')).toBe('make is not a known program');
});

/** The anchors that GitHub makes of the headings of a page. */
function anchorsIn(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

function isBroken(path: string, link: string): boolean {
  if (/^https?:/.test(link)) return false;
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? path : join(dirname(path), file);
  if (!existsSync(join(ROOT, target))) return true;
  return anchor !== undefined && !anchorsIn(read(target)).includes(anchor);
}

test('the links on all pages lead to files and headings that exist', () => {
  const links = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => ({ path, link })),
  );
  expect(links.length).toBeGreaterThan(0);
  expect(links.filter(({ path, link }) => isBroken(path, link))).toEqual([]);
});

test('the files that inline code names exist', () => {
  const named = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/`((?:\.ci|bench|codegen|docs|examples|scripts|src|test)\/[\w./-]*)`/g)].map(
      ([, file = '']) => ({ path, file }),
    ),
  );
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter(({ file }) => !existsSync(join(ROOT, file)))).toEqual([]);
});

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.close());

test('the query in the README makes two REST calls, and a third if a run is active', async () => {
  const [, query = ''] = /^```graphql\n(.*?)^```$/ms.exec(read('README.md')) ?? [];
  const tools = [{ type: 'function', function: { name: 'alpha' } }];
  const assistant = await callRest(graph.localUrl, '/assistants', { model: 'offline', name: 'Guide', tools });
  const { thread_id: threadId, id: runId } = await createWaitingRun(graph.localUrl, assistant.id);
  const readChat = () => graph.data(query, { threadId });

  expect(await readChat()).toMatchObject({ thread: { activeRun: { assistant: { name: 'Guide' } } } });
  expect(await graph.callsDuring(readChat)).toHaveLength(3);
  await callRest(graph.localUrl, `/threads/${threadId}/runs/${runId}/cancel`, {});
  await poll(readChat, (data) => Object(data).thread.activeRun === null);
  expect(await graph.callsDuring(readChat)).toHaveLength(2);
});
