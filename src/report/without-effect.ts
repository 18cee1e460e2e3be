/**
 * Settings of `memory` that change nothing for this model. They are reported, so that the user knows that they were not ignored by mistake.
 */

import type { CacheType } from '../memory/cells.js';
import { contextMemory } from '../memory/context-memory.js';
import { nextTokenTensors } from '../memory/next-token-layers.js';
import { projectorBuffers } from '../memory/projector-buffers.js';
import type { Model } from '../model/model.js';
import type { MemoryQuestion } from './memory-question.js';
import type { MemoryReport } from './memory-schema.js';

type WithoutEffect = NonNullable<MemoryReport['withoutEffect']>[number];
type Settings = MemoryQuestion['settings'];

/** A type other than the requested one: its cache has a different size. */
const otherThan = (type: CacheType): CacheType => (type === 'f32' ? 'f16' : 'f32');

/** `contextLength` is the longest one in the report. */
export function withoutEffect(model: Model, question: MemoryQuestion, contextLength: number): WithoutEffect[] {
  const { settings, mtp, imageSize, companions = [] } = question;
  const bytesWith = (others: Settings) => contextMemory(model, { ...settings, ...others, contextLength })?.bytes;
  const bytes = bytesWith({});
  const entries: WithoutEffect[] = [];
  if (mtp && nextTokenTensors(model).length === 0) {
    entries.push({ setting: 'mtp', reason: 'no-next-token-layers' });
  }
  if (imageSize !== undefined && !companions.some((companion) => projectorBuffers(companion.model, imageSize))) {
    entries.push({ setting: 'imageSize', reason: 'no-projector' });
  }
  if (bytes === undefined) return entries;
  if (settings.swaFull && bytesWith({ swaFull: false }) === bytes) {
    entries.push({ setting: 'swaFull', reason: 'no-shorter-window' });
  }
  if (settings.unified && (settings.parallel ?? 1) === 1) entries.push({ setting: 'unified', reason: 'one-sequence' });
  const { kvTypeK, kvTypeV } = settings;
  const keysAt = (type: CacheType) => bytesWith({ kvTypeK: type, kvTypeV: kvTypeV ?? type });
  if (kvTypeK !== undefined && keysAt(otherThan(kvTypeK)) === bytes) {
    entries.push({ setting: 'kvTypeK', reason: 'no-cache' });
  }
  if (kvTypeV !== undefined && bytesWith({ kvTypeV: otherThan(kvTypeV) }) === bytes) {
    entries.push({ setting: 'kvTypeV', reason: 'no-values' });
  }
  return entries;
}
