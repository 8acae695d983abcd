import { fireEvent, render, screen, within } from '@testing-library/svelte';
import { createRawSnippet, flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ScriptedDirectory, settle } from '$lib/search/scripted-directory';
import { SearchSession } from '$lib/search/session.svelte';
import CustomerGrid from './CustomerGrid.svelte';
import { type ShownColumn, shownColumns, usualWidth } from './columns';

/** What jsdom has no layout for: ten rows of 34 pixels below a header of 33. */
const HEADER = 33;
const SCREEN = 10 * 34;

// Each of these draws hundreds of cells in a slow imitation of a browser.
vi.setConfig({ testTimeout: 60_000 });

let directory: ScriptedDirectory;
let session: SearchSession;
let grid: HTMLElement;
let remembered: ShownColumn[][];
let textHeight: number;
let copies: number;
let view: ReturnType<typeof render>;

beforeEach(() => {
	vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockImplementation(function (this: HTMLElement) {
		return this.getAttribute('role') === 'grid' ? SCREEN + HEADER : textHeight;
	});
	vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(700);
	vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(HEADER);
	remembered = [];
	textHeight = 18;
	copies = 0;
});
afterEach(() => {
	session.stop();
	vi.useRealTimers();
});

async function show(size: number, prepare: (directory: ScriptedDirectory) => void = () => {}): Promise<void> {
	directory = new ScriptedDirectory(size, { prompt: true });
	prepare(directory);
	session = new SearchSession(directory);
	const empty = createRawSnippet(() => ({ render: () => '<p>Nobody</p>' }));
	const oncopy = (): void => {
		copies += 1;
	};
	const oncolumns = (columns: ShownColumn[]): void => {
		remembered.push(columns);
		void view.rerender({ columns });
	};
	view = render(CustomerGrid, { session, providers: [], columns: shownColumns([], new Set()), oncolumns, oncopy, empty });
	grid = screen.getByRole('grid');
	await session.start();
	await drawn();
}

async function drawn(): Promise<void> {
	await settle();
	flushSync();
	await settle();
	flushSync();
}

const rows = (): HTMLElement[] => [...grid.querySelectorAll<HTMLElement>('[data-index]')];
const rowAt = (index: number): HTMLElement => {
	const row = rows().find((one) => one.dataset.index === String(index));
	if (row === undefined) throw new Error(`row ${index} is not drawn`);
	return row;
};
/** Where a row's upper edge is on screen, below the header. */
const screenTop = (index: number): number => Number(/-?\d+/.exec(rowAt(index).style.transform)?.[0]) - grid.scrollTop;
const active = (): HTMLElement | null => document.getElementById(grid.getAttribute('aria-activedescendant') ?? '');
const results = (): HTMLElement => screen.getByTestId('results');
const header = (column: string): HTMLElement => grid.querySelector(`[role=columnheader][data-col=${column}]`) as HTMLElement;

async function press(key: string, more: KeyboardEventInit = {}): Promise<void> {
	await fireEvent.keyDown(grid, { key, ...more });
	await drawn();
}
async function scrollTo(top: number): Promise<void> {
	grid.scrollTop = top;
	await fireEvent.scroll(grid);
	await drawn();
}

