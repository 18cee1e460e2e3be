/** The worker program, built once for all jobs: each thread loads only the job that it was started for. */

import { type JobLoader, type JobName, serve } from '../workers/serve.js';

const JOBS = {
  hash: () => import('../tensor-data/hash-job.js'),
  matmul: () => import('../inference/matmul-job.js'),
  scan: () => import('../library/scan/scan-job.js'),
  values: () => import('../tensor-data/value-job.js'),
} satisfies Record<JobName, JobLoader>;

void serve(JOBS);
