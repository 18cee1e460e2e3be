/** The whole report on one file: what it is, what it stores, what is computed at run time, and the findings. */

import { tokenSteps } from '../flow/token-steps.js';
import { metadataValue } from '../gguf/decode.js';
import type { Finding } from '../gguf/finding.js';
import { inOtherFormats } from '../memory/other-formats.js';
import { activeParameters } from '../model/experts.js';
import { stringOrNull } from '../model/hyperparameters.js';
import { kindOf } from '../model/kind.js';
import { mainType, readLabel } from '../model/label.js';
import type { Model } from '../model/model.js';
import { notChecked } from '../model/not-checked.js';
import { outputOf } from '../model/output-kind.js';
import { type Runtime, runtimeOf, runtimeWords } from '../model/runtime.js';
import { type Sum, sumTotals } from '../model/totals.js';
import { computedParts, toRun } from './computed-report.js';
import type { ExplainReport } from './explain-schema.js';
import { fileEntry } from './file-entry.js';
import { findingEntries } from './finding-entry.js';
import { importanceEntry } from './importance-entry.js';
import { notCheckedEntry } from './not-checked-entry.js';
import type { ModelReport, TotalsReport } from './schema.js';
import { storedRows } from './stored-report.js';
import { tensorEntry } from './tensor-entry.js';

/** `name` is the input as the user typed it: a path, or `-`. */
export function explainReport(name: string, model: Model, findings: readonly Finding[]): ExplainReport {
  return {
    schemaVersion: 1,
    file: fileEntry(name, model.file),
    model: modelEntry(model),
    tensors: model.tensors.map((tensor) => tensorEntry(tensor, model.hyperparameters)),
    totals: totalsEntry(model),
    stored: storedRows(model.tensors),
    ...ofLanguage(model),
    findings: findingEntries(findings),
    ...importanceEntry(model),
    ...notCheckedEntry(notChecked(model)),
  };
}

/**
 * How a token travels, what is computed on its way, and the effect of llama.cpp's formats. Not for models of other programs, importance
 * matrices and control vectors.
 */
function ofLanguage(model: Model): Pick<ExplainReport, 'flow' | 'computed' | 'toRun' | 'formats'> {
  if (model.family !== null || ['imatrix', 'controlvector'].includes(kindOf(model))) {
    return { flow: [], computed: [], formats: [] };
  }
  return { flow: tokenSteps(model), computed: computedParts(model), ...toRun(model), formats: inOtherFormats(model) };
}

/** What the model is: its names, its kind, its hyperparameters. */
export function modelEntry(model: Model): ModelReport {
  const { hyperparameters, family } = model;
  const text = (key: string) => stringOrNull(metadataValue(model.file, key));
  const label = family === null ? readLabel(model) : null;
  const runtime = runtimeOf(model);
  return {
    name: text('general.name'),
    architecture: hyperparameters.architecture,
    kind: kindOf(model),
    license: text('general.license'),
    ...(runtime && { runtime: runtimeEntry(runtime) }),
    label: label && { name: label.fileType?.name ?? `id ${label.id}`, guessed: label.guessed },
    mainType: mainType(model.tensors),
    tokenizer: tokenizerEntry(model),
    tiedOutput: outputOf(model).kind === 'tied',
    hyperparameters: {
      ...hyperparameters,
      feedForwardLength: copied(hyperparameters.feedForwardLength),
      headCount: copied(hyperparameters.headCount),
      headCountKv: copied(hyperparameters.headCountKv),
    },
  };
}

function runtimeEntry(runtime: Runtime): NonNullable<ModelReport['runtime']> {
  const { what, programs, llamaCpp } = runtime;
  return { what, programs, llamaCpp, says: runtimeWords(runtime) };
}

function copied(value: number | readonly number[] | null): number | number[] | null {
  return typeof value === 'object' && value !== null ? [...value] : value;
}

function tokenizerEntry({ file }: Model): ModelReport['tokenizer'] {
  const name = stringOrNull(metadataValue(file, 'tokenizer.ggml.model'));
  if (name === null) return null;
  const tokens = metadataValue(file, 'tokenizer.ggml.tokens');
  return {
    model: name,
    pre: stringOrNull(metadataValue(file, 'tokenizer.ggml.pre')),
    tokens: typeof tokens === 'object' && tokens.kind === 'array' ? tokens.count : null,
    chatTemplate: metadataValue(file, 'tokenizer.chat_template') !== undefined,
  };
}

/** The sums over all tensors. */
export function totalsEntry(model: Model): TotalsReport {
  const totals = sumTotals(model.tensors);
  const experts = activeParameters(model);
  return {
    tensors: totals.tensors,
    parameters: totals.parameters,
    bytes: totals.bytes,
    bitsPerWeight: totals.bitsPerWeight,
    byRole: byBytes(totals.byRole).map(([role, sum]) => ({ role, ...sum })),
    byGroup: byBytes(totals.byGroup).map(([group, sum]) => ({ group, ...sum })),
    byType: byBytes(totals.byType).map(([type, sum]) => ({ type, ...sum })),
    byLayer: [...totals.byLayer].sort(([a], [b]) => a - b).map(([layer, sum]) => ({ layer, ...sum })),
    byComponent: byBytes(totals.byComponent).map(([component, sum]) => ({ component, ...sum })),
    experts: experts && {
      expertCount: experts.expertCount,
      expertUsedCount: experts.expertUsedCount,
      routedParameters: experts.routed,
      denseParameters: experts.dense,
      activeParameters: experts.active,
    },
  };
}

function byBytes(sums: ReadonlyMap<string, Sum>): [string, Sum][] {
  return [...sums].sort(([, a], [, b]) => b.bytes - a.bytes);
}
