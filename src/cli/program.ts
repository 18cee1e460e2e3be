/**
 * The command line: every command and option once. What a command does is in its file under commands/, which is loaded when the
 * command is called; only `explain`, the default, is always there.
 */

import { Command, Option } from 'commander';
import { SORT_ORDERS } from '../model/select.js';
import { LIST_ORDERS } from '../report/list-orders.js';
import { explainCommand } from './commands/explain.js';
import { useHeaders } from './locate-target.js';
import type { HeaderOptions } from './server-headers.js';
import { VERSION } from './version.js';

const MODEL =
  'a .gguf file (any shard of a set), a folder with one in it, an address, hf:owner/repo:Q4_K_M, ollama:name, or -';
const JSON_OPTION = ['--json', 'print the report as JSON (gguf-explain schema describes it)'] as const;

const THREADS_OPTION = [
  '--threads <n>',
  'threads that read the numbers (default: one for each core, at most 8)',
] as const;

/** The program, ready to parse. Nothing of it is read from or written to before that. */
export function makeProgram(): Command {
  const program = new Command('gguf-explain')
    .description(
      'Explains what is inside a GGUF model file: which learned matrices are stored, what each one does, and what is computed instead.',
    )
    .version(VERSION)
    .showHelpAfterError('(gguf-explain --help shows what there is)')
    .addHelpText('after', EXIT_CODES);

  program
    .command('explain', { isDefault: true })
    .description('what is this file? a page for a person (gguf-explain MODEL is short for it)')
    .argument('<model>', MODEL)
    .option('--data', 'read all numbers too: statistics, a map of the layers, what is wrong with them')
    .option('--full', 'with --json: all that the HTML page shows, with memory by context length and the flow')
    .option(...THREADS_OPTION)
    .addOption(
      new Option('--format <format>', 'how to print it; html is a page in one file')
        .choices(['text', 'json', 'html'])
        .default('text'),
    )
    .addOption(new Option(...JSON_OPTION).conflicts(['format']))
    .action(explainCommand);

  program
    .command('tensors')
    .description('the tensors: filter, sort, fold; types, shapes, sizes')
    .argument('<model>', MODEL)
    .argument('[names...]', 'names or globs: blk.*.attn_?.weight')
    .option('--role <roles>', 'roles, groups or components, separated by commas: attention, attention-query, vision')
    .option('--type <types>', 'types, separated by commas: Q4_K,F32')
    .option('--layer <layers>', 'layers: 3, 0-7, 0-3,28-31')
    .addOption(new Option('--sort <order>', 'sort by').choices(SORT_ORDERS).default('offset'))
    .option('--no-fold', 'every layer on a line of its own')
    .option('--stats', 'read the numbers: mean, deviation, RMS, extremes, zeros, NaN, outliers of each tensor')
    .option(...THREADS_OPTION)
    .addOption(new Option(...JSON_OPTION).conflicts(['ndjson', 'csv']))
    .addOption(new Option('--ndjson', 'one JSON object for each tensor and line').conflicts(['csv']))
    .option('--csv', 'comma-separated values, one line for each tensor')
    .action(async (...words: Parameters<typeof import('./commands/tensors.js').tensorsCommand>) =>
      (await import('./commands/tensors.js')).tensorsCommand(...words),
    );

  program
    .command('tensor')
    .description(
      'one tensor, or a pattern: what it does, its formula, both orders of its dimensions, its size and place, what its numbers look like',
    )
    .argument('<model>', MODEL)
    .argument('<name>', 'a name, a glob, or a folded row: blk.{0..31}.attn_q.weight')
    .option('--data', 'read the numbers also where that is a lot to download, or where they come through a pipe')
    .option('--no-data', 'read the header alone')
    .addOption(
      new Option('--slice <ranges>', 'these numbers alone, rows before columns as PyTorch has them: 0:4,0:8').conflicts(
        ['data'],
      ),
    )
    .addOption(
      new Option('--raw <format>', 'write the numbers as float32, little-endian: f32 alone, npy for NumPy')
        .choices(['f32', 'npy'])
        .conflicts(['json', 'data']),
    )
    .option(...JSON_OPTION)
    .action(async (...words: Parameters<typeof import('./commands/tensor.js').tensorCommand>) =>
      (await import('./commands/tensor.js')).tensorCommand(...words),
    );

  program
    .command('metadata')
    .description('all keys with their types, or the value of one key alone, as a script needs it')
    .argument('<model>', MODEL)
    .argument('[key]', 'print this value alone')
    .option('--full', 'long arrays and strings whole')
    .option(...JSON_OPTION)
    .action(async (...words: Parameters<typeof import('./commands/metadata.js').metadataCommand>) =>
      (await import('./commands/metadata.js')).metadataCommand(...words),
    );

  program
    .command('token')
    .description('a text as tokens, or a token by its id; the row of each in the embedding table, and its neighbors')
    .argument('<model>', MODEL)
    .argument('<text|id>', 'a text such as Hello, or the id of a token: 616')
    .addOption(new Option('--text', 'a text, also where it is a number').conflicts(['id']))
    .option('--id', 'an id, and no text where no token has it')
    .option('--nearest <n>', 'how many neighbors each row gets; 0: none (default: 8)')
    .option('--data', 'read the table also where that is a lot to download, or where it comes through a pipe')
    .option('--no-data', 'the tokens alone, no rows')
    .option(...JSON_OPTION)
    .action(async (...words: Parameters<typeof import('./commands/token.js').tokenCommand>) =>
      (await import('./commands/token.js')).tokenCommand(...words),
    );

  program
    .command('memory')
    .description('what running it needs, with the formula; does it fit?')
    .argument('<model...>', MODEL)
    .option('--context <tokens>', 'context lengths: 4096, 32k, or 4096,131072', (text, former: string[] = []) => [
      ...former,
      text,
    ])
    .option('--kv-type <type>', 'number format of the cache: f16, q8_0, q4_0 …')
    .option('--kv-type-v <type>', 'another one for the values')
    .option('--parallel <n>', 'sequences at the same time')
    .option('--unified', 'one cache for all sequences')
    .option('--swa-full', 'the whole context for layers with a sliding window too')
    .option('--ubatch <tokens>', 'tokens computed at once')
    .option('--no-flash-attention', 'write the attention scores out')
    .option('--budget <size>', 'the largest context that fits: 24GiB')
    .option('--bandwidth <size>', 'bytes that can be read in a second: a bound of the speed: 400GB/s')
    .option(...JSON_OPTION)
    .action(async (...words: Parameters<typeof import('./commands/memory.js').memoryCommand>) =>
      (await import('./commands/memory.js')).memoryCommand(...words),
    );

  program
    .command('sizes')
    .description('the same model in every quantization type')
    .argument('<model>', MODEL)
    .option('--all', 'every file type that llama.cpp writes')
    .option('--type <types>', 'these alone, separated by commas: Q4_K_M,IQ4_XS')
    .option('--context <tokens>', 'the length that the memory is for')
    .option('--imatrix', 'assume an importance matrix')
    .option(...JSON_OPTION)
    .action(async (...words: Parameters<typeof import('./commands/sizes.js').sizesCommand>) =>
      (await import('./commands/sizes.js')).sizesCommand(...words),
    );

  program
    .command('attention')
    .description(
      'a prompt in one attention head, computed for real: queries, keys, scores, and how much tokens look at each other',
    )
    .argument('<model>', MODEL)
    .argument('[prompt]', 'the text: "Hello world"')
    .option('--layer <n>', 'counted from 0 (default: 0, and all of them with --json)')
    .option('--head <n>', 'the head to show, counted from 0 (default: 0)')
    .option('--tokens <ids>', 'token ids in place of a prompt: 1,616,649')
    .option(...JSON_OPTION)
    .action(async (...words: Parameters<typeof import('./commands/attention.js').attentionCommand>) =>
      (await import('./commands/attention.js')).attentionCommand(...words),
    );

  program
    .command('flow')
    .description('the way of a token through this model, with its tensors at each step; with a prompt, computed')
    .argument('<model>', MODEL)
    .argument('[prompt]', 'a text to compute with: "Hello world"')
    .option('--tokens <ids>', 'token ids in place of a prompt: 1,616,649')
    .addOption(
      new Option('--format <format>', 'how to draw it; mermaid and svg are pictures')
        .choices(['text', 'mermaid', 'svg', 'json'])
        .default('text'),
    )
    .addOption(new Option(...JSON_OPTION).conflicts(['format']))
    .action(async (...words: Parameters<typeof import('./commands/flow.js').flowCommand>) =>
      (await import('./commands/flow.js')).flowCommand(...words),
    );

  program
    .command('learn')
    .description('how models work, in short lessons with the numbers of yours or of a small one that comes along')
    .argument('[topic]', 'a lesson; without one, the list of them')
    .argument('[model]', MODEL)
    .option(...JSON_OPTION)
    .action(async (...words: Parameters<typeof import('./commands/learn.js').learnCommand>) =>
      (await import('./commands/learn.js')).learnCommand(...words),
    );

  program
    .command('check')
    .description('is it sound? a verdict on each file, for people and for CI')
    .argument('<models...>', 'files, folders, globs, or - for standard input')
    .option(
      '--rules <groups>',
      'groups of rules, separated by commas: format, model, advice, data (default: all but data)',
    )
    .addOption(
      new Option('--fail-on <level>', 'the mildest finding that makes a file fail')
        .choices(['error', 'warning', 'advice'])
        .default('error'),
    )
    .option('--header-only', 'do not ask for tensor data: the file may end behind its header')
    .option('--data', 'read all numbers too: NaN, infinities, zeros, broken blocks, layers that stand out')
    .option(...THREADS_OPTION)
    .option('--policy <file>', 'demands of your own, in YAML or JSON (gguf-explain schema --policy describes them)')
    .addOption(new Option('--quiet', 'one line for each file').conflicts(['json']))
    .addOption(
      new Option('--format <format>', 'how to print it')
        .choices(['text', 'json', 'junit', 'sarif', 'github'])
        .default('text'),
    )
    .addOption(new Option(...JSON_OPTION).conflicts(['format']))
    .action(async (...words: Parameters<typeof import('./commands/check.js').checkCommand>) =>
      (await import('./commands/check.js')).checkCommand(...words),
    );

  program
    .command('diff')
    .description('what changed between two files: metadata, tensors, sizes; exit code 1 where they differ')
    .argument('<before>', MODEL)
    .argument('<after>', 'the same')
    .option('--data', 'compare the bytes of the tensors too')
    .option('--values', 'compare the numbers, whatever their formats: what quantizing cost, which layers changed')
    .option('--ignore <keys>', 'leave out metadata keys: names or globs, separated by commas: general.*,tokenizer.*')
    .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'markdown', 'json']).default('text'))
    .addOption(new Option(...JSON_OPTION).conflicts(['format']))
    .action(async (...words: Parameters<typeof import('./commands/diff.js').diffCommand>) =>
      (await import('./commands/diff.js')).diffCommand(...words),
    );

  program
    .command('hash')
    .description('digests of each tensor and of the whole, whatever the metadata; write and verify a manifest')
    .argument('<model>', MODEL)
    .addOption(
      new Option(
        '--algorithm <name>',
        'kind of digest (default: sha256, or the strongest one in the manifest)',
      ).choices(['sha256', 'sha1', 'xxh64']),
    )
    .option('--no-layer', 'the whole model alone, no tensors')
    .addOption(new Option('--uuid', 'the id that llama-gguf-hash gives the model too').conflicts(['verify']))
    .option(
      '--verify <manifest>',
      'compare with a manifest of this program or of llama-gguf-hash, or - for standard input',
    )
    .option(...JSON_OPTION)
    .action(async (...words: Parameters<typeof import('./commands/hash.js').hashCommand>) =>
      (await import('./commands/hash.js')).hashCommand(...words),
    );

  program
    .command('scan')
    .description('many models: one line of JSON for each, with its summary and findings, as they are done')
    .argument('[targets...]', 'models, folders, globs, addresses; without any: lines of standard input')
    .option('--jobs <n>', 'models at the same time (default: twice the cores)')
    .option(
      '--time-limit <seconds>',
      'seconds for one model; its line says so where it takes longer, and the scan goes on (default: 120)',
    )
    .option('--resume <file>', 'leave out what a former run wrote to this file')
    .option('--shard <i/n>', 'this part of the targets alone: 1/4 to 4/4, for four machines')
    .option(
      '--context <tokens>',
      'context lengths that the memory is for: 8k or 4096,32768',
      (text, former: string[] = []) => [...former, text],
    )
    .option('-0, --null', 'a NUL character ends each target on standard input, as find -print0 writes it')
    .option('--no-fail', 'exit code 0 even where a model cannot be read: its line says so')
    .action(async (...words: Parameters<typeof import('./commands/scan.js').scanCommand>) =>
      (await import('./commands/scan.js')).scanCommand(...words),
    );

  program
    .command('list')
    .description('the models on this machine: what they are, how large, where, and what to type for each')
    .argument(
      '[folders...]',
      "folders to search with all folders in them, in place of the hub's cache, Ollama's store, LM Studio's models and llama.cpp's cache",
    )
    .addOption(new Option('--sort <order>', 'sort by').choices(LIST_ORDERS).default('where'))
    .option('--duplicates', 'find files that hold the same bytes; those of equal size are read')
    .option(...JSON_OPTION)
    .action(async (...words: Parameters<typeof import('./commands/list.js').listCommand>) =>
      (await import('./commands/list.js')).listCommand(...words),
    );

  program
    .command('schema')
    .description('the JSON Schema of what --json prints')
    .argument('[command]', 'of one command alone: explain, tensors, token, check, repository, error …')
    .option('--policy', 'of the policy file that check --policy reads')
    .action(async (...words: Parameters<typeof import('./commands/schema.js').schemaCommand>) =>
      (await import('./commands/schema.js')).schemaCommand(...words),
    );

  for (const command of program.commands) {
    if (['schema', 'list'].includes(command.name())) continue;
    const gathered = (line: string, former: string[] = []) => [...former, line];
    command.option('--header <line>', HEADER, gathered);
    command.option('--header-for <host> <line>', HEADER_FOR, gathered);
  }
  return program.hook('preAction', async (_, command) => {
    const options = command.opts<HeaderOptions>();
    if (options.header === undefined && options.headerFor === undefined) return;
    const { readHeaders } = await import('./server-headers.js');
    // Any argument may be an address: some commands take their words in either order.
    const words = command.processedArgs.flat().filter((word) => typeof word === 'string');
    useHeaders(readHeaders(options, words, process.env));
  });
}

const HEADER = '"Name: value" for the one server that the command names';
const HEADER_FOR = '"Name: value" for this host only: host, host:port or https://host; both may be repeated';

const EXIT_CODES = `
Exit codes: 0 fine, 1 findings at or above the level asked for or files that differ, 2 the file could not be read or the command makes no sense, 130 stopped by Ctrl-C, 143 by SIGTERM, 129 by SIGHUP.

Examples:
  gguf-explain model.gguf
  gguf-explain tensors model.gguf --sort bytes --role attention
  gguf-explain tensor model.gguf blk.0.attn_q.weight
  gguf-explain metadata model.gguf general.architecture
  curl -sL https://example.com/model.gguf | gguf-explain -`;
