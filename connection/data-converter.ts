import type { DataConverter } from '@temporalio/common';
import { createEncryptionCodec, readKeyFile } from '../codec';
import type { ConnectionSettings } from './settings';

/** As Client and Worker both take it: with the codec where a key file is named. */
export function dataConverterOf({ codecKeyFile }: Pick<ConnectionSettings, 'codecKeyFile'>): {
  readonly dataConverter?: DataConverter;
} {
  if (codecKeyFile === null) return {};
  return { dataConverter: { payloadCodecs: [createEncryptionCodec(readKeyFile(codecKeyFile))] } };
}
