import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionView } from '$lib/backend/bindings';
import { FakeBackend, fakeConnection } from '$lib/backend/fake';
import { DeskSession } from '$lib/desk/session.svelte';
import { SearchSession } from '$lib/search/session.svelte';
import { SavedViews } from '$lib/views/session.svelte';
import SideBar from './SideBar.svelte';

const stops: (() => void)[] = [];
afterEach(() => {
	for (const stop of stops.splice(0)) stop();
});

async function shown(connections: ConnectionView[], demo = false) {
	const backend = new FakeBackend({ customers: 200, connections, demo });
	const desk = new DeskSession(backend, ['en']);
	const session = new SearchSession(backend);
	await desk.start();
	await session.start();
	stops.push(
		() => desk.stop(),
		() => session.stop(),
	);
	const heard = { onview: vi.fn(), onadd: vi.fn(), onedit: vi.fn(), onremove: vi.fn(), onsettings: vi.fn() };
	const views = new SavedViews(desk, session);
	await views.start();
	render(SideBar, { desk, session, views, ...heard });
	return { backend, desk, session, views, user: userEvent.setup(), ...heard };
}

const items = () => screen.getAllByTestId('connection');
const item = (at = 0) => items()[at] as HTMLElement;
const view = (name: string) => document.querySelector<HTMLElement>(`nav [data-view=${name}]`) as HTMLElement;

describe('the views', () => {
	it('have counts and say which is shown', async () => {
		const { session, user } = await shown([fakeConnection()]);
		expect(view('all')).toHaveAttribute('data-count', '200');
		expect(view('all')).toHaveAttribute('aria-current', 'page');
		expect(Number(view('blocked').dataset.count)).toBeGreaterThan(0);
		await user.click(view('blocked'));
		expect(session.query.view).toBe('blocked');
		expect(view('blocked')).toHaveAttribute('aria-current', 'page');
		expect(view('all')).not.toHaveAttribute('aria-current');
	});

	it('are one tab stop, in which the arrows move', async () => {
		const { session, user } = await shown([fakeConnection()]);
		await user.tab();
		expect(view('all')).toHaveFocus();
		await user.keyboard('{ArrowDown}{ArrowDown}');
		expect(view('pending_long')).toHaveFocus();
		await user.keyboard('{End}');
		expect(view('blocked')).toHaveFocus();
		await user.keyboard('{ArrowDown}{Home}{ArrowUp}');
		expect(view('all')).toHaveFocus();
		await user.keyboard('{ArrowDown}{Enter}');
		expect(session.query.view).toBe('needs_review');
	});

	it('count anew when the directory changes', async () => {
		const { backend } = await shown([fakeConnection()]);
		backend.changeDirectory((book) => {
			book.people.length = 150;
		});
		await waitFor(() => expect(view('all')).toHaveAttribute('data-count', '150'));
	});
});

