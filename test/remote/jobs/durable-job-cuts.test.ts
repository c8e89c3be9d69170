import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createJobs, createSsh2Transport, type RunRequest, type Transport } from '../../../remote';
import { collector, sha256 } from './byte-collector';
import { startCuttingProxy } from '../ssh/cutting-proxy';
import { seededRandom } from '../../torture/seeded-random';
import { SHELLS } from './shell-host';
import { whyNoSshd } from '../../../lab/machine/loopback-sshd';
import { startSshd } from '../ssh/sshd';

jest.setTimeout(60_000);
const reason = whyNoSshd();
if (reason !== null) process.stderr.write(`NOT TESTED: jobs on a line that breaks: ${reason}\n`);

(reason === null ? describe : describe.skip).each(SHELLS)('jobs on a line that breaks, sh is $shell', ({ path }) => {
  let ending: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ending) await end();
    ending = [];
  });

  it('run once each and lose no byte for either of two controllers', async () => {
    const sshd = await startSshd({ shell: path });
    const proxy = await startCuttingProxy({ targetPort: sshd.port });
    const knownHostsFile = join(sshd.directory, 'proxied');
    writeFileSync(knownHostsFile, `[127.0.0.1]:${String(proxy.port)} ${sshd.hostKey}\n`);
    const throughProxy = (): Transport =>
      createSsh2Transport({
        hosts: [sshd.host({ port: proxy.port, knownHostsFile })],
        times: { longestPauseSeconds: 0.05 },
      });
    const transports = [throughProxy(), throughProxy()];
    ending = [...transports.map((one) => () => one.close()), () => proxy.stop(), () => sshd.stop()];
    const controllers = transports.map((transport) => createJobs({ transport, base: join(sshd.directory, 'jobs') }));
    const random = seededRandom(42);
    // About 5 KB are the handshake, 40 KB the program; a packet of output that is cut counts for nothing.
    proxy.cutAfter(() => ({
      kind: random.one(['reset', 'fin']),
      afterBytes: random.between(1, 80_000),
      counting: 'both',
    }));

    const outcomes: unknown[] = [];
    for (const code of [0, 1]) {
      const side = join(sshd.directory, `side-${String(code)}`);
      const request: RunRequest = {
        host: 'ctl1',
        runId: 'r1',
        stepId: `cut-${String(code)}`,
        generation: '0',
        script: `echo ran >> ${side}; i=0; while [ $i -lt 20 ]; do head -c 1000 /dev/zero | tr '\\0' "$((i % 10))"; i=$((i+1)); sleep 0.05; done; exit ${String(code)}`,
        timeoutSeconds: 60,
        signal: new AbortController().signal,
      };
      const outputs = controllers.map(() => collector());
      const results = await Promise.all(
        controllers.map((jobs, index) => jobs.run({ ...request, onOutput: outputs[index]!.take })),
      );
      const expected = sha256(Buffer.from(Array.from({ length: 20 }, (_, i) => String(i % 10).repeat(1000)).join('')));
      outcomes.push({
        exits: results.map((result) => (result.kind === 'exited' ? result.exitCode : result)),
        exact: outputs.map((output) => output.hash('out') === expected),
        side: readFileSync(side, 'utf8'),
      });
    }
    expect(outcomes).toEqual([0, 1].map((code) => ({ exits: [code, code], exact: [true, true], side: 'ran\n' })));
    const { reset, fin } = proxy.cuts();
    expect(reset + fin).toBeGreaterThan(3);
  });
});
