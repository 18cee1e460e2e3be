/**
 * The loop of prefixed-items.ts in WebAssembly, with its own memory. A program that runs for a few milliseconds ends before the engine has
 * compiled a JavaScript loop; this loop runs at full speed from its first step.
 */

/** The part of the global WebAssembly object that is used here; Node's types leave it to the browser's. */
declare const WebAssembly: {
  Module: new (program: Uint8Array) => object;
  Instance: new (module: object) => { exports: unknown };
};

/** The loop, and the memory that holds its bytes. */
export interface FastLoop {
  memory: { readonly buffer: ArrayBuffer };
  /** Takes start and end of the bytes and the maximum number of items to skip; returns where it stopped. */
  walk(start: number, end: number, most: number): number;
  /** The maximum minus the number of items that the last call skipped. */
  left: { readonly value: number };
}

/** A fast loop with room for this many bytes; undefined if the host has no WebAssembly or no memory for it. */
export function makeFastLoop(bytes: number): FastLoop | undefined {
  try {
    const module = new WebAssembly.Module(program(Math.ceil(bytes / PAGE_BYTES)));
    return new WebAssembly.Instance(module).exports as unknown as FastLoop;
  } catch {
    return undefined;
  }
}

const PAGE_BYTES = 65_536;

/**
 * The loop, assembled by hand; in the text format of WebAssembly:
 *
 *     (memory (export "memory") PAGES) (global $left (export "left") (mut i32) (i32.const 0))
 *     (func (export "walk") (param $at i32) (param $last i32) (param $left i32) (result i32) (local $length i64)
 *       (local.set $last (i32.sub (local.get $last) (i32.const 8)))                 ;; from the end to the last place where a length fits
 *       (block $done (loop $item
 *         (br_if $done (i32.eqz (local.get $left)))
 *         (br_if $done (i32.gt_s (local.get $at) (local.get $last)))
 *         (local.set $length (i64.load (local.get $at)))
 *         (br_if $done (i64.gt_u (local.get $length) (i64.extend_i32_u (i32.sub (local.get $last) (local.get $at)))))
 *         (local.set $at (i32.add (i32.add (local.get $at) (i32.const 8)) (i32.wrap_i64 (local.get $length))))
 *         (local.set $left (i32.sub (local.get $left) (i32.const 1)))
 *         (br $item)))
 *       (global.set $left (local.get $left))
 *       (local.get $at))
 */
function program(pages: number): Uint8Array<ArrayBuffer> {
  const [at, last, left, length] = [0, 1, 2, 3];
  const done = [0x0d, 1];
  const body = [
    [1, 1, 0x7e], // one local: $length
    [0x20, last, 0x41, 8, 0x6b, 0x21, last],
    [0x02, 0x40, 0x03, 0x40], // block $done, loop $item
    [0x20, left, 0x45, ...done],
    [0x20, at, 0x20, last, 0x4a, ...done],
    [0x20, at, 0x29, 0, 0, 0x22, length, 0x20, last, 0x20, at, 0x6b, 0xad, 0x56, ...done],
    [0x20, at, 0x41, 8, 0x6a, 0x20, length, 0xa7, 0x6a, 0x21, at],
    [0x20, left, 0x41, 1, 0x6b, 0x21, left],
    [0x0c, 0, 0x0b, 0x0b], // repeat; end of loop and block
    [0x20, left, 0x24, 0],
    [0x20, at, 0x0b],
  ].flat();
  const bytes = [
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // "\0asm", version 1
    section(1, [1, 0x60, 3, 0x7f, 0x7f, 0x7f, 1, 0x7f]), // types: (i32, i32, i32) → i32
    section(3, [1, 0]), // functions
    section(5, [1, 0, ...leb128(pages)]), // memory
    section(6, [1, 0x7f, 1, 0x41, 0, 0x0b]), // globals: a mutable i32
    section(7, [3, ...named('memory', 2), ...named('walk', 0), ...named('left', 3)]), // exports
    section(10, [1, ...leb128(body.length), ...body]), // code
  ];
  return Uint8Array.from(bytes.flat());
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...leb128(content.length), ...content];
}

/** An export: its name, its kind, and the index 0. */
function named(name: string, kind: number): number[] {
  return [name.length, ...Buffer.from(name), kind, 0];
}

/** Unsigned LEB128 integers, WebAssembly's encoding with seven bits per byte. */
function leb128(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb128(value >>> 7)];
}
