import type { DataConverter, PayloadCodec } from '@temporalio/common';
import { createEncryptionCodec, readKeyFile } from '../codec';
import { ConnectionRefused } from './connection-refused';
import type { ConnectionSettings } from './settings';

/** As Client and Worker both take it: with the codec where a key file is named. */
export function dataConverterOf({ codecKeyFile }: Pick<ConnectionSettings, 'codecKeyFile'>): {
  readonly dataConverter?: DataConverter;
} {
  if (codecKeyFile === null) return {};
  return { dataConverter: { payloadCodecs: [codecOf(codecKeyFile)] } };
}

/** @throws ConnectionRefused with what is wrong with the key file */
export function codecOf(keyFile: string): PayloadCodec {
  try {
    return createEncryptionCodec(readKeyFile(keyFile));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConnectionRefused('badConnectionSettings', `${why} OSU_CODEC_KEYS or --codec-keys names the file.`, {
      cause: error,
    });
  }
}
