/**
 * Finds the cards and memory of this machine: through the vendors' tools if present, and through the system's files for AMD cards. A tool
 * that is missing, fails or takes too long contributes nothing; no wait is longer than `PATIENCE`.
 */

import { spawn } from 'node:child_process';
import { freemem, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { readSmallFile } from '../io/file.js';
import { appleCard, appleShare, cardFound, DRIVER_BYTES, type Vendor } from './cards.js';

/** A card of this machine. */
export interface FoundCard {
  name: string;
  vendor: Vendor;
  /** Bytes available to a process that uses the card. */
  freeBytes: number;
  totalBytes: number;
  /** Bytes per second, and arithmetic operations per second; null if the card is not in the table. */
  bandwidth: number | null;
  operations: number | null;
}

export interface ThisMachine {
  cards: FoundCard[];
  /** Unused bytes of system RAM. */
  ramBytes: number;
}

const MIB = 1024 ** 2;

/** Maximum milliseconds for a tool: drivers that must wake a card take a second or two. */
const PATIENCE = 4000;

/** Longer output of a tool is not read. */
const MOST_CHARACTERS = 1_000_000;

export async function thisMachine(): Promise<ThisMachine> {
  const isMac = platform() === 'darwin';
  const [nvidia, amd, apple] = await Promise.all([nvidiaCards(), amdCards(), isMac ? appleCards() : []]);
  const cards = [...nvidia, ...amd, ...apple];
  // A Mac has one shared memory, and on request frees most of what it does not report as free.
  const ofGpu = apple.reduce((sum, { totalBytes }) => sum + totalBytes, 0);
  return { cards, ramBytes: isMac ? totalmem() - ofGpu : freemem() };
}

async function nvidiaCards(): Promise<FoundCard[]> {
  const query = ['--query-gpu=name,memory.total,memory.free', '--format=csv,noheader,nounits'];
  return readNvidia((await answerOf('nvidia-smi', query)) ?? '');
}

/** Lines of `NVIDIA GeForce RTX 4090, 24564, 24080`, in mebibytes. */
export function readNvidia(text: string): FoundCard[] {
  return text.split('\n').flatMap((line) => {
    const [, name = '', total, free] = /^(.+), *(\d{1,9}), *(\d{1,9})\s*$/.exec(line) ?? [];
    // The reported free memory excludes what the driver keeps, but includes what a process needs to use the card.
    return free === undefined
      ? []
      : [foundCard(name, 'nvidia', Number(total) * MIB, Number(free) * MIB - PROCESS_BYTES)];
  });
}

/** The part of `DRIVER_BYTES` that an idle driver still reports as free. */
const PROCESS_BYTES = 300 * MIB;

async function amdCards(): Promise<FoundCard[]> {
  const text = await answerOf('rocm-smi', ['--showproductname', '--showmeminfo', 'vram', '--json']);
  const asked = readRocm(text ?? '');
  return asked.length > 0 ? asked : amdCardsIn(SYSTEM_CARDS);
}

/** `{"card0": {"Card Series": "Radeon RX 7900 XTX", "VRAM Total Memory (B)": "25753026560", "VRAM Total Used Memory (B)": "…"}}`. */
export function readRocm(text: string): FoundCard[] {
  const cards = parsed(text);
  if (typeof cards !== 'object' || cards === null) return [];
  return Object.values(cards).flatMap((card: unknown) => {
    if (typeof card !== 'object' || card === null) return [];
    const entries = Object.entries(card as Record<string, unknown>);
    const value = (pattern: RegExp) => String(entries.find(([key]) => pattern.test(key))?.[1] ?? '');
    const [total, used] = [Number(value(/^vram total memory/i)), Number(value(/^vram total used/i))];
    const name = value(/^card (series|model)|^device name/i);
    return Number.isSafeInteger(total) && total > 0 ? [foundCard(name, 'amd', total, total - (used || 0))] : [];
  });
}

const SYSTEM_CARDS = '/sys/class/drm';

/** The cards of a system without AMD's tools, read from the driver's files. */
export function amdCardsIn(folder: string): FoundCard[] {
  return Array.from({ length: MOST_CARDS }, (_, number) => join(folder, `card${number}`, 'device')).flatMap(
    (device) => {
      const total = Number(textIn(join(device, 'mem_info_vram_total')));
      if (!Number.isSafeInteger(total) || total <= 0) return [];
      const used = Number(textIn(join(device, 'mem_info_vram_used'))) || 0;
      return [foundCard(textIn(join(device, 'product_name')), 'amd', total, total - used)];
    },
  );
}

/** The system numbers cards from 0, with gaps. */
const MOST_CARDS = 32;

async function appleCards(): Promise<FoundCard[]> {
  const text = await answerOf('system_profiler', ['SPHardwareDataType', 'SPDisplaysDataType', '-json']);
  const limit = await answerOf('sysctl', ['-n', 'iogpu.wired_limit_mb']);
  return readMetal(text ?? '', totalmem(), Number(limit ?? 0) * MIB);
}

/** Reads macOS's description of its chip. `limit`: the GPU's memory limit in bytes, if the user has set one. */
export function readMetal(text: string, memoryBytes: number, limit: number): FoundCard[] {
  const chip = /"(?:chip_type|sppci_model)"\s*:\s*"(Apple M[^"]{1,40})"/.exec(text)?.[1];
  if (chip === undefined) return [];
  const share = limit > 0 ? limit : appleShare(memoryBytes);
  const known = appleCard(chip, memoryBytes);
  const { bandwidth = null } = known ?? {};
  return [{ name: chip, vendor: 'apple', freeBytes: share, totalBytes: share, bandwidth, operations: null }];
}

function foundCard(typed: string, vendor: Vendor, totalBytes: number, freeBytes: number): FoundCard {
  const name = typed.trim() === '' ? vendor.toUpperCase() : typed.trim();
  const card = cardFound(name, totalBytes);
  const most = totalBytes - DRIVER_BYTES[vendor];
  return {
    ...{ name, vendor, totalBytes, freeBytes: Math.max(0, Math.min(freeBytes, most)) },
    ...{ bandwidth: card?.bandwidth ?? null, operations: card?.operations ?? null },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function textIn(path: string): string {
  try {
    return readSmallFile(path, 4096)?.trim() ?? '';
  } catch {
    return '';
  }
}

/** The output of a tool; null if it is missing, fails, or takes too long. Child processes of the tool are not waited for either. */
function answerOf(command: string, args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    let text = '';
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true });
    const end = (answer: string | null): void => {
      clearTimeout(timer);
      child.stdout.destroy();
      child.unref();
      resolve(answer);
    };
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      end(null);
    }, PATIENCE);
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      if (text.length > MOST_CHARACTERS) child.kill('SIGKILL');
    });
    child.on('error', () => end(null));
    child.on('close', (code) => end(code === 0 ? text : null));
  });
}
