/** The book of architectures: complete, consistent, and open about its gaps. */

import { describe, expect, it } from 'vitest';
import { type Architecture, isKnown } from '../../src/architectures/architecture.js';
import { architectureOf, FAMILIES, isComputed, knownArchitectures } from '../../src/architectures/book.js';
import { WITH_HABITS } from '../../src/architectures/graph-habits.js';
import { RULES } from '../../src/checks/registry.js';
import { RULES_OF, RULES_OF_ALL_KNOWN } from '../../src/model/not-checked.js';
import { SOURCE } from '../project/source.js';
import { factsIn, pagesText } from '../support/reference.js';

const ENTRIES = knownArchitectures().map((name) => [name, architectureOf(name) as Architecture] as const);

describe('the book', () => {
  it('has the architectures of llama.cpp, and no others', () => {
    const facts = (name: string) => factsIn<{ architectures: string[] }>(name).architectures;
    const known = [...new Set([...facts('architectures.json'), ...facts('new-in-v0.5.json')])].sort();
    expect(knownArchitectures()).toEqual(known);
  });

  it('has the number of architectures that the pages state', () => {
    const names = knownArchitectures();
    const text = pagesText();
    expect(text).toContain(`all ${names.length} architectures of llama.cpp`);
    expect(text).toContain(`All ${names.filter(isComputed).length} architectures that llama.cpp runs`);
  });

  it('has each of them once', () => {
    const names = FAMILIES.flatMap((family) => Object.keys(family()));
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it('has each one whose graph is built in a special order', () => {
    expect(WITH_HABITS.filter((name) => architectureOf(name) === null)).toEqual([]);
  });

  it('has every facet of each, or says why not', () => {
    const lacks = ENTRIES.flatMap(([name, { tensors, keys, lengths, cache, forward, numbers }]) =>
      Object.entries({ tensors, keys, lengths, cache, forward, ...(numbers && { numbers }) }).flatMap(
        ([facet, value]) => ('notKnown' in value ? [[name, facet, value.notKnown]] : []),
      ),
    );
    // A clause that follows a colon.
    expect(lacks.filter(([, , reason]) => !/^[a-z].{15,}[^.]$/.test(reason ?? ''))).toEqual([]);
    expect(
      ENTRIES.flatMap(([name, { tensors }]) => (isKnown(tensors) && tensors.stacks.length === 0 ? [name] : [])),
    ).toEqual([]);
  });
});

describe('the list of rules that cannot be applied', () => {
  const named = new Set([...Object.values(RULES_OF).flat(), ...RULES_OF_ALL_KNOWN]);

  it('names existing rules', () => {
    const codes = new Set<string>(RULES.map(({ code }) => code));
    expect([...named].filter((code) => !codes.has(code))).toEqual([]);
  });

  it('names exactly the rules whose subject depends on the architecture', () => {
    const silent = RULES.filter(({ appliesTo }) => appliesTo.facet === 'numbers').map(({ code }) => code as string);
    expect(silent.sort()).toEqual([...RULES_OF.numbers].sort());
  });

  it('names the rules of every file that uses what is known about an architecture', () => {
    const asking = SOURCE.filter(
      ({ path, text }) => path.startsWith('checks/') && /\b(?:facetOf|ShapeDemands|demandsOf)\(/.test(text),
    );
    const unnamed = asking.filter(({ text }) => {
      const codes = [...text.matchAll(/^ {4}code: '([\w-]+)'/gm)].map(([, code]) => code as string);
      return !codes.some((code) => named.has(code));
    });
    expect(asking.length).toBeGreaterThan(2);
    expect(unnamed.map(({ path }) => path)).toEqual([]);
  });
});
