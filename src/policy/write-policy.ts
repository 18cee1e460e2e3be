/**
 * `check --init-policy`: writes a policy that the model meets today, as a start for the demands of a project. Loaded only for this option.
 */

import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { templatesOf } from '../checks/jinja/templates.js';
import { tensorTypeByName } from '../formats/tensor-types.js';
import { metadataValue } from '../gguf/decode.js';
import { readLabel } from '../model/label.js';
import type { Model } from '../model/model.js';
import { typeName } from '../model/totals.js';
import type { Policy } from './schema.js';

/** A finding about the model today that the policy should ignore. */
export interface Borne {
  code: string;
  tensor?: string | undefined;
  key?: string | undefined;
}

/** Most entries by tensor for one rule; a rule with more findings is ignored for all tensors. */
const MOST_OF_A_RULE = 8;

/** The text of the policy, in YAML. `name` is the name of the model in it, `borne` the findings to ignore. */
export function policyFor(name: string, model: Model, borne: readonly Borne[]): string {
  const demands: Partial<Record<keyof Policy, unknown>> = {
    version: 1,
    description: `the properties of ${name}`,
    ...present('architectures', model.hyperparameters.architecture, (architecture) => [architecture]),
    ...present('file-types', readLabel(model)?.fileType?.name, (label) => [label]),
    ...present('types', typesOf(model), (types) => types),
    ...present('bits-per-weight', bitsOf(model), (max) => ({ max })),
    ...(model.tensors.length === 0 ? {} : { parameters: { min: numbersIn(model), max: numbersIn(model) } }),
    ...present('context', contextOf(model), (min) => ({ min })),
    ...present('licenses', licenseOf(model), (license) => [license]),
    ...present('chat-template', templateDigests(model), (sha256) => ({ sha256 })),
    ...present('ignore', ignoresFor(name, borne), (ignore) => ignore),
  };
  // A line break in a name must not end the comment.
  const shown = name.replace(/\p{C}/gu, ' ');
  return [
    `# Demands that ${shown} meets. Relax demands that other models of the project do not have to meet, and delete what does not matter.`,
    '# gguf-explain schema --policy describes everything that a policy can demand.',
    stringify(demands, { lineWidth: 0, flowCollectionPadding: true }),
  ].join('\n');
}

function present<Key extends string, Value>(
  key: Key,
  value: Value | null | undefined,
  demand: (value: Value) => unknown,
): Partial<Record<Key, unknown>> {
  return value === null || value === undefined ? {} : ({ [key]: demand(value) } as Partial<Record<Key, unknown>>);
}

/** The types of each group of roles. Undefined if a group has a type that a policy cannot name. */
function typesOf({ tensors }: Model): Record<string, string[]> | undefined {
  const groups = new Map<string, Set<string>>();
  for (const tensor of tensors) {
    const type = typeName(tensor);
    if (tensorTypeByName(type) === undefined) return undefined;
    const { group } = tensor.roleRow;
    const types = groups.get(group) ?? new Set();
    groups.set(group, types.add(type));
  }
  if (groups.size === 0) return undefined;
  return Object.fromEntries([...groups].map(([group, types]) => [group, [...types].sort()]));
}

function numbersIn({ tensors }: Model): number {
  return tensors.reduce((sum, { elements }) => sum + elements, 0);
}

/** Rounded up to a hundredth, so that the model itself meets the bound. */
function bitsOf(model: Model): number | undefined {
  const { tensors } = model;
  if (numbersIn(model) === 0 || tensors.some(({ bytesAre }) => bytesAre !== 'exact')) return undefined;
  const bits = (tensors.reduce((sum, { bytes }) => sum + (bytes as number), 0) * 8) / numbersIn(model);
  return Math.ceil(bits * 100) / 100;
}

function contextOf({ hyperparameters: { contextLength } }: Model): number | undefined {
  return contextLength !== null && contextLength >= 1 ? contextLength : undefined;
}

function licenseOf({ file }: Model): string | undefined {
  const license = metadataValue(file, 'general.license');
  return typeof license === 'string' && license !== '' && license.length <= 1000 ? license : undefined;
}

/** Undefined if there is no template, or if the exact bytes of one are not known. */
function templateDigests({ file }: Model): string[] | undefined {
  const templates = templatesOf(file);
  if (templates.length === 0 || templates.some(({ whole, text }) => !whole || text.includes('\uFFFD')))
    return undefined;
  if (!templates.some(({ key }) => key === 'tokenizer.chat_template')) return undefined;
  return [...new Set(templates.map(({ text }) => createHash('sha256').update(text).digest('hex')))];
}

function ignoresFor(name: string, borne: readonly Borne[]): object[] | undefined {
  const reason = `found in ${name} when this policy was written`;
  const byRule = new Map<string, Borne[]>();
  for (const one of borne) byRule.set(one.code, [...(byRule.get(one.code) ?? []), one]);
  const entries = [...byRule].flatMap(([rule, all]) => {
    const named = all.every(({ tensor, key }) => isName(tensor ?? key));
    if (!named || all.length > MOST_OF_A_RULE) return [{ rule, reason }];
    const unique = new Map(all.map(({ tensor, key }) => [`${tensor ?? ''}\n${key ?? ''}`, { tensor, key }]));
    return [...unique.values()].map(({ tensor, key }) =>
      tensor === undefined ? { rule, key, reason } : { rule, tensor, reason },
    );
  });
  return entries.length === 0 ? undefined : entries;
}

/** Whether a policy would read a name literally, not as a glob. */
function isName(name: string | undefined): boolean {
  return name !== undefined && name !== '' && name.length <= 1000 && !/[*?[\]{}]/.test(name);
}
