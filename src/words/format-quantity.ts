/** Formats quantities for people: binary units for memory, thousands separators in text. JSON has plain integers. */

const BINARY_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Three significant digits: `912 B`, `5.45 MiB`, `282 MiB`, `4.58 GiB`. */
export function formatBytes(bytes: number): string {
  return scaled(bytes, 1024, BINARY_UNITS);
}

/** Numbers of parameters in the usual form: `525 M`, `8.03 B`; below a thousand, the number itself. */
export function formatParameters(count: number): string {
  return scaled(count, 1000, ['', 'K', 'M', 'B', 'T', 'P']).trimEnd();
}

function scaled(value: number, base: number, units: readonly string[]): string {
  let unit = 0;
  let rest = value;
  // 999.5 of a unit would round to four digits, so it counts as 1 of the next unit.
  while (rest >= (unit === 0 ? base : Math.min(base, 999.5)) && unit < units.length - 1) {
    rest /= base;
    unit++;
  }
  const digits =
    unit === 0 ? String(rest) : rest >= 99.95 ? rest.toFixed(0) : rest >= 9.995 ? rest.toFixed(1) : rest.toFixed(2);
  return `${digits} ${units[unit]}`;
}

/** `128256` → `128,256`. For integers. (Intl could do it too, but takes longer than reading the file.) */
export function formatInteger(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 tensor`, `2 tensors`. */
export function formatCount(count: number, noun: string): string {
  return `${formatInteger(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Bits per weight: `4.89`. */
export function formatBits(bits: number): string {
  return bits.toFixed(2);
}

/** The shortest number that rounds to the same 32-bit float: 0.00001, not 0.000009999999747378752. */
export function shortestSingle(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}
