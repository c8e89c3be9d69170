import { sh } from '../../shell/sh';

/** Administrator's SQL on the database host: rows tab-separated, no header, no password on any command line. */
export const sqlCommand = sh`mariadb -N -B`;
