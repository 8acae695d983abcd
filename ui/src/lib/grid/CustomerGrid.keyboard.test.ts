import { fireEvent, screen } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { active, grid, header, onAScreen, press, remembered, rowAt, screenTop, scrollTo, session, show } from './shown-grid';

onAScreen();

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
