import { testTransport } from './transport-suite';
import { transportNamed } from './transports-under-test';

testTransport(transportNamed('ssh2'));
