import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import App from '../../App.svelte';
import { FakeBackend, type FakeOptions, fakeConnection } from '../backend/fake';
import { isoDay } from '../format';

const PASSPHRASE = 'kettle orbit walnut';
const PATH = `/home/officer/Documents/Vouch ${isoDay(Date.now())}.vouch-connections`;
const TWO = [fakeConnection({ label: 'Madrid' }), fakeConnection({ id: 'c2', label: 'Almaty', keyTail: 'x71b' })];

async function shown(options: FakeOptions = {}) {
	const backend = new FakeBackend({ customers: 20, connections: TWO, ...options });
	render(App, { backend });
	const user = userEvent.setup();
	if (options.connections?.length !== 0) await user.click(await screen.findByTestId('open-credentials'));
	return { backend, user };
}

const dialog = () => screen.getByRole('dialog');
const field = (name: string) => document.querySelector<HTMLInputElement>(`dialog [name=${name}]`) as HTMLInputElement;
const confirm = () => within(dialog()).getByTestId('confirm');

describe('an export', () => {
	it('writes the chosen connections into the suggested file', async () => {
		const { backend, user } = await shown();
		await user.click(screen.getByTestId('export-connections'));
		await waitFor(() => expect(field('path')).toHaveValue(PATH));
		await user.click(within(dialog()).getByRole('checkbox', { name: /Almaty/ }));
		await user.type(field('passphrase'), PASSPHRASE);
		await user.type(field('passphrase_again'), PASSPHRASE);
		await user.click(confirm());
		await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
		expect(screen.getByRole('status')).toHaveTextContent(`1 connection written to ${PATH}`);
		expect(backend.transfer.files.get(PATH)?.items.map(({ label }) => label)).toEqual(['Madrid']);
	});

	it('asks before it replaces a file, and not any more when another name is given', async () => {
		const { backend, user } = await shown();
		backend.transfer.files.set(PATH, { passphrase: 'x', items: [] });
		await user.click(screen.getByTestId('export-connections'));
		await waitFor(() => expect(field('path')).toHaveValue(PATH));
		await user.type(field('passphrase'), PASSPHRASE);
		await user.type(field('passphrase_again'), PASSPHRASE);
		await user.click(confirm());
		expect(await within(dialog()).findByRole('alert')).toHaveAttribute('data-problem', 'file_exists');
		expect(confirm()).toHaveTextContent('Replace the file');
		expect(backend.transfer.files.get(PATH)?.items).toEqual([]);
		await user.type(field('path'), '2');
		expect(confirm()).toHaveTextContent('Export');
		await user.clear(field('path'));
		await user.type(field('path'), PATH);
		await user.click(confirm());
		await waitFor(() => expect(confirm()).toHaveTextContent('Replace the file'));
		await user.click(confirm());
		await waitFor(() => expect(backend.transfer.files.get(PATH)?.items).toHaveLength(2));
	});

	it('needs a connection, a path and a passphrase, and keeps all of it when the disk is full', async () => {
		const { backend, user } = await shown();
		await user.click(screen.getByTestId('export-connections'));
		await waitFor(() => expect(field('path')).toHaveValue(PATH));
		for (const box of within(dialog()).getAllByRole('checkbox')) await user.click(box);
		await user.click(confirm());
		expect(within(dialog()).getByText('Choose at least one connection.')).toBeVisible();
		await user.click(within(dialog()).getByRole('checkbox', { name: /Madrid/ }));
		await user.clear(field('path'));
		await user.click(confirm());
		expect(field('path')).toHaveFocus();
		await user.type(field('path'), PATH);
		await user.click(confirm());
		expect(field('passphrase')).toHaveFocus();
		await user.type(field('passphrase'), PASSPHRASE);
		await user.type(field('passphrase_again'), PASSPHRASE);
		backend.failNext('exportConnections', { code: 'disk_full', words: null });
		await user.click(confirm());
		expect(await within(dialog()).findByRole('alert')).toHaveAttribute('data-problem', 'disk_full');
		expect(field('passphrase')).toHaveValue(PASSPHRASE);
	});
});

