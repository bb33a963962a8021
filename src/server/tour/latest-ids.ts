/**
 * A script for GraphiQL's page, so that the tour needs no copying between tabs. It notes the IDs in responses, and replaces
 * `LATEST_ASSISTANT`, `LATEST_THREAD`, `LATEST_RUN` and `LATEST_CALL` in the variables of requests. It also sends the
 * authorization header that was entered in one tab with the requests of others. IDs are kept until the tab is closed, the header
 * until the page is.
 */
export const LATEST_IDS = `
  const latest = JSON.parse(sessionStorage.getItem('latest-ids') ?? '{}');
  let authorization;

  function note(text) {
    const ids = [...text.matchAll(/"(assistant|thread|run)":\\{"id":"([^"\\\\]+)"/g), ...text.matchAll(/"tool(Call)Id":"([^"\\\\]+)"/g)];
    for (const [, name, id] of ids) latest[name.toUpperCase()] = id;
    if (ids.length > 0) sessionStorage.setItem('latest-ids', JSON.stringify(latest));
  }

  function fill(text) {
    return text.replace(/"LATEST_([A-Z]+)"/g, (whole, name) => (name in latest ? JSON.stringify(latest[name]) : whole));
  }

  // Subscriptions with server-sent events are GET requests.
  function fillUrl(text) {
    const url = new URL(text, location.href);
    const variables = url.searchParams.get('variables');
    if (variables !== null) url.searchParams.set('variables', fill(variables));
    return url.href;
  }

  async function noteAll(response) {
    const chunks = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (let chunk = await chunks?.read(); chunk?.done === false; chunk = await chunks.read()) {
      const lines = (rest + chunk.value).split('\\n');
      rest = lines.pop();
      lines.forEach(note);
    }
    note(rest);
  }

  const send = window.fetch;
  window.fetch = async (input, init = {}) => {
    const headers = new Headers(init.headers);
    authorization = headers.get('authorization') ?? authorization;
    if (authorization) headers.set('authorization', authorization);
    const body = typeof init.body === 'string' ? fill(init.body) : init.body;
    const url = typeof input === 'string' ? fillUrl(input) : input;
    const response = await send(url, { ...init, headers, body });
    noteAll(response.clone()).catch(() => {});
    return response;
  };

  window.WebSocket = class extends WebSocket {
    constructor(...args) {
      super(...args);
      this.addEventListener('message', ({ data }) => note(data));
    }
    send(data) {
      super.send(fill(data));
    }
  };
`;
