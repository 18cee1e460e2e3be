import { describe, expect, it } from 'vitest';
import {
  AXES,
  type AxisName,
  type Operation,
  ROLE_GROUPS,
  ROLES,
  type Role,
  type TensorKind,
} from '../../src/words/roles.js';
import { readForeignNames, readTensorRoles } from '../model/tensor-roles.js';

const rows: [string, Role][] = Object.entries(ROLES);

describe('the table of roles', () => {
  it('keeps the groups in their order, and leaves none empty', () => {
    const order = rows.map(([, { group }]) => group).filter((group, at, all) => group !== all[at - 1]);
    expect(order).toEqual(ROLE_GROUPS.map(({ id }) => id));
  });

  it.each(rows)('%s describes itself in a title and one sentence', (id, { title, does, formula }) => {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(title).toMatch(/^[A-Z].{2,49}$/);
    expect(does).toMatch(/^[A-Z](?!.*[.!?] ).*\.$/);
    expect(does.length).toBeLessThanOrEqual(190);
    expect(formula).not.toBe('');
  });

  it('has no title and no sentence twice', () => {
    const titles = rows.map(([, { title }]) => title);
    const sentences = rows.map(([, { does }]) => does);
    expect(new Set(titles).size).toBe(titles.length);
    expect(new Set(sentences).size).toBe(sentences.length);
  });

  it('names the axes of everything that it calls a matrix, a table or a convolution', () => {
    const least: Record<TensorKind, number> = {
      matrix: 2,
      'lookup table': 1,
      convolution: 2,
      vector: 1,
      scalar: 1,
      constants: 1,
      unknown: 0,
    };
    expect(rows.filter(([, { kind, axes }]) => axes.length < least[kind])).toEqual([]);
    expect(rows.filter(([, { axes }]) => axes.length > 4)).toEqual([]);
  });

  it('multiplies with matrices, looks up in tables and slides filters', () => {
    const kinds: Partial<Record<Operation, TensorKind>> = {
      get_rows: 'lookup table',
      mul_mat: 'matrix',
      mul_mat_id: 'matrix',
      im2col: 'convolution',
      conv_transpose_1d: 'convolution',
      ssm_conv: 'convolution',
    };
    const other = rows.filter(([, { kind, operation }]) => kind !== (kinds[operation] ?? kind));
    // The mel filters are a matrix that was not learned.
    expect(other.map(([id]) => id)).toEqual(['mel-filters']);
  });

  it('explains every axis that it uses and uses every axis that it explains', () => {
    const used = new Set<AxisName>(rows.flatMap(([, { axes }]) => axes));
    expect([...used].sort()).toEqual(Object.keys(AXES).sort());
  });

  it('has a name for every row', () => {
    const reached = new Set(['unknown']);
    for (const { role } of [...readTensorRoles(), ...readForeignNames()]) reached.add(role);
    expect(rows.map(([id]) => id).filter((id) => !reached.has(id))).toEqual([]);
  });
});
