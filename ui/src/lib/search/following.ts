/**
 * Where customers of one answer are in a newer answer to the same query, so that what a person has before them stays. Asks
 * the directory and keeps nothing; an answer that the desk has let go of says nothing of anybody.
 */
import { problemOf } from '$lib/backend/backend';
import type { RowSpan, SearchAnswer } from '$lib/backend/bindings';
import type { RowSelection } from './selection.svelte';
import type { Directory } from './session.svelte';

type Asked = Pick<Directory, 'selectAgain'>;
type Answer = Pick<SearchAnswer, 'result'>;

/** What `work` answers; null where an answer is gone. */
async function unlessGone<T>(work: Promise<T>): Promise<T | null> {
	try {
		return await work;
	} catch (error) {
		if (problemOf(error).code !== 'result_gone') throw error;
		return null;
	}
}

/** Where the customer in a row of `before` is in `answer`; null when not in it. */
export async function placeIn(directory: Asked, before: Answer | null, answer: Answer, row: number): Promise<number | null> {
	if (before === null) return null;
	const spans = await unlessGone(directory.selectAgain(before.result, answer.result, [{ first: row, last: row }]));
	return spans?.[0]?.first ?? null;
}

/** Where the customers that are selected in `before` are in `answer`; null when there is nothing to move. */
export async function selectedIn(
	directory: Asked,
	before: Answer | null,
	answer: Answer,
	selection: RowSelection,
): Promise<readonly RowSpan[] | null> {
	for (;;) {
		const { value, spans } = selection;
		if (before === null || value.everything || spans.length === 0) return null;
		const moved = await unlessGone(directory.selectAgain(before.result, answer.result, [...spans]));
		if (moved === null) return [];
		// Whoever selected something else meanwhile did so in the answer that is still on screen.
		if (selection.value === value) return moved;
	}
}
