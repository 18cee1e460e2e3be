/** Reads what was asked of `tensors`: checks roles, types and layers, and selects the tensors whose numbers are read. */

import { UsageError } from '../explained-error.js';
import { TENSOR_TYPES, tensorTypeByName } from '../formats/tensor-types.js';
import type { GgufFile } from '../gguf/decode.js';
import { classify } from '../model/classify.js';
import { COMPONENTS } from '../model/component.js';
import { interpret } from '../model/model.js';
import { parseLayers, type Selection, type SortOrder, selectTensors } from '../model/select.js';
import { nearMiss } from '../words/near-miss.js';
import { ROLE_GROUPS, ROLES } from '../words/roles.js';
import type { ScanSettings } from './values.js';

/** The selection as it was typed or passed. */
export interface Wanted {
  names?: readonly string[] | undefined;
  roles?: readonly string[] | undefined;
  types?: readonly string[] | undefined;
  /** `3`, `0-7`, `0-3,28-31`. */
  layers?: string | undefined;
  sort?: SortOrder | undefined;
}

/** Names of the parts of a selection, for errors. */
interface Names {
  role: string;
  type: string;
  layer: string;
}

/** Throws UsageError for a role, a type or layers that no model can have. */
export function selectionOf({ names, roles, types, layers, sort }: Wanted, called: Names): Selection {
  return {
    names: names === undefined || names.length === 0 ? undefined : names,
    roles: roles && knownRoles(roles, called.role),
    types: types && knownTypes(types, called.type),
    layers: layers === undefined ? undefined : layersIn(layers, called.layer),
    sort,
  };
}

/** All words that `roles` accepts: groups, components and roles. */
export function roleNames(): readonly string[] {
  // Some groups and roles share a name.
  return [...new Set([...ROLE_GROUPS.map(({ id }) => id), ...COMPONENTS, ...Object.keys(ROLES)])];
}

/** The ggml types, as they are written. */
export function typeNames(): readonly string[] {
  return TENSOR_TYPES.map(({ name }) => name);
}

/** An unknown role is a typing mistake and an error. A known role that this file does not have gives an empty result. */
function knownRoles(roles: readonly string[], option: string): readonly string[] {
  const known = roleNames();
  const groups = ROLE_GROUPS.map(({ id }): string => id);
  for (const role of roles) {
    if (known.includes(role)) continue;
    const message = `${option}: "${role}" is not a role, group or component`;
    const meant = roleMeant(role, known);
    const suggestion = meant === undefined ? '' : `did you mean ${meant}? `;
    throw new UsageError('bad-role', message, `${suggestion}Groups are ${groups.join(', ')}`);
  }
  return roles;
}

/** Parts of tensor names that stand for a whole group. */
const GROUPS_IN_NAMES: Readonly<Record<string, string>> = {
  attn: 'attention',
  ffn: 'feed-forward',
  exps: 'experts',
  moe: 'experts',
  embd: 'embedding',
  rope: 'position',
  ssm: 'recurrent',
};

/** By what tensors call it, by its beginning, or as a slip of the pen, also in one of its words. */
function roleMeant(typed: string, known: readonly string[]): string | undefined {
  const role = typed.toLowerCase();
  if (Object.hasOwn(GROUPS_IN_NAMES, role)) return GROUPS_IN_NAMES[role];
  const named = classify(`blk.0.${role}.weight`).role;
  if (named !== 'unknown') return named;
  const found = nearMiss(role, known) ?? known.find((one) => role.length > 2 && one.startsWith(role));
  if (found !== undefined) return found;
  const word = nearMiss(role, [...new Set(known.flatMap((one) => one.split('-')))]);
  return word === undefined ? undefined : known.find((one) => one.split('-').includes(word));
}

function knownTypes(types: readonly string[], option: string): readonly string[] {
  for (const type of types) {
    if (tensorTypeByName(type) !== undefined || /^id \d+$/i.test(type)) continue;
    const meant = nearMiss(type, typeNames());
    const hint = meant === undefined ? 'write Q4_K, or Q4_K,F32' : `did you mean ${meant}?`;
    throw new UsageError('bad-type', `${option}: "${type}" is not a type of ggml`, hint);
  }
  return types;
}

function layersIn(text: string, option: string): [number, number][] {
  const layers = parseLayers(text);
  if (layers !== null) return layers;
  throw new UsageError('bad-layers', `${option}: "${text}" does not name layers`, 'write 3, or 0-7, or 0-3,28-31');
}

/** For reading numbers: selects the tensors of the selection, and no others. */
export function chosenBy(selection: Selection): NonNullable<ScanSettings['choose']> {
  return (file: GgufFile) => {
    const { tensors } = interpret(file);
    const chosen = new Set(selectTensors(tensors, selection));
    return new Set(tensors.flatMap((tensor, index) => (chosen.has(tensor) ? [index] : [])));
  };
}