describe('a connection', () => {
	it('carries its state and its numbers', async () => {
		await shown([fakeConnection({ id: 'c9', state: 'syncing', synced: 29_800, total: 48_100, secondsLeft: 640 })]);
		expect(item()).toHaveAttribute('data-connection', 'c9');
		expect(item()).toHaveAttribute('data-provider', 'loveandpay');
		expect(item()).toHaveAttribute('data-state', 'syncing');
		expect(item()).toHaveAttribute('data-synced', '29800');
		expect(item()).toHaveAttribute('data-total', '48100');
		expect(item()).not.toHaveAttribute('data-problem');
		expect(item()).toHaveTextContent('Love&Pay · live');
		expect(item()).toHaveTextContent('29,800 of 48,100 · 11 min left');
		expect(within(item()).getByRole('progressbar')).toHaveAttribute('aria-valuenow', '61');
	});

	it('has a bar without an end while nobody knows the total', async () => {
		await shown([fakeConnection({ state: 'syncing', synced: 5, total: null })]);
		expect(within(item()).getByRole('progressbar')).not.toHaveAttribute('aria-valuenow');
		expect(item()).not.toHaveAttribute('data-total');
	});

	it('is started and stopped', async () => {
		const { backend, user } = await shown([fakeConnection({ id: 'c1' })]);
		await user.click(screen.getByTestId('sync-now'));
		await waitFor(() => expect(item()).toHaveAttribute('data-state', 'syncing'));
		expect(screen.queryByTestId('sync-now')).toBeNull();
		await user.click(screen.getByRole('button', { name: 'Stop syncing' }));
		await waitFor(() => expect(item()).toHaveAttribute('data-state', 'idle'));
		expect(backend.count('stopSync')).toBe(1);
	});

	it('in error says what is wrong and offers what helps', async () => {
		const { onedit, user } = await shown([
			fakeConnection({ state: 'error', problem: { code: 'credentials_rejected', words: null } }),
			fakeConnection({ id: 'c2', state: 'error', problem: { code: 'provider_down', words: null } }),
		]);
		expect(item()).toHaveAttribute('data-problem', 'credentials_rejected');
		expect(item()).toHaveTextContent('The provider refused the key or the secret');
		await user.click(within(item()).getByRole('button', { name: 'Edit connection' }));
		expect(onedit).toHaveBeenCalledWith(expect.objectContaining({ id: 'c1' }));
		await user.click(within(item(1)).getByRole('button', { name: 'Try again' }));
		await waitFor(() => expect(item(1)).toHaveAttribute('data-state', 'syncing'));
	});

	it('offline is no error', async () => {
		await shown([fakeConnection({ state: 'offline', problem: { code: 'offline', words: null } })]);
		expect(item()).toHaveAttribute('data-state', 'offline');
		expect(item()).not.toHaveAttribute('data-problem');
		expect(item()).toHaveTextContent('Offline · as of 2 min ago');
	});

	it('says how many records could not be read', async () => {
		await shown([fakeConnection({ rejected: 3 })]);
		expect(item()).toHaveTextContent('3 records could not be read');
	});

	it('filters by a press and stops by the next', async () => {
		const { session, user } = await shown([fakeConnection({ id: 'c1' }), fakeConnection({ id: 'c2', label: 'Madrid' })]);
		const name = within(item(1)).getByRole('button', { name: 'Madrid' });
		await user.click(name);
		expect(session.query.connection).toBe('c2');
		expect(name).toHaveAttribute('aria-pressed', 'true');
		await user.click(name);
		expect(session.query.connection).toBeNull();
	});

	it('has a menu that the keyboard can use', async () => {
		const { onedit, onremove, user } = await shown([fakeConnection({ label: 'Madrid' })]);
		const button = within(item()).getByRole('button', { name: 'Actions for Madrid' });
		button.focus();
		await user.keyboard('{Enter}');
		await tick();
		expect(screen.getByRole('menuitem', { name: 'Edit…' })).toHaveFocus();
		await user.keyboard('{Escape}');
		expect(screen.queryByRole('menu')).toBeNull();
		expect(button).toHaveFocus();
		await user.keyboard('{ArrowDown}');
		await tick();
		await user.keyboard('{End}{Enter}');
		expect(onremove).toHaveBeenCalledOnce();
		expect(onedit).not.toHaveBeenCalled();
	});

	it('of the sample can be neither changed nor removed', async () => {
		await shown([fakeConnection()], true);
		expect(screen.queryByRole('button', { name: /^Actions for/ })).toBeNull();
	});

	it('shows markup in its name as text', async () => {
		await shown([fakeConnection({ label: '<img src=x onerror=alert(1)>' })]);
		expect(item().querySelector('img')).toBeNull();
		expect(item()).toHaveTextContent('<img src=x onerror=alert(1)>');
	});
});

describe('a sample connection', () => {
	it('can be made to fare badly, and well again', async () => {
		const { backend, user } = await shown([fakeConnection({ id: 'c1' })], true);
		expect(screen.queryByRole('button', { name: /Actions/ })).toBeNull();
		const open = () => user.click(screen.getByRole('button', { name: 'Try what happens when…' }));
		await open();
		const chosen = () => screen.findAllByRole('menuitemradio', { checked: true });
		expect((await chosen()).map((choice) => choice.textContent?.trim())).toEqual(['All is well']);
		await user.click(screen.getByRole('menuitemradio', { name: 'The provider is down' }));
		expect(backend.calls.at(-1)).toEqual({ method: 'playScenario', args: ['c1', 'outage'] });
		await open();
		expect((await chosen()).map((choice) => choice.textContent?.trim())).toEqual(['The provider is down']);
		await user.keyboard('{Home}{Enter}');
		expect(backend.calls.at(-1)).toEqual({ method: 'playScenario', args: ['c1', null] });
	});
});
