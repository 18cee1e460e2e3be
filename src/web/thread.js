/** The page's side of its worker. There is only one at a time: a new order ends the previous one. */

let address;
let thread;

/** `script` is what the page itself runs; the worker runs it, too. */
export function useScript(script) {
  address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
}

/**
 * Gives an order to a new worker. Each of its messages goes to the function in `answers` that has the name of its kind; the last one is
 * `done` or `problem`.
 */
export function order(asked, answers) {
  stop();
  const own = new Worker(address);
  thread = own;
  const answer = ({ kind, ...said }) => {
    if (thread !== own) return;
    if (kind === 'done' || kind === 'problem') stop();
    answers[kind]?.(said);
  };
  own.addEventListener('message', ({ data }) => answer(data));
  own.addEventListener('error', (event) => {
    event.preventDefault();
    answer({ kind: 'problem', message: event.message || 'the browser does not start a thread for this page' });
  });
  own.postMessage(asked);
}

/** Ends the worker, whatever it is doing. */
export function stop() {
  thread?.terminate();
  thread = undefined;
}
