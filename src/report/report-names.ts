/** The kinds of JSON that the program prints: mostly the name of the command that does. */

export type ReportName =
  | 'explain'
  | 'tensors'
  | 'tensor'
  | 'metadata'
  | 'token'
  | 'memory'
  | 'sizes'
  | 'attention'
  | 'next-tokens'
  | 'flow'
  | 'learn'
  | 'lessons'
  | 'check'
  | 'rules'
  | 'diff'
  | 'hash'
  | 'list'
  | 'scan'
  | 'repository'
  | 'error';
