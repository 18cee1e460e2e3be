/** A line of `scan`: the facts about a model as a whole, and its findings. */

import type { Finding } from '../gguf/finding.js';
import { computeBuffers } from '../memory/compute-buffers.js';
import { contextMemory } from '../memory/context-memory.js';
import type { Model } from '../model/model.js';
import { notChecked } from '../model/not-checked.js';
import { withoutSecrets } from '../words/without-secrets.js';
import { modelEntry, totalsEntry } from './explain-report.js';
import { fileEntry } from './file-entry.js';
import { findingEntries } from './finding-entry.js';
import { notCheckedEntry } from './not-checked-entry.js';
import type { ScannedModel, UnreadableModel } from './scan-schema.js';
import type { ErrorReport } from './schema.js';

export interface Scanned {
  target: string;
  model: Model;
  findings: readonly Finding[];
  contextLengths: readonly number[];
  milliseconds: ScannedModel['milliseconds'];
}

export function scannedModel({ target, model, findings, contextLengths, milliseconds }: Scanned): ScannedModel {
  const { byRole: _byRole, byLayer: _byLayer, ...totals } = totalsEntry(model);
  const entries = findingEntries(findings);
  return {
    schemaVersion: 1,
    target: withoutSecrets(target),
    verdict: entries.some(({ level }) => level === 'error') ? 'fail' : 'pass',
    file: fileEntry(target, model.file),
    model: modelEntry(model),
    totals,
    memory: contextLengths.flatMap((contextLength) => memoryAt(model, totals.bytes, contextLength)),
    findings: entries,
    ...notCheckedEntry(notChecked(model)),
    milliseconds,
  };
}

export function unreadableModel(target: string, error: ErrorReport['error'], read: number): UnreadableModel {
  return { schemaVersion: 1, target: withoutSecrets(target), verdict: 'unreadable', error, milliseconds: { read } };
}

/** The memory with llama.cpp's default settings: a cache in F16, one sequence. Empty if no formula is known. */
function memoryAt(model: Model, weightBytes: number, contextLength: number): ScannedModel['memory'] {
  const context = contextMemory(model, { contextLength });
  if (context === null) return [];
  const computeBytes = computeBuffers(model, { contextLength })?.bytes ?? null;
  const totalBytes = weightBytes + context.bytes + (computeBytes ?? 0);
  return [{ contextLength: context.contextLength, cacheBytes: context.bytes, computeBytes, totalBytes }];
}
