/** Options without effect are reported, and the hint about a number fits its option. */

import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/command-list.js';
import { run } from './run.js';

describe('an option without effect', () => {
  it.each<[line: string, ...words: string[]]>([
    ['explain demo --threads 2', '--threads does nothing without --data'],
    ['tensors demo --threads 2', '--threads does nothing without --stats'],
    ['token demo Hello --no-data --nearest 2', '--nearest does nothing with --no-data'],
    ['scan demo --null', '--null does nothing where the targets are on the command line'],
    ['explain demo --header A:b', '--header does nothing: the command names no server'],
  ])('is reported beside the result: %s', (line, words) => {
    const { stderr, code } = run(line.split(' '));
    expect({ stderr, code }).toEqual({ stderr: `gguf-explain: ${words}\n`, code: 0 });
  });

  it.each([
    ['explain demo --data --threads 2'],
    ['tensors demo --stats --threads 2'],
    ['token demo Hello --nearest 2'],
    ['memory demo --kv-type q8_0 --parallel 2 --unified'],
    ['memory fixtures/valid/gemma4.gguf --swa-full --context 8192'],
  ])('is not reported where it has an effect: %s', (line) => {
    const { stdout, stderr } = run(line.split(' '));
    expect(`${stdout}${stderr}`).not.toMatch(/does nothing|changes nothing/);
  });

  it('is reported on the page of memory, in its JSON and in a comparison, depending on the model', () => {
    const options = ['--mtp', '--image-size', '448', '--swa-full', '--unified'];
    const { stdout } = run(['memory', 'demo', ...options], { columns: 200 });
    const said = [...stdout.matchAll(/(--[\w-]+) changes nothing: the model has/g)].map(([, option]) => option);
    expect(said).toEqual(['--mtp', '--image-size', '--swa-full', '--unified']);
    const { withoutEffect } = JSON.parse(run(['memory', 'demo', ...options, '--json']).stdout);
    expect(withoutEffect).toEqual([
      { setting: 'mtp', reason: 'no-next-token-layers' },
      { setting: 'imageSize', reason: 'no-projector' },
      { setting: 'swaFull', reason: 'no-shorter-window' },
      { setting: 'unified', reason: 'one-sequence' },
    ]);
    const compared = run(['memory', 'demo', 'fixtures/valid/llama.gguf', '--mtp'], { columns: 200 });
    expect(compared.stdout).toContain('--mtp changes nothing: these models have no layers that predict further tokens');
  });

  it('of 0 for the cache of former prompts gives the same page as no option', () => {
    const plain = run(['memory', 'demo', '--json']).stdout;
    for (const none of ['0', '0GiB']) expect(run(['memory', 'demo', '--cache-ram', none, '--json']).stdout).toBe(plain);
  });
});

describe('the hint about a wrong number', () => {
  const numeric = COMMANDS.flatMap(({ name, options }) =>
    options.flatMap((option) =>
      /<(?:n|tokens|pixels|size|sizes|share|seconds)>$/.test(option.flags)
        ? [{ name, flags: option.flags, option }]
        : [],
    ),
  );
  it.each(numeric)('of $name $flags shows an accepted one', async ({ option }) => {
    const read = async (text: string) => option.read((option.repeats ? [text] : text) as never, '--option');
    const error: unknown = await read('x').then(
      () => null,
      (thrown) => thrown,
    );
    const { hint = '' } = error as { hint?: string };
    expect(hint).toMatch(/^write |counted from 0$/);
    const [, shown = '0'] = /^write (?:[a-z ]+: )?([^\s,]+)/.exec(hint) ?? [];
    await expect(read(shown)).resolves.toBeDefined();
  });
});

describe('context lengths', () => {
  it.each(['8,192', '131,072', '262,144', '1,048,576'])(
    'with commas between thousands are not read as several: %s',
    (text) => {
      const { stderr, code } = run(['memory', 'demo', '--context', text]);
      expect(code).toBe(2);
      expect(stderr).toContain(
        `"${text}" could be one number or several (bad-number)\n  hint: write ${text.replaceAll(',', '')},`,
      );
    },
  );

  it('in a list are several', () => {
    const { contexts } = JSON.parse(run(['memory', 'demo', '--context', '128,256', '--json']).stdout);
    expect(contexts.map(({ contextLength }: { contextLength: number }) => contextLength)).toEqual([128, 256]);
  });
});
