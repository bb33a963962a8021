/** This server as `npm start` starts it after the build. */
import { reportUsage } from './usage.mjs';

const [upstreamUrl] = process.argv.splice(2);
// The other servers do not log their requests.
const LOG_LEVEL = 'warn';
Object.assign(process.env, { PORT: '0', UPSTREAM_URL: upstreamUrl, UPSTREAM_API_KEY: 'key', LOG_LEVEL });
process.stdout.write = (line) => {
  const url = /^GraphQL is served on (\S+)/.exec(line)?.[1];
  if (url !== undefined) reportUsage({ url });
  return true;
};
await import('../../../bundle/main.js');
