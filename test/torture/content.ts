import { createCipheriv, createHash } from 'node:crypto';
import { CONTENT_BYTES } from './job-plan';

/** Binary bytes without a pattern, the same for the same seed: a key stream. */
export function contentOf(seed: number): Buffer {
  const key = createHash('sha256').update(String(seed)).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(CONTENT_BYTES));
}
