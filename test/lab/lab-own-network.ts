/**
 * Import this before the lab: these tests raise, break and drop a lab, so they use one of their own on another network
 * and leave the one that somebody works with alone. `OSU_TEST_LAB_NETWORK` where this one is taken.
 */
process.env['OSU_LAB_NETWORK'] = process.env['OSU_TEST_LAB_NETWORK'] ?? '10.91.77';
