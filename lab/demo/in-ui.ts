import { once } from 'node:events';
import { workflowId } from '../../client/workflow-id';
import { demoRequest, demoServices, type DemoOptions, type DemoWish } from './options';
import type { DemoSite } from './site';
import { startFormUrl } from './temporal';

/** Prints what to open and paste, and stays until Ctrl-C. */
export async function waitForUi(options: { demo: DemoOptions; site: DemoSite; signal: AbortSignal }): Promise<void> {
  const { demo, site, signal } = options;
  process.stdout.write(`\n${pasteText({ demo, site })}\n\nCtrl-C stops and removes everything.\n`);
  if (!signal.aborted) await once(signal, 'abort');
}

/** How to start the upgrade in the Web UI: the form with all filled in, and the JSON. */
export function pasteText(options: { demo: DemoWish; site: Pick<DemoSite, 'temporal' | 'cloud' | 'by'> }): string {
  const { demo, site } = options;
  const { temporal, cloud, by } = site;
  const id = workflowId({ cloud, services: demoServices(demo), kind: 'full', to: demo.to });
  const where =
    temporal.uiUrl === null
      ? `In the Web UI of ${temporal.address}: Start Workflow, workflow id ${id}, task queue ${temporal.taskQueue}, type openstackFullUpgrade`
      : `Open ${startFormUrl({ ...temporal, uiUrl: temporal.uiUrl, workflowId: id })}`;
  return [
    `1. ${where}`,
    '2. Paste as input (JSON), and start:',
    '',
    `   ${JSON.stringify(demoRequest({ demo, cloud }))}`,
    '',
    '3. Open the run, read its Current Details (User Metadata), and answer its gate there:',
    `   More Actions > Send an Update > approve; "by" is ${by}.`,
  ].join('\n');
}
