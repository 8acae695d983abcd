import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionDraft, ConnectionView } from '$lib/backend/bindings';
import { FakeBackend, fakeConnection } from '$lib/backend/fake';
import { DeskSession } from '$lib/desk/session.svelte';
import ConnectionForm from './ConnectionForm.svelte';

let backend: FakeBackend;
let desk: DeskSession;

beforeEach(async () => {
	backend = new FakeBackend({ customers: 20, connections: [] });
	desk = new DeskSession(backend, ['en']);
	await desk.start();
	return () => desk.stop();
});

function shown(existing: ConnectionView | null = null) {
	const onsaved = vi.fn();
	const oncancel = vi.fn();
	render(ConnectionForm, { desk, existing, onsaved, oncancel });
	return { onsaved, oncancel, user: userEvent.setup() };
}

const form = () => screen.getByTestId<HTMLFormElement>('connection-form');
const field = (name: string) => form().elements.namedItem(name) as HTMLInputElement;
const result = () => screen.queryByTestId('connection-result');
const lastDraft = (method: 'testConnection' | 'saveConnection') =>
	backend.calls.findLast((call) => call.method === method)?.args[0] as ConnectionDraft;

async function choose(name: string, value: string): Promise<void> {
	await userEvent.click(form().querySelector(`[name=${name}][value=${value}]`) as HTMLElement);
}

async function fillIn(user: ReturnType<typeof userEvent.setup>): Promise<void> {
	await user.type(field('api_key'), 'pk_live_abcd9f3a');
	await user.type(field('api_secret'), 'sk_live_planted');
}

describe('the form', () => {
	it('has the agreed fields, and none of them is remembered or spell-checked', () => {
		shown();
		for (const name of ['label', 'api_key', 'api_secret', 'requests_per_minute', 'requests_per_hour']) {
			expect(field(name), name).toBeInstanceOf(HTMLInputElement);
			expect(field(name)).toHaveAttribute('autocomplete', 'off');
		}
		for (const name of ['api_key', 'api_secret']) expect(field(name)).toHaveAttribute('spellcheck', 'false');
		expect(field('api_secret').type).toBe('password');
		expect(Array.from(form().querySelectorAll('[name=provider]'), (radio) => (radio as HTMLInputElement).value)).toEqual([
			'loveandpay',
			'cryptopocket',
		]);
		expect(Array.from(form().querySelectorAll('[name=environment]'), (radio) => (radio as HTMLInputElement).value)).toEqual([
			'live',
			'sandbox',
			'custom',
		]);
	});

	it('asks for the address where there is none to know', async () => {
		shown();
		expect(field('base_url')).toBeNull();
		await choose('environment', 'custom');
		expect(field('base_url')).toBeVisible();
		await choose('environment', 'live');
		expect(field('base_url')).toBeNull();
		await choose('provider', 'cryptopocket');
		expect(field('base_url')).toBeVisible();
	});

	it('removes spaces and line breaks around what is pasted, and says so', async () => {
		const { user } = shown();
		await user.click(field('api_key'));
		await user.paste('  pk_live_1\n');
		expect(field('api_key')).toHaveValue('pk_live_1');
		expect(screen.getByText('Spaces around it were removed.')).toBeVisible();
		await user.type(field('api_key'), '2');
		expect(screen.queryByText('Spaces around it were removed.')).toBeNull();
		expect(field('api_key')).toHaveValue('pk_live_12');
	});

	it('points out a secret among the keys and swaps the two', async () => {
		const { user } = shown();
		await user.type(field('api_key'), 'sk_live_1');
		await user.type(field('api_secret'), 'pk_live_1');
		expect(screen.getByText(/begins with sk_, as secrets do/)).toBeVisible();
		expect(screen.getByText(/begins with pk_, as keys do/)).toBeVisible();
		await user.click(screen.getByRole('button', { name: 'Swap the two' }));
		expect(field('api_key')).toHaveValue('pk_live_1');
		expect(field('api_secret')).toHaveValue('sk_live_1');
		expect(screen.queryByText(/begins with/)).toBeNull();
	});

	it('points out a live key for the sandbox, and lets it be saved', async () => {
		const { user, onsaved } = shown();
		await choose('environment', 'sandbox');
		await fillIn(user);
		expect(screen.getByText('This looks like a live key, but the environment is Sandbox.')).toBeVisible();
		await user.click(screen.getByTestId('connection-save'));
		await waitFor(() => expect(onsaved).toHaveBeenCalled());
	});

	it('shows a secret only while asked to', async () => {
		const { user } = shown();
		await user.type(field('api_secret'), 'sk_1');
		await user.click(screen.getByRole('button', { name: 'Show the secret' }));
		expect(field('api_secret').type).toBe('text');
		await user.click(screen.getByRole('button', { name: 'Hide the secret' }));
		expect(field('api_secret').type).toBe('password');
		expect(field('api_secret')).toHaveValue('sk_1');
	});
});

