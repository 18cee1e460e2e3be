/** The progress of a scan, shown on a terminal while the lines go elsewhere. The total is not known: targets may still be added. */

import { tellLines, tellStatus } from '../output.js';
import { isTerminal, outputIsTerminal } from '../terminal.js';
import { noteWork, type WorkDone } from '../work-done.js';

const TELL_EVERY_MILLISECONDS = 500;

export class ScanCount {
  unreadable = 0;
  #done = 0;
  readonly #since = performance.now();
  readonly #shown = isTerminal(2) && !outputIsTerminal() && process.env.TERM !== 'dumb';
  #told = this.#since;
  readonly #work: WorkDone = {
    ...{ verb: 'scanned', done: 0, unit: 'model' },
    hint: 'every printed line is whole; --resume FILE continues after them',
    clear: () => this.stop(),
  };

  constructor() {
    noteWork(this.#work);
  }

  add(unreadable: boolean): void {
    this.#work.done = ++this.#done;
    if (unreadable) this.unreadable++;
    const now = performance.now();
    if (!this.#shown || now - this.#told < TELL_EVERY_MILLISECONDS) return;
    this.#told = now;
    this.#tell(now);
  }

  stop(): void {
    if (this.#shown && this.#told !== this.#since) {
      this.#tell(performance.now());
      tellLines(['']);
    }
  }

  #tell(now: number): void {
    const rate = (this.#done * 1000) / (now - this.#since);
    const bad = this.unreadable === 0 ? '' : `, ${this.unreadable} unreadable`;
    tellStatus(`${this.#done} models${bad} · ${rate.toFixed(rate < 10 ? 1 : 0)} a second `);
  }
}
