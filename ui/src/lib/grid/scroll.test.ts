import { describe, expect, it } from 'vitest';
import {
	drawnRows,
	type Extent,
	followed,
	LONGEST_SPACER,
	lastOffset,
	lastTop,
	mustSettle,
	offsetAt,
	type Position,
	positionAt,
	revealed,
	rowsPerPage,
	rowTop,
	START,
	settled,
	shownRows,
	slotCount,
	spacerHeight,
	topAt,
} from './scroll';

const SIZES = [0, 1, 10, 24, 25, 300_000, 1_000_000, 5_000_000];
const VIEWPORTS = [34, 333, 816, 2_131];
const SPARE = 6;

const extents: Extent[] = SIZES.flatMap((rows) => VIEWPORTS.map((viewport) => ({ rows, rowHeight: 34, viewport })));

/** A small generator of numbers in [0, 1) that gives the same ones in every run (mulberry32). */
function numbers(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

describe.each(extents)('$rows rows in $viewport px', (extent) => {
	it('keeps the scrolled element below what a browser can draw', () => {
		expect(spacerHeight(extent)).toBeLessThanOrEqual(LONGEST_SPACER);
		expect(lastTop(extent)).toBeLessThanOrEqual(Math.max(0, spacerHeight(extent)));
	});

	it('maps both ends exactly', () => {
		expect(offsetAt(extent, 0)).toBe(0);
		expect(offsetAt(extent, lastTop(extent))).toBe(lastOffset(extent));
		expect(topAt(extent, 0)).toBe(0);
		expect(topAt(extent, lastOffset(extent))).toBe(lastTop(extent));
	});

	it('shows the whole last row at the end, at the lower edge of the spacer', () => {
		if (extent.rows === 0) return;
		const position = positionAt(extent, Number.MAX_SAFE_INTEGER);
		expect(shownRows(extent, position).last).toBe(extent.rows - 1);
		expect(rowTop(extent, position, extent.rows - 1) + extent.rowHeight).toBe(spacerHeight(extent));
	});

	it('never maps a greater scroll position to a smaller offset, and finds its way back', () => {
		const random = numbers(extent.rows + extent.viewport);
		let [top, offset] = [0, 0];
		while (top < lastTop(extent)) {
			const next = Math.min(lastTop(extent), top + 1 + Math.floor(random() ** 4 * 400_000));
			const there = offsetAt(extent, next);
			expect(there).toBeGreaterThanOrEqual(offset);
			expect(Math.abs(topAt(extent, there) - next)).toBeLessThanOrEqual(1);
			[top, offset] = [next, there];
		}
	});

	it('brings any row wholly on screen, from anywhere', () => {
		const random = numbers(7 * extent.rows + extent.viewport);
		let position: Position = START;
		const some = [0, 1, extent.rows - 2, extent.rows - 1].filter((row) => row >= 0 && row < extent.rows);
		for (let round = 0; extent.rows > 0 && round < 400; round += 1) {
			const row = round < some.length ? (some[round] as number) : Math.floor(random() * extent.rows);
			position = revealed(extent, position, row);
			const above = rowTop(extent, position, row) - position.top;
			expect(above).toBeGreaterThanOrEqual(0);
			expect(above + extent.rowHeight).toBeLessThanOrEqual(Math.max(extent.viewport, extent.rowHeight));
			expect(position).toEqual(settled(extent, position));
		}
	});

	it('reaches every neighbour with arrow keys, moving by one row at most', () => {
		const random = numbers(3 * extent.rows + extent.viewport);
		let row = Math.floor(random() * extent.rows);
		let position = revealed(extent, START, row);
		for (let step = 0; extent.rows > 0 && step < 300; step += 1) {
			const down = random() < 0.6;
			const next = Math.min(Math.max(row + (down ? 1 : -1), 0), extent.rows - 1);
			const moved = revealed(extent, position, next);
			expect(Math.abs(moved.offset - position.offset)).toBeLessThanOrEqual(extent.rowHeight);
			[row, position] = [next, moved];
		}
	});

	it('draws what is on screen, with an element for each row', () => {
		const random = numbers(11 * extent.rows + extent.viewport);
		const slots = slotCount(extent, SPARE);
		for (let round = 0; round < 200; round += 1) {
			const position = positionAt(extent, random() * lastOffset(extent));
			const shown = shownRows(extent, position);
			const drawn = drawnRows(extent, position, SPARE);
			expect(drawn.first).toBeLessThanOrEqual(shown.first);
			expect(drawn.last).toBeGreaterThanOrEqual(shown.last);
			expect(drawn.first).toBeGreaterThanOrEqual(0);
			expect(drawn.last).toBeLessThan(Math.max(extent.rows, 1));
			expect(drawn.last - drawn.first + 1).toBe(Math.min(extent.rows, slots));
		}
	});

	it('is pixel-smooth under the wheel and reaches both ends by it, wherever it starts', () => {
		const random = numbers(13 * extent.rows + extent.viewport);
		for (const direction of [1, -1]) {
			const end = direction > 0 ? lastOffset(extent) : 0;
			// Start as far from the end as a wheel is ever turned in earnest: 60,000 px, and from the map itself.
			let position = positionAt(extent, end - direction * 60_000);
			for (let step = 0; position.offset !== end; step += 1) {
				expect(step).toBeLessThan(5_000);
				const by = direction * (1 + Math.floor(random() * 120));
				const top = Math.min(Math.max(position.top + by, 0), lastTop(extent));
				const next = followed(extent, position, top);
				expect(Math.abs(next.offset - position.offset)).toBeLessThanOrEqual(Math.abs(by));
				expect(Math.abs(next.offset - position.offset)).toBe(Math.abs(top - position.top));
				position = mustSettle(extent, next) ? settled(extent, next) : next;
			}
			expect(position.top).toBe(direction > 0 ? lastTop(extent) : 0);
		}
	});
});

describe('a list longer than the spacer', () => {
	const extent: Extent = { rows: 5_000_000, rowHeight: 34, viewport: 816 };

	it('moves rows on screen by nothing during a short movement, so that the browser can scroll them by itself', () => {
		const from = positionAt(extent, 85_000_000);
		const to = followed(extent, from, from.top + 53);
		expect(rowTop(extent, to, 2_500_010)).toBe(rowTop(extent, from, 2_500_010));
	});

	it('goes to the mapped place when the thumb is dragged', () => {
		const dragged = followed(extent, START, lastTop(extent) / 2);
		expect(Math.abs(dragged.offset - lastOffset(extent) / 2)).toBeLessThan(extent.rowHeight);
		expect(followed(extent, START, lastTop(extent)).offset).toBe(lastOffset(extent));
	});

	it('never runs into an end by short movements while the list goes on, however long they last', () => {
		let position = positionAt(extent, 40_000_000);
		let settledOften = 0;
		for (let step = 0; step < 20_000; step += 1) {
			const next = followed(extent, position, position.top - 3_900);
			expect(next.offset).toBe(Math.max(0, position.offset - 3_900));
			if (mustSettle(extent, next)) settledOften += 1;
			position = mustSettle(extent, next) ? settled(extent, next) : next;
		}
		expect(position).toEqual(START);
		expect(settledOften).toBeGreaterThan(0);
	});

	it('ignores a scroll position outside the element, as elastic scrolling reports it', () => {
		expect(followed(extent, START, -80)).toEqual(START);
		const end = positionAt(extent, lastOffset(extent));
		expect(followed(extent, end, end.top + 80)).toEqual(end);
	});
});

it('turns pages by whole rows and always by one at least', () => {
	expect(rowsPerPage({ rows: 100, rowHeight: 34, viewport: 340 })).toBe(10);
	expect(rowsPerPage({ rows: 100, rowHeight: 34, viewport: 20 })).toBe(1);
});
