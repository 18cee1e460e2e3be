/**
 * Models that llama.cpp loads, one or more of every architecture that it computes: none has an error, and any tensor or key that its loader
 * requires is reported when it is missing.
 */

import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judge } from '../../src/checks/registry.js';
import { NO_SURROUNDINGS } from '../../src/checks/surroundings.js';
import { readGguf } from '../../src/index.js';
import { demandsOf } from '../../src/model/architecture-demands.js';
import { takeStock } from '../../src/model/inventory/required-tensors.js';
import { interpret, type Model } from '../../src/model/model.js';
import { HEADERS_COMPUTED, HEADERS_V0_5 } from '../support/reference.js';

const FILES = [...HEADERS_V0_5, ...HEADERS_COMPUTED];

/** Tensors that llama.cpp accepts in two forms, both of which these files have, so that either can be missing. */
const EITHER: Readonly<Record<string, RegExp>> = {
  'qwen3next-moe': /ssm_in/,
  'hy_v3-moe': /ffn_(gate|up|down)\.weight/,
  'mimo2-moe': /ffn_(gate|up|down)\.weight/,
};

/** The headers have no data. */
const errorsOf = (model: Model) =>
  judge(model, NO_SURROUNDINGS).flatMap(({ code, level, facts }) =>
    level === 'error' && code !== 'data-absent' ? [{ code, facts }] : [],
  );

describe.each(FILES.map((path) => [basename(path, '.gguf'), path] as const))('%s', (model, path) => {
  it('has no error', async () => {
    expect(errorsOf(interpret(await readGguf(path)))).toEqual([]);
  });

  it('has an error without any one of the tensors and keys that its loader requires', async () => {
    const file = await readGguf(path);
    const architecture = interpret(file).hyperparameters.architecture as string;
    const names = new Set(file.tensors.map(({ name }) => name));
    const required = [...(takeStock(architecture, file, names)?.required ?? [])];
    const keys = demandsOf(architecture, file);
    expect(required.length).toBeGreaterThan(5);
    expect(keys.length).toBeGreaterThan(3);

    const unnoticed = required.filter((gone) => {
      const tensors = file.tensors.filter(({ name }) => name !== gone);
      const stock = takeStock(architecture, file, new Set(tensors.map(({ name }) => name)));
      return stock?.missing.length === 0 && EITHER[model]?.test(gone) !== true;
    });
    const unnoticedKeys = keys.filter((gone) => {
      const metadata = file.metadata.filter(({ key }) => key !== gone);
      return !errorsOf(interpret({ ...file, metadata })).some(({ code }) => code === 'key-missing');
    });
    expect({ unnoticed, unnoticedKeys }).toEqual({ unnoticed: [], unnoticedKeys: [] });
  });
});

describe('together', () => {
  it('cover most architectures', async () => {
    const architectures = await Promise.all(
      FILES.map(async (path) => interpret(await readGguf(path)).hyperparameters.architecture),
    );
    expect(new Set(architectures).size).toBeGreaterThan(100);
  });
});
