/** Models for the tests of the page: one whose strings are all markup or script, and long ones that cannot be folded. */

import { renderHtmlPage } from '../../src/render/html/page.js';
import type { ExplainReport } from '../../src/report/explain-schema.js';
import { f32, list, type TensorItem, tensor, text, u32, writeGguf } from '../support/gguf-writer.js';

/** Each sets window.pwned if it runs. */
export const ATTACKS = [
  '<script>window.pwned=1</script>',
  '"><img src=x onerror="window.pwned=1">',
  "' onmouseover='window.pwned=1' x='",
  '</style><script>window.pwned=1</script>',
  '</title><svg onload=window.pwned=1>',
  '--><iframe srcdoc="<script>parent.pwned=1</script>">',
  '<a href="javascript:window.pwned=1">x</a>',
  '&lt;script&gt;window.pwned=1&lt;/script&gt;',
  '<base href="https://example.invalid/"><link rel=stylesheet href=x.css>',
  '<meta http-equiv="refresh" content="0;url=https://example.invalid/">',
] as const;

export function hostileModel(): Uint8Array {
  const [first, second, third] = ATTACKS;
  return writeGguf({
    metadata: [
      text('general.architecture', first),
      text('general.name', ATTACKS.join(' ')),
      text('general.type', third),
      text('general.license', second),
      text('tokenizer.ggml.model', ATTACKS[3]),
      text('tokenizer.ggml.pre', ATTACKS[4]),
      u32(`${first}.block_count`, 2),
      u32(`${first}.context_length`, 4096),
      u32(`${first}.embedding_length`, 8),
      u32(`${first}.attention.head_count`, 2),
    ],
    tensors: [
      ...ATTACKS.map((attack) => tensor(attack, [8])),
      ...ATTACKS.map((attack) => tensor(`blk.0.${attack}.weight`, [8, 2])),
      tensor('token_embd.weight', [8, 4]),
      tensor('blk.0.attn_q.weight', [8, 8]),
      tensor('blk.1.attn_q.weight', [8, 8]),
      tensor('a'.repeat(60), [8]),
    ],
  });
}

/** As many tensors as a large model with many experts has, each with a unique name. */
export function modelThatDoesNotFold(tensors: number): Uint8Array {
  return writeGguf({
    metadata: [text('general.architecture', 'llama')],
    tensors: Array.from({ length: tensors }, (_, i) => tensor(`part${i.toString(36)}x.thing.weight`, [32, 2])),
  });
}

/** The page of a report in which every text of the story, of the metadata and of the links is an attack; the names of tensors are kept. */
export function hostileStory(json: string): string {
  const report = JSON.parse(json) as ExplainReport;
  const { story, example, metadata = [] } = report;
  if (
    story === undefined ||
    example?.guesses === undefined ||
    example.lens == null ||
    story.row === undefined ||
    story.block === undefined
  )
    throw new Error('no story');
  const attack = (i: number) => `${ATTACKS[i % ATTACKS.length]}\u202e\u0000`;
  example.prompt = ATTACKS.join(' ');
  for (const list of [example.tokens, example.next, example.guesses, story.row.nearest]) {
    list.forEach((token, i) => {
      token.piece = attack(i);
    });
  }
  Object.assign(example.lens, { tensor: attack(2), token: { id: 1, piece: attack(3) } });
  Object.assign(story.row.token, { piece: attack(0), stored: attack(1) });
  story.block.fields.forEach((field, i) => {
    Object.assign(field, { name: attack(i), meaning: attack(i + 1) });
  });
  metadata.forEach((entry, i) => {
    Object.assign(entry, { key: attack(i), value: i % 2 === 0 ? attack(i) : `${attack(i)}\n`.repeat(40) });
  });
  report.model.name = ATTACKS.join(' ');
  report.links = [{ what: 'model', url: 'https://example.invalid/"><script>window.pwned=1</script>' }];
  return [...renderHtmlPage(report)].join('');
}

