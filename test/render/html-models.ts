/** Models for the tests of the page: one whose every string is markup or script, and long ones that do not fold. */

import { tensor, text, u32, writeGguf } from '../support/gguf-writer.js';

/** Each sets window.pwned where it runs. */
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

/** As many tensors as a large model of many experts has, each with a name that is no other's. */
export function modelThatDoesNotFold(tensors: number): Uint8Array {
  return writeGguf({
    metadata: [text('general.architecture', 'llama')],
    tensors: Array.from({ length: tensors }, (_, i) => tensor(`part${i.toString(36)}x.thing.weight`, [32, 2])),
  });
}
