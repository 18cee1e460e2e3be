/** Rows of numbers times vectors: see inference/matmul.ts, which computes the same in doubles. */

/**
 * `into` gets the product of every row and every vector, each of `length` consecutive numbers; the products of one vector are next to each
 * other. Two rows and four vectors are processed at a time, so each number that is loaded is used in several sums.
 */
export function multiply(rows: usize, count: i32, length: i32, vectors: usize, vectorCount: i32, into: usize): void {
  const bytes = (<usize>length) << 2;
  const stride = (<usize>count) << 2;
  let t: i32 = 0;
  for (; t + 4 <= vectorCount; t += 4) {
    const vector = vectors + <usize>t * bytes;
    let row: i32 = 0;
    for (; row + 2 <= count; row += 2) {
      fours(rows + <usize>row * bytes, length, vector, into + <usize>t * stride + ((<usize>row) << 2), stride);
    }
    for (; row < count; row++) {
      for (let own: i32 = 0; own < 4; own++) {
        one(
          rows + <usize>row * bytes,
          length,
          vector + <usize>own * bytes,
          into + <usize>(t + own) * stride + ((<usize>row) << 2),
        );
      }
    }
  }
  for (; t < vectorCount; t++) {
    for (let row: i32 = 0; row < count; row++) {
      one(
        rows + <usize>row * bytes,
        length,
        vectors + <usize>t * bytes,
        into + <usize>t * stride + ((<usize>row) << 2),
      );
    }
  }
}

/** Two rows times four vectors. */
function fours(row: usize, length: i32, vector: usize, into: usize, stride: usize): void {
  const bytes = (<usize>length) << 2;
  const whole = (<usize>(length & ~3)) << 2;
  let s00 = f32x4.splat(0);
  let s01 = f32x4.splat(0);
  let s02 = f32x4.splat(0);
  let s03 = f32x4.splat(0);
  let s10 = f32x4.splat(0);
  let s11 = f32x4.splat(0);
  let s12 = f32x4.splat(0);
  let s13 = f32x4.splat(0);
  for (let at: usize = 0; at < whole; at += 16) {
    const a = v128.load(row + at);
    const b = v128.load(row + bytes + at);
    let x = v128.load(vector + at);
    s00 = f32x4.add(s00, f32x4.mul(a, x));
    s10 = f32x4.add(s10, f32x4.mul(b, x));
    x = v128.load(vector + bytes + at);
    s01 = f32x4.add(s01, f32x4.mul(a, x));
    s11 = f32x4.add(s11, f32x4.mul(b, x));
    x = v128.load(vector + 2 * bytes + at);
    s02 = f32x4.add(s02, f32x4.mul(a, x));
    s12 = f32x4.add(s12, f32x4.mul(b, x));
    x = v128.load(vector + 3 * bytes + at);
    s03 = f32x4.add(s03, f32x4.mul(a, x));
    s13 = f32x4.add(s13, f32x4.mul(b, x));
  }
  store<f32>(into, total(s00) + rest(row, vector, whole, bytes));
  store<f32>(into, total(s10) + rest(row + bytes, vector, whole, bytes), 4);
  store<f32>(into + stride, total(s01) + rest(row, vector + bytes, whole, bytes));
  store<f32>(into + stride, total(s11) + rest(row + bytes, vector + bytes, whole, bytes), 4);
  store<f32>(into + 2 * stride, total(s02) + rest(row, vector + 2 * bytes, whole, bytes));
  store<f32>(into + 2 * stride, total(s12) + rest(row + bytes, vector + 2 * bytes, whole, bytes), 4);
  store<f32>(into + 3 * stride, total(s03) + rest(row, vector + 3 * bytes, whole, bytes));
  store<f32>(into + 3 * stride, total(s13) + rest(row + bytes, vector + 3 * bytes, whole, bytes), 4);
}

function one(row: usize, length: i32, vector: usize, into: usize): void {
  const bytes = (<usize>length) << 2;
  const eights = (<usize>(length & ~7)) << 2;
  let sum = f32x4.splat(0);
  let other = f32x4.splat(0);
  for (let at: usize = 0; at < eights; at += 32) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(row + at), v128.load(vector + at)));
    other = f32x4.add(other, f32x4.mul(v128.load(row + at, 16), v128.load(vector + at, 16)));
  }
  store<f32>(into, total(f32x4.add(sum, other)) + rest(row, vector, eights, bytes));
}

function total(sums: v128): f32 {
  const low = f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1);
  return low + (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3));
}

/** The sum over the numbers after the last whole group of four. */
function rest(row: usize, vector: usize, from: usize, bytes: usize): f32 {
  let sum: f32 = 0;
  for (let at = from; at < bytes; at += 4) sum += load<f32>(row + at) * load<f32>(vector + at);
  return sum;
}