describe('a test', () => {
	it('says that it worked and how many customers there are', async () => {
		const { user } = shown();
		await fillIn(user);
		await user.click(screen.getByTestId('connection-test'));
		await waitFor(() => expect(result()).toHaveAttribute('data-state', 'ok'));
		expect(result()).toHaveTextContent('48,100 customers');
		expect(result()).not.toHaveAttribute('data-problem');
		expect(backend.count('saveConnection')).toBe(0);
	});

	it('says what went wrong, by its code and in words, with the provider’s own behind Details', async () => {
		const { user } = shown();
		backend.check = {
			code: 'credentials_rejected',
			words: { httpStatus: 401, code: 'INVALID_SIGNATURE', message: null, requestId: 'req-9' },
		};
		await fillIn(user);
		await user.click(screen.getByTestId('connection-test'));
		await waitFor(() => expect(result()).toHaveAttribute('data-problem', 'credentials_rejected'));
		expect(result()).toHaveAttribute('data-state', 'error');
		expect(screen.getByRole('alert')).toHaveTextContent('The provider refused the key or the secret');
		expect(result()).toHaveTextContent('INVALID_SIGNATURE');
		expect(field('api_secret')).toHaveValue('sk_live_planted');
	});

	it('is outdated by the next change', async () => {
		const { user } = shown();
		await fillIn(user);
		await user.click(screen.getByTestId('connection-test'));
		await waitFor(() => expect(result()).not.toBeNull());
		await user.type(field('label'), 'M');
		expect(result()).toBeNull();
	});

	it('does not show the outcome for what is no longer there', async () => {
		let settle = (): void => {};
		vi.spyOn(backend, 'testConnection').mockReturnValue(
			new Promise((resolve) => {
				settle = () => resolve({ customers: 1 });
			}),
		);
		const { user } = shown();
		await fillIn(user);
		await user.click(screen.getByTestId('connection-test'));
		expect(screen.getByTestId('connection-test')).toBeDisabled();
		await user.type(field('api_key'), 'x');
		settle();
		await waitFor(() => expect(screen.getByTestId('connection-test')).toBeEnabled());
		expect(result()).toBeNull();
	});
});

describe('what is wrong', () => {
	it.each([
		['', 'Please enter the address.'],
		['api.example.com/v2', 'Please begin with https://'],
		['http://api.example.com', 'http:// is possible only for this computer. Use https://'],
		['ftp://api.example.com', 'Only https:// addresses are possible.'],
		['https://user:secret@api.example.com', 'Please leave out user name, password, ? and #.'],
	])('with the address "%s" stands beside it', async (address, text) => {
		const { user, onsaved } = shown();
		await choose('environment', 'custom');
		if (address) await user.type(field('base_url'), address);
		await fillIn(user);
		await user.click(screen.getByTestId('connection-save'));
		await waitFor(() => expect(result()).toHaveAttribute('data-problem', 'bad_address'));
		expect(field('base_url')).toHaveAttribute('aria-invalid', 'true');
		expect(field('base_url')).toHaveAccessibleDescription(text);
		expect(field('base_url')).toHaveFocus();
		expect(onsaved).not.toHaveBeenCalled();
	});

	it('with a field stands beside that field, which gets the focus', async () => {
		const { user } = shown();
		await user.type(field('api_key'), 'pk_live_1');
		await user.click(screen.getByTestId('connection-test'));
		await waitFor(() => expect(field('api_secret')).toHaveFocus());
		expect(field('api_secret')).toHaveAttribute('aria-invalid', 'true');
		expect(field('api_secret')).toHaveAccessibleDescription(expect.stringContaining('Please fill this in.'));
		expect(backend.count('testConnection')).toBe(0);
	});

	it('with the budget opens the advanced part', async () => {
		const { user } = shown();
		await fillIn(user);
		await fireEvent.input(field('requests_per_hour'), { target: { value: 'many' } });
		await user.click(screen.getByTestId('connection-save'));
		await waitFor(() => expect(field('requests_per_hour')).toHaveFocus());
		expect(field('requests_per_hour').closest('details')).toHaveAttribute('open');
	});
});

