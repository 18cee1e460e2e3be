/** One list of architectures: every table that goes by them is held against it, and what a table lacks is said. */

import { describe, expect, it } from 'vitest';
import { RULES } from '../../src/checks/registry.js';
import { TRACED_ARCHITECTURES } from '../../src/inference/forward-facets.js';
import { ARCHITECTURES as RUNNING } from '../../src/memory/cache-architectures.js';
import { WITH_DEMANDS } from '../../src/model/architecture-demands.js';
import { ENCODER_NAMES } from '../../src/model/inventory/encoders.js';
import { INVENTORIES } from '../../src/model/inventory/inventories.js';
import { isFacetKnown, KNOWN_ARCHITECTURES } from '../../src/model/known-architectures.js';
import { RULES_OF } from '../../src/model/not-checked.js';
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
  const named = new Set(Object.values(RULES_OF).flat());

  it('names rules that there are', () => {
    const codes = new Set<string>(RULES.map(({ code }) => code));
    expect([...named].filter((code) => !codes.has(code))).toEqual([]);
  });

  it('names every rule whose subject is told by an architecture, and only one more', () => {
    const silent = RULES.filter(({ appliesTo }) => appliesTo.facet === 'numbers').map(({ code }) => code as string);
    // The type of general.architecture is judged whatever the architecture.
    expect([...silent, 'key-wrong-type'].sort()).toEqual([...RULES_OF.numbers].sort());
  });

  it('names the rules of every file that asks what is known of an architecture', () => {
    const asking = SOURCE.filter(
      ({ path, text }) => path.startsWith('checks/') && /\b(?:isFacetKnown|ShapeDemands|demandsOf)\(/.test(text),
    );
    const unnamed = asking.filter(({ path, text }) => {
      const codes = [...text.matchAll(/^ {4}code: '([\w-]+)'/gm)].map(([, code]) => code as string);
      return path !== 'checks/applies-to.ts' && !codes.some((code) => named.has(code));
    });
    expect(asking.length).toBeGreaterThan(3);
    expect(unnamed.map(({ path }) => path)).toEqual([]);
  });
});
