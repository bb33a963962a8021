import { renderGraphiQL as renderPage } from '@graphql-yoga/render-graphiql';
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

export function renderGraphiQL(options: GraphiQLOptions): string {
  return renderPage(options).replace('</head>', `${STEADY_TABS}${TITLE_ON_ONE_LINE}</head>`);
}
