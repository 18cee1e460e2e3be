/** What the rows of `list` can be sorted by; apart from the report, as the command line has to know it. */

export const LIST_ORDERS = ['where', 'name', 'size', 'arch', 'params', 'type', 'modified'] as const;
export type ListOrder = (typeof LIST_ORDERS)[number];
