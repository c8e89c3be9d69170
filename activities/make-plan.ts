import { ApplicationFailure } from '@temporalio/common';
import { withApiPorts } from '../catalog/api-ports';
import { services as packaged } from '../catalog/services';
import type { Service } from '../catalog/service';
import type { Programs } from '../programs';
import type { PackedPlan, PlanInput } from '../schema/activities';
import { readRequest } from '../schema/recorded';
import type { Cloud } from '../schema/cloud';
import { failureType } from '../schema/failure';
import { CloudFileError, readCloud } from '../cloud-file/read-cloud';
import { drawPlan } from './draw-plan';
import type { Reach } from './reach';
import { survey } from './survey';

/** Reads the cloud file, surveys, plans, renders. Everything it learns of hosts stays here but the plan itself. */
export async function makePlan(options: {
  input: PlanInput;
  cloudsDirectory: string;
  programs: Programs;
  reachTo: (cloud: Cloud) => Promise<Reach>;
  onHost: (progress: { surveyed: number; of: number }) => void;
  signal?: AbortSignal;
}): Promise<PackedPlan> {
  const { input, cloudsDirectory, programs, reachTo } = options;
  const { runId } = input;
  const request = readRequest(input.request);
  const cloud = await cloudOf({ directory: cloudsDirectory, name: request.cloud });
  const reach = await reachTo(cloud);
  const known = withApiPorts({ services: packaged, cloud });
  const services = asked({ known, services: request.services });
  const { computes } = request.options.agents ?? {};
  const wish = computes === undefined ? {} : { computes };
  const facts = await survey({ ...options, reach, services, to: request.to, ...wish });
  return drawPlan({ subject: { runId, request, cloud, facts, known, programs }, kind: input.kind });
}

export async function cloudOf(options: { directory: string; name: string }): Promise<Cloud> {
  try {
    return await readCloud(options);
  } catch (error) {
    if (!(error instanceof CloudFileError)) throw error;
    const type = error.reason === 'unknown' ? failureType.cloudUnknown : failureType.cloudFileInvalid;
    throw ApplicationFailure.create({ nonRetryable: true, type, message: error.message });
  }
}

/** Services the survey reads: those asked for, else all that are known; absent ones are seen to be absent. */
function asked(options: { known: readonly Service[]; services: readonly string[] | undefined }): readonly Service[] {
  return options.known.filter(({ name }) => options.services?.includes(name) ?? true);
}
