import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import App from '../../App.svelte';
import type { RunReport } from '../backend/bindings';
import { FakeBackend, type FakeOptions, fakeConnection } from '../backend/fake';
import { fakeRun, NOTHING_FOUND } from '../backend/fake/upkeep';
import { isoDay } from '../format';

const TWO = [fakeConnection({ label: 'Madrid' }), fakeConnection({ id: 'c2', label: 'Almaty' })];
const PASSPHRASE = 'kettle orbit walnut';
const PATH = `/home/officer/Documents/Vouch ${isoDay(Date.now())}.vouch-book`;

const run = (over: Partial<RunReport>, found: Partial<RunReport['findings']> = {}) =>
	fakeRun({ ...over, findings: { ...NOTHING_FOUND, ...found } });

beforeEach(() => {
	vi.spyOn(navigator, 'platform', 'get').mockReturnValue('Linux');
});

async function shown(options: FakeOptions = {}, prepare: (backend: FakeBackend) => void = () => {}) {
	const backend = new FakeBackend({ customers: 20, connections: TWO, ...options });
	prepare(backend);
	render(App, { backend });
	const user = userEvent.setup();
	await user.click(await screen.findByTestId('open-sync'));
	await waitFor(() => expect(backend.count('syncRuns')).toBeGreaterThan(0));
	return { backend, user };
}

const runs = () => screen.queryAllByTestId('run').map((element) => Number(element.dataset.run));
const found = () =>
	[...screen.getByTestId('found').querySelectorAll<HTMLElement>('[data-found]')].map((line) => [line.dataset.found, line.dataset.count]);
const dialog = () => screen.getByRole('dialog');
const field = (name: string) => document.querySelector<HTMLInputElement>(`dialog [name=${name}]`) as HTMLInputElement;
const confirm = () => within(dialog()).getByTestId('confirm');

