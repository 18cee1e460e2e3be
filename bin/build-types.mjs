/**
 * Writes the types of the reports without zod. tsc writes them as the types that zod infers from a schema, so users of the library would
 * need zod to read its types, and would see no descriptions. Here each file of dist/types that imports zod is rewritten from the schemas
 * themselves: plain types, with the descriptions as comments. Files that index.d.ts does not lead to are removed. The folder is CommonJS:
 * ES modules may import such types, and the other way round is an error.
 */

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const types = join(root, 'dist', 'types');

writeFileSync(join(types, 'package.json'), '{ "type": "commonjs" }\n');

const reached = new Set();
reach('index.d.ts');
for (const path of readdirSync(types, { recursive: true, encoding: 'utf8' })) {
  if (path.endsWith('.d.ts') && !reached.has(path)) rmSync(join(types, path));
}

// The sentences in a table are text, which nobody needs in a type.
const SENTENCE = /^( *readonly \w+: )"(?:[^"\\]|\\.){20,}";$/gm;
/**
 * Of other tables, only the names and the parts that types are made of are useful. These are patterns of text to leave out, with
 * replacements.
 */
const LEFT_OUT = {
  'words/roles.d.ts': [
    [/^(?=export \{)/m, "import type { Role } from './roles/role.js';\n"],
    [/^( {4}readonly (?:\w+|'[\w-]+'): )\{\n(?: {8}.*\n)+ {4}\};$/gm, '$1Role;'],
  ],
  'formats/types/llama-cpp.d.ts': [
    [/^ {8}readonly (?!kernel\b|cache\b|fileTypes\b)\w+: (?:\{\n(?: {12}.*\n)+ {8}\}|[^{\n]*);\n/gm, ''],
    [/^ {16}readonly (?:id|needsImatrix): .*;\n/gm, ''],
  ],
};

for (const path of reached) {
  const text = standalone(readFileSync(join(types, path), 'utf8'));
  const parts = LEFT_OUT[path.replaceAll('\\', '/')] ?? [[SENTENCE, '$1string;']];
  const short = parts.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), text);
  writeFileSync(join(types, path), short);
}

const files = [...reached]
  .filter((path) => / from 'zod'/.test(readFileSync(join(types, path), 'utf8')))
  .map((path) => ({ path, source: join(root, 'src', path.replace(/\.d\.ts$/, '.ts')) }));

const INFERRED = /^export type (\w+) = z\.(?:infer|output)<typeof (\w+)>;$/gm;
/** Types derived from the inferred types, such as one field of a report. */
const DERIVED = /^export type \w+ = (?!z\.(?:infer|output)<typeof \w+>;$).*;$/gm;

/** The type of z.json(), declared once in each file that needs it. */
const JSON_VALUE =
  '\ntype JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };\n';

const modules = await schemasOf(files.map(({ source }) => source));
const named = new Map();
for (const [i, { path, source }] of files.entries()) {
  for (const [, name, schema] of readFileSync(source, 'utf8').matchAll(INFERRED)) {
    const { def } = modules[`m${i}`][schema]._zod;
    if (!named.has(def)) named.set(def, { name, path });
  }
}
for (const [i, { path, source }] of files.entries()) {
  const text = readFileSync(source, 'utf8');
  const written = [...text.matchAll(INFERRED)].map(([, name, schema]) =>
    declaration(name, modules[`m${i}`][schema], path),
  );
  const derived = [...text.matchAll(DERIVED)].map(([line]) => plain(line, modules[`m${i}`], path));
  const all = [...written, ...derived].join('\n\n');
  writeFileSync(join(types, path), `${all}\n${all.includes('JsonValue') ? JSON_VALUE : ''}export {};\n`);
}

/**
 * Replaces the names that a project has only with @types/node, or with a `lib` newer than ES2022: the public types must work without Node's
 * types.
 */
function standalone(text) {
  const plainer = text.replace(/\bBuffer\b/g, 'Uint8Array');
  return plainer.includes('Symbol.asyncDispose') ? `/// <reference lib="esnext.disposable" />\n${plainer}` : plainer;
}