describe('what the grid says of itself', () => {
	it('counts rows with the header and columns, from 1', async () => {
		await show(8_412);
		expect(grid).toHaveAttribute('aria-rowcount', '8413');
		expect(grid).toHaveAttribute('aria-colcount', '12');
		expect(within(grid).getAllByRole('row')[0]).toHaveAttribute('aria-rowindex', '1');
		expect(rowAt(0)).toHaveAttribute('aria-rowindex', '2');
		expect(rowAt(0)).toHaveAttribute('data-customer', 'id-0');
		const cells = within(rowAt(0)).getAllByRole('gridcell');
		expect(cells.map((cell) => cell.dataset.col)).toEqual([
			'name',
			'email',
			'kyc',
			'provider',
			'trust',
			'paid',
			'phone',
			'payments',
			'last_payment',
			'created',
			'blocked',
			'id',
		]);
		expect(cells.map((cell) => cell.getAttribute('aria-colindex'))).toEqual([...'123456789', '10', '11', '12']);
	});

	it('is busy until the rows on screen are there', async () => {
		vi.useFakeTimers();
		await show(5_000);
		expect(results()).toHaveAttribute('data-busy', 'false');
		directory.prompt = false;
		await scrollTo(100_000);
		expect(results()).toHaveAttribute('data-busy', 'true');
		vi.advanceTimersByTime(250);
		await drawn();
		expect(rowAt(2_945)).toHaveAttribute('aria-busy', 'true');
		expect(rowAt(2_945)).not.toHaveAttribute('data-customer');
		await directory.windows.at(-1)?.answer();
		await drawn();
		expect(results()).toHaveAttribute('data-busy', 'false');
		expect(rowAt(2_945)).toHaveAttribute('data-customer', 'id-2945');
		expect(rowAt(2_945)).not.toHaveAttribute('aria-busy');
	});

	it('keeps rows on screen while the thumb is dragged, those of a place that it has passed at the latest', async () => {
		await show(5_000);
		directory.prompt = false;
		await scrollTo(100_000);
		expect(rowAt(0)).toHaveAttribute('data-customer', 'id-0');
		expect(screenTop(0)).toBe(0);
		await scrollTo(50_000);
		expect(screenTop(0)).toBe(0);
		await directory.windows.at(-1)?.answer();
		await drawn();
		expect(rowAt(2_941)).toHaveAttribute('data-customer', 'id-2941');
		expect(screenTop(2_941)).toBe(0);
		expect(results()).toHaveAttribute('data-busy', 'true');
		await directory.windows.at(-1)?.answer();
		await drawn();
		expect(screenTop(1_470)).toBe(1_470 * 34 - 50_000);
		expect(rowAt(1_470)).toHaveAttribute('data-customer', 'id-1470');
		expect(results()).toHaveAttribute('data-busy', 'false');
	});

	it('goes with another answer at once, wherever it was on its way to', async () => {
		await show(5_000);
		directory.prompt = false;
		await scrollTo(100_000);
		session.setText('a');
		await directory.searches.at(-1)?.answer();
		await drawn();
		expect(grid.scrollTop).toBe(0);
		await directory.windows.at(-1)?.answer();
		await drawn();
		expect(screenTop(0)).toBe(0);
		expect(results()).toHaveAttribute('data-busy', 'false');
	});

	it('shows what stands for nobody only when nobody matches', async () => {
		await show(3);
		expect(screen.queryByText('Nobody')).toBeNull();
		directory.size = 0;
		session.setText('x');
		await drawn();
		expect(screen.getByText('Nobody')).toBeInTheDocument();
		expect(grid).toHaveAttribute('aria-rowcount', '1');
		expect(active()).toHaveAttribute('role', 'columnheader');
	});
});

describe('rows as elements', () => {
	it('are few, in the order of the screen, and reused by scrolling', async () => {
		await show(1_000_000);
		const before = new Set(rows());
		expect(before.size).toBeLessThan(40);
		await scrollTo(340);
		expect(rows().filter((row) => !before.has(row))).toHaveLength(0);
		for (const top of [5_000, 700_000, 9_000_000, 3]) {
			await scrollTo(top);
			expect(rows().every((row) => before.has(row))).toBe(true);
			const order = rows().map((row) => Number(row.dataset.index));
			expect(order).toEqual([...order].sort((a, b) => a - b));
		}
	});

	it('leave nothing of the customer that they showed before', async () => {
		await show(1_000, (the) => {
			the.dress = (row) =>
				row.key < 40 ? { ...row, disagrees: true, unlistedSince: '2026-11-01T00:00:00Z', kyc: { status: 'rejected', word: null } } : row;
		});
		expect(rowAt(0).querySelector('[data-kyc=rejected]')).not.toBeNull();
		expect(rowAt(0).title).not.toBe('');
		await scrollTo(20_000);
		expect(grid.querySelector('[data-kyc=rejected]')).toBeNull();
		expect(rows().every((row) => row.title === '')).toBe(true);
	});

	it.each([1_000_000, 5_000_000])('of %i reach the last one, whole, at the lower edge', async (size) => {
		await show(size);
		grid.focus();
		await press('End', { ctrlKey: true });
		expect(rowAt(size - 1)).toHaveAttribute('data-customer', `id-${size - 1}`);
		expect(rowAt(size - 1)).toHaveAttribute('aria-rowindex', String(size + 1));
		expect(screenTop(size - 1) + 34).toBe(SCREEN);
		expect(grid.scrollTop).toBe(10_000_000 - SCREEN);
		await press('ArrowUp');
		expect(active()?.closest('[data-index]')).toHaveAttribute('data-index', String(size - 2));
		await press('Home', { ctrlKey: true });
		expect(screenTop(0)).toBe(0);
	});

	it('stay under the pointer while the list is scrolled slowly in its middle', async () => {
		await show(5_000_000);
		await scrollTo(5_000_000);
		const index = Number(rows()[12]?.dataset.index);
		const from = screenTop(index);
		for (let step = 1; step <= 10; step += 1) {
			await scrollTo(5_000_000 + step * 3);
			expect(screenTop(index)).toBe(from - step * 3);
		}
	});

	it('return to the mapped place when scrolling pauses, without moving on screen', async () => {
		await show(5_000_000);
		await scrollTo(5_000_000);
		vi.useFakeTimers();
		await scrollTo(5_003_000);
		const index = Number(rows()[12]?.dataset.index);
		const at = screenTop(index);
		vi.advanceTimersByTime(400);
		flushSync();
		expect(grid.scrollTop).toBeLessThan(5_003_000);
		expect(screenTop(index)).toBe(at);
	});
});