describe('the page', () => {
	it('is reached from the side bar and by key, and Escape leads back', async () => {
		const { user } = await shown();
		expect(screen.getByRole('heading', { level: 1, name: 'Sync' })).toHaveFocus();
		expect(screen.getByTestId('open-sync')).toHaveAttribute('aria-current', 'page');
		await user.keyboard('{Escape}');
		expect(await screen.findByRole('grid')).toBeVisible();
		await user.keyboard('{Control>}{Shift>}Y{/Shift}{/Control}');
		expect(screen.getByTestId('sync-page')).toBeVisible();
		await user.keyboard('{Control>}{Shift>}Y{/Shift}{/Control}');
		expect(await screen.findByRole('grid')).toBeVisible();
	});

	it('adds up what was found since a day, of all or of one connection', async () => {
		const { backend, user } = await shown({}, (backend) => {
			const old = new Date(Date.now() - 5 * 86_400_000).toISOString();
			backend.runs = [
				run({ id: 3 }, { verified: 14, new: 30 }),
				run({ id: 2, connection: 'c2' }, { rejected: 2, new: 1 }),
				run({ id: 1, started: old, ended: old }, { blocked: 1 }),
			];
		});
		await waitFor(() =>
			expect(found()).toEqual([
				['verified', '14'],
				['rejected', '2'],
				['new', '31'],
			]),
		);
		expect(screen.getByTestId('found')).toHaveTextContent('14 verified');
		await user.click(screen.getByRole('button', { name: 'In 7 days' }));
		await waitFor(() => expect(found()).toContainEqual(['blocked', '1']));
		await user.selectOptions(screen.getByRole('combobox', { name: 'Runs of' }), 'Almaty');
		await waitFor(() => expect(runs()).toEqual([2]));
		expect(found()).toEqual([
			['rejected', '2'],
			['new', '1'],
		]);
		expect(backend.calls.at(-1)?.method).not.toBe('syncNow');
	});

	it('lists runs by pages, newest first, and says why one is incomplete', async () => {
		const { user } = await shown({}, (backend) => {
			backend.runs = Array.from({ length: 45 }, (_, at) => run({ id: 45 - at }));
			backend.runs[1] = run({ id: 44, state: 'incomplete', reason: 'total_not_reached', seen: 90, announced: 100 });
		});
		await waitFor(() => expect(runs()).toHaveLength(20));
		const incomplete = screen.getAllByTestId('run')[1] as HTMLElement;
		expect(incomplete).toHaveAttribute('data-state', 'incomplete');
		expect(incomplete).toHaveTextContent('90 of 100 customers seen');
		expect(incomplete).toHaveTextContent('announced more customers');
		await user.click(screen.getByTestId('more-runs'));
		await waitFor(() => expect(runs()).toHaveLength(40));
		await user.click(screen.getByTestId('more-runs'));
		await waitFor(() => expect(runs()).toEqual(Array.from({ length: 45 }, (_, at) => 45 - at)));
		expect(screen.queryByTestId('more-runs')).toBeNull();
	});

	it('shows unreadable records as text, whatever is in them', async () => {
		const { user } = await shown({}, (backend) => {
			backend.runs = [run({ id: 1 }, { unreadable: 2 })];
			backend.unreadable.set(1, [{ reason: 'no id', raw: '<img src=x onerror=alert(1)>', seenAt: new Date().toISOString() }]);
		});
		await user.click(await screen.findByTestId('unreadable'));
		const record = await within(dialog()).findByTestId('unreadable-record');
		expect(record).toHaveTextContent('no id');
		expect(record).toHaveTextContent('<img src=x onerror=alert(1)>');
		expect(record.querySelector('img')).toBeNull();
		expect(dialog()).toHaveTextContent('1 is kept; there were more.');
	});

	it('says how fast, how long, when next and as of when', async () => {
		await shown({
			connections: [
				fakeConnection({ label: 'Madrid', state: 'syncing', synced: 400, total: 1000, secondsLeft: 120, lastSynced: null }),
				fakeConnection({ id: 'c2', label: 'Almaty', incomplete: true, nextWalk: new Date(Date.now() + 600_000).toISOString() }),
			],
		});
		const [madrid, almaty] = screen.getAllByTestId('sync-connection') as [HTMLElement, HTMLElement];
		expect(madrid).toHaveTextContent('300 a minute');
		expect(madrid).toHaveTextContent('2 min left');
		expect(madrid).toHaveTextContent('Never fetched completely');
		expect(almaty).toHaveTextContent('The last fetch did not see the whole list');
		expect(almaty).toHaveTextContent('Next full fetch at');
		expect(almaty).toHaveTextContent('As of 2 min ago');
		expect(document.querySelector('[data-testid=connection][data-connection=c2]')).toHaveTextContent('did not see the whole list');
	});

	it('tells when it cannot be had, and tries again', async () => {
		const { backend, user } = await shown({}, (backend) => backend.failNext('foundSince', { code: 'internal', words: null }));
		const alert = await screen.findByRole('alert');
		await user.click(within(alert).getByRole('button', { name: 'Try again' }));
		await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
		expect(backend.count('foundSince')).toBe(2);
	});
});

describe('a connection that seems to lead to another merchant', () => {
	const moved = [fakeConnection({ label: 'Madrid', state: 'error', problem: { code: 'other_merchant', words: null } })];

	it('is taken for the same one only after a question', async () => {
		const { backend, user } = await shown({ connections: moved });
		await user.click(screen.getByTestId('same-merchant'));
		expect(within(dialog()).getByTestId('cancel')).toHaveFocus();
		await user.click(within(dialog()).getByTestId('cancel'));
		expect(backend.count('sameMerchant')).toBe(0);
		await user.click(screen.getByTestId('same-merchant'));
		await user.click(confirm());
		await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
		expect(backend.count('sameMerchant')).toBe(1);
		expect(screen.queryByTestId('same-merchant')).toBeNull();
	});
});

