/**
 * `--header` and `--header-for`: headers that the user wants to send to servers. A header often holds a secret, so each is bound to one
 * server before the first request: `--header` to the only server on the command line, `--header-for` to the host that it names.
 */

import { UsageError } from '../explained-error.js';
import type { HeaderRules, HostHeaders } from '../locate/header-rules.js';
import { originOf } from '../locate/origin.js';

/** The values of the options, as typed; in those of `--header-for` the host comes before the header. */
export interface HeaderOptions {
  header?: string[];
  headerFor?: string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Which headers go to which server. `words` are the words of the command line that may name models. Throws UsageError for a bad header or
 * host, and if it is not clear which server `--header` is for. Errors never contain a value, which may be a secret.
 */
export function readHeaders(
  { header, headerFor }: HeaderOptions,
  words: readonly string[],
  env: Environment,
): HeaderRules {
  const hosts = (headerFor ?? []).map(hostHeader);
  if (header === undefined) return { bound: undefined, hosts };
  const headers = Object.fromEntries(header.map((line) => readLine('--header', line)));
  const [origin, ...others] = new Set(words.flatMap((word) => originOf(word, env) ?? []));
  if (others.length > 0) {
    const message = `--header does not say which server it is for: the command names ${[origin, ...others].join(' and ')}`;
    throw new UsageError('bad-header', message, HINT);
  }
  return { bound: origin === undefined ? undefined : { origin, headers }, hosts };
}

const HINT = '--header-for HOST "Name: value" sends a header to this host only; it may be repeated';

/** For a list that is read during the scan: any of its lines may name any server. */
export function refuseUnboundHeader({ header }: HeaderOptions): void {
  if (header === undefined) return;
  const message = '--header does not say which server it is for: a list on standard input may name any';
  throw new UsageError('bad-header', message, HINT);
}

/** Headers that the program sets itself, and the host, by which a server chooses one of its sites. */
const OWN = [
  ...['connection', 'content-length', 'transfer-encoding', 'range', 'if-range', 'accept-encoding', 'expect'],
  ...['host', 'upgrade', 'te', 'trailer', 'keep-alive', 'proxy-connection', 'proxy-authorization'],
];

function readLine(option: string, line: string): [name: string, value: string] {
  const [, name = '', value = ''] = /^([\w!#$%&'*+.^`|~-]+)[ \t]*:[ \t]*([\t -~\x80-\xff]*)$/.exec(line) ?? [];
  if (name === '') {
    const host = option === '--header-for' ? 'HOST ' : '';
    throw new UsageError('bad-header', `${option} needs a name, a colon and a value`, `${option} ${host}"Name: value"`);
  }
  if (OWN.includes(name.toLowerCase())) {
    throw new UsageError('bad-header', `${option} ${name} is set by the program itself`);
  }
  return [name.toLowerCase(), value.trim()];
}

function hostHeader(words: string): HostHeaders {
  const [, typed = '', line = ''] = /^(\S+)\s+(\S.*)$/s.exec(words) ?? [];
  const host = readHost(typed);
  if (host === null) {
    const message = '--header-for needs a host before the header';
    throw new UsageError(
      'bad-header',
      message,
      '--header-for example.com "Name: value", or example.com:8443, or https://example.com',
    );
  }
  return { ...host, headers: Object.fromEntries([readLine('--header-for', line)]) };
}

/** Reads `host`, which means each of its ports, `host:port`, or an origin. Null for everything else, also for an address with a path. */
function readHost(text: string): Pick<HostHeaders, 'hostname' | 'port' | 'protocol'> | null {
  const [, scheme, place = ''] = /^(?:(https?):\/\/)?([^/?#@\\%\s*]+)\/?$/i.exec(text) ?? [];
  const address = `${scheme ?? 'https'}://${place}/`;
  if (place === '' || !URL.canParse(address)) return null;
  const { hostname, protocol, port } = new URL(address);
  const named = /:(\d+)$/.exec(place)?.[1];
  if (scheme === undefined)
    return { hostname, port: named === undefined ? undefined : String(Number(named)), protocol: undefined };
  return { hostname, port: port || PORTS[protocol], protocol };
}

const PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' };
