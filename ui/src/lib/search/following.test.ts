import { describe, expect, it, vi } from 'vitest';
import { ProblemError } from '$lib/backend/backend';
import type { RowSpan } from '$lib/backend/bindings';
import { placeIn, selectedIn } from './following';
import { RowSelection } from './selection.svelte';

const [BEFORE, AFTER] = [{ result: 1 }, { result: 2 }];
const failing = (code: 'result_gone' | 'internal') => ({ selectAgain: () => Promise.reject(new ProblemError({ code, words: null })) });

/** A directory in whose newer answer everybody stands ten rows farther down; the first ten customers are gone from it. */
const moving = (meanwhile: () => void = () => {}) => ({
	selectAgain: vi.fn(async (_from: number, _to: number, spans: RowSpan[]) => {
		meanwhile();
		return spans.filter(({ first }) => first >= 10).map(({ first, last }) => ({ first: first + 10, last: last + 10 }));
	}),
});

function selection(...rows: number[]): RowSelection {
	const selected = new RowSelection(() => 100);
	for (const row of rows) selected.toggle(row);
	return selected;
}

describe('the place of a customer in a newer answer', () => {
	it('is asked of the directory, and is none for whom it does not hold', async () => {
		const directory = moving();
		expect(await placeIn(directory, BEFORE, AFTER, 12)).toBe(22);
		expect(directory.selectAgain).toHaveBeenCalledWith(1, 2, [{ first: 12, last: 12 }]);
		expect(await placeIn(directory, BEFORE, AFTER, 3)).toBeNull();
		expect(await placeIn(directory, null, AFTER, 12)).toBeNull();
	});

	it('is not known once an answer is gone; any other failure is one', async () => {
		expect(await placeIn(failing('result_gone'), BEFORE, AFTER, 12)).toBeNull();
		await expect(placeIn(failing('internal'), BEFORE, AFTER, 12)).rejects.toThrow('internal');
	});
});

describe('what is selected, in a newer answer', () => {
	it('moves with the customers, and is nobody when an answer is gone', async () => {
		expect(await selectedIn(moving(), BEFORE, AFTER, selection(3, 20, 21))).toEqual([{ first: 30, last: 31 }]);
		expect(await selectedIn(failing('result_gone'), BEFORE, AFTER, selection(20))).toEqual([]);
		await expect(selectedIn(failing('internal'), BEFORE, AFTER, selection(20))).rejects.toThrow('internal');
	});

	it('needs no asking where nobody or everybody is selected', async () => {
		const directory = moving();
		const everybody = selection();
		everybody.everything();
		for (const one of [selection(), everybody]) expect(await selectedIn(directory, BEFORE, AFTER, one)).toBeNull();
		expect(await selectedIn(directory, null, AFTER, selection(20))).toBeNull();
		expect(directory.selectAgain).not.toHaveBeenCalled();
	});

	it('is asked again when somebody else was selected meanwhile', async () => {
		const selected = selection(20);
		const directory = moving(() => directory.selectAgain.mock.calls.length === 1 && selected.toggle(40));
		expect(await selectedIn(directory, BEFORE, AFTER, selected)).toEqual([
			{ first: 30, last: 30 },
			{ first: 50, last: 50 },
		]);
		expect(directory.selectAgain).toHaveBeenCalledTimes(2);
	});
});
