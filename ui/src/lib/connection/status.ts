/** What a connection is doing, as one line, and how far it is. Pure, so that every state can be tested. */
import type { ConnectionView } from '$lib/backend/bindings';
import { formatClock, formatCount, formatDuration, formatExact, formatSeen, type Instant, isAhead } from '$lib/format';
import { describeProblem } from '$lib/problem/table';
import { m } from '$paraglide/messages.js';

export type Status = {
	line: string;
	/** What to do next, where a person has to do something. */
	next: string | null;
	/** The exact time behind a relative one. */
	title: string | null;
	/** Between 0 and 1; null without a bar, 'unknown' for a bar without an end. */
	progress: number | 'unknown' | null;
	tone: 'calm' | 'waiting' | 'bad';
};

/** Share of a walk that is done; null where the provider announced no total. An announced total is a hint and may be too low. */
export function progressOf(connection: Pick<ConnectionView, 'synced' | 'total'>): number | null {
	const { synced, total } = connection;
	if (total === null || total <= 0) return null;
	return Math.min(1, synced / total);
}

export function statusOf(connection: ConnectionView, now: Instant): Status {
	const { lastSynced, waitingUntil, problem } = connection;
	const title = lastSynced ? m.sync_exact({ when: formatExact(lastSynced) }) : null;
	const calm: Status = { line: '', next: null, title, progress: null, tone: 'calm' };
	if (connection.standing === 'disabled') return { ...calm, line: m.sync_disabled() };
	if (connection.standing === 'archived') return { ...calm, line: m.sync_archived() };
	switch (connection.state) {
		case 'syncing':
			return { ...calm, line: walkLine(connection), progress: progressOf(connection) ?? 'unknown' };
		case 'waiting':
			return {
				...calm,
				line: waitingUntil ? m.sync_waiting_until({ clock: formatClock(waitingUntil) }) : m.sync_waiting(),
				title: waitingUntil ? formatExact(waitingUntil) : title,
				progress: progressOf(connection),
				tone: 'waiting',
			};
		case 'offline':
			return {
				...calm,
				line: lastSynced ? m.sync_offline_as_of({ ago: formatSeen(lastSynced, now) }) : m.sync_offline(),
				tone: 'waiting',
			};
		case 'error': {
			const text = describeProblem(problem ?? { code: 'internal', words: null });
			return { ...calm, line: text.title, next: text.next, tone: 'bad' };
		}
		case 'idle':
			if (connection.incomplete) return { ...calm, line: m.sync_incomplete(), tone: 'waiting' };
			if (!lastSynced) return { ...calm, line: m.sync_never() };
			// Nobody knows how up to date it is after the clock was set back.
			if (isAhead(lastSynced, now)) return { ...calm, line: m.sync_page_as_of({ when: formatSeen(lastSynced, now) }) };
			return { ...calm, line: m.sync_up_to_date({ ago: formatSeen(lastSynced, now) }) };
	}
}

function walkLine({ synced, total, secondsLeft }: ConnectionView): string {
	if (synced === 0 && total === null) return m.sync_starting();
	// A walk may meet more customers than were announced; "48,310 of 48,100" would help nobody.
	if (total === null || synced > total) return m.sync_so_far({ synced: formatCount(synced) });
	const counts = { synced: formatCount(synced), total: formatCount(total) };
	return secondsLeft === null ? m.sync_of(counts) : m.sync_of_left({ ...counts, left: formatDuration(secondsLeft) });
}
