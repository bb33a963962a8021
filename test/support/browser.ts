/** A browser from npm packages only. They contain its libraries and fonts, so that nothing must be installed. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

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

/** Starts a browser in a directory of its own. `close()` removes the directory. */
export async function startBrowser(): Promise<Pick<Browser, 'newPage' | 'close'>> {
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
