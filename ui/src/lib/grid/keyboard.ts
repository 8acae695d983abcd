/**
 * Where a key leads inside the grid, after the ARIA grid pattern. Pure: no event is consumed and nothing is scrolled here.
 */

/** The row of the column headers, above row 0. */
export const HEADER_ROW = -1;

/** A cell by its place: `row` counts from 0 ({@link HEADER_ROW} for the headers), `column` among the shown columns. */
export type Cell = { row: number; column: number };

export type GridSize = {
	/** Rows of the result, without the header. */
	rows: number;
	/** Shown columns. */
	columns: number;
	/** Rows that a page key moves by. */
	page: number;
};

export type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** The cell that `key` leads to from `from`; null when it is not a key that moves. Stays within the grid. */
export function movedTo(key: Key, from: Cell, size: GridSize): Cell | null {
	if (key.altKey || key.shiftKey) return null;
	const far = key.ctrlKey || key.metaKey;
	const to = far ? farCell(key.key, from, size) : nearCell(key.key, from, size);
	if (to === null) return null;
	return {
		row: Math.min(Math.max(to.row, HEADER_ROW), size.rows - 1),
		column: Math.min(Math.max(to.column, 0), Math.max(size.columns - 1, 0)),
	};
}

function nearCell(key: string, { row, column }: Cell, size: GridSize): Cell | null {
	switch (key) {
		case 'ArrowUp':
			return { row: row - 1, column };
		case 'ArrowDown':
			return { row: row + 1, column };
		case 'ArrowLeft':
			return { row, column: column - 1 };
		case 'ArrowRight':
			return { row, column: column + 1 };
		// Paging stops at the first row: only an arrow leads from there to the headers.
		case 'PageUp':
			return { row: Math.max(row - size.page, Math.min(row, 0)), column };
		case 'PageDown':
			return { row: row + size.page, column };
		case 'Home':
			return { row, column: 0 };
		case 'End':
			return { row, column: size.columns - 1 };
		default:
			return null;
	}
}

function farCell(key: string, { row, column }: Cell, size: GridSize): Cell | null {
	switch (key) {
		case 'Home':
			return { row: 0, column: 0 };
		case 'End':
			return { row: size.rows - 1, column: size.columns - 1 };
		case 'ArrowUp':
			return { row: 0, column };
		case 'ArrowDown':
			return { row: size.rows - 1, column };
		case 'ArrowLeft':
			return { row, column: 0 };
		case 'ArrowRight':
			return { row, column: size.columns - 1 };
		default:
			return null;
	}
}