describe('the copy on this computer', () => {
	it('is checked and compacted, and says what came of it', async () => {
		const { backend, user } = await shown();
		await user.click(screen.getByTestId('check-book'));
		expect(await screen.findByTestId('book-said')).toHaveTextContent('is whole');
		await user.click(screen.getByTestId('compact-book'));
		await waitFor(() => expect(screen.getByTestId('book-said')).toHaveTextContent('49.8 MB before, 43.5 MB now'));
		backend.failNext('checkBook', { code: 'book_damaged', words: null });
		await user.click(screen.getByTestId('check-book'));
		expect(await screen.findByRole('alert')).toHaveAttribute('data-problem', 'book_damaged');
	});

	it('is compacted until that is stopped, and the keyboard stays where it was', async () => {
		const { backend, user } = await shown();
		backend.endless = true;
		screen.getByTestId('compact-book').focus();
		await user.keyboard('{Enter}');
		expect(await screen.findByText('Compacting…')).toBeVisible();
		expect(screen.getByTestId('stop-compacting')).toHaveFocus();
		expect(screen.getByTestId('check-book')).toHaveAttribute('aria-disabled', 'true');
		await user.keyboard('{Enter}');
		await waitFor(() => expect(screen.getByTestId('book-said')).toHaveTextContent('Stopped. Nothing was changed.'));
		expect(backend.count('stopCompacting')).toBe(1);
		expect(screen.queryByRole('alert')).toBeNull();
		expect(screen.getByTestId('compact-book')).toHaveFocus();
	});

	it('is compacted on while another page is shown, which tells of the end, and can be stopped by whoever comes back', async () => {
		const { backend, user } = await shown();
		backend.endless = true;
		await user.click(screen.getByTestId('compact-book'));
		await user.keyboard('{Escape}');
		expect(await screen.findByRole('grid')).toBeVisible();
		await user.click(screen.getByTestId('open-sync'));
		expect(screen.getByText('Compacting…')).toBeVisible();
		await user.click(screen.getByTestId('stop-compacting'));
		await waitFor(() => expect(screen.getByTestId('book-said')).toHaveTextContent('Stopped. Nothing was changed.'));

		await user.click(screen.getByTestId('compact-book'));
		await user.keyboard('{Escape}');
		expect(await screen.findByRole('grid')).toBeVisible();
		backend.failNext('compactBook', { code: 'disk_full', words: null });
		await backend.stopCompacting();
		expect(await screen.findByRole('alert')).toHaveAttribute('data-problem', 'disk_full');
		await user.click(screen.getByTestId('open-sync'));
		expect(screen.getByTestId('compact-book')).toHaveAttribute('aria-disabled', 'false');
		expect(screen.queryByText('Compacting…')).toBeNull();
	});

	it('is backed up, and replaces a file only after asking', async () => {
		const { backend, user } = await shown();
		for (const again of [false, true]) {
			await user.click(screen.getByTestId('back-up'));
			await waitFor(() => expect(field('path')).toHaveValue(PATH));
			await user.type(field('passphrase'), PASSPHRASE);
			await user.type(field('passphrase_again'), PASSPHRASE);
			await user.click(confirm());
			if (again) {
				expect(await within(dialog()).findByRole('alert')).toHaveAttribute('data-problem', 'file_exists');
				expect(confirm()).toHaveTextContent('Replace the file');
				expect(confirm()).toHaveFocus();
				await user.click(confirm());
			}
			await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
		}
		expect(backend.backups.get(PATH)?.contents.customers).toBe(20);
		expect(backend.count('backUp')).toBe(3);
	});

	it('is backed up into the file that is chosen in the system’s dialog, which has asked whether to replace it', async () => {
		const { backend, user } = await shown();
		backend.backups.set('/media/usb/day.vouch-book', {
			passphrase: 'x',
			contents: { kibibytes: 1, connections: 0, customers: 0, changes: 0 },
			connections: [],
		});
		await user.click(screen.getByTestId('back-up'));
		await waitFor(() => expect(field('path')).toHaveValue(PATH));
		// Nothing is taken.
		await user.click(within(dialog()).getByTestId('choose-file'));
		await waitFor(() => expect(backend.count('chooseFile')).toBe(1));
		expect(field('path')).toHaveValue(PATH);
		backend.chosen = { path: '/media/usb/day.vouch-book', replace: true };
		await user.click(within(dialog()).getByTestId('choose-file'));
		await waitFor(() => expect(field('path')).toHaveValue('/media/usb/day.vouch-book'));
		expect(dialog()).toHaveTextContent('The file that is there will be replaced.');
		await user.type(field('passphrase'), PASSPHRASE);
		await user.type(field('passphrase_again'), PASSPHRASE);
		await user.click(confirm());
		await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
		expect(backend.backups.get('/media/usb/day.vouch-book')?.contents.customers).toBe(20);
		expect(backend.count('backUp')).toBe(1);
	});

	it('is not put over a file that was typed after one was chosen, without asking', async () => {
		const { backend, user } = await shown();
		await backend.backUp({ path: '/media/usb/day2', passphrase: PASSPHRASE, replace: false });
		backend.chosen = { path: '/media/usb/day', replace: true };
		await user.click(screen.getByTestId('back-up'));
		await user.click(within(dialog()).getByTestId('choose-file'));
		await waitFor(() => expect(field('path')).toHaveValue('/media/usb/day'));
		await user.type(field('path'), '2');
		expect(dialog()).not.toHaveTextContent('The file that is there will be replaced.');
		await user.type(field('passphrase'), PASSPHRASE);
		await user.type(field('passphrase_again'), PASSPHRASE);
		await user.click(confirm());
		expect(await within(dialog()).findByRole('alert')).toHaveAttribute('data-problem', 'file_exists');
	});

	it('is backed up by a typed path where the system has no dialog to show', async () => {
		const { backend, user } = await shown();
		await user.click(screen.getByTestId('back-up'));
		backend.failNext('chooseFile', { code: 'internal', words: null });
		await user.click(within(dialog()).getByTestId('choose-file'));
		await waitFor(() => expect(dialog()).toHaveTextContent('Type the file with its folder instead.'));
		await user.clear(field('path'));
		await user.type(field('path'), '/media/day');
		expect(dialog()).not.toHaveTextContent('Type the file with its folder instead.');
	});

	it('is restored once the backup was read and its consequences were said', async () => {
		const { backend, user } = await shown();
		await backend.backUp({ path: PATH, passphrase: PASSPHRASE, replace: false });
		await backend.removeConnection('c2', 'erase');
		await user.click(screen.getByTestId('restore'));
		await user.type(field('path'), PATH);
		await user.type(field('passphrase'), 'not this one');
		await user.click(confirm());
		expect(await within(dialog()).findByRole('alert')).toHaveAttribute('data-problem', 'passphrase_wrong');
		expect(field('passphrase')).toHaveFocus();
		await user.clear(field('passphrase'));
		await user.type(field('passphrase'), PASSPHRASE);
		await user.click(confirm());
		expect(await within(dialog()).findByTestId('backup-contents')).toHaveTextContent('20 customers');
		expect(dialog()).toHaveTextContent('it stays beside it');
		expect(within(dialog()).getByTestId('cancel')).toHaveFocus();
		expect(backend.count('restore')).toBe(0);
		// Another file has to be read first.
		await user.type(field('path'), '2');
		expect(within(dialog()).queryByTestId('backup-contents')).toBeNull();
		await user.type(field('path'), '{Backspace}');
		await user.click(confirm());
		await within(dialog()).findByTestId('backup-contents');
		await user.click(confirm());
		expect(await screen.findByText('Restored: 20 customers')).toBeVisible();
		await waitFor(() => expect(screen.getAllByTestId('connection')).toHaveLength(2));
		expect(await screen.findByRole('grid')).toBeVisible();
	});

	it('tells why it was not restored, and what was here is open again', async () => {
		const { backend, user } = await shown();
		await backend.backUp({ path: PATH, passphrase: PASSPHRASE, replace: false });
		await user.click(screen.getByTestId('restore'));
		await user.type(field('path'), PATH);
		await user.type(field('passphrase'), PASSPHRASE);
		await user.click(confirm());
		await within(dialog()).findByTestId('backup-contents');
		backend.failNext('restore', { code: 'disk_full', words: null });
		await user.click(confirm());
		await waitFor(() => expect(document.querySelector('[data-problem=disk_full]')).not.toBeNull());
		expect(await screen.findByRole('grid')).toBeVisible();
	});

	it('of sample customers is not backed up', async () => {
		await shown({ demo: true });
		expect(screen.getByTestId('check-book')).toBeVisible();
		expect(screen.queryByTestId('back-up')).toBeNull();
		expect(screen.queryByTestId('restore')).toBeNull();
	});
});

it('says at once that the network is there again', async () => {
	const { backend } = await shown();
	window.dispatchEvent(new Event('online'));
	await waitFor(() => expect(backend.count('networkChanged')).toBe(1));
});
