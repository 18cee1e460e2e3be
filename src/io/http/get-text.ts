/** Fetches a small text from a web server, such as the response of a web service. */

import { smallBody } from './body.js';
import { refusal } from './failures.js';
import { follow, type Route } from './follow.js';
import { type HttpSettings, Patience } from './patience.js';
import type { Headers } from './send.js';

/** The text and the response headers. */
export interface TextAnswer {
  text: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A listing page has a thousand files, which is half a MiB. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Retries until there is a response, as often as the settings allow. `headers` are sent to every server on the route. Throws TransferError.
 */
export async function getText(route: Route, settings: HttpSettings, headers: Headers = {}): Promise<TextAnswer> {
  for (const patience = new Patience(settings); ; ) {
    try {
      const { response } = await follow(route, headers, settings);
      if (response.statusCode !== 200) {
        response.destroy();
        throw refusal(response);
      }
      const text = (await smallBody(response, settings, MOST_BYTES)).toString('utf8');
      return { text, headers: response.headers };
    } catch (error) {
      await patience.afterFailure(error);
    }
  }
}
