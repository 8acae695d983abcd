/** What was found, as short lines in the order of their weight. Pure, so that every line can be tested. */
import type { Findings } from '$lib/backend/bindings';
import { formatCount } from '$lib/format';
import { m } from '$paraglide/messages.js';

export type FoundLine = {
	id: Exclude<keyof Findings, 'problems'>;
	count: number;
	text: string;
	tone: 'good' | 'waiting' | 'bad' | 'calm';
};

type Words = (inputs: { count: number; shown: string }) => string;

const LINES: readonly { id: FoundLine['id']; words: Words; tone: FoundLine['tone'] }[] = [
	{ id: 'verified', words: m.found_verified, tone: 'good' },
	{ id: 'rejected', words: m.found_rejected, tone: 'bad' },
	{ id: 'new', words: m.found_new, tone: 'calm' },
	{ id: 'pending', words: m.found_pending, tone: 'waiting' },
	{ id: 'otherStatus', words: m.found_other_status, tone: 'calm' },
	{ id: 'blocked', words: m.found_blocked, tone: 'bad' },
	{ id: 'unblocked', words: m.found_unblocked, tone: 'calm' },
	{ id: 'unlisted', words: m.found_unlisted, tone: 'waiting' },
	{ id: 'relisted', words: m.found_relisted, tone: 'calm' },
	{ id: 'otherwise', words: m.found_otherwise, tone: 'calm' },
	{ id: 'unreadable', words: m.found_unreadable, tone: 'waiting' },
];

/** The lines of which there is anything; none where nothing changed. */
export function foundLines(findings: Findings): FoundLine[] {
	return LINES.flatMap(({ id, words, tone }) => {
		const count = findings[id];
		return count > 0 ? [{ id, count, text: words({ count, shown: formatCount(count) }), tone }] : [];
	});
}

export type Period = 'today' | 'yesterday' | 'week';

/** When a period began: at the local midnight before it, so that "today" is the officer's day. */
export function beginOf(period: Period, now: number): Date {
	const day = new Date(now);
	const back = { today: 0, yesterday: 1, week: 7 }[period];
	return new Date(day.getFullYear(), day.getMonth(), day.getDate() - back);
}
