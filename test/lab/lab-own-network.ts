/**
 * Import this before the lab: these tests raise, break and drop a lab, so they use one of their own on another network
 * and leave the one that somebody works with alone.
 */
process.env['OSU_LAB_NETWORK'] = '10.91.77';
