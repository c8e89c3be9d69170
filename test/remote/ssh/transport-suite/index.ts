import type { TransportUnderTest } from '../transports-under-test';
import { testCommands } from './commands';
import { testHostKeys } from './host-keys';
import { testJumpHosts } from './jump-hosts';
import { testLostConnections } from './lost-connections';
import { testServerLimits } from './server-limits';

/** Everything that every Transport promises, against real servers on the loopback. */
export function testTransport(under: TransportUnderTest): void {
  jest.setTimeout(60_000);
  const { name, missing } = under;
  if (missing !== null) process.stderr.write(`NOT TESTED: the ${name} transport: ${missing}\n`);
  (missing === null ? describe : describe.skip)(`the ${name} transport against a real sshd`, () => {
    describe('commands', () => testCommands(under));
    describe('host keys and logins', () => testHostKeys(under));
    describe('lost connections', () => testLostConnections(under));
    describe('limits of the server', () => testServerLimits(under));
    describe('jump hosts', () => testJumpHosts(under));
  });
}
