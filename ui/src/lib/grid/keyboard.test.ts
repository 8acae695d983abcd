import { describe, expect, it } from 'vitest';
import { type Cell, HEADER_ROW, type Key, movedTo } from './keyboard';

const size = { rows: 1_000, columns: 6, page: 20 };
const press = (key: string, rest: Partial<Key> = {}): Key => ({
	key,
	ctrlKey: false,
	metaKey: false,
	altKey: false,
	shiftKey: false,
	...rest,
});

describe('moving in the grid', () => {
	const table: [string, Key, Cell, Cell | null][] = [
		['down', press('ArrowDown'), { row: 3, column: 2 }, { row: 4, column: 2 }],
		['up', press('ArrowUp'), { row: 3, column: 2 }, { row: 2, column: 2 }],
		['up from the first row to the headers', press('ArrowUp'), { row: 0, column: 2 }, { row: HEADER_ROW, column: 2 }],
		['up from the headers stays', press('ArrowUp'), { row: HEADER_ROW, column: 2 }, { row: HEADER_ROW, column: 2 }],
		['down from the headers', press('ArrowDown'), { row: HEADER_ROW, column: 2 }, { row: 0, column: 2 }],
		['down at the end stays', press('ArrowDown'), { row: 999, column: 0 }, { row: 999, column: 0 }],
		['right', press('ArrowRight'), { row: 3, column: 2 }, { row: 3, column: 3 }],
		['right at the edge stays', press('ArrowRight'), { row: 3, column: 5 }, { row: 3, column: 5 }],
		['left at the edge stays', press('ArrowLeft'), { row: 3, column: 0 }, { row: 3, column: 0 }],
		['page down', press('PageDown'), { row: 3, column: 2 }, { row: 23, column: 2 }],
		['page down near the end', press('PageDown'), { row: 990, column: 2 }, { row: 999, column: 2 }],
		['page up', press('PageUp'), { row: 43, column: 2 }, { row: 23, column: 2 }],
		['page up stops at the first row', press('PageUp'), { row: 5, column: 2 }, { row: 0, column: 2 }],
		['page up from the headers stays', press('PageUp'), { row: HEADER_ROW, column: 2 }, { row: HEADER_ROW, column: 2 }],
		['home', press('Home'), { row: 5, column: 4 }, { row: 5, column: 0 }],
		['end', press('End'), { row: 5, column: 0 }, { row: 5, column: 5 }],
		['Ctrl+Home', press('Home', { ctrlKey: true }), { row: 5, column: 4 }, { row: 0, column: 0 }],
		['Ctrl+End', press('End', { ctrlKey: true }), { row: 5, column: 4 }, { row: 999, column: 5 }],
		['Cmd+Down', press('ArrowDown', { metaKey: true }), { row: 5, column: 4 }, { row: 999, column: 4 }],
		['Alt+Right is left to the column width', press('ArrowRight', { altKey: true }), { row: 5, column: 4 }, null],
		['another key', press('x'), { row: 5, column: 4 }, null],
	];
	it.each(table)('%s', (_, key, from, to) => {
		expect(movedTo(key, from, size)).toEqual(to);
	});

	it('stays on the headers of an empty result', () => {
		const empty = { rows: 0, columns: 6, page: 20 };
		expect(movedTo(press('ArrowDown'), { row: HEADER_ROW, column: 1 }, empty)).toEqual({ row: HEADER_ROW, column: 1 });
		expect(movedTo(press('End', { ctrlKey: true }), { row: HEADER_ROW, column: 1 }, empty)).toEqual({
			row: HEADER_ROW,
			column: 5,
		});
	});
});
