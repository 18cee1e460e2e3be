/** Paths as each system writes them: patterns with backslashes, verbatim paths, shares, drives, and `file:` URLs. */

import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { withoutFileUrl } from '../../src/locate/file-url.js';
import { patternOf } from '../../src/locate/glob-pattern.js';
import { isRemote } from '../../src/words/remote-names.js';
import { run } from '../cli/run.js';
import { MODEL_PATH } from '../support/loopback-run.js';

describe('a pattern on Windows', () => {
  it.each([
    ['models\\*.gguf', 'models/*.gguf'],
    ['C:\\models\\**\\*.gguf', 'C:/models/**/*.gguf'],
    ['\\\\server\\share\\*.gguf', '//server/share/*.gguf'],
    ['\\\\?\\C:\\models\\*.gguf', 'C:/models/*.gguf'],
    ['\\\\?\\UNC\\server\\share\\*.gguf', '//server/share/*.gguf'],
    ['models/{a,b}.gguf', 'models/{a,b}.gguf'],
    ['\\\\?\\C:\\models\\x.gguf', undefined],
    ['\\\\.\\C:\\x.gguf', undefined],
    ['C:\\models\\x.gguf', undefined],
  ])('%s is %s', (word, pattern) => {
    expect(patternOf(word, 'win32')).toBe(pattern);
  });
});

describe('a pattern elsewhere', () => {
  it.each([
    ['models/*.gguf', 'models/*.gguf'],
    ['a\\*b.gguf', 'a\\*b.gguf'],
    ['a\\b.gguf', undefined],
    [`${'a'.repeat(5000)}*`, undefined],
  ])('%j is %j', (word, pattern) => {
    expect(patternOf(word, 'linux')).toBe(pattern);
  });
});

describe('a drive', () => {
  it.each([
    'C:\\x.gguf',
    'c:x.gguf',
    'D:/models/x.gguf',
    'h:f.gguf',
    'm:s/x.gguf',
    '\\\\?\\C:\\hf:x',
    '\\\\server\\hf\\x',
  ])('%s is a path', (word) => {
    expect(isRemote(word)).toBe(false);
  });
});

describe('a file: URL', () => {
  it.each([
    ['file:///C:/models/a%20b.gguf', true, 'C:\\models\\a b.gguf'],
    ['file://server/share/x.gguf', true, '\\\\server\\share\\x.gguf'],
    ['FILE:///models/a%20b.gguf', false, '/models/a b.gguf'],
    ['file:x.gguf', false, 'file:x.gguf'],
    ['C:\\file\\x.gguf', true, 'C:\\file\\x.gguf'],
  ])('%s (Windows: %s) is %s', (word, windows, path) => {
    expect(withoutFileUrl(word, windows)).toBe(path);
  });

  it('is the file, in every command', () => {
    const url = pathToFileURL(MODEL_PATH).href;
    for (const words of [[], ['check'], ['tensor', 'blk.0.attn_q.weight'], ['scan', '--no-fail']]) {
      const [command, ...rest] = words;
      const line = (model: string) => run([...(command === undefined ? [] : [command]), model, ...rest]);
      const timeless = ({ stdout, ...outcome }: ReturnType<typeof run>) => ({
        ...outcome,
        stdout: stdout.replace(/"milliseconds":\{[^}]*\}/, ''),
      });
      expect(timeless(line(url))).toEqual(timeless(line(MODEL_PATH)));
    }
    expect(run(['tensor', 'blk.0.attn_q.weight', url]).stdout).toBe(
      run(['tensor', MODEL_PATH, 'blk.0.attn_q.weight']).stdout,
    );
    expect(run(['scan'], { input: `${url}\n` }).stdout).toContain(`{"schemaVersion":1,"target":"${MODEL_PATH}"`);
  });

  it('of another machine is refused in words', () => {
    const outcome = run(['file://elsewhere/x.gguf', '--json']);
    expect([outcome.code, JSON.parse(outcome.stdout).error]).toMatchObject([2, { code: 'bad-input' }]);
    const { stdout, code } = run(['scan', 'file://elsewhere/x.gguf', MODEL_PATH]);
    expect([code, stdout.split('\n').length]).toEqual([2, 3]);
  });
});
