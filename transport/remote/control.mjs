// @ts-check
/**
 * What lies where in the memory that the driver's thread and the socket's thread share beside requests and replies: cells
 * of one Int32Array.
 *
 * Plain JavaScript because the socket's thread uses it too. Pure software.
 */

/** The number of the last request that was answered, whether the connection ended, and the reply's bytes. */
export const DONE = 0;
export const GONE = 1;
export const LENGTH = 2;
/** The request that lies in shared memory: its number, its bytes, whether data follows a good reply. */
export const ASKED = 3;
export const ASKED_BYTES = 4;
export const ASKED_DATA = 5;
/** The socket's thread will look at `ASKED` without being told. */
export const AWAKE = 6;
/** Changes with every answer and when the connection ends: what the driver's thread sleeps on. */
export const NEWS = 7;
/** Changes with every request and every message: what the socket's thread sleeps on. */
export const WORD = 8;
export const CELLS = 9;