describe('the keyboard', () => {
	beforeEach(async () => {
		await show(8_412);
		grid.focus();
	});

	it('has one tab stop, and names the focused cell', () => {
		expect(grid.tabIndex).toBe(0);
		expect([...grid.querySelectorAll<HTMLElement>('*')].filter((element) => element.tabIndex >= 0)).toHaveLength(0);
		expect(active()).toHaveAttribute('data-col', 'name');
		expect(active()?.closest('[role=row]')).toHaveAttribute('aria-rowindex', '2');
	});

	it('moves by rows, cells, pages and to the ends', async () => {
		await press('ArrowDown');
		await press('ArrowRight');
		expect(active()).toHaveAttribute('data-col', 'email');
		expect(active()?.closest('[role=row]')).toHaveAttribute('aria-rowindex', '3');
		await press('PageDown');
		expect(session.focused).toBe(11);
		await press('End');
		expect(active()).toHaveAttribute('data-col', 'id');
		await press('End', { ctrlKey: true });
		expect(session.focused).toBe(8_411);
		await press('Home', { ctrlKey: true });
		expect(session.focused).toBe(0);
		expect(active()).toHaveAttribute('data-col', 'name');
	});

	it('keeps its place when the focused row is scrolled out of sight and its element is reused', async () => {
		await press('PageDown');
		await scrollTo(100_000);
		expect(grid).not.toHaveAttribute('aria-activedescendant');
		expect(document.activeElement).toBe(grid);
		await press('ArrowDown');
		expect(session.focused).toBe(11);
		expect(active()?.closest('[role=row]')).toHaveAttribute('data-customer', 'id-11');
		expect(screenTop(11)).toBeGreaterThanOrEqual(0);
	});

	it('opens the card with Enter, follows with arrows, closes with Escape, and leaves with another', async () => {
		await press('Enter');
		expect(session.opened.key).toBe(0);
		expect(rowAt(0)).toHaveAttribute('aria-selected', 'true');
		await press('ArrowDown');
		expect(session.opened.key).toBe(1);
		expect(rowAt(0)).toHaveAttribute('aria-selected', 'false');
		await press('Escape');
		expect(session.opened.key).toBeNull();
		const left = vi.fn();
		session.places.search = left;
		await press('Escape');
		expect(left).toHaveBeenCalledOnce();
	});

	it('sorts and sets widths from the headers', async () => {
		await press('ArrowUp');
		expect(active()).toBe(header('name'));
		await press('ArrowRight');
		await press('Enter');
		expect(session.query.sort).toEqual([{ column: 'email', descending: false }]);
		expect(header('email')).toHaveAttribute('aria-sort', 'ascending');
		await press(' ');
		expect(header('email')).toHaveAttribute('aria-sort', 'descending');
		expect(header('name')).toHaveAttribute('aria-sort', 'none');
		const width = (): number | undefined => remembered.at(-1)?.find(({ column }) => column === 'email')?.width;
		await press('ArrowRight', { altKey: true });
		const wider = width() ?? 0;
		await press('ArrowLeft', { altKey: true });
		expect(width()).toBe(wider - 12);
	});

	it('leaves keys alone that are not its own', async () => {
		for (const key of ['a', 'Tab', 'F5', '/']) expect(await fireEvent.keyDown(grid, { key })).toBe(true);
		expect(await fireEvent.keyDown(grid, { key: 'ArrowDown' })).toBe(false);
	});

	it('says where it is once it rests', async () => {
		vi.useFakeTimers();
		for (let times = 0; times < 11; times += 1) await press('ArrowDown');
		expect(screen.queryByText('Row 12 of 8,412')).toBeNull();
		vi.advanceTimersByTime(500);
		flushSync();
		expect(screen.getByText('Row 12 of 8,412')).toBeInTheDocument();
	});
});

