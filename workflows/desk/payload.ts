import { defaultPayloadConverter, rawValueTypeInfo, type RawValue } from '@temporalio/common';

/**
 * Messages come in undecoded: bytes that are no JSON would otherwise throw inside the SDK, before any handler, and the
 * workflow task would fail for ever.
 */
export const anyPayload = { inputTypes: [rawValueTypeInfo] };

/** The payload's value; text that is not JSON comes back as a string, which no message accepts. */
export function valueOf(raw: RawValue | undefined): unknown {
  if (raw === undefined) return undefined;
  try {
    return defaultPayloadConverter.fromPayload(raw.payload);
  } catch {
    return 'text that is not JSON';
  }
}
