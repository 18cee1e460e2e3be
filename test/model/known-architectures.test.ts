/** One list of architectures: every table that goes by them is held against it, and what a table lacks is said. */

import { describe, expect, it } from 'vitest';
import { TRACED_ARCHITECTURES } from '../../src/inference/computed-architectures.js';
import { ARCHITECTURES as RUNNING } from '../../src/memory/cache-architectures.js';
import { WITH_DEMANDS } from '../../src/model/architecture-demands.js';
import { ENCODER_NAMES } from '../../src/model/inventory/encoders.js';
import { INVENTORIES } from '../../src/model/inventory/inventories.js';
import { isFacetKnown, KNOWN_ARCHITECTURES } from '../../src/model/known-architectures.js';
import { RULES_OF } from '../../src/model/not-checked.js';
import { FINDINGS } from '../../src/words/findings.js';
import { SOURCE } from '../project/source.js';
import { factsIn } from '../support/reference.js';

const KNOWN = [...KNOWN_ARCHITECTURES].sort();
const having = (facet: Parameters<typeof isFacetKnown>[1]) => KNOWN.filter((name) => isFacetKnown(name, facet));

describe('the known architectures', () => {
  it('are those that the tables of tensors, keys, memory and computation name', () => {
    const tables = [
      Object.keys(INVENTORIES),
      WITH_DEMANDS,
      [...RUNNING.keys()],
      TRACED_ARCHITECTURES,
      [...ENCODER_NAMES],
    ];
    expect(tables.flat().filter((name) => !KNOWN_ARCHITECTURES.has(name))).toEqual([]);
  });

  it('have an inventory where their tensors are said to be known, and only there', () => {
    const listed = Object.entries(INVENTORIES).flatMap(([name, inventory]) => (inventory === null ? [] : [name]));
    expect(listed.sort()).toEqual(having('tensors'));
  });

  it('have demands where their keys are said to be known, and only there', () => {
    expect([...WITH_DEMANDS].sort()).toEqual(having('keys'));
  });

  it('are those of llama.cpp', () => {
    const facts = (name: string) => factsIn<{ architectures: string[] }>(name).architectures;
    expect([...new Set([...facts('architectures.json'), ...facts('new-in-v0.5.json')])].sort()).toEqual(KNOWN);
  });
});

describe('what is not checked', () => {
  it('names rules that there are', () => {
    expect(
      Object.values(RULES_OF)
        .flat()
        .filter((code) => !Object.hasOwn(FINDINGS, code)),
    ).toEqual([]);
  });

  it('names every rule that keeps silent where an architecture is not known', () => {
    const silent = SOURCE.filter(
      ({ path, files }) => path.startsWith('checks/model/') && files.includes('checks/subjects.ts'),
    ).filter(({ text }) => /\bis(?:KnownModel|Tokenized)\(/.test(text));
    const codes = silent.map(({ path }) => path.replace(/^.*\/|\.ts$/g, ''));
    expect(codes.filter((code) => !(RULES_OF.numbers as readonly string[]).includes(code))).toEqual([]);
    const tables = SOURCE.filter(
      ({ path, text }) => path.startsWith('checks/') && /\b(?:isFacetKnown|ShapeDemands)\(/.test(text),
    );
    const named = new Set<string>(Object.values(RULES_OF).flat());
    const others = tables.map(({ path }) => path.replace(/^.*\/|\.ts$/g, '')).filter((name) => name !== 'subjects');
    expect(others.filter((code) => !named.has(code))).toEqual([]);
  });
});
