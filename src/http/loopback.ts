import { isIPv4 } from 'node:net';

/** Whether a host name or IP address is this machine's loopback. An IPv4 address may be mapped into IPv6. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^::ffff:/, '');
  return name === 'localhost' || name === '::1' || (isIPv4(name) && name.startsWith('127.'));
}

/** Whether a Host header, with or without a port, names a loopback host. */
export function isLoopbackHostHeader(header: string): boolean {
  const [, address, name = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d+)?$/.exec(header) ?? [];
  return isLoopback(address ?? name);
}
