import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import App from './App.svelte';
import { FakeBackend, type FakeOptions, fakeConnection } from './lib/backend/fake';

function shown(options: FakeOptions = {}) {
	const backend = new FakeBackend({ customers: 120, ...options });
	render(App, { backend });
	return { backend, user: userEvent.setup() };
}

const grid = () => screen.findByRole('grid');

afterEach(() => {
	window.innerWidth = 1024;
});

describe('the first start', () => {
	it('offers two ways, says three facts, and shows the window once drawn', async () => {
		const { backend } = shown({ connections: [] });
		const welcome = await screen.findByTestId('welcome');
		expect(within(welcome).getByTestId('welcome-demo')).toBeEnabled();
		expect(within(welcome).getByTestId('welcome-connect')).toBeEnabled();
		expect(within(welcome).getAllByRole('listitem')).toHaveLength(3);
		await waitFor(() => expect(backend.count('windowReady')).toBe(1));
	});

	it('shows the window and the first rows before the views are counted', async () => {
		const backend = new FakeBackend({ customers: 120 });
		const counted = vi.spyOn(backend, 'viewCounts').mockReturnValue(new Promise(() => {}));
		render(App, { backend });
		await grid();
		await waitFor(() => expect(backend.count('windowReady')).toBe(1));
		await waitFor(() => expect(counted).toHaveBeenCalled());
	});

	it('leads to the sample, says that it is one, and out again', async () => {
		const { user } = shown({ connections: [] });
		await user.click(await screen.findByTestId('welcome-demo'));
		await grid();
		expect(screen.getByTestId('demo-banner')).toBeVisible();
		await user.click(screen.getByTestId('demo-leave'));
		expect(await screen.findByTestId('welcome')).toBeVisible();
		expect(screen.queryByRole('grid')).toBeNull();
	});

	it('leads to the form, back, and with a connection to the customers', async () => {
		const { user } = shown({ connections: [] });
		await user.click(await screen.findByTestId('welcome-connect'));
		await user.click(screen.getByRole('button', { name: 'Back' }));
		await user.click(await screen.findByTestId('welcome-connect'));
		const form = screen.getByTestId<HTMLFormElement>('connection-form');
		await user.type(form.elements.namedItem('api_key') as HTMLElement, 'pk_live_1');
		await user.type(form.elements.namedItem('api_secret') as HTMLElement, 'sk_live_1');
		await user.click(screen.getByTestId('connection-save'));
		await grid();
		expect(screen.getByTestId('connection')).toHaveAttribute('data-state', 'syncing');
		expect(screen.getByRole('status')).toHaveTextContent('Connection saved. Customers are being fetched.');
	});

	it('leads to a backup of another computer', async () => {
		const { backend, user } = shown({ connections: [] });
		await backend.backUp({ path: '/media/day', passphrase: 'kettle orbit walnut', replace: false });
		await user.click(await screen.findByTestId('welcome-restore'));
		const form = screen.getByTestId<HTMLFormElement>('restore-form');
		await user.type(form.elements.namedItem('path') as HTMLElement, '/media/day');
		await user.type(form.elements.namedItem('passphrase') as HTMLElement, 'kettle orbit walnut');
		await user.click(screen.getByTestId('confirm'));
		await screen.findByTestId('backup-contents');
		expect(screen.getByRole('dialog')).toHaveTextContent('as they were on the day of the backup');
		await user.click(screen.getByTestId('confirm'));
		expect(await screen.findByText('Restored: 0 customers')).toBeVisible();
	});

	it('leads out of the sample straight to the form', async () => {
		const { user } = shown({ connections: [], demo: true });
		await grid();
		await user.click(within(screen.getByTestId('demo-banner')).getByRole('button', { name: 'Connect a provider' }));
		expect(await screen.findByTestId('connection-form')).toBeVisible();
	});
});

