/**
 * Prints at the end of a run how many tests were skipped, and what they lacked: "skipped: 84 tests need ../shared". A test that may be
 * skipped for any reason but its operating system says so in its name, or in that of its group: "(needs ../shared)".
 */

import type { Reporter, TestCase, TestModule } from 'vitest/node';

export default class SkippedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = new Map<string, number>();
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const need = needOf(test);
        counts.set(need, (counts.get(need) ?? 0) + 1);
      }
    }
    const parts = [...counts].sort(([, a], [, b]) => b - a).map(([need, count]) => `${count} ${need}`);
    process.stdout.write(` skipped: ${parts.length === 0 ? 'none' : parts.join(', ')}\n\n`);
  }
}

function needOf({ fullName }: TestCase): string {
  const need = /\(needs ([^)]+)\)/.exec(fullName)?.[1];
  return need === undefined ? 'not meant for this system' : `need ${need}`;
}
