/** A browser from npm packages only. They contain its libraries and fonts, so that nothing must be installed. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';

/** Disables everything that a browser does by itself over the network. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--no-default-browser-check',
  '--no-first-run',
  '--no-pings',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

/** Unpacks the browser into the temporary directory. The package unpacks its libraries only on AWS Lambda. */
const UNPACK = `
  const { default: chromium } = await import('@sparticuz/chromium');
  process.stdout.write(await chromium.executablePath());
`;

/**
 * Opens a page that is closed after the test. Its errors are console errors, exceptions, and connections to another host than that
 * of the URL.
 */
export type OpenPage = (
  url: string,
  options?: BrowserContextOptions,
) => Promise<{ page: Page; pageErrors: string[] }>;

/** Starts a browser before the tests of a file, and closes it after them. */
export function withBrowser(): OpenPage {
  let browser: Awaited<ReturnType<typeof startBrowser>>;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());
  return async (url, options) => {
    const { host, origin } = new URL(url);
    const pageErrors: string[] = [];
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, ...options });
    onTestFinished(() => page.close());
    // Shorter than the test timeout, so that a failure names the step that hangs.
    page.setDefaultTimeout(20_000);
    page.on('request', (request) => {
      const requested = new URL(request.url());
      // A blob has the origin of the page that made it.
      const isForeign = requested.origin !== origin && requested.protocol !== 'data:';
      if (isForeign) pageErrors.push(`requested ${requested}`);
    });
    page.on('websocket', (socket) => {
      if (new URL(socket.url()).host !== host) pageErrors.push(`connected to ${socket.url()}`);
    });
    page.on('console', (message) => {
      if (message.type() === 'error') pageErrors.push(message.text());
    });
    page.on('pageerror', (error) => pageErrors.push(String(error)));
    return { page, pageErrors };
  };
}

/** Starts a browser in a directory of its own. `close()` removes the directory. */
async function startBrowser(): Promise<Pick<Browser, 'newPage' | 'close'>> {
  const home = await mkdtemp(join(tmpdir(), 'assistants-graphql-browser-'));
  const { stdout: executablePath } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', UNPACK],
    { env: { TMPDIR: home, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' } },
  );
  const fonts = join(home, 'fonts.conf');
  await writeFile(
    fonts,
    `<fontconfig><dir>${home}/fonts</dir><cachedir>${home}/cache</cachedir></fontconfig>`,
  );
  const browser = await chromium.launch({
    executablePath,
    args: ARGUMENTS,
    env: { HOME: home, TMPDIR: home, LD_LIBRARY_PATH: join(home, 'al2023/lib'), FONTCONFIG_FILE: fonts },
  });
  return {
    newPage: (options) => browser.newPage(options),
    async close() {
      await browser.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
