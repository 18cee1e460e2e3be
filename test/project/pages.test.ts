/**
 * Checks that the pages for people show what the program prints, and that the things they name exist. After an intended change,
 * `UPDATE_README=1 npm test` rewrites the outputs and the table of commands.
 */

import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { COMMANDS } from '../../src/cli/command-list.js';
import { GROUPS } from '../../src/cli/define-command.js';
import { HEADINGS, makeProgram } from '../../src/cli/program.js';
import { PROJECT_FOLDER, plainEnvironment } from '../cli/run.js';
import { folderWithProgram, visible } from '../cli/transcript.js';
import { startHub, type TestHub } from '../support/hub.js';
import { fencedBlocks, PAGES, pageText } from '../support/pages.js';
import { gptOss120B, llama8B, wholeSize } from '../support/real-shapes.js';
import { agrees, shownIn, withOutputs } from './page-blocks.js';

const UPDATE = process.env.UPDATE_README === '1';
/** File types of the repository that a page shows a choice from. */
const TYPES = ['Q8_0', 'Q6_K', 'Q5_K_M', 'Q4_K_M', 'Q3_K_M', 'Q2_K'];

describe.skipIf(process.platform === 'win32')('the lines that the pages show', () => {
  const programFolder = folderWithProgram();
  // The fixtures under their paths in the project, and headers of models of real size.
  const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-pages-'));
  const real = new Map<string, string[]>();
  let hub: TestHub;

  beforeAll(async () => {
    symlinkSync(join(PROJECT_FOLDER, 'fixtures'), join(folder, 'fixtures'));
    writeFileSync(join(folder, 'Llama-3.1-8B-Q4_K_M.gguf'), llama8B('Q4_K_M'));
    writeFileSync(join(folder, 'gpt-oss-120b-mxfp4.gguf'), gptOss120B());
    const files = Object.fromEntries(TYPES.map((type) => [`Llama-3.1-8B-${type}.gguf`, llama8B(type)]));
    const sizes = Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, wholeSize(bytes)]));
    hub = await startHub({ repository: 'owner/Llama-3.1-8B-GGUF', files, sizes });
  });

  afterAll(async () => {
    await hub.close();
    for (const each of [programFolder, folder]) rmSync(each, { recursive: true });
  });

  function outputOf(line: string): Promise<string[]> {
    const environment = plainEnvironment();
    const path = `${programFolder}${delimiter}${environment.PATH}`;
    const env = { ...environment, COLUMNS: '100', PATH: path, HF_HOME: join(folder, 'none'), ...hub.env };
    return new Promise((resolve) => {
      execFile('sh', ['-c', line], { cwd: folder, env, maxBuffer: 1 << 26 }, (_error, stdout, stderr) =>
        resolve(
          visible(stdout + stderr)
            .replace(/\n$/, '')
            .split('\n'),
        ),
      );
    });
  }

  it.each(PAGES)(
    '%s shows what the program prints',
    async (name) => {
      const lines = shownIn(pageText(name)).map(({ line }) => line);
      for (const line of lines) if (!real.has(line)) real.set(line, await outputOf(line));
      if (UPDATE) {
        const page = pageText(name);
        const renewed = withOutputs(page, (line) => real.get(line) ?? []).replace(TABLE, commandTable());
        if (renewed !== page) writeFileSync(join(PROJECT_FOLDER, name), renewed);
      }
      const shown = shownIn(pageText(name));
      expect(shown.map(({ line }) => line)).toEqual(lines);
      for (const { line, output } of shown) {
        if (!agrees(output, real.get(line) ?? [])) expect(output, line).toEqual(real.get(line));
      }
    },
    60_000,
  );

  it('ask the hub for its list and then once for each file', () => {
    const asked = hub.hub.seen.map(({ url }) => url);
    expect(asked.filter((url) => url.startsWith('/api/'))).toHaveLength(1);
    expect(asked.filter((url) => url.includes('/resolve/')).sort()).toEqual(
      TYPES.map((type) => `/owner/Llama-3.1-8B-GGUF/resolve/main/Llama-3.1-8B-${type}.gguf`).sort(),
    );
  });
});

/** The table of the commands in README.md, with its head. */
const TABLE = /^\| group \| command \| what it is for \|\n(?:\|.*\n)+/m;

