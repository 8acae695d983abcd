import { screen, within } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import { usualWidth } from './columns';
import {
	active,
	directory,
	drawn,
	enlargeText,
	grid,
	onAScreen,
	press,
	remembered,
	results,
	rowAt,
	rows,
	SCREEN,
	screenTop,
	scrollTo,
	session,
	show,
	view,
} from './shown-grid';

onAScreen();

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

it('grows with enlarged text, and remembers widths for text of the usual size', async () => {
	enlargeText();
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

it('has lower rows when they are wanted', async () => {
	await show(1_000);
	await view.rerender({ rows: 'compact' });
	await drawn();
	expect(grid.style.getPropertyValue('--row-height')).toBe('26px');
	expect(screenTop(4)).toBe(4 * 26);
});