/** Adds a file and everything that it imports to the files to keep. */
function reach(path) {
  if (reached.has(path)) return;
  reached.add(path);
  const text = readFileSync(join(types, path), 'utf8');
  for (const [, name] of text.matchAll(/(?: from |import\()'(\.[^']+)\.js'/g))
    reach(`${join(dirname(path), name)}.d.ts`);
}

/** Imports the modules with all their schemas, including those that they do not export, as `m0`, `m1` … */
async function schemasOf(sources) {
  const entry = sources.map((source, i) => `export * as m${i} from ${JSON.stringify(source)};`).join('\n');
  const exportAll = {
    name: 'export-all',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        if (!sources.includes(path)) return { contents: text, loader: 'ts' };
        const kept = [...text.matchAll(/^const (\w+Schema) =/gm)].map(([, name]) => name);
        return { contents: `${text}\nexport { ${kept.join(', ')} };\n`, loader: 'ts' };
      });
    },
  };
  const outfile = join(root, 'dist', `schemas.${process.pid}.mjs`);
  await build({
    stdin: { contents: entry, resolveDir: root },
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'warning',
    outfile,
    plugins: [exportAll],
  });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(outfile);
  }
}

function declaration(name, schema, path) {
  const shape = typeOf(schema, { path, indent: '', own: name });
  const comment = commentOf(schema, '');
  return schema._zod.def.type === 'object'
    ? `${comment}export interface ${name} ${shape}`
    : `${comment}export type ${name} = ${shape};`;
}

/** A line with `z.infer<typeof …>` within it. */
function plain(line, module, path) {
  return line.replace(/z\.(?:infer|output)<typeof (\w+)>/g, (_, schema) =>
    typeOf(module[schema], { path, indent: '' }),
  );
}

/** The type that a schema stands for, as text. Throws for a kind of schema that is not handled here. */
function typeOf(schema, place) {
  const { def } = schema._zod;
  const known = named.get(def);
  if (known !== undefined && !(known.name === place.own && known.path === place.path))
    return reference(known, place.path);
  const inner = { path: place.path, indent: place.indent };
  switch (def.type) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
      return def.type;
    case 'object':
      return objectOf(def, inner);
    case 'array':
      return isSum(def.element) ? `(${typeOf(def.element, inner)})[]` : `${typeOf(def.element, inner)}[]`;
    case 'tuple':
      return `[${def.items.map((item) => typeOf(item, inner)).join(', ')}]`;
    case 'optional':
      return `${typeOf(def.innerType, inner)} | undefined`;
    case 'nullable':
      return `${typeOf(def.innerType, inner)} | null`;
    case 'enum':
      return Object.values(def.entries).map(quoted).join(' | ');
    case 'literal':
      return def.values.map(quoted).join(' | ');
    case 'union':
      return def.options.map((option) => typeOf(option, inner)).join(' | ');
    case 'record':
      return `{ [key: ${typeOf(def.keyType, inner)}]: ${typeOf(def.valueType, inner)} }`;
    case 'lazy':
      return 'JsonValue';
    default:
      throw new Error(`there is no type for a schema of the kind ${def.type}`);
  }
}

function objectOf({ shape }, { path, indent }) {
  const deeper = `${indent}  `;
  const fields = Object.entries(shape).map(([key, schema]) => {
    const optional = schema._zod.def.type === 'optional' ? '?' : '';
    const name = /^[A-Za-z_]\w*$/.test(key) ? key : quoted(key);
    return `${commentOf(schema, deeper)}${deeper}${name}${optional}: ${typeOf(schema, { path, indent: deeper })};`;
  });
  return `{\n${fields.join('\n')}\n${indent}}`;
}

function commentOf({ description }, indent) {
  return description === undefined ? '' : `${indent}/** ${description.replaceAll('*/', '* /')} */\n`;
}

function reference({ name, path }, from) {
  if (path === from) return name;
  const way = relative(dirname(from), path)
    .replaceAll('\\', '/')
    .replace(/\.d\.ts$/, '.js');
  return `import('${way.startsWith('.') ? way : `./${way}`}').${name}`;
}

/** Whether the type of a schema is written with `|`. */
function isSum({ _zod: { def } }) {
  return !named.has(def) && ['union', 'enum', 'literal', 'optional', 'nullable'].includes(def.type);
}

function quoted(value) {
  return typeof value === 'string' ? `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'` : String(value);
}
