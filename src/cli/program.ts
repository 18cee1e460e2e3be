/**
 * The command line: every command and option once. What a command does is in its file under commands/, which is loaded when the
 * command is called; only `explain`, the default, is always there.
 */

import { Command, Option } from 'commander';
import { SORT_ORDERS } from '../model/select.js';
import { explainCommand } from './commands/explain.js';
import { VERSION } from './version.js';

const MODEL = 'a .gguf file, a folder with one in it, or - for standard input';
const JSON_OPTION = ['--json', 'print the report as JSON (gguf-explain schema describes it)'] as const;

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
    .option(...JSON_OPTION)
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
    .addOption(new Option(...JSON_OPTION).conflicts(['ndjson', 'csv']))
    .addOption(new Option('--ndjson', 'one JSON object for each tensor and line').conflicts(['csv']))
    .option('--csv', 'comma-separated values, one line for each tensor')
    .action(async (...words: Parameters<typeof import('./commands/tensors.js').tensorsCommand>) =>
      (await import('./commands/tensors.js')).tensorsCommand(...words),
    );

  program
    .command('tensor')
    .description(
      'one tensor, or a pattern: what it does, its formula, both orders of its dimensions, its size and place',
    )
    .argument('<model>', MODEL)
    .argument('<name>', 'a name, a glob, or a folded row: blk.{0..31}.attn_q.weight')
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
    .command('schema')
    .description('the JSON Schema of what --json prints')
    .argument('[command]', 'of one command alone: explain, tensors, tensor, metadata, error')
    .action(async (command?: string) => (await import('./commands/schema.js')).schemaCommand(command));

  return program;
}

const EXIT_CODES = `
Exit codes: 0 fine, 1 findings at or above the level asked for, 2 the file could not be read or the command makes no sense.

Examples:
  gguf-explain model.gguf
  gguf-explain tensors model.gguf --sort bytes --role attention
  gguf-explain tensor model.gguf blk.0.attn_q.weight
  gguf-explain metadata model.gguf general.architecture
  curl -sL https://example.com/model.gguf | gguf-explain -`;
