import type { GraphiQLOptions, Plugin } from 'graphql-yoga';
import { pageHeaders } from './page-headers.ts';
import { LATEST_IDS } from './tour/latest-ids.ts';
import { tour } from './tour/tour.ts';

type Protocol = NonNullable<GraphiQLOptions['subscriptionsProtocol']>;

/**
 * Serves GraphiQL to browsers. Its page makes no request to another host. Subscriptions use a WebSocket, or server-sent events
 * on a page opened with `?transport=sse`, and where clients need a credential: GraphiQL sends no headers on a WebSocket.
 *
 * Yoga would render the page for each request: 3 MB, which stay in memory until the client has read them. Here, all share them.
 *
 * @param path of the graph
 * @param needsHeaders whether clients need a credential
 */
export function useGraphiQL(path: string, needsHeaders: boolean): Plugin {
  const pages = new Map<Protocol, Promise<Uint8Array<ArrayBuffer>>>();
  const pageOf = (protocol: Protocol) => {
    const page = pages.get(protocol) ?? render(protocol, needsHeaders);
    pages.set(protocol, page);
    return page;
  };
  return {
    onRequest({ request, url, fetchAPI, endResponse }) {
      if (request.method !== 'GET' || !request.headers.get('accept')?.includes('text/html')) return undefined;
      if (url.pathname.replace(/\/$/, '') !== path) return undefined;
      const isSse = needsHeaders || url.searchParams.get('transport') === 'sse';
      return pageOf(isSse ? 'SSE' : 'WS').then((page) =>
        // A copy: the response adds the length of its page to it.
        endResponse(new fetchAPI.Response(page, { headers: { ...HEADERS } })),
      );
    },
  };
}

/** The page has scripts and styles in itself, so that a stricter policy would not let it start. */
const HEADERS = { ...pageHeaders("object-src 'none'"), 'content-type': 'text/html' };

/**
 * GraphiQL's tabs keep an offset from an opening animation, which the style sheet removes on focus: the tab then moves
 * away from the mouse, and the first click is lost. This removes the offset.
 */
const STEADY_TABS = '<style>.graphiql-tab { transform: none !important }</style>';
/** A title of two lines would be cut off at the top. */
const TITLE_ON_ONE_LINE = '<style>.graphiql-logo { white-space: nowrap }</style>';

/** Of the first tab, where the credential is entered. The requests of other tabs send it too. */
const AUTHORIZATION = JSON.stringify({ authorization: 'Bearer PASTE_KEY_OR_TOKEN' }, null, 2);

/** GraphiQL takes 45 MiB of memory, so it is loaded with the first page. */
async function render(
  subscriptionsProtocol: Protocol,
  needsHeaders: boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const page = renderGraphiQL({
    title: 'Assistants GraphQL',
    defaultEditorToolsVisibility: needsHeaders ? 'headers' : 'variables',
    defaultTabs: tour.map((tab, index) => ({
      ...tab,
      ...(needsHeaders && index === 0 && { headers: AUTHORIZATION }),
    })),
    subscriptionsProtocol,
  });
  const additions = `${STEADY_TABS}${TITLE_ON_ONE_LINE}<script>{${LATEST_IDS}}</script>`;
  return new TextEncoder().encode(page.replace('</head>', () => `${additions}</head>`));
}
