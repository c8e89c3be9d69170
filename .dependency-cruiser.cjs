/** The rooms of docs/architecture.md, as a test: arrows point at data. */
const room = (...names) => `^(${names.join('|')})/`;

module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      severity: 'error',
      comment: 'Two files that need each other are one file, or hide a third.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'schema-and-shell-stand-alone',
      severity: 'error',
      comment: 'The words and the quoting are what everything else is written in; they know nothing of it.',
      from: { path: room('schema', 'shell') },
      to: { path: room('catalog', 'plan', 'workflows', 'activities', 'remote', 'worker', 'client', 'report', 'lab') },
    },
    {
      name: 'catalog-is-knowledge-only',
      severity: 'error',
      comment: 'catalog/ says what OpenStack is. Deciding belongs to plan/, touching to activities/.',
      from: { path: room('catalog') },
      to: { path: room('plan', 'workflows', 'activities', 'remote', 'worker', 'client', 'report', 'lab') },
    },
    {
      name: 'plan-is-pure',
      severity: 'error',
      comment: 'A plan is computed from data alone, so that the same cloud in the same state gives the same digest.',
      from: { path: room('plan') },
      to: { path: room('workflows', 'activities', 'remote', 'worker', 'client', 'report', 'lab') },
    },
    {
      name: 'programs-stand-alone',
      severity: 'error',
      comment:
        'What runs on hosts in Python knows nothing of who calls it; only the type of a program is a word of schema/.',
      from: { path: room('programs') },
      to: {
        path: room(
          'shell',
          'catalog',
          'plan',
          'workflows',
          'activities',
          'remote',
          'worker',
          'client',
          'report',
          'lab',
        ),
      },
    },
    {
      name: 'programs-come-as-data',
      severity: 'error',
      comment: 'Reading them touches a disk. Write `import type { Programs }` and take them as data from activities/.',
      from: { path: room('schema', 'shell', 'catalog', 'plan', 'workflows', 'report', 'client') },
      to: { path: room('programs'), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'scope-is-who-and-where',
      severity: 'error',
      comment: 'plan/scope says who and where. What is done there is a block, in which order an order.',
      from: { path: '^plan/scope/' },
      to: { path: '^plan/(blocks|orders|findings|check|render|draw-up)' },
    },
    {
      name: 'commands-are-shell-text',
      severity: 'error',
      comment: 'plan/commands builds one command with its effects. Several of them are a block.',
      from: { path: '^plan/commands/' },
      to: { path: '^plan/(blocks|orders|findings|check|render|draw-up)' },
    },
    {
      name: 'blocks-know-no-order',
      severity: 'error',
      comment: 'A block is one move, forth and back. Which comes when stands in plan/orders alone.',
      from: { path: '^plan/blocks/' },
      to: { path: '^plan/(orders|findings|check|render|draw-up)' },
    },
    {
      name: 'pure-rooms-use-no-node-builtins',
      severity: 'error',
      comment: 'No clock, disk, network or process here. Give the value in as data.',
      from: { path: room('schema', 'shell', 'catalog', 'plan', 'workflows', 'report') },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'workflows-take-plans-as-data',
      severity: 'error',
      comment:
        'A plan reaches a workflow as recorded data. Importing plan/ or catalog/ would let a later edit break replay.',
      from: { path: room('workflows') },
      to: { path: room('plan', 'catalog', 'remote', 'worker', 'client', 'report', 'shell', 'lab') },
    },
    {
      name: 'execute-knows-no-temporal',
      severity: 'error',
      comment:
        'The executor walks a plan with effects that it is given (effects.ts), so that unit tests walk every plan without ' +
        'a server. Import schema/ alone here; what needs Temporal or the desk belongs beside it and comes in as an effect.',
      from: { path: '^workflows/execute/' },
      to: { pathNot: ['^workflows/execute/', room('schema')] },
    },
    {
      name: 'workflows-import-activities-as-types',
      severity: 'error',
      comment:
        "Write `import type { Activities } from '../activities'`; a value import drags ssh2 into the workflow bundle.",
      from: { path: room('workflows') },
      to: { path: room('activities'), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'activities-know-no-workflow',
      severity: 'error',
      comment: 'An activity touches one thing and returns; the order lives in workflows/.',
      from: { path: room('activities') },
      to: { path: room('workflows', 'worker', 'client', 'lab') },
    },
    {
      name: 'report-only-shows',
      severity: 'error',
      comment: 'report/ turns evidence into text; it decides nothing and reads no host.',
      from: { path: room('report') },
      to: { path: room('plan', 'catalog', 'workflows', 'activities', 'remote', 'worker', 'client', 'lab') },
    },
    {
      name: 'client-stays-light',
      severity: 'error',
      comment: 'A client is imported by other programs: no native code, no worker, no SSH.',
      from: { path: room('client') },
      to: {
        path: ['^activities/', '^remote/', '^worker/', 'node_modules/ssh2/', 'node_modules/@temporalio/worker/'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'connection-stands-alone',
      severity: 'error',
      comment: 'Worker and client both reach Temporal by it, so it can need neither; codec/ is used by programs alone.',
      from: { path: room('connection', 'codec') },
      to: { path: room('catalog', 'plan', 'workflows', 'activities', 'worker', 'client', 'report', 'lab') },
    },
    {
      name: 'cloud-files-are-read-in-one-place',
      severity: 'error',
      comment:
        'Worker and client read a cloud file by the same code, so that both say the same of it; it can need neither.',
      from: { path: room('cloud-file') },
      to: { pathNot: ['^cloud-file/', room('schema', 'catalog'), 'node_modules', '^node:', '^(fs|path|os|crypto)'] },
    },
    {
      name: 'nothing-runs-on-fakes',
      severity: 'error',
      comment:
        'testing/ is for the tests of others and of this project. A worker that imports it could upgrade a cloud that does not exist.',
      from: { pathNot: ['^testing/', '^test/', 'node_modules'] },
      to: { path: room('testing') },
    },
    {
      name: 'fakes-reach-nothing',
      severity: 'error',
      comment:
        'What testing/ hands out runs without hosts: it plans and reports by the real code, and imports nothing that can reach one.',
      from: { path: room('testing') },
      to: { path: [room('remote', 'client', 'lab', 'bench'), '^worker/plugin', 'node_modules/ssh2/'], reachable: true },
    },
    {
      name: 'bench-measures-what-is-shipped',
      severity: 'error',
      comment:
        'bench/ drives the product from outside, with the lab at hand; what it needs of another room is no measurement.',
      from: { path: room('bench') },
      to: { path: room('catalog', 'plan', 'workflows', 'activities', 'worker', 'client', 'report', 'test') },
    },
    {
      name: 'nothing-needs-the-bench',
      severity: 'error',
      comment: 'A benchmark can be deleted. Move what others want of it to the room it belongs to.',
      from: { pathNot: ['^bench/', '^test/bench/', 'node_modules'] },
      to: { path: room('bench') },
    },
    {
      name: 'lab-arrows-point-at-the-machine',
      severity: 'error',
      comment:
        'lab/machine knows hosts as containers, lab/packages what is installed, lab/cloud what is configured and runs; load and demo use it.',
      from: { path: '^lab/machine/' },
      to: { path: '^lab/(packages|cloud|docker|load|demo|faults|index)' },
    },
    {
      name: 'lab-packages-know-no-cloud',
      severity: 'error',
      comment: 'A package repository is the same for every cloud. Give what differs as data.',
      from: { path: '^lab/packages/' },
      to: { path: '^lab/(cloud|docker|load|demo|faults|index)' },
    },
    {
      name: 'lab-docker-knows-no-cloud',
      severity: 'error',
      comment:
        'lab/docker is an engine beside the hosts, made of machine and packages; what runs on it is given to it.',
      from: { path: '^lab/docker/' },
      to: { path: '^lab/(cloud|load|demo|faults|index)' },
    },
    {
      name: 'lab-cloud-serves-load-and-demo',
      severity: 'error',
      comment: 'A lab is raised without users and without a demo; those come afterwards.',
      from: { path: '^lab/cloud/' },
      to: { path: '^lab/(load|demo|faults|index)' },
    },
    {
      name: 'lab-load-needs-no-demo',
      severity: 'error',
      comment: 'Tests put load on a lab; the demo is one user of the lab among others.',
      from: { path: '^lab/load/' },
      to: { path: '^lab/demo/' },
    },
    {
      name: 'remote-stands-alone',
      severity: 'error',
      comment:
        'remote/ runs commands on other machines, whoever asks and why. Of this project it uses only the quoting in shell/, so that it can be used and tested without OpenStack or Temporal. Give it what it needs as an argument.',
      from: { path: room('remote') },
      to: {
        path: [
          room('schema', 'catalog', 'plan', 'workflows', 'activities', 'worker', 'client', 'report', 'lab', 'test'),
          'node_modules/@temporalio/',
        ],
      },
    },
    {
      name: 'ssh-knows-no-jobs',
      severity: 'error',
      comment:
        'remote/ssh/ carries any command and says whether it may have been sent; what may start only once is decided in remote/jobs/. A transport that knows about jobs cannot be exchanged.',
      from: { path: '^remote/ssh/' },
      to: { path: '^remote/', pathNot: '^remote/ssh/' },
    },
    {
      name: 'rooms-use-the-door-of-remote',
      severity: 'error',
      comment:
        "Import from '../remote'. What is not in remote/index.ts is nobody's but its own; add it there if it is meant.",
      from: { path: room('activities', 'worker', 'lab', 'bench', 'tools') },
      to: { path: '^remote/(ssh|jobs)/' },
    },
    {
      name: 'only-ssh2-files-speak-ssh2',
      severity: 'error',
      comment: 'ssh2 is wrapped once, in remote/ssh/ssh2-*.ts; everything else sees Transport.',
      from: { pathNot: ['^remote/ssh/ssh2-', '^test/', 'node_modules'] },
      to: { path: 'node_modules/ssh2/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] },
  },
};
