/**
 * The part of the memory page about cards and budgets: what goes where, what to type, whether it fits, what would fit, and the highest
 * possible speed.
 */

import type { MemoryReport, Remedy } from '../../report/memory-schema.js';
import type { DeviceEntry, DeviceShareEntry, FitEntry } from '../../report/placement-schema.js';
import { formatBytes, formatInteger } from '../../words/format-quantity.js';
import { MARGIN_BYTES } from '../../words/llama-cpp.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { alignColumns, type Cell, type Column, wrap } from './columns.js';
import { llamaServer } from './llama-server.js';

/** What goes where at one context length: for the best placement, or else for the requested placement at the longest length. */
export function placementSection(report: MemoryReport, options: RenderOptions): string[] {
  const { devices, contexts, fit, marginBytes = 0 } = report;
  const longest = contexts.at(-1);
  const shares = fit?.devices ?? longest?.devices;
  if (devices === undefined || shares === undefined) return [];
  const { theme, width } = options;
  const length = fit?.contextLength ?? longest?.contextLength ?? 0;
  const fits = fit?.fits ?? longest?.fits ?? false;
  const others = contexts.filter(({ contextLength }) => contextLength !== length && contexts.length > 1);
  const lengths = others.map(
    (context) =>
      `${formatInteger(context.contextLength)} tokens: ${wordsOfShares(context.devices ?? [], context.fits, context.partialLayers)}`,
  );
  return [
    `${theme.heading('WHERE IT GOES')}  ${theme.muted(`at ${formatInteger(length)} tokens`)}`,
    ...shareTable(shares, report, options),
    ...wrap(verdict(report, shares, fits), width - 2).map(
      fits && !isUnused(shares) ? theme.number : theme.level.warning,
    ),
    ...(fit && fits ? commandLines(report, fit, width - 2).map(theme.command) : []),
    ...lengths.flatMap((text) => wrap(text, width - 2)),
    ...remedyLines(report.remedies, width - 2),
    ...cardNotes(devices, marginBytes, fit)
      .flatMap((note) => wrap(note, width - 2))
      .map(theme.muted),
  ];
}

/** From this width, there is room for the memory of the card after its name. */
const WITH_SIZES = 76;

function shareTable(
  shares: readonly DeviceShareEntry[],
  report: MemoryReport,
  { theme, width }: RenderOptions,
): string[] {
  const beside = shares.some(({ besideBytes }) => besideBytes > 0);
  const titles = ['', 'layers', 'weights', 'cache', 'compute', ...(beside ? ['other'] : []), 'free'];
  const rows = shares.map((share): Cell[] => {
    const { weightBytes, cacheBytes, computeBytes, besideBytes, freeBytes } = share;
    const missing = freeBytes !== null && freeBytes < 0;
    return [
      { text: nameOf(share, report, width >= WITH_SIZES) },
      { text: rangesOf(share.layers) },
      ...[weightBytes, cacheBytes, computeBytes, ...(beside ? [besideBytes] : [])].map((bytes) => ({
        text: bytes === 0 ? '–' : formatBytes(bytes),
      })),
      { text: freeWords(freeBytes), style: missing ? theme.level.warning : theme.number },
    ];
  });
  const columns: Column[] = titles.map((_, i) => ({ align: i < 2 ? 'left' : 'right', ...(i < 2 && { shrinkTo: 10 }) }));
  return alignColumns([titles.map((text) => ({ text, style: theme.muted })), ...rows], columns, width - 2);
}

function nameOf({ name }: DeviceShareEntry, { devices = [], ram }: MemoryReport, withSize: boolean): string {
  const room = name === 'host' ? ram?.bytes : devices.find((device) => device.name === name)?.freeBytes;
  const called = name === 'host' ? 'System RAM' : sanitize(name);
  return room === undefined || room === null || !withSize ? called : `${called}, ${formatBytes(room)}`;
}

function freeWords(bytes: number | null): string {
  if (bytes === null) return '–';
  return bytes < 0 ? `−${formatBytes(-bytes)}` : formatBytes(bytes);
}

function rangesOf(layers: readonly (readonly [number, number])[]): string {
  return layers.length === 0 ? '–' : layers.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ');
}

/** Number of layers on cards, and number of all layers. */
function layerCounts(shares: readonly DeviceShareEntry[]): { onCards: number; all: number } {
  const count = ({ layers }: DeviceShareEntry) => layers.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  const all = shares.reduce((sum, share) => sum + count(share), 0);
  return {
    all,
    onCards: all - shares.filter(({ name }) => name === 'host').reduce((sum, share) => sum + count(share), 0),
  };
}

