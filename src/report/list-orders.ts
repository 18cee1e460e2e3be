/** The orders in which `list` can sort rows. In a separate file, because the command line needs them too. */

export const LIST_ORDERS = ['where', 'name', 'size', 'arch', 'params', 'type', 'modified'] as const;
export type ListOrder = (typeof LIST_ORDERS)[number];
