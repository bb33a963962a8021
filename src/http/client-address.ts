/** Which client a request comes from, directly or through reverse proxies. */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';

/** An IP address, or a network such as `10.0.0.0/8`. */
export interface Network {
  readonly address: string;
  /** Undefined for a single address. */
  readonly prefix: number | undefined;
}

/** Undefined if the text is neither an address nor a network. */
export function parseNetwork(text: string): Network | undefined {
  const [, address = '', prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0) return undefined;
  if (prefix === undefined) return { address, prefix: undefined };
  return Number(prefix) <= (version === 4 ? 32 : 128) ? { address, prefix: Number(prefix) } : undefined;
}

/** The reverse proxies whose X-Forwarded-For header is believed. */
export class TrustedProxies {
  readonly #networks = new BlockList();
  readonly #isEmpty: boolean;

  constructor(networks: readonly Network[]) {
    this.#isEmpty = networks.length === 0;
    for (const { address, prefix } of networks) {
      const family = familyOf(address);
      if (prefix === undefined) this.#networks.addAddress(address, family);
      else this.#networks.addSubnet(address, prefix, family);
    }
  }

  has(address: string): boolean {
    if (this.#isEmpty) return false;
    const plain = unmapped(address);
    return isIP(plain) !== 0 && this.#networks.check(plain, familyOf(plain));
  }

  /**
   * The nearest address in the chain of proxies that is not trusted: anything further was written by the client. Undefined if
   * there is none.
   */
  clientOf({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): string | undefined {
    const forwarded = String(headers['x-forwarded-for'] ?? '').split(',');
    const chain = [socket.remoteAddress ?? '', ...forwarded.reverse().map(withoutPort)];
    const client = chain.find((address) => !this.has(address));
    return client && isIP(client) ? client : undefined;
  }
}

/** Equal for addresses that one client can have: a network of IPv6 with 64 bits is given to each. */
export function clientKey(address: string): string {
  const plain = unmapped(address);
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('%')[0]?.split('::') ?? [];
  const first = head === '' ? [] : head.split(':');
  const last = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length;
  const groups = [...first, ...Array.from({ length: zeros }, () => '0'), ...last];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

/** Some proxies add the port: `203.0.113.7:50211`, `[2001:db8::7]:50211`. */
function withoutPort(text: string): string {
  const [, ipv6, ipv4] = /^(?:\[(.*)\]|([\d.]+))(?::\d+)?$/.exec(text.trim()) ?? [];
  return ipv6 ?? ipv4 ?? text.trim();
}

/** An IPv4 address as such, also if it is mapped into IPv6. */
function unmapped(address: string): string {
  const ipv4 = address.replace(/^::ffff:/i, '');
  return isIPv4(ipv4) ? ipv4 : address;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6';
}
