import { fireEvent, screen } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { shownColumns, usualWidth } from './columns';
import { active, drawn, grid, header, onAScreen, press, remembered, rowAt, session, show } from './shown-grid';

onAScreen();

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
