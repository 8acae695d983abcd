/** How a connection is getting on, beyond its one line in the side bar. Pure. */
import type { ConnectionView } from '$lib/backend/bindings';

/** Customers a minute of the running walk, from what is left and how long that takes; null where it cannot be said. */
export function ratePerMinute(connection: Pick<ConnectionView, 'state' | 'synced' | 'total' | 'secondsLeft'>): number | null {
	const { state, synced, total, secondsLeft } = connection;
	if (state !== 'syncing' || total === null || secondsLeft === null || secondsLeft <= 0 || synced >= total) return null;
	return Math.round(((total - synced) * 60) / secondsLeft);
}
