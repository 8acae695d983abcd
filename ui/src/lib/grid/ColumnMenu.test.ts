import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { ColumnChoice } from '$lib/backend/bindings';
import ColumnMenu from './ColumnMenu.svelte';

async function open(): Promise<{ last: () => ColumnChoice[] | undefined; calls: ColumnChoice[][] }> {
	const calls: ColumnChoice[][] = [];
	const oncolumns = (columns: ColumnChoice[]): void => {
		calls.push(columns);
		void view.rerender({ columns });
	};
	const view = render(ColumnMenu, { columns: [], oncolumns, providers: [], connections: [] });
	await userEvent.click(screen.getByTestId('columns'));
	return { last: () => calls.at(-1), calls };
}

const names = (columns: ColumnChoice[] | undefined): string[] => (columns ?? []).map(({ column }) => column);
const box = (name: string): HTMLElement => screen.getByRole('checkbox', { name });

describe('the choice of columns', () => {
	it('hides and shows a column, but not the one that says who it is', async () => {
		const { last } = await open();
		expect(box('Customer')).toBeDisabled();
		await userEvent.click(box('E-mail'));
		expect(names(last())).not.toContain('email');
		expect(box('E-mail')).not.toBeChecked();
		await userEvent.click(box('E-mail'));
		expect(names(last()).at(-1)).toBe('email');
	});

	it('moves a column by keyboard and keeps the focus on it', async () => {
		const { last } = await open();
		box('KYC').focus();
		await userEvent.keyboard('{Alt>}{ArrowUp}{/Alt}');
		expect(names(last()).slice(0, 3)).toEqual(['name', 'kyc', 'email']);
		expect(box('KYC')).toHaveFocus();
		await userEvent.keyboard('{ArrowDown}');
		expect(box('E-mail')).toHaveFocus();
	});

	it('moves a column by mouse', async () => {
		const { last } = await open();
		await userEvent.click(screen.getByRole('button', { name: 'Move Provider up' }));
		expect(names(last()).slice(0, 4)).toEqual(['name', 'email', 'provider', 'kyc']);
	});

	it('goes back to the defaults', async () => {
		const { last } = await open();
		const usual = screen.getByRole('button', { name: 'Default columns' });
		expect(usual).toBeDisabled();
		await userEvent.click(box('ID'));
		await userEvent.click(usual);
		expect(last()).toEqual([]);
	});

	it('closes with Escape and gives the focus back, and with a press elsewhere', async () => {
		await open();
		box('KYC').focus();
		await userEvent.keyboard('{Escape}');
		expect(screen.queryByRole('checkbox')).toBeNull();
		expect(screen.getByTestId('columns')).toHaveFocus();
		await userEvent.click(screen.getByTestId('columns'));
		await userEvent.click(document.body);
		expect(screen.queryByRole('checkbox')).toBeNull();
	});
});
