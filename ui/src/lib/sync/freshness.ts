/** As of when the customers on screen are known. Pure. */
import type { ConnectionView } from '$lib/backend/bindings';
import { isAhead } from '$lib/format';

/** From this age on, in milliseconds, what is shown is visibly stale: connections are fetched every quarter of an hour. */
const STALE_AFTER = 24 * 60 * 60_000;

export type Freshness = {
	/** End of the oldest complete fetch among the connections shown; null where one was never fetched completely. */
	at: string | null;
	stale: boolean;
};

/** Of one connection, or of all: everything on screen is at least as fresh. Null where there is nothing to tell. */
export function asOf(connections: readonly ConnectionView[], filtered: string | null, now: number): Freshness | null {
	// An archive stands still and says so itself.
	const shown = connections.filter(({ id, standing }) => (filtered === null ? standing !== 'archived' : id === filtered));
	if (shown.length === 0) return null;
	const ends = shown.map(({ lastSynced }) => lastSynced);
	if (ends.includes(null)) return { at: null, stale: false };
	const at = ends.reduce((oldest, end) => (Date.parse(end ?? '') < Date.parse(oldest ?? '') ? end : oldest));
	// A time that is still to come says nothing about how old it is.
	return { at, stale: at !== null && (isAhead(at, now) || now - Date.parse(at) >= STALE_AFTER) };
}
