import { chat } from './chat.ts';
import { functions } from './functions.ts';
import { housekeeping } from './housekeeping.ts';
import type { Tab } from './tab.ts';

/** The graph by task, tab by tab. Each says in its first lines which ids it wants, and from where. */
export const tour: readonly Tab[] = [...chat, ...functions, ...housekeeping];
