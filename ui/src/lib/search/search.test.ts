import { fireEvent, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Facets } from '$lib/backend/bindings';
import { FAKE_PROVIDERS } from '$lib/backend/fake';
import { setLanguage } from '$lib/settings/language.svelte';
import FacetBar from './FacetBar.svelte';
import MatchCount from './MatchCount.svelte';
import SearchField from './SearchField.svelte';
import { newest, ScriptedDirectory, settle } from './scripted-directory';
import { SearchSession } from './session.svelte';

let directory: ScriptedDirectory;
let session: SearchSession;

const FACETS: Facets = {
	kyc: [
		{ value: 'verified', count: 31_044 },
		{ value: 'pending', count: 12_900 },
		{ value: 'not_started', count: 0 },
		{ value: 'unknown:IN_REVIEW', count: 5 },
		{ value: 'unknown:', count: 2 },
	],
	provider: [
		{ value: 'loveandpay', count: 29_800 },
		{ value: 'somebody_new', count: 3 },
	],
	trust: [
		{ value: 'none', count: 7 },
		{ value: 'level_2', count: 9 },
		{ value: 'unknown:GOLD', count: 1 },
	],
	blocked: [
		{ value: 'yes', count: 203 },
		{ value: 'no', count: 40_000 },
		{ value: 'unknown', count: 11 },
	],
};

beforeEach(async () => {
	directory = new ScriptedDirectory(500);
	session = new SearchSession(directory);
	void session.start();
	await settle();
	await newest(directory.searches).answer({ facets: FACETS });
});
afterEach(() => {
	session.stop();
	vi.useRealTimers();
});

describe('the search field', () => {
	const field = (): HTMLInputElement => screen.getByTestId('search');

	it('asks at every letter and shows what is asked', async () => {
		render(SearchField, { session });
		await userEvent.type(field(), 'га');
		expect(session.query.text).toBe('га');
		expect(newest(directory.searches).asked.query.text).toBe('г');
		await newest(directory.searches).answer();
		expect(newest(directory.searches).asked.query.text).toBe('га');
		session.clearFilters();
		flushSync();
		expect(field().value).toBe('');
	});

	it('is a search box with a name', () => {
		render(SearchField, { session });
		expect(screen.getByRole('searchbox', { name: 'Search customers' })).toBe(field());
	});

	it.each([
		['Ctrl+K', { key: 'k', ctrlKey: true }],
		['Ctrl+K on a Russian keyboard', { key: 'л', code: 'KeyK', ctrlKey: true }],
		['a slash', { key: '/' }],
	])('takes the focus at %s', async (_, key) => {
		render(SearchField, { session });
		expect(await fireEvent.keyDown(document.body, key)).toBe(false);
		expect(field()).toHaveFocus();
	});

	it('leaves a slash to whoever is writing, and every key to a dialog', async () => {
		render(SearchField, { session });
		const other = document.body.appendChild(document.createElement('input'));
		other.focus();
		expect(await fireEvent.keyDown(other, { key: '/' })).toBe(true);
		other.remove();
		const dialog = document.body.appendChild(document.createElement('div'));
		dialog.setAttribute('role', 'dialog');
		expect(await fireEvent.keyDown(document.body, { key: 'k', ctrlKey: true })).toBe(true);
		expect(field()).not.toHaveFocus();
		dialog.remove();
	});

	it('clears with Escape, and with another leaves for the grid; the down arrow goes there too', async () => {
		const grid = vi.fn();
		session.places.grid = grid;
		render(SearchField, { session });
		await userEvent.type(field(), 'x');
		await userEvent.keyboard('{Escape}');
		expect(session.query.text).toBe('');
		expect(grid).not.toHaveBeenCalled();
		await userEvent.keyboard('{Escape}');
		await userEvent.keyboard('{ArrowDown}');
		expect(grid).toHaveBeenCalledTimes(2);
	});

	it('clears by its button and keeps the focus', async () => {
		render(SearchField, { session });
		expect(screen.queryByRole('button')).toBeNull();
		await userEvent.type(field(), 'x');
		await userEvent.click(screen.getByRole('button', { name: 'Clear search' }));
		expect(session.query.text).toBe('');
		expect(field()).toHaveFocus();
	});

	it('says that it searches when that takes long, and only then', () => {
		vi.useFakeTimers();
		render(SearchField, { session });
		session.setText('x');
		flushSync();
		vi.advanceTimersByTime(250);
		flushSync();
		expect(screen.queryByText('Searching…')).toBeNull();
		vi.advanceTimersByTime(100);
		flushSync();
		expect(screen.getByText('Searching…')).toBeInTheDocument();
	});
});

