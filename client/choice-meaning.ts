/** The words of the run's own page, so that a choice means the same everywhere. */
export { meaningOf as choiceMeaning } from '../workflows/execute/choices';