describe('the mouse', () => {
	it('opens the card of the row and sorts by the header', async () => {
		await show(500);
		await fireEvent.click(rowAt(4).querySelector('[data-col=email]') as HTMLElement);
		await drawn();
		expect(session.opened.key).toBe(4);
		expect(session.focused).toBe(4);
		await fireEvent.click(header('paid'));
		expect(session.query.sort).toEqual([{ column: 'paid', descending: false }]);
		await fireEvent.click(header('paid'));
		await drawn();
		expect(header('paid')).toHaveAttribute('aria-sort', 'descending');
	});

	it('drags the edge of a header without sorting, and remembers the end alone', async () => {
		await show(500);
		const edge = header('email').querySelector('.edge') as HTMLElement;
		const pointer = async (type: string, clientX: number): Promise<void> => {
			const event = new MouseEvent(type, { bubbles: true, clientX, button: 0 });
			await fireEvent(edge, Object.assign(event, { pointerId: 1 }));
		};
		await pointer('pointerdown', 100);
		await pointer('pointermove', 130);
		expect(remembered).toHaveLength(0);
		const shown = grid.style.getPropertyValue('--grid-columns');
		await pointer('pointermove', 150);
		expect(grid.style.getPropertyValue('--grid-columns')).not.toBe(shown);
		await pointer('pointerup', 150);
		await fireEvent.click(edge);
		expect(remembered).toHaveLength(1);
		expect(remembered[0]?.find(({ column }) => column === 'email')?.width).toBe(usualWidth('email') + 50);
		expect(session.query.sort).toEqual([]);
		await fireEvent.dblClick(edge);
		expect(remembered.at(-1)?.find(({ column }) => column === 'email')?.width).toBe(usualWidth('email'));
	});
});

it('grows with enlarged text, and remembers widths for text of the usual size', async () => {
	textHeight = 36;
	await show(500);
	expect(grid.style.getPropertyValue('--row-height')).toBe('52px');
	expect(screenTop(2) - screenTop(1)).toBe(52);
	expect(grid.style.getPropertyValue('--grid-columns')).toMatch(
		new RegExp(`^${2 * usualWidth('name')}px ${2 * usualWidth('email')}px ${2 * usualWidth('kyc')}px `),
	);
	await press('ArrowUp');
	await press('ArrowRight', { altKey: true });
	expect(remembered.at(-1)?.[0]).toMatchObject({ column: 'name', width: usualWidth('name') + 6 });
});

describe('a directory that changes', () => {
	it('leaves the screen, the focus and the open card where they are', async () => {
		await show(5_000);
		grid.focus();
		await scrollTo(68_000 + 7);
		session.focus(2_005);
		session.openRow(2_005);
		await drawn();
		const at = screenTop(2_005);
		directory.before = 20;
		directory.emit('directory_changed', { version: 2 });
		await vi.waitFor(() => expect(session.total).toBe(5_020), { interval: 10 });
		await drawn();
		expect(rowAt(2_025)).toHaveAttribute('data-customer', 'id-2005');
		expect(screenTop(2_025)).toBe(at);
		expect(rowAt(2_025)).toHaveAttribute('aria-selected', 'true');
		expect(active()?.closest('[data-index]')).toBe(rowAt(2_025));
	});

	it('leaves the first movement after another query at the top alone', async () => {
		await show(5_000);
		session.sortBy('paid');
		await drawn();
		await scrollTo(20_000);
		expect(grid.scrollTop).toBe(20_000);
		expect(rowAt(590)).toHaveAttribute('data-customer', 'id-590');
	});

	it('goes to the top for another query', async () => {
		await show(5_000);
		await scrollTo(68_000);
		session.setText('x');
		await drawn();
		expect(grid.scrollTop).toBe(0);
		expect(screenTop(0)).toBe(0);
	});
});

