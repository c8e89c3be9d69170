import { createCipheriv, createDecipheriv, randomBytes, type DecipherGCM } from 'node:crypto';
import { METADATA_ENCODING_KEY, ValueError, type Payload, type PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { CodecKey } from './key-file';

const ours = 'binary/encrypted';
const keyIdKey = 'encryption-key-id';
/** What GCM asks for; the nonce must never repeat under one key, and 96 random bits do not in 2^32 payloads. */
const nonceBytes = 12;
const tagBytes = 16;
const algorithm = 'aes-256-gcm';

/**
 * Encrypts every payload (inputs, results, plans, messages, heartbeats) before it leaves this process: nonce, tag and
 * ciphertext in one. What is not ours passes through, so that earlier runs and Temporal's own payloads stay readable.
 * Search attributes, ids and the sentences of failures are not payloads and stay in clear.
 */
export function createEncryptionCodec(keys: readonly [CodecKey, ...CodecKey[]]): PayloadCodec {
  return {
    encode: (payloads) => Promise.resolve(payloads.map((payload) => encrypt({ payload, key: keys[0] }))),
    decode: (payloads) => Promise.resolve(payloads.map((payload) => decrypt({ payload, keys }))),
  };
}

function encrypt({ payload, key: { id, key } }: { payload: Payload; key: CodecKey }): Payload {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  const plain = temporal.api.common.v1.Payload.encode(payload).finish();
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return {
    metadata: { [METADATA_ENCODING_KEY]: Buffer.from(ours), [keyIdKey]: Buffer.from(id) },
    data: Buffer.concat([nonce, cipher.getAuthTag(), sealed]),
  };
}

function decrypt({ payload, keys }: { payload: Payload; keys: readonly CodecKey[] }): Payload {
  if (textOf(payload.metadata?.[METADATA_ENCODING_KEY]) !== ours) return payload;
  const id = textOf(payload.metadata?.[keyIdKey]);
  const found = keys.find((one) => one.id === id);
  if (found === undefined)
    throw new ValueError(
      `A payload is encrypted with key ${id}, which is not in the key file. Add the line of that key, then retry.`,
    );
  const data = Buffer.from(payload.data ?? []);
  const decipher = createDecipheriv(algorithm, found.key, data.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAuthTag(data.subarray(nonceBytes, nonceBytes + tagBytes));
  return temporal.api.common.v1.Payload.decode(opened({ decipher, sealed: data.subarray(nonceBytes + tagBytes), id }));
}

function opened(options: { decipher: DecipherGCM; sealed: Buffer; id: string }): Buffer {
  const { decipher, sealed, id } = options;
  try {
    return Buffer.concat([decipher.update(sealed), decipher.final()]);
  } catch (error) {
    throw new ValueError(
      `A payload is encrypted with another key that is named ${id}. Find the key file it was made with.`,
      error,
    );
  }
}

function textOf(bytes: Uint8Array | null | undefined): string {
  return Buffer.from(bytes ?? []).toString();
}