/** A header with the shapes of an 8B model of 32 layers and 32 heads, without data. */
export function modelOf8B(): Uint8Array {
  const matrix = (name: string, dimensions: readonly number[], type = 'Q4_K'): TensorItem => {
    return { name, dimensions, type, data: 'absent' };
  };
  const layers = Array.from({ length: 32 }, (_, layer) => {
    const inLayer = (name: string, dimensions: readonly number[], type?: string) =>
      matrix(`blk.${layer}.${name}.weight`, dimensions, type);
    return [
      inLayer('attn_norm', [4096], 'F32'),
      ...[inLayer('attn_q', [4096, 4096]), inLayer('attn_k', [4096, 1024])],
      ...[inLayer('attn_v', [4096, 1024], layer % 2 === 0 ? 'Q6_K' : 'Q4_K'), inLayer('attn_output', [4096, 4096])],
      inLayer('ffn_norm', [4096], 'F32'),
      ...[inLayer('ffn_gate', [4096, 14_336]), inLayer('ffn_up', [4096, 14_336])],
      inLayer('ffn_down', [14_336, 4096], layer % 2 === 0 ? 'Q6_K' : 'Q4_K'),
    ];
  });
  return writeGguf({
    metadata: [
      text('general.architecture', 'llama'),
      text('general.name', 'Eight'),
      u32('llama.block_count', 32),
      u32('llama.context_length', 131_072),
      u32('llama.embedding_length', 4096),
      u32('llama.feed_forward_length', 14_336),
      u32('llama.attention.head_count', 32),
      u32('llama.attention.head_count_kv', 8),
    ],
    tensors: [
      matrix('token_embd.weight', [4096, 128_256]),
      ...layers.flat(),
      matrix('output_norm.weight', [4096], 'F32'),
      matrix('output.weight', [4096, 128_256], 'Q6_K'),
    ],
  });
}

/** A header with a vocabulary, for a model whose 194 MiB of weights take a browser some seconds for each prompt. */
export function modelOfSomeSeconds(): Uint8Array {
  const matrix = (name: string, dimensions: readonly number[], type = 'Q4_K'): TensorItem => {
    return { name: `${name}.weight`, dimensions, type, data: 'absent' };
  };
  const layers = Array.from({ length: 8 }, (_, i) => {
    const layer = `blk.${i}`;
    return [
      ...[matrix(`${layer}.attn_norm`, [2048], 'F32'), matrix(`${layer}.ffn_norm`, [2048], 'F32')],
      ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].map((name) => matrix(`${layer}.${name}`, [2048, 2048])),
      ...['ffn_gate', 'ffn_up'].map((name) => matrix(`${layer}.${name}`, [2048, 5120])),
      matrix(`${layer}.ffn_down`, [5120, 2048]),
    ];
  });
  // Pieces are merged from their letters.
  const pieces = ['<unk>', '<s>', '</s>', ...'▁Helo', '▁H', '▁He', '▁Hel', '▁Hell', '▁Hello'];
  return writeGguf({
    metadata: [
      text('general.architecture', 'llama'),
      u32('llama.block_count', 8),
      u32('llama.context_length', 256),
      u32('llama.embedding_length', 2048),
      u32('llama.feed_forward_length', 5120),
      u32('llama.attention.head_count', 16),
      f32('llama.attention.layer_norm_rms_epsilon', 1e-5),
      text('tokenizer.ggml.model', 'llama'),
      list('tokenizer.ggml.tokens', 'string', pieces),
      list(
        'tokenizer.ggml.scores',
        'f32',
        pieces.map((_, id) => id),
      ),
      list(
        'tokenizer.ggml.token_type',
        'i32',
        pieces.map((_, id) => [2, 3, 3][id] ?? 1),
      ),
    ],
    tensors: [
      matrix('token_embd', [2048, pieces.length]),
      ...layers.flat(),
      matrix('output_norm', [2048], 'F32'),
      matrix('output', [2048, pieces.length]),
    ],
  });
}

/**
 * The report on such a model with as many numbers as a prompt of 12 tokens gives: the story of another model, changed to 32 layers with 32
 * heads.
 */
export function withStoryOf8B(report: ExplainReport, other: string): ExplainReport {
  const { story, example } = JSON.parse(other) as ExplainReport;
  const computed = story?.computed;
  const [head] = computed?.heads ?? [];
  if (computed?.attention == null || head === undefined || example === undefined) throw new Error('no story');
  const tokens = Array.from({ length: 12 }, (_, i) => ({ id: 100_000 + i, piece: ` token${i}` }));
  let seed = 1;
  const random = (digits: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return Number((seed / 2_147_483_647).toFixed(digits));
  };
  const vectors = () => tokens.map(() => Array.from({ length: 4 }, () => random(4)));
  const triangle = (digits: number) =>
    tokens.map((_, token) => Array.from({ length: token + 1 }, () => random(digits)));
  const each = <T>(make: (i: number) => T) => Array.from({ length: 32 }, (_, i) => make(i));
  example.tokens = tokens;
  computed.attention.attention = each((layer) => ({ layer, heads: each(() => triangle(3)) }));
  computed.heads = each((i) => ({
    ...{ head: i, keyHead: i >> 2, scores: triangle(4) },
    ...{ query: vectors(), key: vectors(), value: vectors(), output: vectors() },
  }));
  example.layers = each((layer) => ({ ...example.layers[0]!, layer }));
  return { ...report, story: story!, example };
}
