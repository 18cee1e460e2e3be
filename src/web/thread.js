/** The page's side of its thread. There is one: what is asked for next ends what was asked for before. */

let address;
let thread;

/** `script` is what the page itself runs: the thread does, too. */
export function useScript(script) {
  address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
}

/** Gives an order to a new thread. Each message of it goes to the answer with the name of its kind; the last is `done` or `problem`. */
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

/** Ends the thread, whatever it does. */
export function stop() {
  thread?.terminate();
  thread = undefined;
}
