/** `tensors`: its definition. */

import { UsageError } from '../../explained-error.js';
import { parseLayers, SORT_ORDERS } from '../../model/select.js';
import { MODEL } from '../arguments.js';
import { defineCommand, type OptionsOf } from '../define-command.js';
import { readList } from '../option-values.js';
import { choiceOr, flag, THREADS, value } from '../options.js';

export const TENSORS = defineCommand({
  name: 'tensors',
  summary: 'the tensors: filter, sort, fold; types, shapes, sizes',
  group: 'look',
  reports: ['tensors'],
  arguments: [MODEL, { syntax: '[names...]', says: 'names or globs: blk.*.attn_?.weight' }],
  options: [
    value(
      '--role <roles>',
      'roles, groups or components, separated by commas: attention, attention-query, vision',
      readRoles,
    ),
    value('--type <types>', 'types, separated by commas: Q4_K,F32', readTypes),
    value('--layer <layers>', 'layers: 3, 0-7, 0-3,28-31', readLayers),
    choiceOr('--sort <order>', 'sort by', SORT_ORDERS, 'offset'),
    flag('--no-fold', 'every layer on a line of its own'),
    flag('--stats', 'read the numbers: mean, deviation, RMS, extremes, zeros, NaN, outliers of each tensor'),
    THREADS,
  ],
  formats: { names: ['text', 'json', 'ndjson', 'csv'] },
});

export type TensorsOptions = OptionsOf<typeof TENSORS>;

/** A role that nothing can have is a slip of the pen; one that this file has none of is an answer. */
async function readRoles(text: string, name: string): Promise<string[]> {
  const [{ COMPONENTS }, { ROLE_GROUPS, ROLES }] = await Promise.all([
    import('../../model/component.js'),
    import('../../words/roles.js'),
  ]);
  const groups = ROLE_GROUPS.map(({ id }): string => id);
  const roles = readList(text);
  for (const role of roles) {
    if (Object.hasOwn(ROLES, role) || groups.includes(role) || COMPONENTS.includes(role)) continue;
    const message = `${name} ${role} names no role, group or component`;
    throw new UsageError('bad-role', message, `groups are ${groups.join(', ')}`);
  }
  return roles;
}

async function readTypes(text: string, name: string): Promise<string[]> {
  const { tensorTypeByName } = await import('../../formats/tensor-types.js');
  const types = readList(text);
  for (const type of types) {
    if (tensorTypeByName(type) !== undefined || /^id \d+$/i.test(type)) continue;
    throw new UsageError('bad-type', `${name} ${type} names no type of ggml`, 'write Q4_K, or Q4_K,F32');
  }
  return types;
}

function readLayers(text: string, name: string): [number, number][] {
  const layers = parseLayers(text);
  if (layers !== null) return layers;
  throw new UsageError('bad-layers', `${name} ${text} names no layers`, 'write 3, or 0-7, or 0-3,28-31');
}
