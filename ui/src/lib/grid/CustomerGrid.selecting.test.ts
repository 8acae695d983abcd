import { fireEvent } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { copies, directory, drawn, grid, onAScreen, press, rowAt, rows, session, show } from './shown-grid';

onAScreen();

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
