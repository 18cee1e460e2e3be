/**
 * What is loaded and kept in addition to a model: projectors, adapters, a draft model, the layers for further tokens, a server's cache of
 * earlier prompts.
 */

import { computeBuffers } from '../memory/compute-buffers.js';
import { contextMemory } from '../memory/context-memory.js';
import { nextTokenMemory, nextTokenTensors } from '../memory/next-token-layers.js';
import { type Device, hostOf } from '../memory/placement/devices.js';
import { placeModel } from '../memory/placement/place-model.js';
import { projectorBuffers } from '../memory/projector-buffers.js';
import { kindOf } from '../model/kind.js';
import type { Model } from '../model/model.js';
import { sumTotals } from '../model/totals.js';
import type { MemoryQuestion } from './memory-question.js';
import type { MemoryContextEntry, MemoryReport } from './memory-schema.js';

type Companion = NonNullable<MemoryReport['companions']>[number];
type Beside = NonNullable<MemoryContextEntry['beside']>[number];

/** The weights of everything that is loaded with the model; they do not depend on the context. */
export function companionEntries({ companions = [], draft }: MemoryQuestion): Companion[] {
  const entries = companions.map(({ name, model }) => ({
    kind: kindOf(model),
    name,
    bytes: sumTotals(model.tensors).bytes,
  }));
  if (draft !== undefined)
    entries.push({ kind: 'draft', name: draft.name, bytes: sumTotals(draft.model.tensors).bytes });
  return entries;
}

/** The memory that is kept in addition to the model while it runs with a context of a given length. */
export function besideEntries(model: Model, question: MemoryQuestion, contextLength: number): Beside[] {
  const { companions = [], draft, settings, mtp, imageSize, promptCache } = question;
  const entries: Beside[] = [];
  if (draft !== undefined) {
    const context = { ...draftSettings(settings), contextLength };
    const memory = contextMemory(draft.model, context);
    const formula = memory?.parts
      .map((part) => part.formula)
      .filter((text) => text !== '')
      .join(' + ');
    const computeBytes = computeBuffers(draft.model, context)?.bytes ?? 0;
    entries.push({ what: 'draft', cacheBytes: memory?.bytes ?? 0, computeBytes, formula: formula ?? '' });
  }
  const further = mtp ? nextTokenMemory(model, { ...settings, contextLength }) : null;
  if (further !== null) {
    const { cacheBytes, computeBytes, formula } = further;
    entries.push({ what: 'next-token', cacheBytes, computeBytes, formula });
  }
  for (const { model: companion } of companions) {
    const buffers = projectorBuffers(companion, imageSize);
    if (buffers !== null) {
      entries.push({ what: 'projector', cacheBytes: 0, computeBytes: buffers.bytes, formula: buffers.formula });
    }
  }
  if (promptCache) {
    const formula = 'at most (--cache-ram)';
    entries.push({ what: 'prompt-cache', cacheBytes: promptCache, computeBytes: 0, formula });
  }
  return entries;
}

/** A draft has the context length and the sequences of its target; its cache is in F16, whatever the target's cache type. */
function draftSettings({ parallel, unified, ubatch, flashAttention }: MemoryQuestion['settings']) {
  return {
    ...(parallel === undefined ? {} : { parallel }),
    ...(unified === undefined ? {} : { unified }),
    ...(ubatch === undefined ? {} : { ubatch }),
    ...(flashAttention === undefined ? {} : { flashAttention }),
  };
}

/**
 * The bytes of all these on each card, with the host last. A draft is placed as llama.cpp does with all its layers on cards; projectors and
 * adapters are on the first card, the layers for further tokens on the last one, earlier prompts in system RAM. Without cards, everything
 * is in system RAM.
 */
export function besideShares(
  model: Model,
  question: MemoryQuestion,
  devices: readonly Device[],
  contextLength: number,
): number[] {
  const host = hostOf(devices);
  const shares = Array.from({ length: host + 1 }, () => 0);
  const add = (place: number, bytes: number): void => {
    shares[place] = (shares[place] ?? 0) + bytes;
  };
  const [first, last] = devices.length === 0 ? [host, host] : [0, host - 1];
  const { draft, mtp } = question;
  const entries = besideEntries(model, question, contextLength);
  const placed = draft && placeModel(draft.model, devices, {}, { ...draftSettings(question.settings), contextLength });
  for (const { kind, bytes } of companionEntries(question)) if (kind !== 'draft' || !placed) add(first, bytes);
  for (const { what, cacheBytes, computeBytes } of entries) {
    if (what === 'draft' && placed) continue;
    add({ draft: first, 'next-token': last, projector: first, 'prompt-cache': host }[what], cacheBytes + computeBytes);
  }
  for (const [place, share] of (placed || []).entries()) {
    add(place, share.weightBytes + share.cacheBytes + share.computeBytes);
  }
  if (mtp) add(last, sumTotals(nextTokenTensors(model)).bytes);
  return shares;
}

/** Adapters are read for every token. Projectors do not count: they process images and sound before the first token. */
export function bytesOfAdapters(question: MemoryQuestion): number {
  const adapters = companionEntries(question).filter(({ kind }) => kind === 'adapter');
  return adapters.reduce((sum, { bytes }) => sum + bytes, 0);
}

export function notLoadedEntry(model: Model, { mtp }: MemoryQuestion): Pick<MemoryReport['weights'], 'notLoaded'> {
  const tensors = mtp ? [] : nextTokenTensors(model);
  if (tensors.length === 0) return {};
  const layers = new Set(tensors.map(({ classified }) => classified.layer)).size;
  return { notLoaded: { bytes: sumTotals(tensors).bytes, tensors: tensors.length, layers } };
}