describe('a desk that is not open', () => {
	it('says why and opens at a further try', async () => {
		const { backend, user } = shown({ closed: { code: 'keyring_locked', words: null } });
		expect(await screen.findByRole('alert')).toHaveAttribute('data-problem', 'keyring_locked');
		backend.reopen();
		await user.click(screen.getByRole('button', { name: 'Try again' }));
		await grid();
	});

	it('is brought back from a backup, on the very screen that says that it is damaged', async () => {
		const { backend, user } = shown({ closed: { code: 'book_damaged', words: null } });
		await backend.backUp({ path: '/media/day', passphrase: 'kettle orbit walnut', replace: false });
		await user.click(await screen.findByTestId('restore'));
		const dialog = screen.getByRole('dialog', { name: 'Restore a backup' });
		const form = within(dialog).getByTestId<HTMLFormElement>('restore-form');
		await user.type(form.elements.namedItem('path') as HTMLElement, '/media/day');
		await user.type(form.elements.namedItem('passphrase') as HTMLElement, 'kettle orbit walnut');
		await user.click(within(dialog).getByTestId('confirm'));
		await within(dialog).findByTestId('backup-contents');
		expect(dialog).toHaveTextContent('the copy that cannot be opened');
		expect(dialog).toHaveTextContent('Connections whose keys this computer does not have');
		await user.click(within(dialog).getByTestId('confirm'));
		await grid();
		expect(screen.getByText('Restored: 120 customers')).toBeVisible();
	});

	it('stays as it is when the backup cannot be taken', async () => {
		const { backend, user } = shown({ closed: { code: 'book_damaged', words: null } });
		await backend.backUp({ path: '/media/day', passphrase: 'kettle orbit walnut', replace: false });
		await user.click(await screen.findByTestId('restore'));
		const form = screen.getByTestId<HTMLFormElement>('restore-form');
		await user.type(form.elements.namedItem('path') as HTMLElement, '/media/day');
		await user.type(form.elements.namedItem('passphrase') as HTMLElement, 'kettle orbit walnut');
		await user.click(screen.getByTestId('confirm'));
		await screen.findByTestId('backup-contents');
		backend.failNext('restore', { code: 'disk_full', words: null });
		await user.click(screen.getByTestId('confirm'));
		await waitFor(() => expect(document.querySelector('[data-problem=disk_full]')).not.toBeNull());
		expect(document.querySelector('[data-problem=book_damaged]')).not.toBeNull();
		expect(screen.queryByRole('dialog')).toBeNull();
	});

	it('begins anew only after a question, and says where the former copy is', async () => {
		const { backend, user } = shown({ closed: { code: 'book_key_missing', words: null } });
		await user.click(await screen.findByTestId('start-anew'));
		expect(screen.getByRole('dialog', { name: 'Start with an empty copy?' })).toHaveTextContent('Nothing is deleted');
		expect(screen.getByTestId('cancel')).toHaveFocus();
		await user.click(screen.getByTestId('cancel'));
		expect(backend.count('setBookAside')).toBe(0);
		await user.click(screen.getByTestId('start-anew'));
		backend.failNext('setBookAside', { code: 'disk_read_only', words: null });
		await user.click(screen.getByTestId('confirm'));
		await waitFor(() =>
			expect(document.querySelector('[role=dialog] [data-problem=disk_read_only], dialog [data-problem=disk_read_only]')).not.toBeNull(),
		);
		await user.click(screen.getByTestId('confirm'));
		expect(await screen.findByTestId('welcome')).toBeVisible();
		expect(screen.getByText(/book\.set-aside-1\.db/)).toBeVisible();
	});

	it('is not replaced where another try may open it', async () => {
		shown({ closed: { code: 'disk_read_only', words: null } });
		await screen.findByRole('alert');
		expect(screen.queryByTestId('restore')).toBeNull();
		expect(screen.queryByTestId('start-anew')).toBeNull();
	});

	it('says that it is being opened, and shows the window all the same', async () => {
		const { backend } = shown({ opening: true });
		await waitFor(() => expect(backend.count('windowReady')).toBe(1));
		expect(screen.getByTestId('loading')).toBeVisible();
		backend.finishOpening();
		await grid();
	});
});

