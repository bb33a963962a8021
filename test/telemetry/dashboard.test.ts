/** The dashboard and the page about metrics name metrics that exist. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startObservedGraph } from './support/observed-graph.ts';

const read = (path: string) => readFileSync(join(import.meta.dirname, '../..', path), 'utf8');

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

const dashboard: Dashboard = JSON.parse(read('examples/grafana-dashboard.json'));
const expressions = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
const METRIC = /\b(?:assistants_graphql|nodejs|process)_\w+/g;
const PREFIX = 'assistants_graphql_';

/** The metrics of a page, with the labels that their series have. */
function metricsIn(page: string): Map<string, Set<string>> {
  const metrics = new Map(
    [...page.matchAll(/^# TYPE (\w+)/gm)].map(([, name = '']) => [name, new Set<string>()]),
  );
  for (const [, name = '', labels = ''] of page.matchAll(/^(\w+)\{(.*)\} /gm)) {
    const all = [...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label);
    metrics.set(name, new Set([...(metrics.get(name) ?? []), ...all]));
  }
  return metrics;
}

async function observeAll() {
  const graph = await startObservedGraph();
  await graph.send('{ assistants { nodes { id } } }');
  graph.upstream.intercept = (_, response) => Boolean(response.destroy());
  await graph.send('mutation { createThread(input: {}) { thread { id } } }');
  return metricsIn(await graph.metrics());
}

test('the dashboard asks for metrics and labels that exist, and shows all metrics of the server', async () => {
  const metrics = await observeAll();
  const named = expressions.flatMap((expr) => expr.match(METRIC) ?? []);
  expect(named.filter((name) => !metrics.has(name))).toEqual([]);

  const grouped = expressions.flatMap((expr) => {
    const [name = ''] = expr.match(METRIC) ?? [];
    const by = /by \(([^)]*)\)/.exec(expr)?.[1]?.split(', ') ?? [];
    const chosen = [...(/\{(.*?)\}/.exec(expr)?.[1]?.matchAll(/(\w+)!?=/g) ?? [])].map(
      ([, label = '']) => label,
    );
    return [...by, ...chosen].map((label) => ({ name, label }));
  });
  expect(grouped.length).toBeGreaterThan(5);
  expect(grouped.filter(({ name, label }) => !metrics.get(name)?.has(label))).toEqual([]);

  const own = [...metrics.keys()].filter(
    (name) => name.startsWith(PREFIX) && !/_(sum|count|bucket)$/.test(name),
  );
  const shown = new Set(named.map((name) => name.replace(/_bucket$/, '')));
  expect(own.filter((name) => !shown.has(name))).toEqual([]);
});

test('docs/observing.md lists all metrics of the server', async () => {
  const metrics = await observeAll();
  const [, table = ''] = /## Metrics(.*?)## Traces/s.exec(read('docs/observing.md')) ?? [];
  const listed = new Set(
    [...table.matchAll(/`(_?[a-z_0-9]+)`/g)].map(([, name = '']) =>
      name.startsWith('_') ? `${PREFIX}${name.slice(1)}` : name,
    ),
  );
  const own = [...metrics.keys()].filter(
    (name) => name.startsWith(PREFIX) && !/_(sum|count|bucket)$/.test(name),
  );
  expect(own.filter((name) => !listed.has(name))).toEqual([]);
});