/** The commands in the groups of the help, each with its place in docs/commands.md. */
function commandTable(): string {
  const rows = GROUPS.flatMap((group) =>
    COMMANDS.filter((command) => command.group === group).map(({ name, summary }, i) => {
      const heading = HEADINGS[group].toLowerCase();
      const title = i === 0 ? `${heading[0]?.toUpperCase()}${heading.slice(1)}` : '';
      return `| ${title} | [\`${name}\`](docs/commands.md#${name}) | ${summary} |\n`;
    }),
  );
  return `| group | command | what it is for |\n| --- | --- | --- |\n${rows.join('')}`;
}

describe('the commands', () => {
  it('are all in README.md, in the groups of the help', () => {
    expect(pageText('README.md')).toContain(commandTable());
  });

  it('each have a section in docs/commands.md, with an example', () => {
    const sections = new Map(
      pageText('docs/commands.md')
        .split(/^(?=## )/m)
        .map((section) => [/^## `([\w-]+)`/.exec(section)?.[1], section]),
    );
    const missing = COMMANDS.filter(({ name }) => !sections.get(name)?.includes(`gguf-explain ${name}`));
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  it('of README.md for a fresh clone are on one line each', () => {
    const commands = [...pageText('README.md').matchAll(/^```sh\n(.*)\n```$/gm)].map(([, line]) => line);
    expect(commands).toEqual(
      expect.arrayContaining([expect.stringContaining('gguf-explain'), expect.stringMatching(/npm (run )?test/)]),
    );
  });

  it('are shown only with options that they have', () => {
    const program = makeProgram(COMMANDS);
    const known = new Map(program.commands.flatMap((one) => [one.name(), ...one.aliases()].map((name) => [name, one])));
    const wrong = PAGES.flatMap((page) =>
      commandLines(pageText(page)).flatMap((line) => {
        const [word = ''] = line.split(' ');
        const command = known.get(word) ?? known.get('explain')!;
        const options = command.options.flatMap(({ short, long }) => [short, long]);
        // Quoted text is a value, or a command of another program.
        const named = [...line.replaceAll(/"[^"]*"|'[^']*'/g, '').matchAll(/(?<= )--?[a-z][\w-]*/g)].map(
          ([option]) => option,
        );
        return named
          .filter((option) => !options.includes(option) && !['--help', '--version', '-h', '-V'].includes(option))
          .map((option) => `${page}: ${option} in gguf-explain ${line}`);
      }),
    );
    expect(wrong).toEqual([]);
  });

  /** The words after the name of the program, in blocks and in code within sentences, up to the end of the command. */
  function commandLines(page: string): string[] {
    const joined = page.replaceAll(/\\\n\s*/g, '');
    return [...joined.matchAll(/(?<![\w@/.-])gguf-explain ((?:[^\n`|>&;"']|"[^"\n]*"|'[^'\n]*')+)/g)].map(
      ([, line = '']) => line.trim(),
    );
  }
});

describe('the version', () => {
  const { version } = JSON.parse(readFileSync(join(PROJECT_FOLDER, 'package.json'), 'utf8'));

  it('has an entry in CHANGELOG.md', () => {
    expect(pageText('CHANGELOG.md')).toMatch(new RegExp(`^## \\[${version}\\] - \\d{4}-\\d\\d-\\d\\d$`, 'm'));
  });

  it('is the one that the pages tell readers to install', () => {
    const pinned = PAGES.flatMap((page) =>
      [...pageText(page).matchAll(/gguf-explain@v?(\d+\.\d+\.\d+)|rev: v(\S+)/g)].map(([, a, b]) => a ?? b),
    );
    expect(pinned.length).toBeGreaterThan(1);
    expect(new Set(pinned)).toEqual(new Set([version]));
  });
});

describe('the blocks of the pages', () => {
  /** The language of each kind of block, and where its content is tested. */
  const TRIED: Readonly<Record<string, string>> = {
    console: 'above',
    sh: 'below, and the recipes in recipes.test.ts',
    yaml: 'below, the workflows in workflows.test.ts',
    js: 'examples.test.ts',
    json: 'assistants.test.ts',
    text: 'examples.test.ts, as what a block of js prints',
    ts: 'contributing.test.ts',
    python: 'recipes.test.ts',
    sql: 'recipes.test.ts',
  };

  it('are in languages that are tested', () => {
    const other = fencedBlocks().filter(({ language }) => !(language in TRIED));
    expect(other).toEqual([]);
    const untried = fencedBlocks().filter(
      ({ language, text }) => language === 'console' && !text.startsWith('$ gguf-'),
    );
    expect(untried).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('are valid for a shell', () => {
    for (const { language, text } of fencedBlocks()) {
      if (language === 'sh') execFileSync('bash', ['-n', '-c', text]);
    }
  });

  it('are valid YAML where they are marked as YAML', () => {
    for (const { language, text, page } of fencedBlocks()) {
      if (language === 'yaml')
        expect(
          parseAllDocuments(text).flatMap(({ errors }) => errors),
          page,
        ).toEqual([]);
    }
  });
});

describe('the links of the pages', () => {
  const pages = [...PAGES, 'src/README.md', 'fixtures/README.md'];

  it('lead to files that exist, and to their headings', () => {
    const broken = pages.flatMap((page) =>
      linksOf(pageText(page)).flatMap((link) => {
        const [path = '', heading] = link.split('#');
        const target = path === '' ? page : relative('.', join(dirname(page), path));
        const there = existsSync(join(PROJECT_FOLDER, target));
        if (!there) return [`${page}: ${link}`];
        return heading === undefined || headingsOf(pageText(target)).includes(heading) ? [] : [`${page}: ${link}`];
      }),
    );
    expect(broken).toEqual([]);
  });

  it('lead to existing files where a page only names a file', () => {
    const named = PAGES.flatMap((page) =>
      [...pageText(page).matchAll(/(?<![\w/-])(?:src|test|fixtures|bin|docs)\/[\w./-]+\.\w+/g)].map(([path]) => path),
    );
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((path) => !existsSync(join(PROJECT_FOLDER, path)))).toEqual([]);
  });

  it('lead to each page of docs/', () => {
    const linked = linksOf(pageText('README.md')).map((link) => link.split('#')[0]);
    expect(PAGES.filter((page) => page.startsWith('docs') && !linked.includes(page))).toEqual([]);
  });

  /** Targets of `[…](…)` and `<img src="…">` within the project. */
  function linksOf(page: string): string[] {
    const text = page.replaceAll(/^```[\s\S]*?^```$/gm, '');
    const links = [...text.matchAll(/\]\(([^)\s]+)\)|\bsrc="([^"]+)"/g)].map(([, a, b]) => (a ?? b) as string);
    return links.filter((link) => !/^[a-z]+:/.test(link));
  }

  /** The anchors that GitHub gives to headings. */
  function headingsOf(page: string): string[] {
    const text = page.replaceAll(/^```[\s\S]*?^```$/gm, '');
    return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    );
  }
});

describe('an output with parts left out', () => {
  const real = ['a', 'b', 'c', 'd', 'e'];

  it.each([
    { output: ['a', 'b', 'c', 'd', 'e'], is: true },
    { output: ['a', '…', 'e'], is: true },
    { output: ['a', '…'], is: true },
    { output: ['…', 'd', 'e'], is: true },
    { output: ['…', 'c', '…'], is: true },
    { output: ['a', '…', 'c', 'd', '…', 'e'], is: true },
    { output: ['a', 'b', 'c'], is: false },
    { output: ['b', '…', 'e'], is: false },
    { output: ['a', '…', 'd'], is: false },
    { output: ['a', '…', 'd', 'c', '…'], is: false },
    { output: ['a', 'b', 'c', '…', 'c', 'd', 'e'], is: false },
    { output: [], is: false },
  ])('$output agrees: $is', ({ output, is }) => {
    expect(agrees(output, real)).toBe(is);
  });

  it('is updated with the same parts left out', () => {
    const page = '```console\n$ gguf-explain x\na\n…\nc\nold\n…\nold\n```\ntext\n```text\n$ gguf-explain y\n```\n';
    expect(withOutputs(page, () => real)).toBe(
      '```console\n$ gguf-explain x\na\n…\nc\nd\n…\ne\n```\ntext\n```text\n$ gguf-explain y\na\nb\nc\nd\ne\n```\n',
    );
  });
});
