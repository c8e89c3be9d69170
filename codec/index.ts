/** The door: encryption of what Temporal stores, for workers, clients and (as a server) the Web UI. */
export { createCodecServer } from './codec-server';
export { createEncryptionCodec } from './encryption-codec';
export { readKeyFile, type CodecKey } from './key-file';