describe('saving', () => {
	it('works without a test, sends what was typed, and drops the secrets', async () => {
		const { user, onsaved } = shown();
		await user.type(field('label'), ' Madrid ');
		await fillIn(user);
		const key = field('api_key');
		const secret = field('api_secret');
		await user.click(screen.getByTestId('connection-save'));
		await waitFor(() => expect(onsaved).toHaveBeenCalledWith('n1'));
		expect(backend.count('testConnection')).toBe(0);
		expect(lastDraft('saveConnection')).toMatchObject({ label: 'Madrid', apiKey: 'pk_live_abcd9f3a', apiSecret: 'sk_live_planted' });
		await waitFor(() => expect(secret).toHaveValue(''));
		expect(key).toHaveValue('');
		expect(desk.connections).toHaveLength(1);
	});

	it('by Enter does the same', async () => {
		const { user, onsaved } = shown();
		await fillIn(user);
		await user.type(field('api_secret'), '{Enter}');
		await waitFor(() => expect(onsaved).toHaveBeenCalledOnce());
	});

	it('that fails keeps what was typed', async () => {
		const { user, onsaved } = shown();
		backend.failNext('saveConnection', { code: 'keyring_locked', words: null });
		await fillIn(user);
		await user.click(screen.getByTestId('connection-save'));
		await waitFor(() => expect(result()).toHaveAttribute('data-problem', 'keyring_locked'));
		expect(field('api_secret')).toHaveValue('sk_live_planted');
		expect(onsaved).not.toHaveBeenCalled();
		await user.click(screen.getByTestId('connection-save'));
		await waitFor(() => expect(onsaved).toHaveBeenCalled());
	});
});

describe('an existing connection', () => {
	const existing = fakeConnection({
		id: 'c7',
		environment: 'custom',
		baseUrl: 'https://one.example/api',
		label: 'Madrid',
		keyTail: '9f3a',
	});

	it('is shown without its keys, which empty fields keep', async () => {
		backend = new FakeBackend({ customers: 20, connections: [existing] });
		desk = new DeskSession(backend, ['en']);
		await desk.start();
		const { user, onsaved } = shown(existing);
		expect(field('label')).toHaveValue('Madrid');
		expect(field('base_url')).toHaveValue('https://one.example/api');
		expect(field('api_key')).toHaveValue('');
		expect(screen.getByText(/ends in 9f3a/)).toBeVisible();
		expect(form().querySelector('[name=provider]:checked')).toBeDisabled();
		await user.clear(field('label'));
		await user.type(field('label'), 'Sevilla');
		await user.click(screen.getByTestId('connection-save'));
		await waitFor(() => expect(onsaved).toHaveBeenCalledWith('c7'));
		expect(lastDraft('saveConnection')).toMatchObject({ label: 'Sevilla', apiKey: '', apiSecret: '' });
		expect(desk.connections[0]?.label).toBe('Sevilla');
	});

	it('at another host needs its keys again', async () => {
		const { user, onsaved } = shown(existing);
		await user.clear(field('base_url'));
		await user.type(field('base_url'), 'https://two.example/api');
		expect(screen.getByText(/another address than the one the stored key belongs to/)).toBeVisible();
		await user.click(screen.getByTestId('connection-save'));
		await waitFor(() => expect(field('api_key')).toHaveFocus());
		expect(onsaved).not.toHaveBeenCalled();
		expect(backend.count('saveConnection')).toBe(0);
	});
});