const allOf = (layers: number) => (layers === 1 ? 'the only layer' : `all ${layers} layers`);
const cardWord = (shares: readonly DeviceShareEntry[]) => (shares.length > 2 ? 'cards' : 'card');
const capital = (words: string) => `${words[0]?.toUpperCase()}${words.slice(1)}`;

/** Whether it fits and how much of it is on the cards, in a few words. */
export function wordsOfShares(
  shares: readonly DeviceShareEntry[],
  fits: boolean | undefined,
  partialLayers = 0,
): string {
  const short = shares.filter(({ freeBytes }) => freeBytes !== null && freeBytes < 0);
  if (short.length > 0) {
    const missing = short.map(
      ({ name, freeBytes }) =>
        `${formatBytes(-(freeBytes ?? 0))} more ${name === 'host' ? 'of system RAM' : `on ${sanitize(name)}`}`,
    );
    return `does not fit: needs ${missing.join(' and ')}`;
  }
  if (fits === false) return 'does not fit with the margin left free';
  const { onCards, all } = layerCounts(shares);
  if (shares.length < 2) return 'all in system RAM';
  if (isUnused(shares)) return `${allOf(all)} in system RAM`;
  const experts = partialLayers === 0 ? '' : `, the experts of ${partialLayers} of them in system RAM`;
  return `${onCards < all ? `${onCards} of ${all} layers` : allOf(all)} on the ${cardWord(shares)}${experts}`;
}

/** Whether there are cards, but nothing of the model is on any of them. */
function isUnused(shares: readonly DeviceShareEntry[]): boolean {
  return shares.length > 1 && shares.every(({ name, layers }) => name === 'host' || layers.length === 0);
}

function verdict({ fit, ram }: MemoryReport, shares: readonly DeviceShareEntry[], fits: boolean): string {
  const unused = isUnused(shares);
  const words = wordsOfShares(shares, fits || unused, fit?.partialLayers);
  const short = shares.some(({ freeBytes }) => freeBytes !== null && freeBytes < 0);
  if (fit !== undefined && !short && unused) {
    const host = shares.find(({ name }) => name === 'host');
    const needed = host === undefined ? 0 : host.weightBytes + host.cacheBytes + host.computeBytes + host.besideBytes;
    const where = `no layer fits on the ${cardWord(shares)}`;
    const room = ram?.bytes ?? null;
    return room === null
      ? `${capital(where)}: ${words}, which takes ${formatBytes(needed)}. Whether they fit there: add --ram.`
      : `Fits without the ${cardWord(shares)}: ${words} (${formatBytes(needed)} of ${formatBytes(room)}); ${where}.`;
  }
  return fits ? `Fits: ${words}.` : `${capital(words)}.`;
}

/** The command for llama.cpp; if it is longer than a line, it is broken between options. */
function commandLines({ file }: MemoryReport, { flags }: FitEntry, width: number): string[] {
  const server = llamaServer(file.name);
  const whole = `${server} ${flags}`;
  if (whole.length <= width) return [sanitize(whole)];
  const parts = [server, ...flags.split(/ (?=-{1,2}[a-z])/)];
  const lines: string[] = [];
  for (const part of parts.map((text) => sanitize(text))) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length + 3 <= width) lines[lines.length - 1] = `${last} ${part}`;
    else lines.push(last === undefined ? part : `  ${part}`);
  }
  return lines.map((line, i) => (i < lines.length - 1 ? `${line} \\` : line));
}

const REMEDIES: Readonly<Record<Remedy['change'], (remedy: Remedy) => string>> = {
  context: ({ contextLength }) => `a context of ${formatInteger(contextLength)} tokens`,
  'cache-type': ({ to }) => `the cache in ${to} (--kv-type ${to})`,
  'file-type': ({ to }) => `the file type ${to} (gguf-explain sizes compares them)`,
  placement: ({ to }) => `a placement chosen by llama.cpp: ${sanitize(to)}`,
};

function remedyLines(remedies: readonly Remedy[] | undefined, width: number): string[] {
  if (remedies === undefined) return [];
  return wrap(`What would fit: ${remedies.map((remedy) => REMEDIES[remedy.change](remedy)).join(', or ')}.`, width);
}

