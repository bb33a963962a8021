import { chat } from './chat.ts';
import { functions } from './functions.ts';
import { housekeeping } from './housekeeping.ts';
import type { Tab } from './tab.ts';

const tabs = [...chat, ...functions, ...housekeeping];

/** The default GraphiQL tabs, one per task, in order. Variables named LATEST_… are filled in by latest-ids.ts. */
export const tour: readonly Tab[] = tabs.map(({ query, variables }, index) => ({
  query: query.replace('# ', `# ${index + 1} of ${tabs.length}. `),
  variables,
}));
