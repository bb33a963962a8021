import { renderGraphiQL as renderPage } from '@graphql-yoga/render-graphiql';
import type { GraphiQLOptions } from 'graphql-yoga';
import { tour } from './tour/tour.ts';

/** The options of GraphiQL's page, which comes whole from this server: a browser needs no other host. */
export const graphiql = {
  title: 'Assistants GraphQL',
  defaultEditorToolsVisibility: 'variables' as const,
  defaultTabs: [...tour],
};

/**
 * GraphiQL's tabs carry an offset from an animation at the start, which their style sheet hides until they have the
 * focus: under the mouse they jump away, and the first click on a tab is lost. So it is hidden always.
 */
const STEADY_TABS = '<style>.graphiql-tab { transform: none !important }</style>';
/** On two lines it would be cut off at the top. */
const TITLE_ON_ONE_LINE = '<style>.graphiql-logo { white-space: nowrap }</style>';

export function renderGraphiQL(options: GraphiQLOptions): string {
  return renderPage(options).replace('</head>', `${STEADY_TABS}${TITLE_ON_ONE_LINE}</head>`);
}
