import '../lab/lab-own-network';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressOf, cloudWorksAt, labDown, labUp, type HostName } from '../../lab';
import { createClosing } from '../../lab/demo/closing';
import { startEngine, type Engine } from '../../lab/docker/engine';
import { bringStandIns } from '../../lab/docker/stand-in-images';
import { whyNoEngine } from '../../lab/docker/why-no-engine';
import { until } from '../../lab/machine/processes';
import { sayWithSeconds } from '../../lab/machine/progress';
import type { RunStatus } from '../../schema/status';
import { composeProject, imagesNeeded, type ComposeProject } from '../compose/compose-project';
import { filesOfLab, noClouds, type WorkerFiles } from '../compose/worker-files';
import { onHost } from '../lab/upgrade-rig';

jest.setTimeout(60 * 60 * 1000);

const say = sayWithSeconds({ write: (line) => process.stderr.write(`${line}\n`) });
const why = whyNoEngine();
if (why !== null) process.stderr.write(`SKIPPED  docker-compose.yml on a Docker engine: ${why}\n`);

const up = ['up', '--pull', 'never', '--no-build', '--detach', '--wait'] as const;
const everythingUp = {
  postgres: 'running healthy',
  'temporal-schema': 'exited 0',
  temporal: 'running healthy',
  'temporal-namespace': 'exited 0',
  'temporal-ui': 'running',
  worker: 'running healthy',
};

/** How long something took, for the log of the run. */
async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const startedAtMs = Date.now();
  const result = await work();
  say(`${what}: ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`);
  return result;
}

