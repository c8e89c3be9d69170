/*
 * Below these numbers the hour is quiet (R-CEIL-6). The guide has no number. These are what one agent and one metricd of the lab take in
 * some seconds: what waits beyond them would be waited for while APIs are closed.
 */

/** Notifications and samples that wait in a queue. */
export const quietMessages = 1000;
/** Measures that wait to be processed. */
export const quietMeasures = 1000;
