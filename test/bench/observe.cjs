/**
 * Loaded before a program (`node --require`) in the runs of the benchmark that are not timed. When the process ends, it writes the peak of
 * the process's memory, the bytes that it read, and the bytes that it received on connections, to the file named in BENCH_OBSERVATION.
 * Covers no part of the GGUF specification.
 *
 * On Linux the peak is VmHWM: getrusage also counts the process that started this one, which is larger. The bytes read are the kernel's
 * count, which covers all of Node's ways of reading; other systems do not count them.
 */

const { subscribe } = require('node:diagnostics_channel');
const { readFileSync, writeFileSync } = require('node:fs');

/** The connections that the process has opened; each counts the bytes read from it. */
const sockets = [];
subscribe('net.client.socket', ({ socket }) => sockets.push(socket));

function kernelCount(file, name) {
  try {
    const line = readFileSync(file, 'latin1')
      .split('\n')
      .find((text) => text.startsWith(`${name}:`));
    return line === undefined ? undefined : Number.parseInt(line.slice(name.length + 1), 10);
  } catch {
    return undefined;
  }
}

process.on('exit', () => {
  const readBytes = kernelCount('/proc/self/io', 'rchar');
  const peakKibibytes = kernelCount('/proc/self/status', 'VmHWM') ?? process.resourceUsage().maxRSS;
  const receivedBytes = sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
  const observation = { peakBytes: peakKibibytes * 1024, readBytes, receivedBytes };
  writeFileSync(process.env.BENCH_OBSERVATION, JSON.stringify(observation));
});
