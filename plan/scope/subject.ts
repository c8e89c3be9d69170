import type { CloudFacts } from '../../catalog/facts';
import type { Service } from '../../catalog/service';
import type { Programs } from '../../programs';
import type { Cloud } from '../../schema/cloud';
import type { Request } from '../../schema/request';
import type { Scope } from './scope';

/** What every plan is made from. */
export interface PlanSubject {
  readonly runId: string;
  readonly request: Request;
  readonly cloud: Cloud;
  readonly facts: CloudFacts;
  readonly known: readonly Service[];
  /** What runs on hosts in Python. */
  readonly programs: Programs;
}

export interface KindSubject {
  readonly scope: Scope;
  readonly facts: CloudFacts;
  readonly request: Request;
}