describe('the open desk', () => {
	it('adds a connection in a dialog that Escape closes, and gives the focus back', async () => {
		const { user } = shown();
		await grid();
		const add = screen.getByTestId('connection-add');
		await user.click(add);
		const dialog = screen.getByRole('dialog', { name: 'Connect a provider' });
		expect(within(dialog).getByTestId('connection-form')).toBeVisible();
		expect(dialog).toContainElement(document.activeElement as HTMLElement);
		await user.keyboard('{Escape}');
		expect(screen.queryByRole('dialog')).toBeNull();
		expect(add).toHaveFocus();
	});

	it('asks before it removes a connection', async () => {
		const { backend, user } = shown({
			connections: [fakeConnection({ id: 'c1', label: 'Madrid' }), fakeConnection({ id: 'c2', label: 'Almaty' })],
		});
		await grid();
		const remove = async () => {
			await user.click(screen.getByRole('button', { name: 'Actions for Madrid' }));
			await user.click(screen.getByRole('menuitem', { name: 'Remove…' }));
		};
		await remove();
		expect(screen.getByRole('dialog', { name: 'Remove “Madrid”?' })).toBeVisible();
		expect(screen.getByTestId('cancel')).toHaveFocus();
		await user.click(screen.getByTestId('cancel'));
		expect(backend.count('removeConnection')).toBe(0);
		await remove();
		await user.click(screen.getByTestId('confirm'));
		await waitFor(() => expect(screen.getAllByTestId('connection')[0]).toHaveAttribute('data-standing', 'archived'));
		expect(screen.queryByRole('dialog')).toBeNull();
		await user.click(screen.getByRole('button', { name: 'Actions for Almaty' }));
		await user.click(screen.getByRole('menuitem', { name: 'Remove…' }));
		await user.click(screen.getByRole('radio', { name: 'Erase them' }));
		await user.click(screen.getByTestId('confirm'));
		await waitFor(() => expect(screen.getAllByTestId('connection')).toHaveLength(1));
		expect(backend.calls.filter(({ method }) => method === 'removeConnection').map(({ args }) => args)).toEqual([
			['c1', 'keep'],
			['c2', 'erase'],
		]);
	});

	it('opens settings and the list of keys by key, but not while somebody writes', async () => {
		vi.spyOn(navigator, 'platform', 'get').mockReturnValue('Linux');
		const { user } = shown();
		await grid();
		await user.keyboard('{Control>},{/Control}');
		expect(screen.getByRole('dialog', { name: 'Settings' })).toBeVisible();
		await user.keyboard('{Escape}');
		await user.click(screen.getByTestId('search'));
		await user.keyboard('?');
		expect(screen.queryByRole('dialog')).toBeNull();
		expect(screen.getByTestId('search')).toHaveValue('?');
		(document.activeElement as HTMLElement).blur();
		await user.keyboard('?');
		expect(screen.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
	});

	it('changes theme and language at once', async () => {
		const { user } = shown();
		await grid();
		await user.click(screen.getByTestId('settings'));
		await user.click(screen.getByRole('radio', { name: 'Dark' }));
		expect(document.documentElement).toHaveAttribute('data-theme', 'dark');
		await user.selectOptions(screen.getByRole('combobox', { name: 'Language' }), 'ru');
		expect(screen.getByRole('dialog', { name: 'Настройки' })).toBeVisible();
		expect(document.documentElement.lang).toBe('ru');
	});

	it('has nobody to show while the first walk runs, and says how far it is', async () => {
		shown({ customers: 0, connections: [fakeConnection({ state: 'syncing', synced: 1, total: 200, lastSynced: null })] });
		expect(await screen.findByRole('heading', { name: 'Fetching your customers' })).toBeVisible();
	});

	it('offers to clear what is searched for, and the filters where there are any, when nobody matches', async () => {
		const { user } = shown();
		await grid();
		await user.type(screen.getByTestId('search'), 'qqqwww');
		expect(await screen.findByText('Nothing found for “qqqwww”.')).toBeVisible();
		const alone = screen.getByRole('button', { name: 'Clear the search' });
		await user.click(document.querySelector('[data-view=pending_long]') as HTMLElement);
		await waitFor(() => expect(alone).toHaveTextContent('Clear filters'));
		await user.click(alone);
		expect(screen.getByTestId('search')).toHaveValue('');
		await waitFor(() => expect(screen.getByTestId('match-count')).toHaveAttribute('data-count', '120'));
	});

	it('opens a customer beside the grid, and over it in a narrow window', async () => {
		window.innerWidth = 1440;
		const { user } = shown();
		await waitFor(() => expect(screen.getByTestId('match-count')).toHaveAttribute('data-count', '120'));
		(await grid()).focus();
		await user.keyboard('{Enter}');
		expect(await screen.findByTestId('detail')).toBeVisible();
		expect(screen.getAllByRole('separator')).toHaveLength(2);
		window.innerWidth = 1000;
		window.dispatchEvent(new Event('resize'));
		await waitFor(() => expect(screen.getAllByRole('separator')).toHaveLength(1));
		expect(screen.getByTestId('detail')).toBeVisible();
	});

	it('remembers the width of a pane', async () => {
		window.innerWidth = 1440;
		const { backend, user } = shown();
		await grid();
		screen.getByRole('separator', { name: 'Width of the side bar' }).focus();
		await user.keyboard('{ArrowRight}');
		await waitFor(() => expect(backend.preferences.sidebarWidth).toBe(248));
	});

	it('tells a problem of the search where the customers would be, and tries again', async () => {
		const backend = new FakeBackend({ customers: 120 });
		backend.failNext('search', { code: 'internal', words: null });
		render(App, { backend });
		const alert = await screen.findByRole('alert');
		expect(alert).toHaveAttribute('data-problem', 'internal');
		await userEvent.click(within(alert).getByRole('button', { name: 'Try again' }));
		await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
		expect(screen.getByTestId('match-count')).toHaveAttribute('data-count', '120');
	});
});
