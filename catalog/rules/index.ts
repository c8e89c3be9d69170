import { ceilometerRules } from './ceilometer';
import { facts } from './facts';
import { heatRules } from './heat';
import { notes } from './notes';
import { planningRules } from './operations-planning';
import { processRules } from './operations-process';
import { rollbackRules } from './operations-rollback';
import { databaseTraps } from './traps-database';
import { messagingTraps } from './traps-messaging';
import { packageTraps } from './traps-packages';
import { serviceTraps } from './traps-services';

/** Every id that code, plans and documents may cite. An id keeps its meaning forever: recorded plans cite it. */
export const rules = {
  ...heatRules,
  ...planningRules,
  ...processRules,
  ...rollbackRules,
  ...ceilometerRules,
  ...facts,
  ...serviceTraps,
  ...databaseTraps,
  ...packageTraps,
  ...messagingTraps,
  ...notes,
};

export type RuleId = keyof typeof rules;