describe('selecting', () => {
	const selected = (): number[] =>
		rows()
			.filter((row) => row.getAttribute('aria-selected') === 'true')
			.map((row) => Number(row.dataset.index))
			.sort((one, other) => one - other);
	const click = async (index: number, more: MouseEventInit = {}): Promise<void> => {
		await fireEvent.click(rowAt(index).querySelector('[role=gridcell]') as HTMLElement, more);
		await drawn();
	};

	it('takes ranges and single rows by mouse, and forgets them at a plain click', async () => {
		await show(1_000);
		expect(grid).toHaveAttribute('aria-multiselectable', 'true');
		await click(2);
		expect(selected()).toEqual([2]);
		await click(5, { shiftKey: true });
		expect(selected()).toEqual([2, 3, 4, 5]);
		await click(3, { ctrlKey: true });
		await click(8, { metaKey: true });
		expect(selected()).toEqual([2, 4, 5, 8]);
		expect(session.selection.size).toBe(4);
		await click(1);
		expect(selected()).toEqual([1]);
		expect(session.selection.size).toBe(0);
	});

	it('takes along the customer whose card is open', async () => {
		await show(1_000);
		await click(4);
		await click(6, { ctrlKey: true });
		expect(session.selection.spans).toEqual([
			{ first: 4, last: 4 },
			{ first: 6, last: 6 },
		]);
	});

	it('extends, shrinks and toggles by keyboard, and keeps what is selected while one moves on', async () => {
		await show(1_000);
		await press('ArrowDown', { shiftKey: true });
		await press('ArrowDown', { shiftKey: true });
		expect(selected()).toEqual([0, 1, 2]);
		await press('ArrowUp', { shiftKey: true });
		expect(selected()).toEqual([0, 1]);
		await press('ArrowDown');
		await press('ArrowDown');
		await press('ArrowDown');
		await press(' ', { shiftKey: true });
		expect(selected()).toEqual([0, 1, 4]);
		await press(' ', { ctrlKey: true });
		expect(selected()).toEqual([0, 1]);
		await press('End', { ctrlKey: true, shiftKey: true });
		expect(session.selection.size).toBe(2 + 996);
	});

	it('selects all of a million without a list of them, and lets one go', async () => {
		await show(1_000_000);
		await press('a', { ctrlKey: true, code: 'KeyA' });
		expect(session.selection.size).toBe(1_000_000);
		expect(session.selection.value.spans).toHaveLength(0);
		await click(3, { ctrlKey: true });
		expect(session.selection.size).toBe(999_999);
		expect(session.selection.spans).toEqual([
			{ first: 0, last: 2 },
			{ first: 4, last: 999_999 },
		]);
		expect(directory.windows.length).toBeLessThan(10);
	});

	it('steps back from the selection before it steps back from the card', async () => {
		await show(100);
		await click(2);
		await press('ArrowDown', { shiftKey: true });
		await press('Escape');
		expect(session.selection.size).toBe(0);
		expect(session.opened.key).not.toBeNull();
		await press('Escape');
		expect(session.opened.key).toBeNull();
	});

	it('stays with the customers when a sync puts others before them', async () => {
		await show(1_000);
		await click(3);
		await click(5, { shiftKey: true });
		directory.before = 2;
		directory.emit('directory_changed', { version: 2 });
		await vi.waitFor(() => expect(session.selection.spans).toEqual([{ first: 5, last: 7 }]), { timeout: 20_000 });
		await drawn();
		expect(directory.selections.at(-1)?.asked.spans).toEqual([{ first: 3, last: 5 }]);
		expect(rowAt(5)).toHaveAttribute('data-customer', 'id-3');
		expect(rowAt(5)).toHaveAttribute('aria-selected', 'true');
	});

	it('ends with another question', async () => {
		await show(1_000);
		await press('a', { ctrlKey: true, code: 'KeyA' });
		session.setText('x');
		await drawn();
		expect(session.selection.size).toBe(0);
	});

	it('copies on the usual key, wherever it is on the keyboard', async () => {
		await show(10);
		await press('c', { ctrlKey: true, code: 'KeyC' });
		await press('с', { ctrlKey: true, code: 'KeyC' });
		expect(copies).toBe(2);
	});
});

