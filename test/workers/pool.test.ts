/** The pool of threads, with real threads that answer, die and hang: every order gets an answer or an error. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { isExplained } from '../../src/explained-error.js';
import { type PoolSettings, WorkerPool } from '../../src/workers/pool.js';
import { threadFailure } from '../../src/workers/thread-failure.js';
import { PROJECT_FOLDER } from '../cli/run.js';
import type { Order } from './jobs.js';

const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-pool-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = join(folder, 'worker.cjs');
buildSync({
  entryPoints: [join(PROJECT_FOLDER, 'test', 'workers', 'jobs.ts')],
  ...{ outfile: program, bundle: true, platform: 'node', format: 'cjs', logLevel: 'warning' },
});

type Settings = Partial<PoolSettings<string, Order, unknown>>;

/** A pool that ends with the test. */
function poolOf(settings: Settings = {}): WorkerPool<string, Order, unknown> {
  const pool = new WorkerPool<string, Order, unknown>({ program, job: 'values', setup: '', most: 1, ...settings });
  pools.push(pool);
  return pool;
}
const pools: WorkerPool<string, Order, unknown>[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.end()));
});

const ask = (pool: WorkerPool<string, Order, unknown>, names: readonly string[]) =>
  Promise.all(names.map((name) => pool.ask({ name })));

describe('a pool', () => {
  it.each([1, 3])('of %s gives each order its own answer', async (most) => {
    const names = Array.from({ length: 20 }, (_, i) => (i % 3 === 0 ? 'wait' : `order ${i}`));
    const expected = names.map((name) => (name === 'wait' ? name : `to ${name}`));
    expect(await ask(poolOf({ most, setup: 'to ' }), names)).toEqual(expected);
  });

  it('has every thread do its part of a shared order', async () => {
    const pool = poolOf({ most: 3 });
    const shared = new Int32Array(new SharedArrayBuffer(4));
    for (let round = 0; round < 3; round++) {
      const taken = (await pool.askAll({ name: 'take', shared })) as number[];
      expect(taken.sort((a, b) => a - b)).toEqual([0, 1, 2].map((turn) => 3 * round + turn));
    }
  });

  it('refuses an order that cannot be sent, and continues', async () => {
    const pool = poolOf();
    const wrong = { name: 'a', extra: () => undefined };
    await expect(pool.ask(wrong)).rejects.toThrow('could not be cloned');
    expect(await pool.ask({ name: 'b' })).toBe('b');
  });

  it.each(['spin', 'stand', 'never'])('ends threads that %s, and rejects their orders', async (name) => {
    const pool = poolOf({ most: 2 });
    const orders = [pool.ask({ name }), pool.askAll({ name }), pool.ask({ name })];
    const settled = Promise.allSettled(orders);
    await pool.end();
    for (const { status } of await settled) expect(status).toBe('rejected');
    await expect(pool.ask({ name: 'a' })).rejects.toThrow('the threads have been ended');
    await expect(pool.askAll({ name: 'a' })).rejects.toThrow('the threads have been ended');
  });
});

describe('a thread that fails', () => {
  const FAULT = { name: 'TypeError', message: 'a fault' };
  const DEATHS = {
    exit: { code: 'thread-ended', blames: 'machine' },
    throw: FAULT,
    reject: FAULT,
    later: FAULT,
    system: { code: 'ENOENT', syscall: 'open' },
    explain: { code: 'odd', hint: 'look', target: 'a.gguf', offset: 3, blames: 'input' },
    uncloneable: { message: expect.stringContaining('could not be cloned') },
  } as const;

  it.each(Object.entries(DEATHS))('by %s fails all orders, and later ones', async (name, error) => {
    const pool = poolOf({ most: 2 });
    const all = await Promise.allSettled([
      pool.ask({ name }),
      pool.ask({ name: 'never' }),
      pool.ask({ name: 'never' }),
    ]);
    for (const one of all) expect(one).toMatchObject({ status: 'rejected', reason: error });
    await expect(pool.ask({ name: 'a' })).rejects.toMatchObject(error);
    await expect(pool.askAll({ name: 'a' })).rejects.toMatchObject(error);
  });

  it('with an error for people passes that error on', async () => {
    const error = await poolOf()
      .ask({ name: 'explain' })
      .catch((thrown: unknown) => thrown);
    expect(isExplained(error)).toBe(true);
  });

  it.each([
    ['whose program is missing', { program: join(folder, 'none.cjs') }, { code: 'MODULE_NOT_FOUND' }],
    ['whose job is unknown', { job: 'scan' }, { message: 'a thread was started for an unknown job: scan' }],
    ['whose job does not load', { job: 'hash' }, { message: 'a job that does not load' }],
    ['whose job does not begin', { job: 'matmul' }, { message: 'a job that does not begin' }],
  ] as const)('at its start, %s', async (_, settings, error) => {
    await expect(poolOf(settings).ask({ name: 'a' })).rejects.toMatchObject(error);
    await expect(poolOf({ ...settings, most: 2 }).askAll({ name: 'a' })).rejects.toMatchObject(error);
  });

  it('because the system refuses it is reported so', () => {
    const refused = (message: string) => Object.assign(new Error(message), { code: 'ERR_WORKER_INIT_FAILED' });
    expect(threadFailure(refused('EAGAIN'))).toMatchObject({ code: 'thread-not-started', blames: 'machine' });
    expect(threadFailure(refused('EMFILE'))).toMatchObject({ code: 'too-many-open-files' });
  });
});

describe('a limit', () => {
  const limit = (milliseconds: number) => ({ milliseconds, late: ({ name }: Order) => `late ${name}` });

  it('ends the order that blocks its thread, and its neighbors are answered', { timeout: 60_000 }, async () => {
    const pool = poolOf({ limit: limit(4000) });
    expect(await ask(pool, ['a', 'wait', 'spin', 'b', 'wait'])).toEqual(['a', 'wait', 'late spin', 'b', 'wait']);
    expect(await pool.ask({ name: 'c' })).toBe('c');
  });

  it('leaves no thread behind when the pool ends while orders are tried again', async () => {
    const pool = poolOf({ limit: limit(1) });
    const settled = Promise.allSettled([pool.ask({ name: 'spin' }), pool.ask({ name: 'spin' })]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await pool.end();
    for (const one of await settled) {
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ message: 'the threads have been ended' });
      else expect(one.value).toBe('late spin');
    }
  });
});
