/** The tools about what running a model takes, and which model fits. */

import { z } from 'zod';
import { UsageError } from '../../explained-error.js';
import { compareMemory, memory, repositorySizes, sizes } from '../../library/fit-functions.js';
import { bytesIn } from '../../library/option-values.js';
import { CACHE_TYPES } from '../../memory/cells.js';
import { REPORT_SCHEMAS } from '../../report/report-schemas.js';
import { isRemote } from '../../words/remote-names.js';
import { asked, CARDS, CONTEXT, defineTool, given, MODEL, OMITTED, PAGE, type Tool, words } from './define-tool.js';
import { modelInput } from './model-input.js';

const MEMORY_AT = REPORT_SCHEMAS.memory.shape.contexts.element.pick({
  contextLength: true,
  cacheBytes: true,
  computeBytes: true,
  totalBytes: true,
  fits: true,
});

const MEMORY = defineTool({
  name: 'memory',
  title: 'Memory to run a model',
  description:
    "The memory that llama.cpp needs to run a model at each context length: weights, KV cache, compute buffers, each with its formula; with gpu whether it fits, and how to place it. Several models are compared. The token-to-token attention weights are computed for each prompt and are not part of the file's size.",
  input: z.strictObject({
    model: MODEL,
    with: words.optional().describe('files that are loaded beside it: a projector (mmproj), adapters'),
    compareWith: words.optional().describe('other models to compare it with'),
    context: CONTEXT,
    ...CARDS,
    kvTypeK: z.enum(CACHE_TYPES).optional().describe('number format of the keys in the cache: f16 if left out'),
    kvTypeV: z.enum(CACHE_TYPES).optional().describe('number format of the values'),
    parallel: z.int().min(1).optional().describe('sequences at the same time'),
  }),
  facts: z.strictObject({
    models: z.array(z.strictObject({ name: z.string(), weightBytes: z.int().min(0) })),
    contexts: z.array(MEMORY_AT.extend({ model: z.string() })),
    omitted: OMITTED,
  }),
  async run({ model, with: beside = [], compareWith, context, gpu, ram, budget, ...settings }, { reach, signal }) {
    const inputs = [model, ...beside].map((one) => modelInput(one, reach).input);
    const options = { ...given({ context, ...settings }), ...cardsOf({ gpu, ram, budget }), signal };
    if (compareWith !== undefined) {
      const others = compareWith.map((one) => modelInput(one, reach).input);
      const report = await compareMemory([...inputs, ...others], options);
      const { renderMemoryComparison } = await import('../../render/text/memory-comparison-page.js');
      return { lines: renderMemoryComparison(report, PAGE), facts: memoryFacts(report.models) };
    }
    const report = await memory(inputs, options);
    const { renderMemory } = await import('../../render/text/memory-page.js');
    return { lines: renderMemory(report, PAGE), facts: memoryFacts([report]) };
  },
});

function memoryFacts(reports: readonly Awaited<ReturnType<typeof memory>>[]) {
  return {
    models: reports.map(({ file, weights }) => ({ name: file.name, weightBytes: weights.bytes })),
    contexts: reports.flatMap(({ file, contexts }) =>
      contexts.map(({ contextLength, cacheBytes, computeBytes, totalBytes, fits }) => ({
        ...{ model: file.name, contextLength, cacheBytes, computeBytes, totalBytes },
        ...(fits !== undefined && { fits }),
      })),
    ),
  };
}

const AS = REPORT_SCHEMAS.sizes.shape;
const FIT = REPORT_SCHEMAS['repository-sizes'].shape.files.element.shape.contexts.element;

const SIZES = defineTool({
  name: 'sizes',
  title: 'Size in other number formats',
  description:
    'How large the same model is in each quantization type (Q8_0, Q4_K_M, IQ2_XS …), and with gpu or budget which of them fits. Of a repository on a hub: which of its files fits.',
  input: z.strictObject({
    model: MODEL,
    types: words
      .optional()
      .describe('file types, such as ["Q4_K_M", "IQ4_XS"], or ["all"]; the usual ones if left out'),
    context: CONTEXT,
    ...CARDS,
    imatrix: z.boolean().optional().describe('assume an importance matrix'),
  }),
  facts: z.strictObject({
    best: AS.fits.unwrap().shape.best.optional().describe('the choice, where gpu or budget was given'),
    sizes: z.array(
      z.strictObject({
        name: z.string().describe('a file type, or a file of the repository'),
        fileBytes: z.int().min(0).nullable(),
        bitsPerWeight: z.number().nullable(),
        contexts: z.array(FIT.pick({ contextLength: true, totalBytes: true, fits: true, where: true })).optional(),
      }),
    ),
    omitted: OMITTED,
  }),
  async run({ model, types, context, gpu, ram, budget, imatrix }, asking) {
    const [input, options] = asked(model, asking);
    const cards = cardsOf({ gpu, ram, budget });
    try {
      const named = types?.length === 1 && types[0] === 'all' ? ('all' as const) : types;
      const report = await sizes(input, { ...given({ context, imatrix, types: named }), ...cards, ...options });
      const { renderSizes } = await import('../../render/text/sizes-page.js');
      const rows = report.sizes.map(({ fileType: name, fileBytes, bitsPerWeight, contexts }) =>
        sizeFacts({ name, fileBytes, bitsPerWeight, contexts }),
      );
      return {
        lines: renderSizes(report, PAGE),
        facts: { ...(report.fits !== undefined && { best: report.fits.best }), sizes: rows },
      };
    } catch (error) {
      if (!isRemote(input) || (error as { code?: unknown }).code !== 'several-models') throw error;
      if (gpu === undefined && budget === undefined) {
        throw new UsageError(
          'bad-usage',
          `${model} is a repository of several models`,
          'add gpu or budget, or name a file',
        );
      }
      const { signal } = asking;
      const report = await repositorySizes(input, { ...given({ context }), ...cards, signal });
      const { renderRepositorySizes } = await import('../../render/text/repository-sizes-page.js');
      const rows = report.files.map(({ target: name, bytes: fileBytes, bitsPerWeight, contexts }) =>
        sizeFacts({ name, fileBytes, bitsPerWeight, contexts }),
      );
      return { lines: renderRepositorySizes(report, PAGE), facts: { best: report.fits.best, sizes: rows } };
    }
  },
});

type Fit = z.infer<typeof FIT>;

function sizeFacts({
  contexts,
  ...row
}: {
  name: string;
  fileBytes: number | null;
  bitsPerWeight: number | null;
  contexts: readonly Fit[] | undefined;
}) {
  return {
    ...row,
    ...(contexts && {
      contexts: contexts.map(({ contextLength, totalBytes, fits, where }) => ({
        ...{ contextLength, totalBytes, fits, where },
      })),
    }),
  };
}

interface AskedCards {
  gpu: string[] | undefined;
  ram: string | undefined;
  budget: string | undefined;
}

/** The options in the form of the library. Throws UsageError. */
function cardsOf({ gpu, ram, budget }: AskedCards) {
  return {
    ...given({ gpu }),
    ...(ram !== undefined && { ram: bytesIn(ram, 'ram') }),
    ...(budget !== undefined && { budget: bytesIn(budget, 'budget') }),
  };
}

export const FIT_TOOLS: readonly Tool[] = [MEMORY, SIZES];
