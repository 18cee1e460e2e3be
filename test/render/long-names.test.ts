/** Names and keys of a file may have 65,535 bytes. They must not make any page wider, nor any sentence too long to read. */

import { describe, expect, it } from 'vitest';
import { judge } from '../../src/checks/registry.js';
import { interpret } from '../../src/model/model.js';
import { breakText } from '../../src/render/text/columns.js';
import { displayWidth } from '../../src/render/text/display-width.js';
import { PLAIN_THEME } from '../../src/render/theme.js';
import { explainReport } from '../../src/report/explain-report.js';
import { findingEntry } from '../../src/report/finding-entry.js';
import { metadataReport } from '../../src/report/metadata-report.js';
import { chosenRows, tensorReport } from '../../src/report/tensor-report.js';
import { tensorsReport } from '../../src/report/tensors-report.js';
import { shorten } from '../../src/words/shorten.js';
import { pagesOf } from '../report/reports.js';
import { tensor, text, writeGguf } from '../support/gguf-writer.js';
import { read } from '../support/reading.js';

const LENGTH = 5000;
const NAMES = {
  letters: 'x'.repeat(LENGTH),
  'wide letters': '鍵'.repeat(LENGTH),
  'pairs of surrogates': '🦙'.repeat(LENGTH),
  'characters that are escaped': '\u202e'.repeat(LENGTH),
};

function modelNamed(name: string) {
  const file = read(
    writeGguf({
      metadata: [
        text('general.architecture', name),
        text('general.type', name),
        text('general.name', name),
        text('general.license', name),
        text('tokenizer.ggml.model', name),
        text('tokenizer.ggml.pre', name),
        text(`general.${name}`, 'a text\nof two lines'),
        text(`general.${name}`, 'again'),
      ],
      tensors: [
        tensor(name, [32, 4], 'F16'),
        tensor(`blk.0.${name}`, [32, 4], 'F16'),
        tensor(`blk.1.${name}`, [32, 4], 'F32'),
        tensor(name, [32, 4], 'F16'),
      ],
    }),
  );
  const model = interpret(file);
  const findings = judge(model, { fileName: `${name}.gguf`, neighbors: [], looked: false });
  return { model, findings };
}

function pagesWith(name: string, width: number): Record<string, string> {
  const { model, findings } = modelNamed(name);
  const reports = {
    explain: explainReport('x.gguf', model, findings),
    tensors: tensorsReport('x.gguf', model, {}),
    tensor: tensorReport(
      'x.gguf',
      model,
      chosenRows(model, '*').map((row) => ({ row })),
    ),
    metadata: metadataReport('x.gguf', model.file, model.file.metadata),
  };
  return pagesOf(reports, { width, theme: PLAIN_THEME });
}

/** Commands can be pasted and values are shown unchanged, so each is on one line, however long. */
const hasAnyLength = (line: string) => line.startsWith(' gguf-explain ') || line.length > 4000;

const widest = (page: string) =>
  Math.max(...page.split('\n').map((line) => (hasAnyLength(line) ? 0 : displayWidth(line))));

describe.each(Object.entries(NAMES))('names of 5,000 %s', (_, name) => {
  const { findings } = modelNamed(name);

  it.each([40, 80, 140])('leave the pages as wide as they are at %i columns', (width) => {
    const usual = pagesWith('a name of usual length', width);
    for (const [page, shown] of Object.entries(pagesWith(name, width))) {
      expect(widest(shown), page).toBeLessThanOrEqual(Math.max(width, widest(usual[page] as string)));
    }
  });

  it('leave the findings short', () => {
    const entries = findings.map(findingEntry);
    expect(entries.length).toBeGreaterThan(2);
    for (const { message, facts } of entries) {
      expect(message.length, message).toBeLessThan(500);
      for (const fact of Object.values(facts)) expect(String(fact).length).toBeLessThanOrEqual(1000);
    }
  });

  it('are complete where a finding gives its place', () => {
    const places = findings.map(findingEntry).flatMap(({ place }) => [place.tensor ?? '', place.key ?? '']);
    expect(Math.max(...places.map((place) => place.length))).toBeGreaterThanOrEqual(LENGTH);
  });
});

describe('shorten', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['a🦙bc', 3, 'a…'],
    ['ae\u0301b', 3, 'a…'],
    ['a👩‍🔬b', 4, 'a…'],
    ['a❤\ufe0fbc', 4, 'a❤\ufe0f…'],
  ])('%j to %i', (whole, most, short) => {
    expect(shorten(whole, most)).toBe(short);
  });

  it('handles an accent that never ends', () => {
    expect(shorten(`a${'\u0301'.repeat(5000)}`, 1000).length).toBeGreaterThan(900);
  });
});

describe('breakText', () => {
  it.each([
    ['', 5, []],
    ['one two', 3, ['one', 'two']],
    ['a verylongword b', 5, ['a', 'veryl', 'ongwo', 'rd', 'b']],
    ['模型模型', 5, ['模型', '模型']],
    ['模', 1, ['模']],
  ])('%j at %i', (whole, width, lines) => {
    expect(breakText(whole, width)).toEqual(lines);
  });
});