describe('an import from a file', () => {
	async function opened(options: FakeOptions = {}) {
		const all = await shown(options);
		all.backend.transfer.files.set('/usb/keys.vouch', {
			passphrase: PASSPHRASE,
			items: [
				{
					provider: 'loveandpay',
					environment: 'live',
					label: 'Madrid',
					baseUrl: 'https://api.loveandpay.example',
					keyTail: '9f3a',
					fault: null,
					existing: null,
				},
				{
					provider: 'cryptopocket',
					environment: 'live',
					label: 'Lima',
					baseUrl: 'https://pay.example',
					keyTail: 'k001',
					fault: null,
					existing: null,
				},
			],
		});
		await all.user.click(screen.queryByTestId('import') ?? (await screen.findByTestId('welcome-import')));
		return all;
	}

	it('shows what it holds before anything is stored, and does what is decided', async () => {
		const { backend, user } = await opened();
		await user.type(field('path'), '/usb/keys.vouch');
		await user.type(field('passphrase'), PASSPHRASE);
		await user.click(confirm());
		await waitFor(() => expect(screen.getAllByTestId('import-item')).toHaveLength(2));
		expect(screen.getAllByTestId('import-item').map((row) => row.dataset.action)).toEqual(['replace', 'add']);
		expect(dialog()).toHaveTextContent('Already here as “Madrid”');
		expect(backend.count('importConnections')).toBe(0);
		const [first] = within(dialog()).getAllByRole('combobox', { name: 'What to do' });
		await user.selectOptions(first as HTMLElement, 'skip');
		expect(confirm()).toHaveTextContent('Import 1 connection');
		await user.click(confirm());
		await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
		expect(screen.getByRole('status')).toHaveTextContent('1 connection imported.');
		await waitFor(() => expect(screen.getAllByTestId('credential')).toHaveLength(3));
	});

	it('keeps a replacing key beside the present one', async () => {
		const { user } = await opened();
		await user.type(field('path'), '/usb/keys.vouch');
		await user.type(field('passphrase'), PASSPHRASE);
		await user.click(confirm());
		await waitFor(() => expect(screen.getAllByTestId('import-item')).toHaveLength(2));
		await user.click(confirm());
		await waitFor(() => expect(screen.getAllByTestId('credential')).toHaveLength(3));
		expect(await screen.findByTestId('next-credential')).toHaveTextContent('A new key ending in 9f3a waits');
		expect(screen.getByText('Replaced keys wait under Credentials until they are tested.')).toBeVisible();
	});

	it('says beside the field what is wrong with the file or its passphrase', async () => {
		const { backend, user } = await opened();
		await user.click(confirm());
		expect(field('path')).toHaveFocus();
		await user.type(field('path'), '/usb/other.vouch');
		await user.type(field('passphrase'), 'wrong');
		await user.click(confirm());
		await waitFor(() => expect(field('path')).toHaveAccessibleDescription(expect.stringContaining('There is no such file')));
		expect(field('path')).toHaveFocus();
		await user.clear(field('path'));
		await user.type(field('path'), '/usb/keys.vouch');
		await user.click(confirm());
		await waitFor(() => expect(field('passphrase')).toHaveAttribute('aria-invalid', 'true'));
		backend.failNext('readExport', { code: 'sealed_file_newer', words: null });
		await user.click(confirm());
		expect(await within(dialog()).findByRole('alert')).toHaveAttribute('data-problem', 'sealed_file_newer');
	});

	it('forgets what was found when it is cancelled', async () => {
		const { backend, user } = await opened();
		await user.type(field('path'), '/usb/keys.vouch');
		await user.type(field('passphrase'), PASSPHRASE);
		await user.click(confirm());
		await waitFor(() => expect(screen.getAllByTestId('import-item')).toHaveLength(2));
		expect(backend.transfer.waiting).toBe(1);
		await user.keyboard('{Escape}');
		await waitFor(() => expect(backend.transfer.waiting).toBe(0));
	});

	it('is possible on the first start', async () => {
		const { user } = await opened({ connections: [] });
		await user.type(field('path'), '/usb/keys.vouch');
		await user.type(field('passphrase'), PASSPHRASE);
		await user.click(confirm());
		await waitFor(() => expect(screen.getAllByTestId('import-item')).toHaveLength(2));
		await user.click(confirm());
		await waitFor(() => expect(screen.getAllByTestId('connection')).toHaveLength(2));
	});
});

describe('an import of pasted text', () => {
	async function pasted(text: string) {
		const all = await shown();
		await all.user.click(screen.getByTestId('import'));
		await all.user.click(within(dialog()).getByRole('radio', { name: 'Pasted text' }));
		await all.user.click(field('snippet'));
		await all.user.paste(text);
		await all.user.click(confirm());
		return all;
	}

	it('finds a connection, takes a name for it, and keeps nothing of the text', async () => {
		const { backend, user } = await pasted('LNP_API_KEY=pk_live_abc123\nLNP_API_SECRET="sk_live_planted"\n');
		await screen.findByTestId('import-item');
		expect(document.documentElement.outerHTML).not.toContain('planted');
		expect(document.querySelector('textarea')).toBeNull();
		await user.type(within(dialog()).getByRole('textbox', { name: 'Name' }), 'Toledo');
		await user.click(confirm());
		await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
		expect(backend.calls.findLast(({ method }) => method === 'importConnections')?.args[1]).toEqual([
			{ item: 0, action: 'add', label: 'Toledo', provider: null, baseUrl: '' },
		]);
	});

	it('asks for the provider where nothing tells it', async () => {
		const { backend, user } = await pasted('API_KEY=abc123\nAPI_SECRET=xyz\n');
		const row = await screen.findByTestId('import-item');
		expect(row).toHaveAttribute('data-fault', 'provider_unknown');
		expect(confirm()).toBeDisabled();
		await user.selectOptions(within(row).getByRole('combobox', { name: 'Provider' }), 'cryptopocket');
		expect(row).toHaveAttribute('data-action', 'add');
		await user.click(confirm());
		expect(within(row).getByRole('textbox', { name: 'Base address' })).toHaveFocus();
		await user.type(within(row).getByRole('textbox', { name: 'Base address' }), 'https://pay.example');
		await user.click(confirm());
		await waitFor(() => expect(backend.count('importConnections')).toBe(1));
		expect(backend.calls.findLast(({ method }) => method === 'importConnections')?.args[1]).toMatchObject([
			{ provider: 'cryptopocket', baseUrl: 'https://pay.example' },
		]);
	});

	it('leaves out what has no secret, and says so', async () => {
		await pasted('LNP_API_KEY=pk_live_abc123\n');
		const row = await screen.findByTestId('import-item');
		expect(row).toHaveTextContent('There is no usable secret, so it is left out.');
		expect(within(row).getByRole('combobox', { name: 'What to do' })).toHaveValue('skip');
	});

	it('says that there is nothing, and leads back', async () => {
		const { user } = await pasted('Dear customer, welcome!');
		expect(await screen.findByText(/No keys were found in this text/)).toBeVisible();
		await user.click(screen.getByTestId('import-back'));
		expect(screen.getByTestId('import-form')).toBeVisible();
	});
});
