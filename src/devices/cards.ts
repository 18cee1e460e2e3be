/**
 * Common graphics cards: how much memory they have, and how fast they read and compute. Memory is the total that the driver reports for an
 * idle card (`nvidia-smi`, `mem_info_vram_total`), which is slightly less than advertised; bandwidth and arithmetic rates are from the
 * vendors' data sheets.
 */

import { nearMiss } from '../words/near-miss.js';

export type Vendor = 'nvidia' | 'amd' | 'intel' | 'apple';

export interface Card {
  name: string;
  vendor: Vendor;
  /** Total bytes reported by the driver. For Apple silicon: the part of the memory that the GPU may use. */
  totalBytes: number;
  /** Memory bandwidth in bytes per second. */
  bandwidth: number;
  /** Multiplications and additions per second, in F16 without sparsity; null if the data sheet does not state them. */
  operations: number | null;
}

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** Bytes of an idle card that a process cannot use: what the driver keeps, and what a process needs to use the card. */
export const DRIVER_BYTES: Readonly<Record<Vendor, number>> = {
  nvidia: 640 * MIB,
  amd: 256 * MIB,
  intel: 512 * MIB,
  apple: 0,
};

type Row = readonly [name: string, mebibytes: number, gigabytesPerSecond: number, teraflops: number | null];

const NVIDIA: readonly Row[] = [
  ['RTX 5090', 32_607, 1792, 419],
  ['RTX 5080', 16_303, 960, 225],
  ['RTX 5070 Ti', 16_303, 896, 176],
  ['RTX 5070', 12_227, 672, 124],
  ['RTX 5060 Ti 16GB', 16_311, 448, 95],
  ['RTX 5060 Ti 8GB', 8151, 448, 95],
  ['RTX 5060', 8151, 448, 77],
  ['RTX 4090', 24_564, 1008, 330],
  ['RTX 4080 SUPER', 16_376, 736, 209],
  ['RTX 4080', 16_376, 717, 195],
  ['RTX 4070 Ti SUPER', 16_376, 672, 176],
  ['RTX 4070 Ti', 12_282, 504, 160],
  ['RTX 4070 SUPER', 12_282, 504, 142],
  ['RTX 4070', 12_282, 504, 117],
  ['RTX 4060 Ti 16GB', 16_380, 288, 88],
  ['RTX 4060 Ti 8GB', 8188, 288, 88],
  ['RTX 4060', 8188, 272, 60],
  ['RTX 3090 Ti', 24_564, 1008, 160],
  ['RTX 3090', 24_576, 936, 142],
  ['RTX 3080 Ti', 12_288, 912, 136],
  ['RTX 3080 12GB', 12_288, 912, 123],
  ['RTX 3080 10GB', 10_240, 760, 119],
  ['RTX 3070 Ti', 8192, 608, 87],
  ['RTX 3070', 8192, 448, 81],
  ['RTX 3060 Ti', 8192, 448, 65],
  ['RTX 3060 12GB', 12_288, 360, 51],
  ['RTX 3060 8GB', 8192, 240, 51],
  ['RTX 3050', 8192, 224, 36],
  ['RTX 2080 Ti', 11_264, 616, 108],
  ['RTX 2080 SUPER', 8192, 496, 89],
  ['RTX 2080', 8192, 448, 81],
  ['RTX 2070 SUPER', 8192, 448, 73],
  ['RTX 2070', 8192, 448, 60],
  ['RTX 2060', 6144, 336, 52],
  ['GTX 1660 SUPER', 6144, 336, null],
  ['GTX 1660', 6144, 192, null],
  ['GTX 1080 Ti', 11_264, 484, null],
  ['GTX 1080', 8192, 320, null],
  ['GTX 1070', 8192, 256, null],
  ['RTX PRO 6000 Blackwell', 97_887, 1792, 504],
  ['RTX 6000 Ada', 49_140, 960, 364],
  ['RTX 5000 Ada', 32_760, 576, 261],
  ['RTX 4000 Ada', 20_475, 360, 107],
  ['RTX A6000', 49_140, 768, 155],
  ['RTX A5000', 24_564, 768, 111],
  ['RTX A4000', 16_376, 448, 77],
  ['B200', 183_359, 8000, 2250],
  ['H200', 143_771, 4800, 989],
  ['H100 SXM', 81_559, 3352, 989],
  ['H100 PCIe', 81_559, 2039, 757],
  ['H100 NVL', 95_830, 3938, 835],
  ['A100 80GB', 81_920, 2039, 312],
  ['A100 40GB', 40_960, 1555, 312],
  ['A40', 46_068, 696, 150],
  ['A30', 24_576, 933, 165],
  ['A10', 23_028, 600, 125],
  ['A10G', 23_028, 600, null],
  ['L40S', 46_068, 864, 362],
  ['L40', 46_068, 864, 181],
  ['L4', 23_034, 300, 121],
  ['T4', 15_360, 320, 65],
  ['V100 32GB', 32_768, 900, 125],
  ['V100 16GB', 16_384, 900, 125],
  ['P100', 16_384, 732, 19],
  ['P40', 23_040, 346, null],
  ['DGX Spark', 122_502, 273, null],
];