function cardNotes(devices: readonly DeviceEntry[], marginBytes: number, fit: FitEntry | undefined): string[] {
  const overrides = fit?.overrideTensor ?? [];
  const usual = marginBytes === MARGIN_BYTES ? ', as in llama.cpp' : '';
  const kept = marginBytes === 0 ? 'Nothing' : `At least ${formatBytes(marginBytes)}`;
  const notes = fit ? [`${kept} is kept free on each card${usual} (--margin).`] : [];
  const cards = new Map<string, string>();
  for (const { name, totalBytes, driverBytes } of devices) {
    if (totalBytes === null || !driverBytes) continue;
    cards.set(
      name.replace(/ #\d+$/, ''),
      `${formatBytes(totalBytes)}, less ${formatBytes(driverBytes)} for the driver`,
    );
  }
  for (const [name, words] of cards) notes.push(`${sanitize(name)}: ${words}.`);
  const named = overrides.find(({ device }) => device !== 'CPU');
  if (named !== undefined) {
    notes.push(
      `In -ot, replace ${sanitize(named.device)} by the name that llama.cpp has for the card, such as CUDA1 (--list-devices).`,
    );
  }
  if (devices.length === 0) notes.push('No graphics card was found on this machine.');
  return notes;
}

export function budgetSection(
  { budget, trainedContextLength, devices, remedies }: MemoryReport,
  options: RenderOptions,
): string[] {
  if (budget === undefined) return [];
  const { theme, width } = options;
  const { bytes, largestContextLength, missingBytes } = budget;
  const whole = largestContextLength !== null && largestContextLength === trainedContextLength;
  const verdictWords =
    largestContextLength === null
      ? `does not fit: ${formatBytes(missingBytes)} more is needed even for the shortest context`
      : `fits with up to ${formatInteger(largestContextLength)} tokens${whole ? ', the length that it was trained for' : ''}`;
  const [first, ...rest] = wrap(`BUDGET  ${formatBytes(bytes)}: ${verdictWords}`, width - 2);
  return [
    (first as string).replace('BUDGET', theme.heading('BUDGET')),
    ...rest,
    ...(devices === undefined ? remedyLines(remedies, width - 2) : []),
  ];
}

export function speedSection(report: MemoryReport, { theme, width }: RenderOptions): string[] {
  const { bandwidth, contexts, fit } = report;
  const bounded = contexts.filter(({ tokensPerSecondAtMost }) => tokensPerSecondAtMost !== undefined);
  if (bandwidth === undefined && bounded.length === 0) return [];
  const by =
    bandwidth === undefined
      ? 'by the bandwidth of the devices'
      : `by ${formatBytes(bandwidth.bytesPerSecond)}/s of bandwidth`;
  const lines = bounded.map(
    ({ contextLength, readBytesPerToken, tokensPerSecondAtMost = 0, promptTokensPerSecondAtMost }) => {
      const prompt =
        promptTokensPerSecondAtMost === undefined
          ? ''
          : `; of a prompt ≤ ${speed(promptTokensPerSecondAtMost)} tokens/s`;
      return `${formatInteger(contextLength)} tokens: ≤ ${speed(tokensPerSecondAtMost)} tokens/s, ${formatBytes(readBytesPerToken)} read for each${prompt}`;
    },
  );
  const chosen = fit?.tokensPerSecondAtMost;
  if (chosen !== undefined && !bounded.some(({ contextLength }) => contextLength === fit?.contextLength)) {
    lines.push(`${formatInteger(fit?.contextLength ?? 0)} tokens: ≤ ${speed(chosen)} tokens/s`);
  }
  const notes = ['These are upper bounds: each token reads every weight in use and the full cache once.'];
  if (bounded.some(({ promptTokensPerSecondAtMost }) => promptTokensPerSecondAtMost !== undefined)) {
    notes.push(
      'The bound for a prompt comes from the F16 multiplications of the card; with 8-bit numbers some cards are twice as fast.',
    );
  }
  return [
    `${theme.heading('SPEED')}  at most, ${by}:`,
    ...lines.flatMap((line) => wrap(line, width - 2)),
    ...notes.flatMap((note) => wrap(note, width - 2)).map(theme.muted),
  ];
}

function speed(tokensPerSecond: number): string {
  return tokensPerSecond >= 100 ? formatInteger(Math.floor(tokensPerSecond)) : tokensPerSecond.toFixed(1);
}
