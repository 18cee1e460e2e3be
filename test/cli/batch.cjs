/**
 * Runs the built program many times in one process, as a start takes ten times as long as a run. Reads a list of command lines as JSON from
 * standard input, and prints each outcome as a line of JSON as soon as it is there, so that the outcomes before a run that never ends are
 * kept. Each run loads the whole program again; its output is caught at the descriptor, and it is over when the event loop is empty, as for
 * a process.
 */

const fs = require('node:fs');
const vm = require('node:vm');

const START = require.resolve(process.argv[2] ?? '../../dist/cli/start.cjs');
const environment = { ...process.env };
const { writeSync } = fs;

/** Each piece of the program is compiled once; running its script again creates all of its state again. */
const { Script } = vm;
const scripts = new Map();
vm.Script = function compiledOnce(source, options) {
  const script = scripts.get(options.filename) ?? new Script(source, options);
  scripts.set(options.filename, script);
  return script;
};

// Where the batch has room for garbage, the program is not to be frugal. Where memory is measured it is as frugal as ever.
if (process.execArgv.length > 0) require('node:v8').setFlagsFromString = () => undefined;

/** @type {{ args: string[], env?: Record<string, string> }[]} */
const jobs = JSON.parse(fs.readFileSync(0, 'utf8'));
let done = 0;
let written = { 1: [], 2: [] };
let cpu = process.cpuUsage();

fs.writeSync = (descriptor, bytes, from = 0) => {
  if (!(descriptor in written)) return writeSync(descriptor, bytes, from);
  written[descriptor].push(Buffer.from(bytes.subarray(from)));
  return bytes.length - from;
};

// The program reports an uncaught error in a sentence and ends; here its stack must be visible, and the next run must start.
process.setUncaughtExceptionCaptureCallback = () => undefined;

process.on('uncaughtException', (error) => {
  written[2].push(Buffer.from(`${error?.stack}\n`));
  process.exitCode = 1;
});

process.on('beforeExit', () => {
  const [stdout, stderr] = [1, 2].map((descriptor) => Buffer.concat(written[descriptor]).toString());
  const { user, system } = process.cpuUsage(cpu);
  const used = { cpuMilliseconds: (user + system) / 1000, peakBytes: process.resourceUsage().maxRSS * 1024 };
  tell({ stdout, stderr, code: process.exitCode ?? 0, ...used });
  done++;
  startNext();
});

/** Writes a line to the real standard output, however long it is. */
function tell(outcome) {
  const line = Buffer.from(`${JSON.stringify(outcome)}\n`);
  for (let from = 0; from < line.length; ) {
    try {
      from += writeSync(1, line, from);
    } catch (error) {
      // The reader is busy and the pipe is full.
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

function startNext() {
  written = { 1: [], 2: [] };
  process.exitCode = undefined;
  if (done === jobs.length) return finish();
  const { args, env } = jobs[done];
  cpu = process.cpuUsage();
  process.argv = [process.execPath, 'gguf-explain', ...args];
  process.env = { ...environment, ...env };
  delete require.cache[START];
  // Node lists the modules that this file has loaded here, which would keep those of every run: gigabytes after a thousand runs.
  module.children.length = 0;
  // One turn of the event loop, so that it becomes empty once more even where the run waits for nothing.
  setImmediate(() => require(START));
}

function finish() {
  process.removeAllListeners('beforeExit');
}

if (jobs.length === 0) finish();
else startNext();