const AMD: readonly Row[] = [
  ['RX 9070 XT', 16_304, 640, 195],
  ['RX 9070', 16_304, 640, 145],
  ['RX 9060 XT 16GB', 16_304, 320, 103],
  ['RX 9060 XT 8GB', 8112, 320, 103],
  ['RX 7900 XTX', 24_560, 960, 123],
  ['RX 7900 XT', 20_464, 800, 103],
  ['RX 7900 GRE', 16_368, 576, 92],
  ['RX 7800 XT', 16_368, 624, 75],
  ['RX 7700 XT', 12_272, 432, 70],
  ['RX 7600 XT', 16_368, 288, 45],
  ['RX 7600', 8176, 288, 43],
  ['RX 6950 XT', 16_368, 576, 47],
  ['RX 6900 XT', 16_368, 512, 46],
  ['RX 6800 XT', 16_368, 512, 41],
  ['RX 6800', 16_368, 512, 32],
  ['RX 6700 XT', 12_272, 384, 26],
  ['Radeon VII', 16_368, 1024, 27],
  ['PRO W7900', 49_136, 864, 123],
  ['PRO W7800', 32_752, 576, 90],
  ['AI PRO R9700', 32_624, 640, 191],
  ['Instinct MI50', 16_368, 1024, 27],
  ['Instinct MI100', 32_752, 1229, 185],
  ['Instinct MI210', 65_520, 1638, 181],
  ['Instinct MI300X', 196_592, 5300, 1307],
  ['Instinct MI325X', 262_128, 6000, 1307],
];

const INTEL: readonly Row[] = [
  ['Arc B580', 12_216, 456, 117],
  ['Arc B570', 10_160, 380, null],
  ['Arc A770', 16_288, 560, 138],
  ['Arc A750', 8096, 512, 110],
  ['Arc A380', 6064, 186, null],
  ['Arc Pro B60', 24_480, 456, null],
  ['Arc Pro B50', 16_288, 224, null],
];

/** Apple silicon has one shared memory: the GPU's part depends on its size. */
const APPLE: readonly (readonly [name: string, gigabytesPerSecond: number])[] = [
  ['M1', 68],
  ['M1 Pro', 200],
  ['M1 Max', 400],
  ['M1 Ultra', 800],
  ['M2', 100],
  ['M2 Pro', 200],
  ['M2 Max', 400],
  ['M2 Ultra', 800],
  ['M3', 100],
  ['M3 Pro', 150],
  ['M3 Max', 400],
  ['M3 Ultra', 819],
  ['M4', 120],
  ['M4 Pro', 273],
  ['M4 Max', 546],
  ['M5', 153],
];

function cardsOf(vendor: Vendor, rows: readonly Row[]): Card[] {
  return rows.map(([name, mebibytes, gigabytesPerSecond, teraflops]) => ({
    name,
    vendor,
    totalBytes: mebibytes * MIB,
    bandwidth: gigabytesPerSecond * 1e9,
    operations: teraflops === null ? null : teraflops * 1e12,
  }));
}

export const CARDS: readonly Card[] = [
  ...cardsOf('nvidia', NVIDIA),
  ...cardsOf('amd', AMD),
  ...cardsOf('intel', INTEL),
];