(why === null ? describe : describe.skip)('docker-compose.yml on a Docker engine', () => {
  let engine: Engine;
  let empty: WorkerFiles;
  let project: ComposeProject;

  const closing = createClosing({ say });

  beforeAll(async () => {
    empty = noClouds();
    engine = await timed('engine', () => startEngine({ say }));
    closing.add('stopping the engine', engine.stop);
    project = composeProject({ engine, variables: empty.variables });
    // What a run that was killed left behind in the engine's data.
    await project.compose('down', '--volumes', '--timeout', '1');
    closing.add('down', async () => {
      await project.compose('down', '--volumes', '--timeout', '1');
    });
    await timed('stand-in images', () => bringStandIns({ engine, images: imagesNeeded(), say }));
    await timed('image of the worker', () => project.mustCompose('build'));
  });
  afterAll(async () => {
    await closing.close();
    rmSync(empty.directory, { recursive: true, force: true });
  });

  const knownRuns = async (): Promise<readonly string[]> => {
    const said = await project.upgrade('list', '--state', 'all', '--json');
    return (JSON.parse(said.stdout) as { workflowId: string }[]).map(({ workflowId }) => workflowId);
  };
  const theRun = ['nowhere.all.preflight.bobcat'];

  it('builds the image of the worker: at most 400 MB', async () => {
    const sizes = await Promise.all(
      ['openstack-upgrade-worker', 'node:22-bookworm-slim'].map((image) =>
        engine.mustDocker(['image', 'inspect', '--format', '{{.Size}}', image]),
      ),
    );
    const [image = 0, base = 0] = sizes.map((said) => Number(said) / 1e6);
    say(`image of the worker: ${image.toFixed(0)} MB, of these ${base.toFixed(0)} MB the image that it begins with`);
    expect(image).toBeLessThanOrEqual(400);
  });

  it('refuses by name a directory of cloud files that does not exist', async () => {
    const { compose } = composeProject({ engine, variables: { ...empty.variables, CLOUDS_DIR: '/srv/no-clouds' } });
    const { exitCode, stderr } = await compose(...up);
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('/srv/no-clouds');
  });

  it('starts from nothing, and returns when everything is healthy', async () => {
    await project.compose('down', '--volumes');
    await timed('up from nothing', () => project.mustCompose(...up));
    expect(await project.states()).toEqual(everythingUp);
  });

  it('has registered the search attributes, and keeps runs for 90 days', async () => {
    const ask = (...words: string[]): Promise<string> =>
      project.mustCompose(
        'run',
        '--rm',
        '--no-deps',
        '--no-TTY',
        'temporal-namespace',
        'temporal',
        'operator',
        ...words,
      );
    expect(await ask('search-attribute', 'list')).toMatch(/OsuCloud[^]*OsuPhase[^]*OsuWaiting/);
    expect(await ask('namespace', 'describe', '--namespace', 'default')).toMatch(/RetentionTtl +(2160h|90d)/);
  });

  it('serves the Web UI at 127.0.0.1:8233, with the server behind it', async () => {
    const ask = `Promise.all(['/', '/api/v1/namespaces/default/workflow-count'].map((path) => fetch('http://127.0.0.1:8233' + path)))
      .then((answers) => console.log(answers.map(({ status }) => status).join(' ')))`;
    const { stdout } = await engine.inNetwork([process.execPath, '--eval', ask]);
    expect(stdout).toBe('200 200\n');
  });

  it('answers through its worker', async () => {
    const { exitCode, stderr } = await project.upgrade('preflight', '--cloud', 'nowhere', '--to', 'bobcat', '--json');
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'cloudUnknown' } });
    expect(exitCode).toBe(3);
    expect(await knownRuns()).toEqual(theRun);
  });

  it('gives the worker the TLS of TEMPORAL_DIR: it refuses a server without', async () => {
    const directory = join(empty.directory, 'temporal');
    mkdirSync(directory);
    writeFileSync(
      join(directory, 'temporal.toml'),
      '[profile.default]\naddress = "temporal:7233"\n[profile.default.tls]\nserver_name = "temporal"\n',
    );
    const { compose } = composeProject({ engine, variables: { ...empty.variables, TEMPORAL_DIR: directory } });
    const { exitCode, stderr } = await compose('run', '--rm', '--no-deps', '--no-TTY', 'worker');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/TLS/);
  });

  it('ends the worker in order when it is stopped', async () => {
    await timed('stop of the worker', () => project.mustCompose('stop', 'worker'));
    expect((await project.states())['worker']).toBe('exited 0');
  });

  it('keeps its runs over down and up', async () => {
    await timed('down', () => project.mustCompose('down'));
    expect(await project.states()).toEqual({});
    await timed('up again', () => project.mustCompose(...up));
    expect(await project.states()).toEqual(everythingUp);
    expect(await knownRuns()).toEqual(theRun);
  });

  it('survives kill -9 of the Temporal server', async () => {
    const server = await project.container('temporal');
    const restarts = (): Promise<string> =>
      engine.mustDocker(['inspect', '--format', '{{.RestartCount}}', server]).then((said) => said.trim());
    expect(await restarts()).toBe('0');
    await timed('kill -9 of the server, until it answers again', async () => {
      await engine.kill9(server);
      const again = async (): Promise<boolean> =>
        (await restarts()) === '1' && (await project.upgrade('list', '--json')).exitCode === 0;
      expect(await until({ seconds: 120, everyMs: 500, holds: again })).toBe(true);
    });
    await timed('up after it', () => project.mustCompose(...up));
    expect(await project.states()).toEqual(everythingUp);
    expect(await knownRuns()).toEqual(theRun);
  });

  it('upgrades a cloud through its own worker, which is killed on the way', async () => {
    await labDown();
    closing.add('removing the cloud', () => labDown());
    const lab = await timed('lab', () => labUp({ series: 'antelope', onProgress: say }));
    const files = filesOfLab(lab);
    const { mustCompose, container, upgrade } = composeProject({ engine, variables: files.variables });
    const id = 'cedar.all.full.bobcat';
    const status = async (): Promise<RunStatus | null> => {
      const { exitCode, stdout } = await upgrade('status', id, '--json');
      return exitCode === 0 ? (JSON.parse(stdout) as RunStatus) : null;
    };
    const statusWith = async (holds: (status: RunStatus) => boolean): Promise<RunStatus> => {
      let last: RunStatus | null = null;
      const held = await until({
        seconds: 1500,
        everyMs: 1000,
        holds: async () => {
          last = await status();
          return last !== null && holds(last);
        },
      });
      expect([held, last]).toEqual([true, expect.anything()]);
      return last!;
    };
    try {
      await timed('up with the lab', () => mustCompose(...up));
      await timed('upgrade', async () => {
        const started = await upgrade('start', '--cloud', 'cedar', '--to', 'bobcat', '--open-automatically', '--json');
        expect(JSON.parse(started.stdout)).toMatchObject({ workflowId: id });
        const { gates } = await statusWith((seen) => seen.gates.length > 0);
        const accept = gates[0]!.accept.flatMap((finding) => ['--accept', finding]);
        const answer = ['--gate', gates[0]!.code, '--by', 'ana', '--reason', 'CHG-1042', ...accept];
        expect(await upgrade('approve', id, ...answer)).toMatchObject({ exitCode: 0 });
        await statusWith(({ running }) => running.some(({ step }) => step.startsWith('heat/db-sync')));
        await engine.kill9(await container('worker'));
        const end = await statusWith((seen) => seen.state === 'completed' || seen.gates.length > 0);
        expect([end.state, end.gates.map(({ question }) => question), end.owed]).toEqual(['completed', [], []]);
      });
      const hosts: readonly HostName[] = ['ctl1', 'ctl2'];
      const versions = "dpkg-query -W -f='${Version} ' heat-api heat-api-cfn heat-engine keystone";
      expect(await Promise.all(hosts.map((host) => onHost({ host, command: versions })))).toEqual(
        hosts.map((): unknown => expect.stringMatching(/^(1:21\.0\.0-0lab1 ){3}2:24\.0\.0-0lab1 $/)),
      );
      expect(
        await Promise.all(
          (['ctl1', 'ctl2', 'lb1'] as const).map((host) => cloudWorksAt({ address: addressOf(host), extras: [] })),
        ),
      ).toEqual([true, true, true]);
      const { stdout } = await upgrade('result', id, '--json');
      expect(JSON.parse(stdout)).toMatchObject({ sentence: 'cedar: keystone, heat upgraded from antelope to bobcat.' });
    } finally {
      await mustCompose('down', '--timeout', '5');
      rmSync(files.directory, { recursive: true, force: true });
    }
  });
});