describe('the number of matches', () => {
	const count = (): HTMLElement => screen.getByTestId('match-count');

	it('stands there for eyes and machines', async () => {
		render(MatchCount, { session });
		expect(count()).toHaveAttribute('data-count', '500');
		expect(count()).toHaveTextContent('500 customers');
		session.setText('x');
		await settle();
		await newest(directory.searches).answer({ total: 1, all: 48_210 });
		flushSync();
		expect(count()).toHaveAttribute('data-count', '1');
		expect(count()).toHaveTextContent('1 of 48,210 customers');
	});

	it.each([
		['ru', 1, '1 клиент'],
		['ru', 3, '3 клиента'],
		['ru', 11, '11 клиентов'],
		['es', 1, '1 cliente'],
		['es', 2, '2 clientes'],
	] as const)('is put into %s words for %i', async (language, total, text) => {
		setLanguage(language);
		render(MatchCount, { session });
		session.sortBy('paid');
		await settle();
		await newest(directory.searches).answer({ total, all: total });
		flushSync();
		expect(count()).toHaveTextContent(text);
	});

	it('is said when typing pauses, not at each letter, and not during a sync', async () => {
		vi.useFakeTimers();
		render(MatchCount, { session });
		const said = (): string => document.querySelector('[aria-live]')?.textContent ?? '';
		const answer = async (total: number): Promise<void> => {
			await settle();
			await newest(directory.searches).answer({ total, all: 500 });
			flushSync();
		};
		session.setText('g');
		await answer(90);
		vi.advanceTimersByTime(300);
		session.setText('ga');
		await answer(7);
		vi.advanceTimersByTime(600);
		flushSync();
		expect(said()).toBe('');
		vi.advanceTimersByTime(200);
		flushSync();
		expect(said()).toBe('7 customers match');
	});
});

describe('the filters', () => {
	const group = (facet: string): HTMLElement => document.querySelector(`[data-facet=${facet}]`) as HTMLElement;
	const toggle = (facet: string, value: string): HTMLElement =>
		[...group(facet).querySelectorAll<HTMLElement>('[data-value]')].find((one) => one.dataset.value === value) as HTMLElement;

	it('are all there as toggles, with counts and words', () => {
		render(FacetBar, { session, providers: FAKE_PROVIDERS });
		const said = (facet: string): string[] =>
			within(group(facet))
				.getAllByRole('button')
				.map((button) => button.textContent?.replace(/\s+/g, ' ').trim() ?? '');
		expect(said('kyc')).toEqual(['Verified 31,044', 'Pending 12,900', 'Not started 0', 'IN_REVIEW 5', 'Not stated 2']);
		expect(said('provider')).toEqual(['Love&Pay 29,800', 'somebody_new 3']);
		expect(said('trust')).toEqual(['No level 7', 'Level 2 9', 'GOLD 1']);
		expect(said('blocked')).toEqual(['Blocked 203', 'Not blocked 40,000', 'Not stated 11']);
		expect(toggle('kyc', 'verified')).toHaveAttribute('data-count', '31044');
		expect(group('kyc')).toHaveAccessibleName('KYC status');
	});

	it('are pressed and released, several of one kind at a time, and asked for', async () => {
		render(FacetBar, { session, providers: FAKE_PROVIDERS });
		await userEvent.click(toggle('kyc', 'verified'));
		await userEvent.click(toggle('kyc', 'unknown:IN_REVIEW'));
		await userEvent.click(toggle('blocked', 'yes'));
		expect(session.query.kyc).toEqual(['verified', 'unknown:IN_REVIEW']);
		expect(session.query.blocked).toEqual(['yes']);
		expect(toggle('kyc', 'verified')).toHaveAttribute('aria-pressed', 'true');
		expect(toggle('kyc', 'pending')).toHaveAttribute('aria-pressed', 'false');
		await userEvent.click(toggle('kyc', 'verified'));
		expect(toggle('kyc', 'verified')).toHaveAttribute('aria-pressed', 'false');
		expect(session.query.kyc).toEqual(['unknown:IN_REVIEW']);
	});

	it('are cleared at once by a button that is there only then', async () => {
		render(FacetBar, { session, providers: FAKE_PROVIDERS });
		expect(screen.queryByTestId('facets-clear')).toBeNull();
		await userEvent.click(toggle('trust', 'none'));
		await userEvent.click(screen.getByTestId('facets-clear'));
		expect(session.query.trust).toEqual([]);
		expect(screen.queryByTestId('facets-clear')).toBeNull();
	});

	it('that are chosen can be undone when the directory no longer counts them', async () => {
		render(FacetBar, { session, providers: FAKE_PROVIDERS });
		session.toggle('kyc', 'unknown:GONE');
		await settle();
		await newest(directory.searches).answer({ facets: { ...FACETS, kyc: [] } });
		flushSync();
		await userEvent.click(toggle('kyc', 'unknown:GONE'));
		expect(session.query.kyc).toEqual([]);
	});
});
