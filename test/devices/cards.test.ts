/** Cards by the names that people and drivers use, and the output of the vendors' tools. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { appleShare, CARDS, cardFound, cardNamed, DRIVER_BYTES } from '../../src/devices/cards.js';
import { amdCardsIn, readMetal, readNvidia, readRocm } from '../../src/devices/this-machine.js';
import { devicesOf } from '../../src/library/devices.js';

const [MIB, GIB] = [1024 ** 2, 1024 ** 3];

describe('the table of cards', () => {
  it('has each card once, under a name that finds it, with plausible numbers', () => {
    for (const card of CARDS) {
      expect(cardNamed(card.name), card.name).toEqual({ card });
      expect(card.totalBytes - DRIVER_BYTES[card.vendor], card.name).toBeGreaterThan(5 * GIB);
      expect(card.bandwidth, card.name).toBeGreaterThan(100e9);
      expect(card.bandwidth, card.name).toBeLessThan(10e12);
      // A card reads at least a byte for every 500 operations; otherwise the row has a typing error.
      if (card.operations !== null) expect(card.operations / card.bandwidth, card.name).toBeLessThan(500);
    }
  });

  it.each([
    ['NVIDIA GeForce RTX 4090', 'RTX 4090'],
    ['rtx4090', 'RTX 4090'],
    ['4090', 'RTX 4090'],
    ['RTX-3090-Ti', 'RTX 3090 Ti'],
    ['AMD Radeon RX 7900 XTX', 'RX 7900 XTX'],
    ['7900 xtx', 'RX 7900 XTX'],
    ['Radeon VII', 'Radeon VII'],
    ['Intel(R) Arc(TM) B580 Graphics', 'Arc B580'],
    ['Tesla T4', 'T4'],
    ['Apple M3 Max 64GB', 'M3 Max 64GB'],
    ['m2 ultra 192 GiB', 'M2 Ultra 192GB'],
  ])('knows %s', (typed, name) => {
    expect(cardNamed(typed).card?.name).toBe(name);
  });

  it.each([
    ['RTX 3060', ['RTX 3060 12GB', 'RTX 3060 8GB'], true],
    ['A100', ['A100 80GB', 'A100 40GB'], true],
    ['M3 Max', ['M3 Max 32GB', 'M3 Max 64GB'], true],
    ['RTX 4900', ['RTX 4090'], false],
    ['a toaster', [], false],
    ['', [], false],
  ])('asks about %j', (typed, near, unsure) => {
    expect(cardNamed(typed)).toEqual({ card: null, near, unsure });
  });

  it.each([
    ['NVIDIA A100-SXM4-80GB', 81_920, 'A100 80GB'],
    ['NVIDIA A100-PCIE-40GB', 40_960, 'A100 40GB'],
    ['NVIDIA H100 80GB HBM3', 81_559, 'H100 SXM'],
    ['NVIDIA GeForce RTX 3060', 12_288, 'RTX 3060 12GB'],
    ['NVIDIA GeForce RTX 3060', 8192, 'RTX 3060 8GB'],
    ['NVIDIA GeForce RTX 4070 Laptop GPU', 8188, undefined],
    ['NVIDIA RTX 6000 Ada Generation', 49_140, 'RTX 6000 Ada'],
    ['Tesla V100-SXM2-32GB', 32_768, 'V100 32GB'],
  ])('identifies the card that a driver calls %s, with %d MiB', (name, mebibytes, card) => {
    expect(cardFound(name, mebibytes * MIB)?.name).toBe(card);
  });

  it('gives Metal two thirds of a small memory and three quarters of a large one', () => {
    expect([32, 36, 64, 96].map((size) => Math.floor(appleShare(size * GIB) / MIB))).toEqual([
      21_845, 24_576, 49_152, 73_728,
    ]);
  });
});

describe('the output of the tools', () => {
  it('is read from nvidia-smi, whatever else it prints', () => {
    const text =
      'NVIDIA GeForce RTX 4090, 24564, 24080\r\nSome notice\nNVIDIA GeForce RTX 4090, 24564, 900\nbad, x, 1\n, 1, 1\n';
    expect(readNvidia(text).map(({ name, freeBytes }) => [name, freeBytes / MIB])).toEqual([
      ['NVIDIA GeForce RTX 4090', 23_780],
      ['NVIDIA GeForce RTX 4090', 600],
    ]);
    expect(readNvidia('X, 8192, 100')[0]?.freeBytes).toBe(0);
    expect(readNvidia('NVIDIA-SMI has failed because it could not communicate with the driver')).toEqual([]);
  });

  it('is read from rocm-smi', () => {
    const card = {
      'Card Series': 'Radeon RX 7900 XTX',
      'VRAM Total Memory (B)': '25753026560',
      'VRAM Total Used Memory (B)': '1000000000',
    };
    const [found] = readRocm(JSON.stringify({ card0: card, system: { 'Driver version': '6' }, odd: null }));
    expect(found).toMatchObject({ name: 'Radeon RX 7900 XTX', freeBytes: 24_753_026_560, bandwidth: 960e9 });
    for (const text of ['', 'null', '[]', '{"card0": 3}', '{"card0": {"VRAM Total Memory (B)": "many"}}'])
      expect(readRocm(text)).toEqual([]);
  });

  it('is read from the files of the driver', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-cards-'));
    try {
      const write = (card: string, files: Record<string, string>) => {
        mkdirSync(join(folder, card, 'device'), { recursive: true });
        for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, card, 'device', name), text);
      };
      write('card0', {
        mem_info_vram_total: '25753026560\n',
        mem_info_vram_used: '753026560\n',
        product_name: 'Radeon RX 7900 XTX\n',
      });
      write('card1', { vendor: '0x10de\n' });
      write('card0-DP-1', { mem_info_vram_total: '25753026560\n' });
      expect(amdCardsIn(folder)).toMatchObject([{ name: 'Radeon RX 7900 XTX', freeBytes: 25_000_000_000 }]);
      expect(amdCardsIn(join(folder, 'nowhere'))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is read from system_profiler', () => {
    const text = '{"SPHardwareDataType":[{"chip_type" : "Apple M3 Max","physical_memory":"64 GB"}]}';
    expect(readMetal(text, 64 * GIB, 0)).toMatchObject([
      { name: 'Apple M3 Max', freeBytes: 48 * GIB, bandwidth: 400e9 },
    ]);
    expect(readMetal(text, 64 * GIB, 60 * GIB)[0]?.freeBytes).toBe(60 * GIB);
    expect(readMetal('{"SPHardwareDataType":[{"cpu_type":"Quad-Core Intel Core i7"}]}', 16 * GIB, 0)).toEqual([]);
  });
});

describe('requested cards', () => {
  it('are sizes, names, or several of them', async () => {
    const { devices, ramBytes } = await devicesOf(['12GiB,8GB', 'RTX 4090,4090'], '--gpu');
    expect(devices.map(({ name, freeBytes }) => [name, freeBytes])).toEqual([
      ['GPU0', 12 * GIB],
      ['GPU1', 8e9],
      ['RTX 4090', (24_564 - 640) * MIB],
      ['RTX 4090 #2', (24_564 - 640) * MIB],
    ]);
    expect(ramBytes).toBeNull();
  });

  it.each([
    ['24', '--gpu: 24 has no unit', 'write 24GiB or 24GB'],
    ['-5GiB', '--gpu: "-5GiB" is not an amount of memory', 'write 24GiB or 512MB'],
    ['0GiB', '--gpu: "0GiB" is a card without memory', 'leave --gpu out if there is no card'],
    [
      'RTX 4900',
      '--gpu: "RTX 4900" is neither a size nor a known card',
      expect.stringContaining('did you mean "RTX 4090"?'),
    ],
    ['RTX 3060', '--gpu: several cards are named "RTX 3060"', 'write "RTX 3060 12GB", or "RTX 3060 8GB"'],
    ['8GiB,', '--gpu: "" is neither a size nor a known card', expect.any(String)],
    [`${'8GiB,'.repeat(999)}8GiB`, '--gpu: 1000 cards; llama.cpp runs on 15 at most', undefined],
  ])('are refused in a sentence: %.12s', async (typed, message, hint) => {
    await expect(devicesOf([typed], '--gpu')).rejects.toThrow(expect.objectContaining({ message, hint }));
  });
});
