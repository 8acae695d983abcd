import { describe, expect, it } from 'vitest';
import { EVERYTHING, holds, isEmpty, NOTHING, type Selection, sizeOf, span, spansOf, withSpan, withToggledRow } from './selection';

const TOTAL = 24;

/** The same selection as a plain set, to compare with. */
const listed = (selection: Selection): number[] => Array.from({ length: TOTAL }, (_, row) => row).filter((row) => holds(selection, row));

/** Numbers that are the same in each run. */
function* numbers(seed: number): Generator<number, never> {
	let state = seed;
	for (;;) {
		state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
		yield state;
	}
}

describe('a selection', () => {
	it('equals a plain set of rows after any changes', () => {
		const random = numbers(7);
		const next = (below: number): number => random.next().value % below;
		for (let round = 0; round < 200; round += 1) {
			let selection = NOTHING;
			let plain = new Set<number>();
			for (let change = 0; change < 12; change += 1) {
				const [one, other] = [next(TOTAL), next(TOTAL)];
				if (next(8) === 0) {
					selection = EVERYTHING;
					plain = new Set(Array.from({ length: TOTAL }, (_, row) => row));
				} else if (next(2) === 0) {
					selection = withSpan(selection, span(one, other));
					for (let row = Math.min(one, other); row <= Math.max(one, other); row += 1) plain.add(row);
				} else {
					selection = withToggledRow(selection, one, TOTAL);
					if (!plain.delete(one)) plain.add(one);
				}
				expect(listed(selection)).toEqual([...plain].sort((a, b) => a - b));
				expect(sizeOf(selection, TOTAL)).toBe(plain.size);
				const spans = spansOf(selection, TOTAL);
				expect(spans.every(({ first, last }, at) => first <= last && (at === 0 || first > (spans[at - 1]?.last ?? 0) + 1))).toBe(true);
			}
		}
	});

	it('takes a million rows as one range', () => {
		const all = withSpan(NOTHING, span(999_999, 0));
		expect(all.spans).toEqual([{ first: 0, last: 999_999 }]);
		expect(sizeOf(withToggledRow(all, 500_000, 1_000_000), 1_000_000)).toBe(999_999);
		expect(withToggledRow(EVERYTHING, 0, 1_000_000).spans).toEqual([{ first: 1, last: 999_999 }]);
	});

	it('ends where the result ends', () => {
		const selection = withSpan(NOTHING, span(5, 9));
		expect(spansOf(selection, 7)).toEqual([{ first: 5, last: 6 }]);
		expect(sizeOf(selection, 7)).toBe(2);
		expect(spansOf(selection, 3)).toEqual([]);
		expect(isEmpty(selection)).toBe(false);
		expect(spansOf(EVERYTHING, 0)).toEqual([]);
	});
});