/** Bytes that Metal lets the GPU of such a machine use (`recommendedMaxWorkingSetSize`): two thirds up to 36 GiB, three quarters above. */
export function appleShare(memoryBytes: number): number {
  return Math.floor(memoryBytes * (memoryBytes <= 36 * GIB ? 2 / 3 : 3 / 4));
}

/** A Mac by its chip and its memory; null for an unknown chip. */
export function appleCard(chip: string, memoryBytes: number): Card | null {
  const row = APPLE.find(([name]) => plain(name) === plain(chip));
  if (row === undefined) return null;
  const [name, gigabytesPerSecond] = row;
  const memory = `${Math.round(memoryBytes / GIB)}GB`;
  return {
    name: `${name} ${memory}`,
    vendor: 'apple',
    totalBytes: appleShare(memoryBytes),
    bandwidth: gigabytesPerSecond * 1e9,
    operations: null,
  };
}

/** The result for a name: a card, or else the names that may be meant; `unsure`: the name fits all of them. */
export type NamedCard = { card: Card } | { card: null; near: string[]; unsure: boolean };

/**
 * A card by name, as written by users and drivers: "RTX 4090", "NVIDIA GeForce RTX 4090", "4090", "M3 Max 64GB". If a name fits cards with
 * several memory sizes, or a Mac is named without its memory, all of these are returned as candidates.
 */
export function cardNamed(text: string): NamedCard {
  const name = plain(text);
  if (name === '') return { card: null, near: [], unsure: false };
  const apple = /^(m\d+(?:pro|max|ultra)?)(\d{1,4})gi?b$/.exec(name);
  const mac = apple && appleCard(apple[1] as string, Number(apple[2]) * GIB);
  if (mac) return { card: mac };
  const exact = CARDS.find((card) => plain(card.name) === name || short(card.name) === name);
  if (exact !== undefined) return { card: exact };
  const kinds = CARDS.filter((card) => plain(model(card)) === name || short(model(card)) === name);
  const chip = APPLE.find(([known]) => plain(known) === name);
  const macs = chip === undefined ? [] : [`${chip[0]} 32GB`, `${chip[0]} 64GB`];
  const meant = [...kinds.map((card) => card.name), ...macs];
  if (meant.length > 0) return { card: null, near: meant, unsure: true };
  const named = new Map(CARDS.flatMap((card) => [plain(card.name), short(card.name)].map((word) => [word, card.name])));
  const near = nearMiss(name, [...named.keys()]);
  return { card: null, near: near === undefined ? [] : [named.get(near) as string], unsure: false };
}

/** The card for a driver's name, "NVIDIA A100-SXM4-80GB": of those whose names begin it, the one with approximately this memory. */
export function cardFound(text: string, totalBytes: number): Card | null {
  const named = cardNamed(text).card;
  if (named !== null) return named;
  const name = short(text);
  const distance = ({ totalBytes: own }: Card) => Math.abs(own - totalBytes) / totalBytes;
  const begin = (card: Card) => short(model(card));
  const meant = CARDS.filter((card) => name.startsWith(begin(card)) && distance(card) < SAME_MEMORY);
  const [nearest] = meant.sort((a, b) => begin(b).length - begin(a).length || distance(a) - distance(b));
  return nearest ?? null;
}

/** Tolerance for the same memory size, because error correction takes a sixteenth of some memories. */
const SAME_MEMORY = 0.1;

/** The model name without the suffix that distinguishes its variants: memory size or form factor. */
function model({ name }: Card): string {
  return name.replace(/ (?:\d+GB|SXM|PCIe|NVL)$/, '');
}

/** The name without vendor, series, trademark signs and spaces. */
function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/\((?:r|tm)\)/g, '')
    .replace(/\b(?:nvidia|geforce|amd|ati|intel|apple|graphics|generation|tesla|quadro)\b/g, '')
    .replace(/\bradeon\b(?!\s+vii)/g, '')
    .replace(/[\s_-]+/g, '');
}

/** The name without the series: "4090" for "RTX 4090". */
function short(name: string): string {
  return plain(name).replace(/^(?:rtx|gtx|rx|arc|instinct)/, '');
}