describe('columns', () => {
	const order = (): string[] => (remembered.at(-1) ?? []).map(({ column }) => column);
	const said = (): string => screen.getByTestId('grid-said').textContent ?? '';
	const toHeader = async (): Promise<void> => {
		await press('ArrowUp');
		await press('ArrowRight');
	};

	it('move by keyboard, with the focus, and say where they are', async () => {
		await show(50);
		await toHeader();
		await press('ArrowRight', { altKey: true, shiftKey: true });
		expect(order().slice(0, 3)).toEqual(['name', 'kyc', 'email']);
		expect(active()?.dataset.col).toBe('email');
		expect(said()).toBe('E-mail is now column 3 of 12');
		await press('ArrowLeft', { altKey: true, shiftKey: true });
		await press('ArrowLeft', { altKey: true, shiftKey: true });
		expect(order().slice(0, 3)).toEqual(['name', 'email', 'kyc']);
	});

	it('change their width by keyboard and say it', async () => {
		await show(50);
		await toHeader();
		await press('ArrowRight', { altKey: true });
		expect(said()).toBe(`E-mail: ${usualWidth('email') + 12} pixels wide`);
	});

	it('have a menu, which pins them beside the name', async () => {
		await show(50);
		await toHeader();
		await press('ArrowRight');
		await press('ArrowDown', { altKey: true });
		expect(screen.getByRole('menu', { name: 'Column KYC' })).toBeVisible();
		await fireEvent.click(screen.getByRole('menuitem', { name: /Pin on the left/ }));
		await drawn();
		expect(remembered.at(-1)?.slice(0, 2)).toMatchObject([
			{ column: 'name', pinned: true },
			{ column: 'kyc', pinned: true },
		]);
		expect(header('kyc').style.left).toBe(`${usualWidth('name')}px`);
		expect(said()).toBe('KYC pinned');
		expect(active()?.dataset.col).toBe('kyc');
		expect(screen.queryByRole('menu')).toBeNull();
	});

	it('are hidden from their menu, but not the one that says who it is', async () => {
		await show(50);
		await press('ArrowUp');
		await press('F10', { shiftKey: true });
		expect(screen.getByRole('menuitem', { name: 'Hide column' })).toBeDisabled();
		await fireEvent.keyDown(screen.getByRole('menu'), { key: 'Escape' });
		await fireEvent.contextMenu(header('phone'));
		await drawn();
		await fireEvent.click(screen.getByRole('menuitem', { name: 'Hide column' }));
		expect(order()).not.toContain('phone');
	});

	it('sort by several, in the order in which they were added', async () => {
		await show(50);
		await fireEvent.click(header('kyc'));
		await fireEvent.click(header('paid'), { shiftKey: true });
		await fireEvent.click(header('paid'), { shiftKey: true });
		await drawn();
		expect(session.query.sort).toEqual([
			{ column: 'kyc', descending: false },
			{ column: 'paid', descending: true },
		]);
		expect(header('kyc')).toHaveAttribute('aria-sort', 'ascending');
		expect(header('paid')).toHaveAttribute('aria-sort', 'none');
		expect(header('paid')).toHaveTextContent('sorted by this in place 2, descending');
		await fireEvent.click(header('paid'), { shiftKey: true });
		expect(session.query.sort).toEqual([{ column: 'kyc', descending: false }]);
	});

	it('are carried to another place by mouse, which does not sort', async () => {
		await show(50);
		const at = (column: string, left: number): void => {
			vi.spyOn(header(column), 'getBoundingClientRect').mockReturnValue({ left, width: 100 } as DOMRect);
		};
		for (const [place, { column }] of shownColumns([], new Set()).entries()) at(column, place * 100);
		await fireEvent.pointerDown(header('paid'), { pointerId: 1, button: 0, clientX: 550 });
		await fireEvent.pointerMove(header('paid'), { pointerId: 1, clientX: 120 });
		await fireEvent.pointerUp(header('paid'), { pointerId: 1, clientX: 120 });
		await fireEvent.click(header('paid'));
		await drawn();
		expect(order().slice(0, 3)).toEqual(['name', 'paid', 'email']);
		expect(session.query.sort).toEqual([]);
	});
});

it('has lower rows when they are wanted', async () => {
	await show(1_000);
	await view.rerender({ rows: 'compact' });
	await drawn();
	expect(grid.style.getPropertyValue('--row-height')).toBe('26px');
	expect(screenTop(4)).toBe(4 * 26);
});
