import type { GraphiQLOptions } from 'graphql-yoga';
import { tour } from './tour/tour.ts';

/**
 * The options of GraphiQL's page, which makes no request to another host. Subscriptions use a WebSocket, or server-sent
 * events on a page opened with `?transport=sse`.
 */
export function graphiql({ url }: Request): GraphiQLOptions {
  const isSse = new URL(url).searchParams.get('transport') === 'sse';
  return {
    title: 'Assistants GraphQL',
    defaultEditorToolsVisibility: 'variables',
    defaultTabs: [...tour],
    subscriptionsProtocol: isSse ? 'SSE' : 'WS',
  };
}

/**
 * GraphiQL's tabs keep an offset from an opening animation, which the style sheet removes on focus: the tab then moves
 * away from the mouse, and the first click is lost. This removes the offset.
 */
const STEADY_TABS = '<style>.graphiql-tab { transform: none !important }</style>';
/** A title of two lines would be cut off at the top. */
const TITLE_ON_ONE_LINE = '<style>.graphiql-logo { white-space: nowrap }</style>';

/** GraphiQL takes 45 MiB of memory, so it is loaded with the first page. */
export async function renderGraphiQL(options: GraphiQLOptions): Promise<string> {
  const { renderGraphiQL: renderPage } = await import('@graphql-yoga/render-graphiql');
  return renderPage(options).replace('</head>', `${STEADY_TABS}${TITLE_ON_ONE_LINE}</head>`);
}
